"""Turns the columns of a CSV file into responses: every distinct text of a cell is understood once.

What a file's columns are is told by a `Layout`; how a cell of a question reads, by a `CellReader`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

import polars as pl

from grader.papers.csv_blocks import Header, column_name, read_blocks
from grader.papers.identity import IDS
from grader.papers.problems import Problems, RowProblem
from grader.papers.responses import IDENTITY, REPORTED_TOTAL, reported
from questions.common.errors import SubmissionError
from questions.common.messages import show
from questions.quiz import AnyQuestion, QuizSpec

MAX_UNREADABLE = 10_000  # distinct unreadable texts in one column: these are no answers to this question

TEXT_FIELDS = ("name", "id", "sis_id", "login", "section", "submitted")
NAMED_BY = ("sis_id", "id", "login", "name")  # the first there is names the student in output
# Canvas's student view takes the quiz as this student, who has no SIS id.
TEST_STUDENTS = ("Test Student", "Student, Test", "測試學生", "测试学生", "測試學員", "测试学员")

# What breaks lines, drives a terminal or turns the reading order around has no place in a name.
_CONTROL = r"[\p{Cc}\p{Zl}\p{Zp}\u{202A}-\u{202E}\u{2066}-\u{2069}]"


class CellReader(Protocol):
    """Reads the cells of one question."""

    def mask(self, cell: str) -> int | None:
        """The bit mask of the options picked; None where the cell has no one reading."""

    def why_not(self, cell: str) -> str:
        """Why `mask` gives None."""


@dataclass(frozen=True)
class Layout:
    """What stands at which position of a row. `identity` has `TEXT_FIELDS` and `attempt`, as far as known.

    `questions` are the cells, `reported` and `total` the platform's own scores, `platform_ids` its ids of the
    questions, where its file tells them. Where `needs_student`, a row
    without a `sis_id` is an error. Where `typed`, ids went through a spreadsheet or a hand: a leading `'`,
    which tells a spreadsheet that they are texts, is no part of them.
    """

    identity: Mapping[str, int]
    questions: Mapping[str, int]
    reported: Mapping[str, int] = field(default_factory=dict)
    total: int | None = None
    needs_student: bool = False
    typed: bool = False
    platform_ids: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """A file's rows: `frame` as that of `Responses`; `test_students` are those of Canvas's student view.

    `unmarked` are rows before whose id a `'` was taken off.
    """

    frame: pl.DataFrame
    problems: Problems
    test_students: tuple[str, ...]
    unmarked: tuple[int, ...] = ()


class _Column:
    """The cells of one question: the mask of every distinct text that was met, by its category's code."""

    def __init__(self, question: AnyQuestion, reader: CellReader, place: str) -> None:
        self.question, self.reader, self._place = question, reader, place
        self.categories = pl.Categories.random()
        self._masks: list[int | None] = []
        self._n_unreadable = 0
        self._by_code = pl.Series(dtype=pl.UInt32)

    def masks(self, cells: pl.Series) -> pl.Series:
        """UInt32 for each cell: 0 for a blank, null for what cannot be read."""
        texts = self.categories.to_series()  # in the order of their codes, which only grow
        if len(texts) > len(self._masks) or not len(self._by_code):
            self._masks += map(self._understand, texts[len(self._masks) :])
            self._by_code = pl.Series([*self._masks, 0], dtype=pl.UInt32)  # the last for blanks
        return self._by_code.gather(cells.to_physical().fill_null(len(self._masks)))

    def _understand(self, text: str) -> int | None:
        mask = self.reader.mask(text)
        if mask is None:
            self._n_unreadable += 1
            if self._n_unreadable > MAX_UNREADABLE:
                why = f"over {MAX_UNREADABLE:,} different texts that cannot be read, such as {show(text)}"
                raise SubmissionError([f"{self._place}, {self.question.id}: {why}; is this its column?"])
        return mask


@dataclass(frozen=True)
class _Cause:
    """A way in which rows are wrong: where, and what is said of the text in a cell."""

    question: str | None
    where: pl.Expr
    cell: str
    text: Callable[[str], str]


class TableReader:
    """Reads one CSV file."""

    def __init__(
        self, header: Header, layout: Layout, quiz: QuizSpec, readers: Mapping[str, CellReader]
    ) -> None:
        self._name, self._header, self._layout, self._quiz = header.name, header, layout, quiz
        self._columns = {
            question.id: _Column(question, readers[question.id], header.name)
            for question in quiz.questions
            if question.id in layout.questions
        }

    def read(self) -> Table:
        """Read the rows that can be graded, and what is wrong with the others.

        A question that the layout does not have is a column of blanks. Raises SubmissionError for what is
        wrong with the file as a whole.
        """
        problems, frames, test_students, unmarked = Problems(), [], [], list[int]()
        categories = {self._layout.questions[id_]: one.categories for id_, one in self._columns.items()}
        for block in read_blocks(self._header, categories):
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

    def _marked(self) -> pl.Expr:
        """Rows with an id that begins with what tells a spreadsheet that it is a text."""
        ids = [name for name in IDS if self._layout.typed and name in self._layout.identity]
        cells = (pl.col(column_name(self._layout.identity[name])) for name in ids)
        return pl.any_horizontal(pl.lit(value=False), *(cell.str.contains(r"^\s*'") for cell in cells))

    def _understood(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The frame of `Responses`, with null where a cell cannot be read."""
        layout = self._layout
        texts = {name: self._text(name) for name in TEXT_FIELDS}
        masks = {
            id_: column.masks(frame[column_name(layout.questions[id_])])
            for id_, column in self._columns.items()
        }
        scores = {reported(id_): place for id_, place in layout.reported.items()}
        if layout.total is not None:
            scores[REPORTED_TOTAL] = layout.total
        return frame.select(
            pl.lit(self._name).alias("source"),
            "row",
            pl.coalesce(*(texts[name] for name in NAMED_BY), pl.format("row {}", "row")).alias("student"),
            *(expression.alias(name) for name, expression in texts.items()),
            self._text("attempt").cast(pl.Int64, strict=False).alias("attempt"),
            *(masks.get(q.id, pl.lit(0, pl.UInt32)).alias(q.id) for q in self._quiz.questions),
            *(_number(place).alias(name) for name, place in scores.items()),
        ).select(*IDENTITY, pl.exclude(*IDENTITY))

    def _text(self, name: str) -> pl.Expr:
        """A cell without the spaces around it; null for an empty one, and where there is no such column."""
        if name not in self._layout.identity:
            return pl.lit(None, pl.String)
        text = pl.col(column_name(self._layout.identity[name])).str.strip_chars()
        if self._layout.typed and name in IDS:
            text = text.str.strip_prefix("'").str.strip_chars()
        return pl.when(text != "").then(text)

    def _shown(self, rows: pl.DataFrame) -> pl.DataFrame:
        """With null where a question was not shown: the platform gave it neither an answer nor points.

        It gives points to a blank that was shown. Where a row has no points at all, nothing is told.
        """
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
                    text = cause.text(str(row[cause.cell]))
                    yield RowProblem(self._name, row["row"], row["student"], cause.question, text)

    def _causes(self) -> Iterator[_Cause]:
        layout = self._layout
        if layout.needs_student:
            yield _Cause(None, pl.col("sis_id").is_null(), "student", _no_student)
        for name in TEXT_FIELDS:
            if name in layout.identity:
                yield _Cause(None, pl.col(name).str.contains(_CONTROL), name, partial(_wrong_text, name))
        if "attempt" in layout.identity:
            cell = column_name(layout.identity["attempt"])
            yield _Cause(None, pl.col("attempt").is_null() & _filled(cell), cell, _wrong_attempt)
        for id_, column in self._columns.items():
            cell = column_name(layout.questions[id_])
            yield _Cause(id_, pl.col(id_).is_null(), cell, column.reader.why_not)
        for id_, place in layout.reported.items():
            cell, number = column_name(place), pl.col(reported(id_))
            where = (number.is_null() & _filled(cell)) | number.is_finite().not_()
            yield _Cause(id_, where, cell, _wrong_points)


def _filled(cell: str) -> pl.Expr:
    """Whether there is more than spaces in a cell."""
    return pl.col(cell).str.strip_chars() != ""


def _number(place: int) -> pl.Expr:
    """Points as a float; some spreadsheets write a comma for the point."""
    return pl.col(column_name(place)).str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)


def _no_student(_: str) -> str:
    return "the student is missing"


def _wrong_text(name: str, found: str) -> str:
    return f"control characters in the {name} {show(found)}; one line of plain text is allowed"


def _wrong_attempt(found: str) -> str:
    return f"found {show(found)} as the attempt; allowed: a whole number"


def _wrong_points(found: str) -> str:
    return f"found {show(found)} as the platform's own points; allowed: a number"
