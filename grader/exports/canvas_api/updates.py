"""What Canvas's API is sent of a student: the scores of an attempt, question by question.

PUT /api/v1/courses/:course_id/quizzes/:quiz_id/submissions/:id, "Update student question scores and
comments", for Classic Quizzes. Canvas sums the scores and the fudge points itself.
"""

import math
from typing import Annotated

from pydantic import Field

from questions.common.frozen import Frozen

# Left out of what is sent, which tells Canvas to keep what it has.
Kept = Field(default=None, exclude_if=lambda value: value is None)


class QuestionUpdate(Frozen):
    """A question's score and the words on it; without words, those that stand in Canvas stay."""

    score: float
    comment: Annotated[str | None, Kept] = None


class AttemptUpdate(Frozen):
    """An attempt by its number, its questions by Canvas's ids; without fudge points, those there stay."""

    attempt: int
    fudge_points: Annotated[float | None, Kept] = None
    questions: dict[int, QuestionUpdate]


class Body(Frozen):
    """The body of the request."""

    quiz_submissions: tuple[AttemptUpdate]


class Update(Frozen):
    """A student's body; `user_id` is Canvas's."""

    student: str
    user_id: int
    body: Body

    @property
    def attempt(self) -> AttemptUpdate:
        """The one attempt of the body."""
        return self.body.quiz_submissions[0]

    def total(self, standing_fudge: float) -> float:
        """What Canvas then counts; the fudge points that stand there stay where none are sent."""
        fudge = self.attempt.fudge_points
        scores = math.fsum(one.score for one in self.attempt.questions.values())
        return scores + (standing_fudge if fudge is None else fudge)
