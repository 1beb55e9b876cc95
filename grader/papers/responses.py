"""A class's answers in columns: one row a paper, one bit mask a question.

Whatever file they come from (Canvas's CSV, a plain CSV, papers in YAML or JSON), this is what is graded.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from questions.quiz import AnyQuestion, QuizSpec

if TYPE_CHECKING:
    import polars as pl

# Who a row is. Canvas's anonymous reports have none of name, id and sis_id.
IDENTITY = ("source", "row", "student", "name", "id", "sis_id", "login", "section", "attempt", "submitted")


def reported(question_id: str) -> str:
    """The column with the points that the learning platform itself gave for a question."""
    return f"{question_id} reported"


REPORTED_TOTAL = "total reported"
# What stands for a mask while a file is read; a question has at most 26 options.
NOT_SHOWN = 2**32 - 1
TWO_ANSWERS = 2**32 - 2
DAYS_LATE = "days late"


@dataclass(frozen=True)
class Deduction:
    """What a late paper loses: a share of the points that can be had for each day that was begun.

    What is left is not less than `floor`, a share of the same; nobody gains by it.
    """

    per_day: Fraction
    floor: Fraction = Fraction(0)

    def __str__(self) -> str:
        floor = f", down to {float(100 * self.floor):g} %" if self.floor else ""
        return f"late papers lose {float(100 * self.per_day):g} % of the points a day{floor}"


@dataclass(frozen=True)
class Responses:
    """Papers that can be graded: no row here is invalid.

    `frame` has the columns
    - `source` str, `row` UInt32: the file, and the row in it as a spreadsheet counts (the header is row 1);
    - `student` str: how the student is named in output: the first there is of sis_id, id, login and
      name, else "row N"; `name`, `id` (Canvas's), `sis_id`, `login`, `section`, `submitted` str or null, as
      written; `attempt` Int64 or null;
    - `q01` … UInt32: bit i is set where option i of the question, in its order, was picked; 0 is a blank,
      null a question that the student was not shown;
    - `reported(question)` Float64 and `REPORTED_TOTAL`, only where the file has the platform's own scores;
      null where such a cell is empty.

    Where there is a due date it has `DAYS_LATE` UInt32, the days late that were begun, and `late` is what
    they cost. `absent` are questions that were not asked: they stand as blanks, and have no reported scores.
    `platform_ids` are the platform's ids of questions, where the files tell one and the same.
    """

    quiz: QuizSpec
    frame: "pl.DataFrame"
    absent: tuple[str, ...] = ()
    late: Deduction | None = None
    platform_ids: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def by_student(self) -> "pl.DataFrame | None":
        """All papers, each student's together and the earliest first; None if nobody has several.

        `who` UInt32 is the place of the student's first paper in the frame, by which they are in order, and
        `place` UInt32 that of the paper. A paper of nobody known is one of a student of its own.
        """
        import polars as pl

        from grader.papers.identity import known_writers

        who = known_writers(self.frame)
        if who.drop_nulls().is_unique().all():
            return None
        papers = self.frame.select("attempt", -pl.col("row").cast(pl.Int64), who).with_row_index("place")
        papers = papers.with_columns(pl.col("who").fill_null(pl.col("place")))
        return papers.sort("who", "attempt", "row").select("who", "place")

    @property
    def has_reported(self) -> bool:
        """Whether the file tells what the learning platform itself gave."""
        asked = (question.id for question in self.quiz.questions if question.id not in self.absent)
        return all(reported(id_) in self.frame.columns for id_ in asked)


def mask_of(question: AnyQuestion, picked: frozenset[str]) -> int:
    """The bit mask of a set of options. ValueError: one is not the question's."""
    bits = {option: 1 << bit for bit, option in enumerate(question.option_ids)}
    if not picked <= bits.keys():
        raise ValueError(f"{question.id}: {sorted(picked - bits.keys())} are not among its options")
    return sum(bits[option] for option in picked)


def picked_of(question: AnyQuestion, mask: int) -> tuple[str, ...]:
    """The options of a bit mask, in the question's order."""
    return tuple(option for bit, option in enumerate(question.option_ids) if mask >> bit & 1)
