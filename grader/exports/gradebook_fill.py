"""Puts a class's scores into a gradebook: who is who, what is written, what is kept, who is missing."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, ClassVar

from pydantic import Field, PlainSerializer

from grader.exports.export import Exported
from grader.exports.gradebook import POINTS_POSSIBLE, Gradebook, GradebookRow, choose_assignment
from grader.exports.gradebook_match import PaperName, hints, match_papers
from grader.scores.credit import display, exact
from grader.scores.graded import ClassGrades
from grader.scores.points import Points
from questions.common.errors import QuizproofError, SubmissionError
from questions.common.frozen import Frozen
from questions.common.messages import listed, show
from questions.reading.document import MAX_PROBLEMS

EXCUSED, NOT_ASSIGNED = "EX", "N/A"
BLANK = ("", "-")

_SCORE = re.compile(r"-?[0-9.,]+%?", re.ASCII)


@dataclass(frozen=True)
class FilledCell:
    """A cell of the assignment that has a paper: what stood there, and the paper's score."""

    row: int
    student: str
    before: str
    score: str


class PointsPossible(Frozen):
    """An assignment's points: `before` as exported, "" where none are told, and the quiz's own."""

    before: str
    quiz: Points
    written: bool

    @property
    def differ(self) -> bool:
        """Whether the assignment, as it will be, counts other points than the quiz."""
        return bool(self.before) and not self.written and self.quiz != _number(self.before)


WithoutPaper = Annotated[
    GradebookRow, PlainSerializer(lambda row: {"row": row.number, "student": row.label}, when_used="json")
]


class FilledGradebook(Frozen):
    """A filled gradebook. `kept` are cells that say excused or not assigned, which a score may not replace.

    `lowered` are cells that hold more than the paper's score: written if that was allowed, else as they were.
    """

    content: bytes = Field(exclude=True)
    assignment: str
    written: tuple[FilledCell, ...]
    kept: tuple[FilledCell, ...]
    lowered: tuple[FilledCell, ...]
    lower_allowed: bool
    without_paper: tuple[WithoutPaper, ...]
    without_row: tuple[PaperName, ...]
    points_possible: PointsPossible

    @property
    def differs(self) -> bool:
        """Whether a score has no place in the file, or means another there; excused is no surprise."""
        not_assigned = any(cell.before.upper() == NOT_ASSIGNED for cell in self.kept)
        held_back = bool(self.lowered) and not self.lower_allowed
        return bool(self.without_row) or not_assigned or held_back or self.points_possible.differ

    def lines(self) -> Iterator[str]:
        """What a TA should know before the import, a sentence each; what is lowered comes first."""
        for cell in self.lowered:
            stays = "" if self.lower_allowed else "; it stays, unless --allow-lower is given"
            yield f"lowered: row {cell.row}, {show(cell.student)}: {cell.before} to {cell.score}{stays}"
        for cell in self.kept:
            yield f"kept: row {cell.row}, {show(cell.student)}: {cell.before}, not {cell.score}"
        likely = hints(self.without_row, self.without_paper)
        for paper in self.without_row:
            hint = f"; {likely[paper]}" if paper in likely else ""
            yield f"not in the gradebook: {paper.place}{hint}"
        for row in self.without_paper:
            yield f"without a paper: row {row.number}, {show(row.label)}"
        if self.points_possible.differ:
            yield (
                f"{show(self.assignment)} counts {self.points_possible.before!r} points, the quiz "
                f"{exact(self.points_possible.quiz)}; is it the right one? --points-possible sets it"
            )


def require_full_key(grades: ClassGrades, what: str) -> None:
    """Raises QuizproofError while the key is incomplete: a part of the points would overwrite a grade."""
    if grades.left_out:
        raise QuizproofError(
            f"The key of {listed(grades.left_out)} is not known, so {what} would hold only "
            f"{exact(grades.points_graded)} of {grades.responses.quiz.quiz.total} points; "
            "complete the key first."
        )


def fill_gradebook(
    gradebook: Gradebook,
    grades: ClassGrades,
    assignment: str | None,
    *,
    points_possible: bool = False,
    allow_lower: bool = False,
) -> FilledGradebook:
    """Fill an assignment with the scores of a class, rounded half up to two decimals.

    A cell without a paper stays as it is, and so does one that holds more, unless `allow_lower`. Raises
    QuizproofError for an incomplete key, SubmissionError for an assignment or students that are not clear,
    with every problem at once.
    """
    require_full_key(grades, "the gradebook")
    column = choose_assignment(gradebook, assignment)
    rows = list(gradebook.students())
    row_of, problems = match_papers(rows, grades)
    cells = {row.index: gradebook.records[row.index].values[column].strip() for row in rows}
    problems += _problems_of_cells(rows, cells, row_of)
    if not row_of and not problems:
        problems = ["none of the papers is of a student in it; is it the gradebook of this course?"]
    if problems:
        shown = [f"{gradebook.name}: {problem}" for problem in problems[:MAX_PROBLEMS]]
        more = [f"{gradebook.name}: {len(problems) - MAX_PROBLEMS} more problems"]
        raise SubmissionError(shown + more if len(problems) > MAX_PROBLEMS else shown)
    units = grades.frame["total"].to_list()
    filled = {
        row.index: FilledCell(row.number, row.label, cells[row.index], display(grades.points(units[paper])))
        for paper, row in sorted(row_of.items(), key=lambda match: match[1].index)
    }
    points_row = gradebook.points_row
    before = gradebook.records[points_row].values[column].strip() if points_row is not None else ""
    replaceable = {index: cell for index, cell in filled.items() if _replaceable(cell.before)}
    lowered = {index: cell for index, cell in replaceable.items() if _lowers(cell, _number(before))}
    written = {index: cell for index, cell in replaceable.items() if allow_lower or index not in lowered}
    texts = {index: cell.score for index, cell in written.items()}
    if points_possible:
        if points_row is None:
            raise SubmissionError([f"{gradebook.name}: there is no row {POINTS_POSSIBLE!r} to write to"])
        texts[points_row] = exact(grades.points_graded)
    return FilledGradebook(
        content=gradebook.with_column(column, texts),
        assignment=gradebook.titles[column],
        written=tuple(written.values()),
        kept=tuple(cell for index, cell in filled.items() if index not in replaceable),
        lowered=tuple(lowered.values()),
        lower_allowed=allow_lower,
        without_paper=tuple(row for row in rows if row.index not in filled),
        without_row=tuple(
            paper for index, paper in enumerate(PaperName.of_class(grades)) if index not in row_of
        ),
        points_possible=PointsPossible(before=before, quiz=grades.points_graded, written=points_possible),
    )


@dataclass(frozen=True)
class GradebookExport:
    """A gradebook with an assignment filled by `fill_gradebook`."""

    gradebook: Gradebook
    assignment: str | None
    points_possible: bool
    allow_lower: bool

    one_file: ClassVar[bool] = True
    lowers: ClassVar[bool] = True

    def make(self, grades: ClassGrades) -> Exported:
        """The file, and what to know before it is imported."""
        filled = fill_gradebook(
            self.gradebook,
            grades,
            self.assignment,
            points_possible=self.points_possible,
            allow_lower=self.allow_lower,
        )
        n_written = len(filled.written)
        return Exported(
            files=[(self.gradebook.name, filled.content)],
            lines=tuple(filled.lines()),
            document=filled.model_dump(mode="json"),
            said=f"{n_written} {'score' if n_written == 1 else 'scores'} in {filled.assignment!r}",
            differs=filled.differs,
        )


def _replaceable(cell: str) -> bool:
    return cell.upper() not in {EXCUSED, NOT_ASSIGNED}


def _lowers(cell: FilledCell, points: Fraction | None) -> bool:
    """Whether a score is less than what stands there; a share of the points as Canvas reads it, "90%"."""
    if cell.before in BLANK:
        return False
    there = _number(cell.before.removesuffix("%"))
    if there is not None and cell.before.endswith("%"):
        there = None if points is None else there * points / 100
    # The gradebook holds more decimals than are written.
    return there is None or Fraction(cell.score) < Fraction(display(there))


def _problems_of_cells(
    rows: Sequence[GradebookRow],
    cells: Mapping[int, str],
    row_of: Mapping[int, GradebookRow],
) -> list[str]:
    """A grade in letters would be replaced by a number that means another."""
    filled = {row.index for row in row_of.values()}
    return [
        f"row {row.number}: student {show(row.label)}: found {show(cells[row.index])}; "
        f"allowed: a score, a blank, {EXCUSED} or {NOT_ASSIGNED}"
        for row in rows
        if row.index in filled and _replaceable(cells[row.index]) and not _is_score(cells[row.index])
    ]


def _is_score(cell: str) -> bool:
    return cell in BLANK or bool(_SCORE.fullmatch(cell))


def _number(cell: str) -> Fraction | None:
    """A number as Canvas reads it: the last of its commas and points is the decimal one."""
    if not _SCORE.fullmatch(cell) or cell.endswith("%"):
        return None
    *thousands, last = re.split("[.,]", cell)
    try:
        return Fraction(f"{''.join(thousands)}.{last}" if thousands else last)
    except ValueError:
        return None
