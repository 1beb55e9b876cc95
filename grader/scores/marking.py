"""How an answer earns points: what every grading of a class or a paper is made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from grader.scores.credit import credit, explain_credit, require_key
from questions.quiz import AnyQuestion, Bilingual

Answers = Mapping[str, frozenset[str] | None]


class Marking(Protocol):
    """Points for answers. The methods are for questions whose key is known."""

    @property
    def key(self) -> Answers:
        """The right options by question; None, or no entry, where they are not known."""

    def points(self, question: AnyQuestion, picked: frozenset[str]) -> Fraction:
        """What an answer earns. ValueError: a key that cannot be that of its question."""

    def words(self, question: AnyQuestion, picked: frozenset[str]) -> Bilingual:
        """How that came about; it tells how many options are correct."""


def known(marking: Marking, question: AnyQuestion) -> frozenset[str]:
    """The key of a question whose key is known. ValueError: it cannot be that of its question."""
    correct = marking.key[question.id]
    assert correct is not None, "points are asked for where the key is known"
    require_key(question, correct)
    return correct


@dataclass(frozen=True)
class ByKey:
    """The course's rule: net correct."""

    key: Answers

    def points(self, question: AnyQuestion, picked: frozenset[str]) -> Fraction:
        """Right picks minus wrong picks, never below zero."""
        return credit(picked, known(self, question), question.points_exact)

    def words(self, question: AnyQuestion, picked: frozenset[str]) -> Bilingual:
        """The rule with its numbers."""
        return explain_credit(picked, known(self, question), question.points_exact)
