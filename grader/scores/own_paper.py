"""A student checks their own paper: the points, and whether each option they picked is right.

What is not to be seen is not in the result: without `reveal` a `CheckResult` is made of the paper, the
points and the truth of picked options alone, so nothing that is printed from it can tell two keys apart
which agree on these. The points themselves can: where several options are right, a picked one is worth a
share of how many there are. `coarse_check` leaves them out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Any, Literal, Self

from pydantic import Field, PlainSerializer, SerializerFunctionWrapHandler, model_serializer

from grader.key.why import MORE_WITH_REVEAL, NO_REASONS, Reasons, Told
from grader.papers.paper import Paper
from grader.scores.amendment_words import amendment_words
from grader.scores.credit import (
    display,
    exact,
    points_in_words,
    require_answer,
    require_key,
)
from grader.scores.grades import Scored, ScoredPaper, in_order
from grader.scores.marking import Marking
from grader.scores.rules import explain_rule
from questions.amendments import Amendment
from questions.common.frozen import Frozen
from questions.quiz import AnyQuestion, Bilingual, QuizSpec

Language = Literal["en", "zh"]


class Truth(StrEnum):
    """What is known of an option."""

    RIGHT = "right"
    WRONG = "wrong"
    UNDECIDED = "undecided"


TRUTH_ZH: Mapping[Truth, str] = {
    Truth.RIGHT: "正確",
    Truth.WRONG: "錯誤",
    Truth.UNDECIDED: "未定",
}


def _whys_as_dict(whys: tuple[tuple[str, Told], ...]) -> dict[str, Any]:
    return {option: told.model_dump(mode="json") for option, told in whys}


Truths = Annotated[tuple[tuple[str, Truth], ...], PlainSerializer(dict, when_used="json")]
Whys = Annotated[tuple[tuple[str, Told], ...], PlainSerializer(_whys_as_dict, when_used="json")]
NOT_SHOWN = Bilingual(en="it was not in this student's quiz", zh="這位學生的試卷沒有這一題")
NOT_BY_THE_ANSWER = Bilingual(en="the answer does not decide the score", zh="本題得分不依作答而定")
NO_FULL_KEY = Bilingual(en="the full key of this question is not known", zh="這一題的完整答案未定")


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What a key or conclusive evidence says of a question; `correct` only if the full key is known.

    `marking` is of a declared key: with what was amended in it, in this question or another whose points
    this one shares, it decides the score.
    """

    options: Mapping[str, Truth]
    correct: frozenset[str] | None
    marking: Marking | None = None

    @classmethod
    def from_marking(cls, question: AnyQuestion, picked: frozenset[str], marking: Marking) -> Self:
        """What a key with its amendments says; of several right answers, the best for the student."""
        return replace(cls.from_key(question, marking.best(question, picked)), marking=marking)

    @classmethod
    def from_key(cls, question: AnyQuestion, correct: frozenset[str] | None) -> Self:
        """A declared key decides every option; a null key decides none."""
        if correct is None:
            return cls(dict.fromkeys(question.option_ids, Truth.UNDECIDED), None)
        truth = {option: Truth.RIGHT if option in correct else Truth.WRONG for option in question.option_ids}
        return cls(truth, correct)


class Revealed(Frozen):
    """What only `reveal` shows of a question."""

    correct: tuple[str, ...] | None
    options: Truths
    words: Bilingual


class AnswerCheck(Scored):
    """A question as its student sees it; `score` is None where the full key is not known."""

    picked: Truths
    revealed: Revealed | None
    # Why options are right or wrong: of those picked, and of all if revealed.
    why: Whys = Field(default=(), exclude_if=lambda whys: not whys)
    # What a person amended in the key, and why.
    amended: Bilingual | None = Field(default=None, exclude_if=lambda words: words is None)

    @model_serializer(mode="wrap")
    def _document(self, dump: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """The revealed fields stand among the others, and only if revealed."""
        fields: dict[str, Any] = dump(self)
        return fields | (fields.pop("revealed") or {})

    def lines(self, language: Language) -> list[str]:
        """A line, one if the key was amended, one if revealed, and one an option of which is told why."""
        picks = (option_in_words(option, truth, language) for option, truth in self.picked)
        if self.dropped:
            picked = ", ".join(option_in_words(option, truth, language) for option, truth in self.picked)
            if language == "en":
                line = f"{self.question}: does not count, {picked or 'not answered'}"
            else:
                line = f"{self.question}：不計分，{picked or '未作答'}"
        elif language == "en":
            score = "undecided," if self.score is None else _number(self.score)
            picked = f": {', '.join(picks)}" if self.picked else ", not answered"
            line = f"{self.question}: {score} of {points_in_words(self.points)[0]}{picked}"
        else:
            score = "未定" if self.score is None else f"{_number(self.score)} 分"
            picked = f"：{'、'.join(picks)}" if self.picked else "，未作答"
            line = f"{self.question}：{score}（滿分 {exact(self.points)} 分）{picked}"
        more = [self.amended.en if language == "en" else self.amended.zh] if self.amended else []
        if self.revealed is not None:
            more.append(_revealed_in_words(self.revealed, language))
        more += why_lines(self.why, language)
        return [line, *(f"    {one}" for one in more)]


class CheckResult(ScoredPaper[AnswerCheck]):
    """A checked paper. A question left blank scores 0, one whose full key is not known has no score."""

    def lines(self, language: Language) -> list[str]:
        """Plain text; a student's name stands in it as it was written."""
        lines = [line for check in self.questions for line in check.lines(language)]
        score, graded, everything = _number(self.score), self.points_graded, exact(self.points_in_all)
        if not all(told.whole for one in self.questions for _, told in one.why):
            lines.append(MORE_WITH_REVEAL.en if language == "en" else MORE_WITH_REVEAL.zh)
        if language == "en":
            total = f"Total: {score} of {points_in_words(graded)[0]}"
            if self.left_out:
                total += f" decided ({everything} in all); undecided: {', '.join(self.left_out)}"
            return [f"Student: {self.student}", *lines, total]
        total = f"總分：{score} 分（滿分 {exact(graded)} 分）"
        if self.left_out:
            total += f"，全卷 {everything} 分；未定：{'、'.join(self.left_out)}"
        return [f"學號：{self.student}", *lines, total]


def check(
    paper: Paper,
    quiz: QuizSpec,
    knowledge: Mapping[str, Knowledge],
    *,
    reveal: bool = False,
    reasons: Reasons = NO_REASONS,
) -> CheckResult:
    """Check a paper against what is known. Raises ValueError for knowledge that contradicts itself."""
    return CheckResult(
        student=paper.student,
        questions=tuple(
            _check_question(
                question,
                paper.picked(question.id),
                knowledge[question.id],
                reasons,
                reveal=reveal,
                shown=question.id not in paper.not_shown,
            )
            for question in quiz.questions
        ),
    )


def _check_question(
    question: AnyQuestion,
    picked: frozenset[str],
    known: Knowledge,
    reasons: Reasons,
    *,
    reveal: bool,
    shown: bool,
) -> AnswerCheck:
    require_answer(question, picked, "answer")
    if set(known.options) != set(question.option_ids):
        raise ValueError(f"{question.id}: what is known is not about the question's options")
    if known.correct is not None:
        require_key(question, known.correct)
        if known.options != Knowledge.from_key(question, known.correct).options:
            raise ValueError(f"{question.id}: options and key of what is known do not agree")
    marking = known.marking or Marking({question.id: known.correct})
    amendment = marking.amendment(question)
    score: Fraction | None = None
    if not shown:
        score = marking.not_shown(question)
    elif marking.scored(question):
        score = marking.points(question, picked)
    elif not picked and not marking.dropped(question):
        # Nothing picked earns nothing under every key, so a blank does not even tell whether one is known.
        score = Fraction(0)
    return AnswerCheck(
        question=question.id,
        picked=tuple((option, known.options[option]) for option in in_order(question, picked)),
        score=score,
        points=marking.worth(question),
        revealed=_reveal(question, picked, known, marking) if reveal else None,
        why=whys_of(question, picked, known, reasons, reveal=reveal),
        amended=_amended(amendment, shown=shown),
        bonus=marking.bonus(question),
        dropped=marking.dropped(question) or (not shown and score is None),
    )


def _amended(amendment: Amendment | None, *, shown: bool) -> Bilingual | None:
    """What a person amended, and else that the question was not shown."""
    if amendment is not None:
        return amendment_words(amendment)
    return None if shown else NOT_SHOWN


def whys_of(
    question: AnyQuestion, picked: frozenset[str], known: Knowledge, reasons: Reasons, *, reveal: bool
) -> tuple[tuple[str, Told], ...]:
    """Why each option picked is right or wrong, and each of the others if revealed."""
    found = []
    for option in question.option_ids if reveal else in_order(question, picked):
        if known.options[option] is not Truth.UNDECIDED:
            right = known.options[option] is Truth.RIGHT
            if told := reasons.told(question, option, picked, right=right, reveal=reveal):
                found.append((option, told))
    return tuple(found)


def _reveal(question: AnyQuestion, picked: frozenset[str], known: Knowledge, marking: Marking) -> Revealed:
    options = tuple((option, known.options[option]) for option in question.option_ids)
    if known.correct is None:
        return Revealed(correct=None, options=options, words=NO_FULL_KEY)
    words = explain_rule(question, picked, known.correct, marking.rule(question), marking.worth(question))
    if not marking.scored(question) or marking.full(question) is not None:
        words = NOT_BY_THE_ANSWER
    return Revealed(correct=in_order(question, known.correct), options=options, words=words)


def _revealed_in_words(revealed: Revealed, language: Language) -> str:
    """The correct options, or else what is known of each option; then the reason of the score."""
    if revealed.correct is None:
        each = [option_in_words(option, truth, language) for option, truth in revealed.options]
        if language == "en":
            return f"{revealed.words.en}: {', '.join(each)}"
        return f"{revealed.words.zh}：{'、'.join(each)}"
    if language == "en":
        return f"correct: {', '.join(revealed.correct)}; {revealed.words.en}"
    return f"正確選項：{'、'.join(revealed.correct)}；{revealed.words.zh}"


def option_in_words(option: str, truth: Truth, language: Language) -> str:
    """An option and what is known of it."""
    return f"{option} {truth.value if language == 'en' else TRUTH_ZH[truth]}"


@dataclass(frozen=True)
class Explained:
    """How the points of a question came about, and why options are right or wrong."""

    words: Bilingual
    why: tuple[tuple[str, Told], ...]

    def lines(self, language: Language) -> list[str]:
        """The points, and a line an option of which is told why."""
        words = self.words.en if language == "en" else self.words.zh
        return [words, *(_why_line(option, told, language) for option, told in self.why)]


def points_and_why(
    question: AnyQuestion, picked: frozenset[str], marking: Marking, reasons: Reasons, *, reveal: bool
) -> Explained:
    """What a student is told of a question that was answered so."""
    known = Knowledge.from_marking(question, picked, marking)
    why = whys_of(question, picked, known, reasons, reveal=reveal)
    return Explained(marking.words(question, picked), why)


def why_lines(whys: tuple[tuple[str, Told], ...], language: Language) -> list[str]:
    """A line an option of which is told why, and one with what belongs to it."""
    lines = []
    for option, told in whys:
        lines.append(_why_line(option, told, language))
        if told.shown:
            lines.append(("  hear or see: " if language == "en" else "  可聽可看：") + ", ".join(told.shown))
    return lines


def _why_line(option: str, told: Told, language: Language) -> str:
    return f"{option}: {told.words.en}" if language == "en" else f"{option}：{told.words.zh}"


def _number(value: Fraction) -> str:
    """Exact; a fraction is followed by its rounding."""
    number = exact(value)
    return f"{number} ({display(value)})" if "/" in number else number
