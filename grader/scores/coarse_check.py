"""A checked paper without its scores: each question right, partly right or wrong.

Of a question with several right options, a score is a share of how many there are, and so tells of options
that were not picked. Whether an answer is right, earns something or nothing follows from the picked options
alone, but for one thing: that a right answer lacks none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from grader.scores.credit import exact
from grader.scores.own_paper import AnswerCheck, CheckResult, Language, option_in_words, truths
from questions.common.errors import QuizproofError


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


@dataclass(frozen=True, slots=True)
class CoarseResult:
    """A checked paper, of which nothing is shown that its scores would tell."""

    checked: CheckResult

    def __post_init__(self) -> None:
        """Refuse what was revealed: it is what this hides."""
        if any(answer.revealed is not None for answer in self.checked.questions):
            raise QuizproofError("--coarse hides what --reveal shows; give one of them.")

    def to_json(self) -> dict[str, Any]:
        """One JSON object, without a score or a sum of scores."""
        return {
            "student": self.checked.student,
            "points_in_all": exact(self.checked.points_in_all),
            "questions": [
                {
                    "question": answer.question,
                    "went": went(answer).value,
                    "picked": truths(answer.picked),
                    "points": exact(answer.points),
                }
                for answer in self.checked.questions
            ],
        }

    def lines(self, language: Language) -> list[str]:
        """Plain text; a student's name stands in it as it was written."""
        student = "Student: " if language == "en" else "學號："
        return [student + self.checked.student, *(_line(one, language) for one in self.checked.questions)]


def went(answer: AnswerCheck) -> Went:
    """How a question went, by its score. One that is worth no points cannot be told."""
    if not answer.picked:
        return Went.BLANK
    if answer.score is None or not answer.points:
        return Went.UNDECIDED
    if answer.score == answer.points:
        return Went.RIGHT
    return Went.PARTLY_RIGHT if answer.score else Went.WRONG


def _line(answer: AnswerCheck, language: Language) -> str:
    how = went(answer)
    picks = [option_in_words(option, truth, language) for option, truth in answer.picked]
    if language == "en":
        return f"{answer.question}: {how.value}" + (f": {', '.join(picks)}" if picks else "")
    return f"{answer.question}：{WENT_ZH[how]}" + (f"：{'、'.join(picks)}" if picks else "")
