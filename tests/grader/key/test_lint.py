"""What is found wrong with a key before anybody is graded by it."""

from collections.abc import Mapping

import pytest

from grader.key.lint import Severity, warnings
from questions.quiz import Bilingual, QuizSpec
from solvers.evidence.verdicts import Evidence, Outcome, Standing
from tests.grader.key.test_key_check import conclusive, evidence
from tests.grader.tiny import QUIZ, quiz_of, with_singles


def lint(
    key: Mapping[str, str | None], found: Mapping[str, Evidence] | None = None, quiz: QuizSpec = QUIZ
) -> list[tuple[str, str, str]]:
    answers = {id_: None if correct is None else frozenset(correct) for id_, correct in key.items()}
    return [(one.severity.value, one.question, one.words.en) for one in warnings(quiz, answers, found)]


def changed(question_id: str, **update: object) -> QuizSpec:
    return QUIZ.model_copy(
        update={
            "questions": tuple(
                q.model_copy(update=update) if q.id == question_id else q for q in QUIZ.questions
            )
        }
    )


def with_texts(question_id: str, **texts: tuple[str, str]) -> QuizSpec:
    """The quiz with other texts, Chinese and English, in the options named."""
    options = tuple(
        o.model_copy(update={"text": Bilingual(zh=texts[o.id][0], en=texts[o.id][1])}) if o.id in texts else o
        for o in QUIZ.question(question_id).options
    )
    return changed(question_id, options=options)


def test_a_quiz_in_order_is_clean() -> None:
    assert lint({}) == []
    assert lint({"q01": "A", "q02": None, "q06": "A", "q10": "A"}) == []


@pytest.mark.parametrize(
    ("correct", "earned"),
    [
        ("ABCD", None),  # 4 right − 4 wrong
        ("ABCDE", "0.4 points"),  # 5 right − 3 wrong, each a fifth
        ("ABCDEFGH", "1 point"),
    ],
)
def test_picking_all_options(correct: str, earned: str | None) -> None:
    expected = [("warning", "q06", f"by this key, picking every option earns {earned}.")] if earned else []
    assert lint({"q06": correct}) == expected


@pytest.mark.parametrize(
    ("question", "correct", "words"),
    [
        ("q06", "", "the key has no correct option."),
        ("q01", "", "the key has no correct option."),
        ("q01", "AB", "a single choice, yet its key has A, B."),
        ("q01", "Z", "the key has Z, which is not an option."),
    ],
)
def test_a_key_that_no_credit_can_come_of_is_refused(question: str, correct: str, words: str) -> None:
    assert lint({question: correct}) == [("refused", question, words)]


def test_points_that_stand_out_are_named() -> None:
    first, second, third, *others = with_singles("q03").questions
    dearer = quiz_of(first, second, third.model_copy(update={"points": "1"}), *others)
    assert lint({}, quiz=dearer) == [
        ("warning", "q03", "worth 1, while most single-choice questions are worth 0.8.")
    ]
    assert lint({}, quiz=changed("q02", points="0.80")) == []


@pytest.mark.parametrize(
    ("texts", "severity"),
    [
        ({"A": ("一 樣。", "x"), "C": ("一樣。", "y")}, "refused"),
        ({"A": ("ＡＢ", "x"), "C": ("ab", "y")}, "refused"),
        ({"A": ("甲", "the same"), "C": ("The same", "y")}, "refused"),  # across the languages
        ({"A": ("甲，乙", "x"), "C": ("甲、乙", "y")}, "warning"),
        ({"A": ("x", "x"), "C": ("y", "y")}, None),
    ],
)
def test_options_with_the_same_text(texts: dict[str, tuple[str, str]], severity: str | None) -> None:
    found = lint({}, quiz=with_texts("q02", **texts))
    assert [one[:2] for one in found] == ([(severity, "q02")] if severity else [])
    assert all("options A and C" in words for _, _, words in found)


def test_only_conclusive_evidence_contradicts() -> None:
    q01, q02 = QUIZ.question("q01"), QUIZ.question("q02")
    rehearsal = dict.fromkeys(q02.option_ids, (Outcome.FAILS, Standing.REHEARSAL))
    found = {"q01": conclusive(q01, frozenset("B")), "q02": evidence(q02, rehearsal)}
    assert lint({"q01": "B", "q02": "A", "q06": "A"}, found) == []
    assert lint({"q01": "A", "q02": "A"}, found) == [
        (
            "contradicted",
            "q01",
            "the evidence contradicts the key. "
            "The key marks A correct; measured 1 (threshold: 1). "
            "The key marks B incorrect; measured 1 (threshold: 1).",
        )
    ]
    assert lint({"q01": None}, found) == []


def test_findings_come_in_the_quiz_order_and_both_languages() -> None:
    found = warnings(QUIZ, {"q10": frozenset("ABCDEFG"), "q01": frozenset()})
    assert [(one.question, one.severity) for one in found] == [
        ("q01", Severity.REFUSED),
        ("q10", Severity.WARNING),
    ]
    assert [one.words.zh for one in found] == ["答案沒有任何正確選項。", "依此答案，全選可得 1 分。"]
