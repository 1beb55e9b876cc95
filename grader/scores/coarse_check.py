"""A checked paper without its scores: each question right, partly right or wrong.

Of a question with several right options, a score is a share of how many there are, and so tells of options
that were not picked. Whether an answer is right, earns something or nothing follows from the picked options
alone, but for one thing: that a right answer lacks none.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Self

from pydantic import Field

from grader.key.why import MORE_WITH_REVEAL
from grader.scores.own_paper import (
    AnswerCheck,
    CheckResult,
    Language,
    Truths,
    Whys,
    option_in_words,
    why_lines,
)
from grader.scores.points import Points
from questions.common.errors import QuizproofError
from questions.common.frozen import Frozen


class Went(StrEnum):
    """How a question went."""

    BLANK = "blank"
    RIGHT = "right"
    PARTLY_RIGHT = "partly right"
    WRONG = "wrong"
    UNDECIDED = "undecided"


WENT_ZH: Mapping[Went, str] = {
    Went.BLANK: "未作答",
    Went.RIGHT: "答對",
    Went.PARTLY_RIGHT: "部分答對",
    Went.WRONG: "答錯",
    Went.UNDECIDED: "未定",
}


class CoarseAnswer(Frozen):
    """A question of which nothing is told that its score would tell."""

    question: str
    went: Went
    picked: Truths
    points: Points
    why: Whys = Field(default=(), exclude_if=lambda whys: not whys)

    def lines(self, language: Language) -> list[str]:
        """Plain text: a line, and one for each option of which is told why."""
        return [self._line(language), *(f"    {one}" for one in why_lines(self.why, language))]

    def _line(self, language: Language) -> str:
        picks = [option_in_words(option, truth, language) for option, truth in self.picked]
        if language == "en":
            return f"{self.question}: {self.went}" + (f": {', '.join(picks)}" if picks else "")
        return f"{self.question}：{WENT_ZH[self.went]}" + (f"：{'、'.join(picks)}" if picks else "")


class CoarseResult(Frozen):
    """A checked paper, without a score or a sum of scores."""

    student: str
    points_in_all: Points
    questions: tuple[CoarseAnswer, ...]

    @classmethod
    def of(cls, checked: CheckResult) -> Self:
        """Of a paper that was checked. Raises QuizproofError for what was revealed: it is what this hides."""
        if any(answer.revealed is not None for answer in checked.questions):
            raise QuizproofError("--coarse hides what --reveal shows; give one of them.")
        answers = tuple(
            CoarseAnswer(
                question=one.question, went=went(one), picked=one.picked, points=one.points, why=one.why
            )
            for one in checked.questions
        )
        return cls(student=checked.student, points_in_all=checked.points_in_all, questions=answers)

    def lines(self, language: Language) -> list[str]:
        """Plain text; a student's name stands in it as it was written."""
        student = "Student: " if language == "en" else "學號："
        lines = [line for one in self.questions for line in one.lines(language)]
        if not all(told.whole for one in self.questions for _, told in one.why):
            lines.append(MORE_WITH_REVEAL.en if language == "en" else MORE_WITH_REVEAL.zh)
        return [student + self.student, *lines]


def went(answer: AnswerCheck) -> Went:
    """How a question went, by its score. One that is worth no points cannot be told."""
    if not answer.picked:
        return Went.BLANK
    if answer.score is None or not answer.points:
        return Went.UNDECIDED
    if answer.score == answer.points:
        return Went.RIGHT
    return Went.PARTLY_RIGHT if answer.score else Went.WRONG
