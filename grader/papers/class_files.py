"""From the files a TA has to the responses of a class: CSVs, papers in YAML or JSON, folders of both."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from grader.papers.attempts import without_repeated
from grader.papers.canvas import points_that_differ, question_places
from grader.papers.column_map import BY_RULE, ColumnMap
from grader.papers.columns import Layout, Table, TableReader
from grader.papers.csv_blocks import Header, read_header
from grader.papers.identity import IDS, notes_on_ids, without_contradictions
from grader.papers.other_tables import WORKBOOKS, as_csv
from grader.papers.paper import Paper, read_paper
from grader.papers.plain_csv import NOT_SHOWN_CELL
from grader.papers.problems import Problems, RowProblem
from grader.papers.responses import IDENTITY, Responses, mask_of
from grader.papers.table_form import understood
from questions.common.errors import SubmissionError
from questions.common.messages import listed, plain_path, show
from questions.quiz import QuizSpec
from questions.reading.document import MAX_PROBLEMS

TABLES = (".csv", ".tsv", *WORKBOOKS)
PAPERS = (".yaml", ".yml", ".json")

IDENTITY_TYPES: Mapping[str, pl.DataType] = {
    **dict.fromkeys(IDENTITY, pl.String()),
    "row": pl.UInt32(),
    "attempt": pl.Int64(),
}


@dataclass(frozen=True)
class ClassFiles:
    """What was read. `notes` are sentences for whoever grades; `skipped` is empty unless that was allowed."""

    responses: Responses
    notes: tuple[str, ...] = ()
    skipped: Problems = field(default_factory=Problems)


def read_class(
    paths: Sequence[Path],
    quiz: QuizSpec,
    left_out: Collection[str] = (),
    *,
    skip_invalid: bool = False,
    encoding: str | None = None,
    column_map: ColumnMap = BY_RULE,
) -> ClassFiles:
    """Read all papers of a class, every attempt of every student.

    `encoding` is that of CSVs that are not UTF-8; `column_map` says what the rules do not know.

    A question that a CSV has no column for is an error, unless it is in `left_out`: those whose key is not
    known. Raises SubmissionError for what is wrong with a file, and for papers that cannot be graded unless
    `skip_invalid`: then they are left out, and listed.
    """
    reading = _Reading(quiz, frozenset(left_out), encoding, column_map)
    for path in paths:
        reading.read(path)
    if not reading.frames and not reading.problems.n_problems:
        raise SubmissionError([f"{listed(map(plain_path, paths))}: no papers there"])
    papers = pl.DataFrame(schema={**IDENTITY_TYPES, **{q.id: pl.UInt32() for q in quiz.questions}})
    frame = pl.concat([papers, *reading.frames], how="diagonal")
    frame = without_contradictions(frame, reading.problems)
    frame = without_repeated(frame, reading.newest_first, reading.problems)
    if reading.problems.n_problems and not skip_invalid:
        raise SubmissionError(list(reading.problems.lines(MAX_PROBLEMS)))
    absent = tuple(q.id for q in quiz.questions if q.id in reading.absent)
    platform_ids = {id_: min(found) for id_, found in reading.platform_ids.items() if len(found) == 1}
    responses = Responses(quiz, frame, absent, platform_ids=platform_ids)
    return ClassFiles(responses, tuple(reading.notes), reading.problems)


class _Reading:
    """Collects the papers of several files."""

    def __init__(
        self, quiz: QuizSpec, left_out: frozenset[str], encoding: str | None, column_map: ColumnMap
    ) -> None:
        self.frames: list[pl.DataFrame] = []
        self.problems = Problems()
        self.notes: list[str] = []
        self.absent: set[str] = set()
        self.platform_ids: defaultdict[str, set[int]] = defaultdict(set)
        self.newest_first: list[str] = []  # the sources whose rows are attempts, the newest first
        self._quiz, self._left_out = quiz, left_out
        self._encoding, self._map = encoding, column_map

    def read(self, path: Path) -> None:
        if path.is_dir():
            for file in self._files(path):
                self.read(file)
        elif path.suffix.lower() in TABLES:
            self._read_table(path)
        else:
            self._read_paper(path)

    def _files(self, folder: Path) -> Iterator[Path]:
        """The folder's papers and CSVs by name; what else lies there is noted, but for hidden files.

        Folders within it are not entered: links may lead round in a circle.
        """
        shown = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
        read = [path for path in shown if path.suffix.lower() in TABLES + PAPERS and not path.is_dir()]
        if other := sorted(set(shown) - set(read)):
            names = [*map(plain_path, other[:MAX_PROBLEMS])]
            more = [f"and {len(other) - MAX_PROBLEMS:,} more"] if len(other) > MAX_PROBLEMS else []
            self.notes.append(f"not read, being neither papers nor CSV: {listed(names + more)}")
        yield from read

    def _read_paper(self, path: Path) -> None:
        try:
            paper = read_paper(path, self._quiz)
        except SubmissionError as error:
            rows = [RowProblem(plain_path(path), None, None, None, problem) for problem in error.problems]
            self.problems.add(rows, n_problems=len(rows), n_rows=1)
        else:
            self.frames.append(_frame_of(paper, plain_path(path), self._quiz))

    def _read_table(self, path: Path) -> None:
        with as_csv(path, self._encoding) as copy:
            header = read_header(copy, plain_path(path))
            layout, readers = understood(header, self._quiz, self._map)
            missing = [q.id for q in self._quiz.questions if q.id not in layout.questions]
            if unexpected := [id_ for id_ in missing if id_ not in self._left_out]:
                raise SubmissionError(
                    [
                        f"{header.name}: no column for {id_} {show(self._quiz.question(id_).prompt.zh)}; "
                        f"if it was not asked, leave it out of the grade by {id_}: null in the key"
                        for id_ in unexpected
                    ]
                )
            table = TableReader(header, layout, self._quiz, readers).read()
        self.absent |= set(missing)
        for id_, numbers in layout.platform_ids.items():
            self.platform_ids[id_].update(numbers)
        self.frames.append(table.frame)
        self.problems.extend(table.problems)
        self.notes += self._notes(header, layout, table)
        if question_places(header):
            self.newest_first.append(header.name)

    def _notes(self, header: Header, layout: Layout, table: Table) -> Iterator[str]:
        """Sentences on one file for whoever grades."""
        if layout.reported:
            yield from points_that_differ(header, layout, self._quiz)
            if not {"name", "id", "sis_id"} & layout.identity.keys():
                yield f"{header.name}: the report is anonymous, so each row counts as a student"
        if table.unmarked:
            rows = listed(map(str, table.unmarked[:MAX_PROBLEMS]))
            yield f"{header.name}: an apostrophe before the id was taken off in rows {rows}"
        yield from notes_on_ids(table.frame, [name for name in IDS if name in layout.identity])
        unknown = table.frame.filter(pl.all_horizontal(pl.col("name", *IDS).is_null()))
        if "name" in layout.identity and len(unknown):
            rows = listed(map(str, unknown["row"].head(MAX_PROBLEMS)))
            yield f"{header.name}: {len(unknown)} papers name no student, in rows {rows}"
        yield from _not_shown(header.name, table.frame, layout)
        if table.test_students:
            yield f"the test student is left out: {listed(table.test_students)}"


def _not_shown(name: str, frame: pl.DataFrame, layout: Layout) -> Iterator[str]:
    """A sentence on the questions that some students were not shown, and how that is told."""
    counts = {id_: n for id_ in layout.questions if (n := frame[id_].null_count())}
    if counts:
        each = listed(f"{id_} to {n:,}" for id_, n in counts.items())
        how = "have neither an answer nor points" if layout.reported else f"say '{NOT_SHOWN_CELL}'"
        yield (
            f"{name}: not shown to every student, by cells that {how}: {each} of "
            f"{len(frame):,} papers; there a question is no part of the total and of its own statistics"
        )


def _frame_of(paper: Paper, source: str, quiz: QuizSpec) -> pl.DataFrame:
    """A paper as one row; its student is the student number, as in a SIS."""
    identity = {"source": source, "row": 1, "student": paper.student, "sis_id": paper.student}
    masks = {question.id: mask_of(question, paper.picked(question.id)) for question in quiz.questions}
    schema = {**IDENTITY_TYPES, **dict.fromkeys(masks, pl.UInt32())}
    return pl.DataFrame({**dict.fromkeys(IDENTITY), **identity, **masks}, schema=schema)
