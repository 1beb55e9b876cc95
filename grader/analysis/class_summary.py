"""What a class looks like at a glance: for the terminal and for the head of a JSON document."""

from pydantic import computed_field

from grader.papers.responses import picked_of
from grader.scores.graded import ClassGrades
from grader.scores.marking import Status
from grader.scores.points import Points, Rounded
from questions.common.frozen import Frozen
from questions.quiz import AnyQuestion

SHOWN = (Status.RIGHT, Status.PARTLY_RIGHT, Status.WRONG, Status.BLANK)


class QuestionSummary(Frozen):
    """How one question went with those who were shown it: the mean score, and how many have which status."""

    question: str
    points: Points
    mean: Points
    papers: dict[Status, int]

    @computed_field
    @property
    def mean_rounded(self) -> Rounded:
        """The mean for those who only look."""
        return self.mean


class ClassSummary(Frozen):
    """A class of at least one paper."""

    n_papers: int
    mean: Points
    questions: tuple[QuestionSummary, ...]

    @computed_field
    @property
    def mean_rounded(self) -> Rounded:
        """The mean for those who only look."""
        return self.mean


def summarise(grades: ClassGrades) -> ClassSummary | None:
    """The summary of a class; None if it has no paper."""
    n_papers = len(grades.frame)
    if not n_papers:
        return None
    return ClassSummary(
        n_papers=n_papers,
        mean=grades.points(int(grades.frame["total"].sum())) / n_papers,
        questions=tuple(_summary(grades, question) for question in grades.graded),
    )


def _summary(grades: ClassGrades, question: AnyQuestion) -> QuestionSummary:
    n_papers_with = dict.fromkeys(SHOWN, 0)
    for mask, count in grades.by_paper.responses.frame[question.id].drop_nulls().value_counts().iter_rows():
        n_papers_with[grades.marking.status(question, frozenset(picked_of(question, mask)))] += count
    scores = grades.frame[question.id].drop_nulls()
    return QuestionSummary(
        question=question.id,
        points=grades.marking.worth(question),
        mean=grades.points(int(scores.sum())) / max(len(scores), 1),
        papers=n_papers_with,
    )
