"""Two gradings of the same papers side by side: who gains, who loses, how the distribution moves."""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import lcm

import polars as pl

from grader.analysis.distribution import Distribution, distribution_of
from grader.scores.graded import ClassGrades
from grader.scores.points import BothWays
from questions.common.frozen import Frozen
from questions.quiz import AnyQuestion


class Moved(Frozen):
    """How many scores went up, down or stayed, and by how much.

    `mean_change` is over all papers, None without any.
    """

    gain: int
    lose: int
    same: int
    mean_change: BothWays | None
    largest_gain: BothWays
    largest_loss: BothWays


class ChangesSummary(Moved):
    """How the totals moved, between which distributions, and how each question's scores did."""

    before: Distribution
    after: Distribution
    questions: dict[str, Moved]


@dataclass(frozen=True)
class ScoreChanges:
    """`before` and `after` are gradings of the same papers. Raises ValueError where they are not.

    Their rows are the same students; which of a student's attempts counts may differ.

    A question that only one of the two grades counts as 0 in the other, so that the changes of a paper's
    questions sum to the change of its total.
    """

    before: ClassGrades
    after: ClassGrades

    def __post_init__(self) -> None:
        """Refuse papers that are not the same."""
        if self.before.every is not self.after.every or self.before.attempts != self.after.attempts:
            raise ValueError("the two gradings are not of the same papers")

    @property
    def unit(self) -> Fraction:
        """What the numbers of `frame` count, in points."""
        return Fraction(1, lcm(self.before.unit.denominator, self.after.unit.denominator))

    @cached_property
    def frame(self) -> pl.DataFrame:
        """`student` str, and `before`, `after`, `change` Int64 in units; a row a paper, in their order."""
        before, after = self._units("total")
        student = self.before.frame["student"]
        return pl.DataFrame({"student": student, "before": before, "after": after, "change": after - before})

    @property
    def questions(self) -> tuple[AnyQuestion, ...]:
        """The questions that either of the two grades, in the order of the quiz."""
        graded = {question.id for grades in (self.before, self.after) for question in grades.graded}
        return tuple(question for question in self.before.responses.quiz.questions if question.id in graded)

    @cached_property
    def total(self) -> Moved:
        """How the totals moved."""
        return self._moved(self.frame["change"])

    @cached_property
    def by_question(self) -> dict[str, Moved]:
        """How the scores of each question moved."""
        units = {question.id: self._units(question.id) for question in self.questions}
        return {id_: self._moved(after - before) for id_, (before, after) in units.items()}

    @cached_property
    def distributions(self) -> tuple[Distribution, Distribution]:
        """The totals' distributions, before and after."""
        return distribution_of(self.before), distribution_of(self.after)

    @property
    def summary(self) -> ChangesSummary:
        """All but the single papers."""
        before, after = self.distributions
        return ChangesSummary(**dict(self.total), before=before, after=after, questions=self.by_question)

    def _units(self, column: str) -> tuple[pl.Series, pl.Series]:
        """A column of both gradings, in `unit`."""
        unit, n = self.unit, len(self.before.frame)
        before, after = (
            grades.frame[column].fill_null(0) * int(grades.unit / unit)
            if column in grades.frame.columns
            else pl.zeros(n, dtype=pl.Int64, eager=True)
            for grades in (self.before, self.after)
        )
        return before, after

    def _moved(self, change: pl.Series) -> Moved:
        counts = change.value_counts(name="papers")
        found = dict(zip(counts[change.name].to_list(), counts["papers"].to_list(), strict=True))
        n, whole = len(change), sum(units * papers for units, papers in found.items())
        return Moved(
            gain=sum(papers for units, papers in found.items() if units > 0),
            lose=sum(papers for units, papers in found.items() if units < 0),
            same=found.get(0, 0),
            mean_change=whole * self.unit / n if n else None,
            largest_gain=max((0, *found)) * self.unit,
            largest_loss=-min((0, *found)) * self.unit,
        )
