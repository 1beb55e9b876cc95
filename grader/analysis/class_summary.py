"""What a class looks like at a glance: for the terminal and for the head of a JSON document."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from grader.papers.responses import picked_of
from grader.scores.credit import display, exact
from grader.scores.graded import ClassGrades
from grader.scores.marking import Status
from questions.quiz import AnyQuestion

SHOWN = (Status.RIGHT, Status.PARTLY_RIGHT, Status.WRONG, Status.BLANK)


@dataclass(frozen=True)
class QuestionSummary:
    """How one question went with those who were shown it: the mean score, and how many have which status."""

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
        tuple(_summary(grades, question) for question in grades.graded),
    )


def _summary(grades: ClassGrades, question: AnyQuestion) -> QuestionSummary:
    n_papers_with: Counter[Status] = Counter()
    for mask, count in grades.by_paper.responses.frame[question.id].drop_nulls().value_counts().iter_rows():
        n_papers_with[grades.marking.status(question, frozenset(picked_of(question, mask)))] += count
    scores = grades.frame[question.id].drop_nulls()
    return QuestionSummary(
        question.id,
        grades.marking.worth(question),
        grades.points(int(scores.sum())) / max(len(scores), 1),
        n_papers_with,
    )
