"""What is wrong with a key, or looks wrong, before anybody is graded by it."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from statistics import mode

from grader.key.key_check import Status, check_question
from grader.papers.option_text import folded
from grader.scores.credit import exact, points_in_words
from grader.scores.rules import rule_credit
from questions.checks import fold_text
from questions.common.frozen import Frozen
from questions.key import Answers
from questions.quiz import AnyQuestion, Bilingual, QuizSpec
from solvers.evidence.verdicts import Evidence


class Severity(StrEnum):
    """Whether grading goes on."""

    REFUSED = "refused"  # no grade can come of it
    CONTRADICTED = "contradicted"  # conclusive evidence says otherwise
    WARNING = "warning"  # can be meant so


class Finding(Frozen):
    """One thing about one question, in a sentence."""

    severity: Severity
    question: str
    words: Bilingual

    @property
    def line(self) -> str:
        """As the terminal shows it."""
        return f"{self.question}: {self.severity}: {self.words.en}"


def warnings(
    quiz: QuizSpec,
    key: Answers,
    evidence: Mapping[str, Evidence] | None = None,
) -> tuple[Finding, ...]:
    """All findings on a key, in the quiz's order; a question whose key is not known has none about its key.

    With evidence, conclusive verdicts are held against the key; rehearsals never are.
    """
    kinds = {question.kind for question in quiz.questions}
    usual = {kind: mode(q.points_exact for q in quiz.questions if q.kind == kind) for kind in kinds}
    return tuple(
        Finding(severity=severity, question=question.id, words=words)
        for question in quiz.questions
        for severity, words in (
            *_of_question(question, usual[question.kind]),
            *_of_key(question, key.get(question.id), (evidence or {}).get(question.id)),
        )
    )


_Found = tuple[Severity, Bilingual]

_KIND = {"single": ("single-choice", "單選"), "multiple": ("multiple-answer", "多選")}


def _of_question(question: AnyQuestion, usual: Decimal) -> Iterator[_Found]:
    if question.points_exact != usual:
        points, others = exact(Fraction(question.points_exact)), exact(Fraction(usual))
        kind_en, kind_zh = _KIND[question.kind]
        yield (
            Severity.WARNING,
            Bilingual(
                en=f"worth {points}, while most {kind_en} questions are worth {others}.",
                zh=f"配分 {points} 分，但大多數{kind_zh}題為 {others} 分。",
            ),
        )
    for (first, second), severity in _same_texts(question).items():
        if severity is Severity.REFUSED:
            yield (
                severity,
                Bilingual(
                    en=f"options {first} and {second} have the same text; a paper cannot tell them apart.",
                    zh=f"選項 {first} 與 {second} 文字相同，無法分辨作答選了哪一個。",
                ),
            )
        else:
            yield (
                severity,
                Bilingual(
                    en=f"the texts of options {first} and {second} differ in nothing but punctuation.",
                    zh=f"選項 {first} 與 {second} 的文字只有標點不同。",
                ),
            )


def _same_texts(question: AnyQuestion) -> dict[tuple[str, str], Severity]:
    """The pairs of options that have a text in common, in whichever language, and how bad that is."""
    same: dict[tuple[str, str], Severity] = {}
    for fold, severity in ((fold_text, Severity.REFUSED), (folded, Severity.WARNING)):
        first_with: dict[str, str] = {}
        for option in question.options:
            for text in dict.fromkeys((fold(option.text.zh), fold(option.text.en))):
                first = first_with.setdefault(text, option.id)
                if first != option.id:
                    same.setdefault((first, option.id), severity)
    return same


def _of_key(
    question: AnyQuestion, correct: frozenset[str] | None, evidence: Evidence | None
) -> Iterator[_Found]:
    if correct is None:
        return
    if wrong := _impossible(question, correct):
        yield Severity.REFUSED, wrong
        return
    if question.kind == "multiple":
        score = rule_credit(question, frozenset(question.option_ids), correct, question.credit)
        if score:
            en, zh = points_in_words(score)
            yield (
                Severity.WARNING,
                Bilingual(
                    en=f"by this key, picking every option earns {en}.", zh=f"依此答案，全選可得 {zh}。"
                ),
            )
    if evidence is not None:
        check = check_question(question, evidence, correct)
        if check.status is Status.CONTRADICTED:
            yield (
                Severity.CONTRADICTED,
                Bilingual(
                    en=f"the evidence contradicts the key. {check.reason.en}",
                    zh=f"證據與答案牴觸。{check.reason.zh}",
                ),
            )


def _impossible(question: AnyQuestion, correct: frozenset[str]) -> Bilingual | None:
    """Why no credit can be shared by such a key."""
    if unknown := ", ".join(sorted(correct - set(question.option_ids))):
        return Bilingual(
            en=f"the key has {unknown}, which is not an option.", zh=f"答案中的 {unknown} 不是選項。"
        )
    if not correct:
        return Bilingual(en="the key has no correct option.", zh="答案沒有任何正確選項。")
    if question.kind == "single" and len(correct) > 1:
        found = ", ".join(sorted(correct))
        return Bilingual(
            en=f"a single choice, yet its key has {found}.", zh=f"單選題卻有多個正確選項：{found}。"
        )
    return None
