"""Turns the columns of a CSV file into responses: every distinct text of a cell is understood once.

What a file's columns are is told by a `Layout`; how a cell of a question reads, by a `CellReader`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain

import polars as pl

from grader.papers.cells import CellReader, PointsColumn, QuestionColumn, all_points, as_one
from grader.papers.csv_blocks import Block, Header, column_name, read_blocks
from grader.papers.csv_scan import OutOfTheOrdinaryError, scanned
from grader.papers.identity import IDS
from grader.papers.problems import Problems, RowProblem
from grader.papers.responses import IDENTITY, NOT_SHOWN, REPORTED_TOTAL, TWO_ANSWERS, reported
from questions.common.errors import SubmissionError
from questions.common.messages import listed, printable, show
from questions.quiz import QuizSpec

TEXT_FIELDS = ("name", "id", "sis_id", "login", "section", "submitted")
NAMED_BY = ("sis_id", "id", "login", "name")  # the first there is names the student in output
# Canvas's student view takes the quiz as this student, who has no SIS id.
TEST_STUDENTS = ("Test Student", "Student, Test", "測試學生", "测试学生", "測試學員", "测试学员")

# What breaks lines, drives a terminal, turns the reading order around or is not seen at all. It has no place
# in what decides who somebody is; elsewhere it is spelled out.
_UNSEEN = r"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]"
_SPELLED_OUT = ("name", "section", "submitted")


@dataclass(frozen=True)
class Layout:
    """What stands at which position of a row. `identity` has `TEXT_FIELDS` and `attempt`, as far as known.

    `questions` are the cells, several where a question was put in again; `reported`, in the same order, and
    `total` are the platform's own scores, `platform_ids` its ids of the questions, where its file tells them.
    Where `needs_student`, a row
    without a `sis_id` is an error. Where `typed`, ids went through a spreadsheet or a hand: a leading `'`,
    which tells a spreadsheet that they are texts, is no part of them.
    """

    identity: Mapping[str, int]
    questions: Mapping[str, tuple[int, ...]]
    reported: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    total: int | None = None
    needs_student: bool = False
    typed: bool = False
    platform_ids: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """A file's rows: `frame` as that of `Responses`; `test_students` are those of Canvas's student view.

    `unmarked` are rows before whose id a `'` was taken off.
    """

    frame: pl.DataFrame
    problems: Problems
    test_students: tuple[str, ...]
    unmarked: tuple[int, ...] = ()


@dataclass(frozen=True)
class _Cause:
    """A way in which rows are wrong: where, and what is said of the texts in its cells."""

    question: str | None
    where: pl.Expr
    cells: tuple[str, ...]
    text: Callable[..., str]


class TableReader:
    """Reads one CSV file."""

    def __init__(
        self, header: Header, layout: Layout, quiz: QuizSpec, readers: Mapping[str, CellReader]
    ) -> None:
        self._name, self._header, self._layout, self._quiz = header.name, header, layout, quiz
        self._readers = readers
        self._begin()

    def _begin(self) -> None:
        """With columns in which no text was met yet."""
        layout, quiz = self._layout, self._quiz
        self._columns = {
            question.id: tuple(
                (place, QuestionColumn(question, self._readers[question.id], self._name))
                for place in layout.questions[question.id]
            )
            for question in quiz.questions
            if question.id in layout.questions
        }
        scored = {**layout.reported, **({} if layout.total is None else {REPORTED_TOTAL: (layout.total,)})}
        self._points = {
            id_: tuple((place, PointsColumn()) for place in places) for id_, places in scored.items()
        }
        questions, points = chain(*self._columns.values()), chain(*self._points.values())
        self._categories = {
            **{place: column.categories for place, column in questions},
            **{place: column.categories for place, column in points},
        }

    def read(self) -> Table:
        """Read the rows that can be graded, and what is wrong with the others.

        A question that the layout does not have is a column of blanks. Raises SubmissionError for what is
        wrong with the file as a whole.
        """
        try:
            return self._table(scanned(self._header, self._categories))
        except (OutOfTheOrdinaryError, SubmissionError):  # what is to be said of it, the blocks tell
            self._begin()
            return self._table(read_blocks(self._header, self._categories))

    def _table(self, blocks: Iterator[Block]) -> Table:
        problems, frames, test_students, unmarked = Problems(), [], [], list[int]()
        for block in blocks:
            broken = block.broken.items()
            problems.add(
                (RowProblem(self._name, row, None, None, why) for row, why in broken),
                n_problems=len(broken),
                n_rows=len(broken),
                rows=((self._name, row, None) for row, _ in broken),
            )
            rows = self._understood(block.frame)
            unmarked += block.frame.filter(self._marked())["row"].to_list()
            is_test = rows["name"].fill_null("").is_in(TEST_STUDENTS) & rows["sis_id"].is_null()
            test_students += [f"{self._name} row {row}" for row in rows.filter(is_test)["row"]]
            frames.append(self._shown(self._graded(rows, block.frame, ~is_test, problems)))
        if not frames or not (len(frames[0]) or problems.n_rows or test_students):
            raise SubmissionError([f"{self._name}: there is a header and no paper below it"])
        return Table(pl.concat(frames), problems, tuple(test_students), tuple(unmarked))

    def unreadable(self) -> dict[str, list[str]]:
        """Once all is read, the texts of each question that cannot be read."""
        return {
            id_: [text for _, one in columns for text in one.unreadable]
            for id_, columns in self._columns.items()
        }

    def _marked(self) -> pl.Expr:
        """Rows with an id that begins with what tells a spreadsheet that it is a text."""
        ids = [name for name in IDS if self._layout.typed and name in self._layout.identity]
        cells = (pl.col(column_name(self._layout.identity[name])) for name in ids)
        return pl.any_horizontal(pl.lit(value=False), *(cell.str.contains(r"^\s*'") for cell in cells))

    def _understood(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The frame of `Responses`, with null where a cell cannot be read."""
        n_codes = self._n_codes(frame)
        texts = {name: self._text(name) for name in TEXT_FIELDS}
        masks = {
            id_: as_one([column.masks(column_name(place), n_codes[place]) for place, column in columns])
            for id_, columns in self._columns.items()
        }
        points = {
            id_ if id_ == REPORTED_TOTAL else reported(id_): all_points(
                [column.numbers(column_name(place), n_codes[place]) for place, column in columns]
            )
            for id_, columns in self._points.items()
        }
        rows = frame.select(
            pl.lit(self._name).alias("source"),
            "row",
            pl.coalesce(*(texts[name] for name in NAMED_BY), pl.format("row {}", "row")).alias("student"),
            *(expression.alias(name) for name, expression in texts.items()),
            self._text("attempt").cast(pl.Int64, strict=False).alias("attempt"),
            *(masks.get(q.id, pl.lit(0, pl.UInt32)).alias(q.id) for q in self._quiz.questions),
            *(numbers.alias(name) for name, numbers in points.items()),
        )
        return _spelled_out(rows).select(*IDENTITY, pl.exclude(*IDENTITY))

    def _n_codes(self, frame: pl.DataFrame) -> dict[int, int]:
        """One more than the largest code in each categorical column, by position."""
        cells = (pl.col(column_name(place)) for place in self._categories)
        largest = next(frame.select(cell.to_physical().max() for cell in cells).iter_rows(), ())
        return {
            place: 0 if code is None else code + 1
            for place, code in zip(self._categories, largest, strict=True)
        }

    def _text(self, name: str) -> pl.Expr:
        """A cell without the spaces around it; null for an empty one, and where there is no such column."""
        if name not in self._layout.identity:
            return pl.lit(None, pl.String)
        text = pl.col(column_name(self._layout.identity[name])).str.strip_chars()
        if self._layout.typed and name in IDS:
            text = text.str.strip_prefix("'").str.strip_chars()
        return pl.when(text != "").then(text)

    def _shown(self, rows: pl.DataFrame) -> pl.DataFrame:
        """With null where a question was not shown: its cell says so, or has neither an answer nor points.

        A platform gives points to a blank that was shown. Where a row has no points at all, nothing is told.
        """
        if self._layout.typed:  # a platform's cells never say so
            rows = rows.with_columns(pl.col(id_).replace(NOT_SHOWN, None) for id_ in self._columns)
        points = {id_: reported(id_) for id_ in self._layout.reported}
        if not any(rows[name].null_count() for name in points.values()):
            return rows
        scored = pl.any_horizontal(pl.col(name).is_not_null() for name in points.values())
        return rows.with_columns(
            pl.when((pl.col(id_) != 0) | pl.col(name).is_not_null() | ~scored).then(id_).alias(id_)
            for id_, name in points.items()
        )

    def _graded(
        self, rows: pl.DataFrame, cells: pl.DataFrame, wanted: pl.Series, problems: Problems
    ) -> pl.DataFrame:
        """The wanted rows without those that are wrong, which go to `problems`."""
        both = rows.hstack(cells.drop("row"))
        causes = list(self._causes())
        found = both.select(cause.where.alias(str(place)) for place, cause in enumerate(causes))
        found = found.select((pl.all() & wanted).fill_null(value=False))
        wrong = found.select(pl.any_horizontal(pl.all())).to_series()
        if wrong.any():
            found_wrong = self._problems(both.filter(wrong), found.filter(wrong), causes)
            n_problems = found.sum().sum_horizontal().item()
            places = both.filter(wrong).select("source", "row", "student").iter_rows()
            problems.add(found_wrong, n_problems=n_problems, n_rows=int(wrong.sum()), rows=places)
            wanted &= ~wrong
        return rows if wanted.all() else rows.filter(wanted)

    def _problems(
        self, both: pl.DataFrame, found: pl.DataFrame, causes: Sequence[_Cause]
    ) -> Iterator[RowProblem]:
        """The problems of some rows, each with at least one."""
        for row, hits in zip(both.iter_rows(named=True), found.iter_rows(), strict=True):
            for cause, hit in zip(causes, hits, strict=True):
                if hit:
                    text = cause.text(*(str(row[cell]) for cell in cause.cells))
                    yield RowProblem(self._name, row["row"], row["student"], cause.question, text)

    def _causes(self) -> Iterator[_Cause]:
        layout = self._layout
        if layout.needs_student:
            yield _Cause(None, pl.col("sis_id").is_null(), ("student",), _no_student)
        nobody = pl.all_horizontal(pl.col(*IDS).is_null())
        for name in ("name", *IDS):
            if name in layout.identity:
                cell = column_name(layout.identity[name])
                where = pl.col(name).str.contains(_UNSEEN)
                if name == "name":  # which decides where nothing else does, and was spelled out
                    where = nobody & (pl.col(name) != pl.col(cell).str.strip_chars())
                yield _Cause(None, where, (cell,), partial(_wrong_text, name))
        if "attempt" in layout.identity:
            cell = column_name(layout.identity["attempt"])
            filled = pl.col(cell).str.strip_chars() != ""
            yield _Cause(None, pl.col("attempt").is_null() & filled, (cell,), _wrong_attempt)
        for id_, columns in self._columns.items():
            cells = tuple(map(column_name, layout.questions[id_]))
            yield _Cause(id_, pl.col(id_).is_null(), cells, partial(_unreadable, columns[0][1].reader))
            if len(cells) > 1:
                yield _Cause(id_, pl.col(id_) == TWO_ANSWERS, cells, _two_answers)
        for id_, places in layout.reported.items():
            cells = tuple(map(column_name, places))
            yield _Cause(id_, pl.col(reported(id_)).is_nan(), cells, _wrong_points)


def _spelled_out(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with what is not seen in a name spelled out, such as U+202E."""
    odd = rows.select(pl.col(*_SPELLED_OUT).str.contains(_UNSEEN).fill_null(value=False))
    for flags in odd:
        if flags.any():
            text = rows[flags.name]
            spelled = text.map_elements(printable, return_dtype=pl.String)
            rows = rows.with_columns(spelled.zip_with(flags, text).alias(flags.name))
    return rows


def _no_student(_: str) -> str:
    return "the student is missing"


def _wrong_text(name: str, found: str) -> str:
    return f"control characters in the {name} {show(found)}; one line of plain text is allowed"


def _unreadable(reader: CellReader, *cells: str) -> str:
    return next(reader.why_not(cell) for cell in cells if reader.mask(cell) is None)


def _two_answers(*cells: str) -> str:
    found = listed(show(cell) for cell in cells if cell.strip())
    return f"found {found} in the columns of the question and of the one put in for it; keep one"


def _wrong_attempt(found: str) -> str:
    return f"found {show(found)} as the attempt; allowed: a whole number"


def _wrong_points(*cells: str) -> str:
    found = listed(show(cell) for cell in cells if cell.strip())
    return f"found {found} as the platform's own points; allowed: a number"
