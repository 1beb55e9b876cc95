"""Two gradings of the same papers side by side: who gains, who loses, how the distribution moves."""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import Any

import polars as pl

from grader.analysis.distribution import Distribution, both_ways, distribution_of
from grader.scores.graded import ClassGrades
from questions.quiz import AnyQuestion


@dataclass(frozen=True, slots=True)
class Moved:
    """How many scores went up, down or stayed, and by how much: `mean` over all papers, None without any."""

    gain: int
    lose: int
    same: int
    mean: Fraction | None
    largest_gain: Fraction
    largest_loss: Fraction

    def to_json(self) -> dict[str, Any]:
        """Counts, and points as exact strings beside rounded numbers."""
        return {
            "gain": self.gain,
            "lose": self.lose,
            "same": self.same,
            "mean_change": both_ways(self.mean),
            "largest_gain": both_ways(self.largest_gain),
            "largest_loss": both_ways(self.largest_loss),
        }


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

    def to_json(self) -> dict[str, Any]:
        """All but the single papers."""
        before, after = self.distributions
        return {
            **self.total.to_json(),
            "before": before.to_json(),
            "after": after.to_json(),
            "questions": {id_: moved.to_json() for id_, moved in self.by_question.items()},
        }

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
            mean=whole * self.unit / n if n else None,
            largest_gain=max((0, *found)) * self.unit,
            largest_loss=-min((0, *found)) * self.unit,
        )
