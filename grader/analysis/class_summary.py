"""What a class looks like at a glance: for the terminal and for the head of a JSON document."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from grader.papers.responses import ClassGrades, picked_of
from grader.scores.credit import display, exact
from grader.scores.grades import Status, status_of
from questions.quiz import AnyQuestion

SHOWN = (Status.RIGHT, Status.PARTLY_RIGHT, Status.WRONG, Status.BLANK)


@dataclass(frozen=True)
class QuestionSummary:
    """How one question went: the mean score, and how many papers have which status."""

    question: str
    points: Fraction
    mean: Fraction
    papers: Mapping[Status, int]

    def to_json(self) -> dict[str, Any]:
        """The mean exactly and rounded."""
        return {
            "question": self.question,
            "points": exact(self.points),
            "mean": exact(self.mean),
            "mean_rounded": float(display(self.mean)),
            "papers": {status.value: self.papers[status] for status in SHOWN},
        }


@dataclass(frozen=True)
class ClassSummary:
    """A class of at least one paper."""

    n_papers: int
    mean: Fraction
    questions: tuple[QuestionSummary, ...]

    def to_json(self) -> dict[str, Any]:
        """One JSON object."""
        return {
            "n_papers": self.n_papers,
            "mean": exact(self.mean),
            "mean_rounded": float(display(self.mean)),
            "questions": [one.to_json() for one in self.questions],
        }


def summarise(grades: ClassGrades) -> ClassSummary | None:
    """The summary of a class; None if it has no paper."""
    n_papers = len(grades.frame)
    if not n_papers:
        return None
    return ClassSummary(
        n_papers,
        grades.points(int(grades.frame["total"].sum())) / n_papers,
        tuple(_summary(grades, question, n_papers) for question in grades.graded),
    )


def _summary(grades: ClassGrades, question: AnyQuestion, n_papers: int) -> QuestionSummary:
    correct = grades.key[question.id]
    assert correct is not None, "a graded question has a key"
    n_papers_with: Counter[Status] = Counter()
    for mask, count in grades.responses.frame[question.id].value_counts().iter_rows():
        n_papers_with[status_of(frozenset(picked_of(question, mask)), correct)] += count
    return QuestionSummary(
        question.id,
        Fraction(question.points_exact),
        grades.points(int(grades.frame[question.id].sum())) / n_papers,
        n_papers_with,
    )
