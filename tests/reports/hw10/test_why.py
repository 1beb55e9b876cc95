"""What of HW10's measurements may be told of one option without telling of another."""

from grader.key.why import Reasons, reasons_of
from questions.quiz import AnyQuestion, QuizSpec
from tests.grader.tiny import QUIZ
from tests.grader.tiny_evidence import evidence_of


def test_what_hw10_measures_of_one_option_is_not_told_of_another(spec: QuizSpec) -> None:
    """Question 10's nearness is measured once for three options, question 6's groups for four."""

    def alone(question: AnyQuestion) -> str:
        reasons = Reasons(by_question={question.id: dict.fromkeys(question.option_ids, why)})
        return "".join(
            option
            for option in question.option_ids
            if (one := reasons.told(question, option, frozenset(option), right=True, reveal=False))
            and one.whole
        )

    why = reasons_of(QUIZ, evidence_of()).by_question["q01"]["B"]
    assert alone(spec.question("q06")) == "AB"
    assert alone(spec.question("q10")) == "AD"
    assert alone(spec.question("q01")) == "ABCD"  # each as if it were the right one


def test_a_sound_that_an_option_not_picked_shares_is_kept_back(spec: QuizSpec) -> None:
    """Question 6's A and B are of a kind each, so that no reason of theirs tells of others; a sound may."""
    question = spec.question("q06")
    why = reasons_of(QUIZ, evidence_of()).by_question["q01"]["B"].model_copy(update={"apart": True})
    reasons = Reasons(by_question={"q06": {"A": why}}, own={"q06": {"A": ("a", "both"), "B": ("both",)}})
    for picked, shown in (("A", ("a",)), ("AB", ("a", "both"))):
        told = reasons.told(question, "A", frozenset(picked), right=True, reveal=False)
        assert told is not None
        assert (told.whole, told.shown) == (True, shown)
