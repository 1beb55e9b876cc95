"""Why an option is right or wrong: what was measured, what a person ruled, and nothing of a rehearsal."""

from typing import Literal

import pytest

from grader.key.rulings import Rulings
from grader.key.why import Reasons, Told, reasons_of
from questions.claims import Claim
from questions.quiz import Basis, Bilingual
from solvers.evidence.verdicts import Evidence, OptionVerdict, Outcome, PartVerdict, Standing
from tests.grader.tiny import QUIZ
from tests.grader.tiny_evidence import STANDIN, evidence_of, judged, ruling

SUM = Bilingual(zh="2 + 3 = 5。測得：5。", en="2 + 3 = 5. Measured: 5.")
NOT_AS_IT_SAYS = Bilingual(zh="測得的結果與此說不符。", en="What was measured is not as it says.")
AS_IT_SAYS = Bilingual(zh="測得的結果與此說相符。", en="What was measured is as it says.")


def told(
    question: str,
    option: str,
    picked: str,
    *,
    right: bool,
    reveal: bool = False,
    reasons: Reasons | None = None,
) -> Told | None:
    found = reasons or reasons_of(QUIZ, evidence_of())
    return found.told(QUIZ.question(question), option, frozenset(picked), right=right, reveal=reveal)


def test_the_right_single_choice_is_told_all_and_a_wrong_one_nothing_of_the_right() -> None:
    assert told("q01", "B", "B", right=True) == Told(words=SUM, whole=True)
    assert told("q01", "A", "A", right=False) == Told(words=NOT_AS_IT_SAYS, whole=False)
    assert told("q01", "A", "A", right=False, reveal=True) == Told(words=SUM, whole=True)


def test_of_several_answers_that_claim_alike_all_is_told_once_all_are_picked() -> None:
    whole = Bilingual(zh="小於 4 的最大整數是 3。測得：9。", en="Below 4 is at most 3. Measured: 9.")
    assert told("q06", "C", "ABC", right=False) == Told(words=NOT_AS_IT_SAYS, whole=False)
    assert told("q06", "A", "ABC", right=True) == Told(words=AS_IT_SAYS, whole=False)
    assert told("q06", "C", "ABCDEFGH", right=False) == Told(words=whole, whole=True)


class OddOne(Claim):
    """A claim of a kind of its own."""

    odd: Literal["yes"]


def test_an_option_whose_kind_of_claim_no_other_makes_is_told_whole() -> None:
    question = QUIZ.question("q06")
    first = question.options[0].model_copy(update={"claim": OddOne(odd="yes")})
    changed = question.model_copy(update={"options": (first, *question.options[1:])})
    reasons = reasons_of(QUIZ, evidence_of())
    assert (found := reasons.told(changed, "A", frozenset("A"), right=True, reveal=False)) is not None
    assert found.whole
    assert found.words.en == "Below 4 is at most 3. Measured: 1."


def test_nothing_is_said_that_speaks_against_what_the_key_says() -> None:
    assert told("q01", "B", "B", right=False) is None
    assert told("q01", "A", "A", right=True) is None


def test_a_rehearsal_gives_no_reason() -> None:
    rests = QUIZ.question("q01").model_copy(update={"rests_on": ("calculator",)})
    evidence = {**evidence_of(), "q01": judged(rests, (STANDIN,))}
    assert evidence["q01"].verdicts[1].standing is Standing.REHEARSAL
    reasons = reasons_of(QUIZ, evidence)
    assert "B" not in reasons.by_question["q01"]
    assert set(reasons.by_question["q02"]) == set("ABCD")


def test_a_question_without_evidence_gives_none() -> None:
    failed = Evidence(question="q01", failure=Bilingual(zh="壞了", en="broken"))
    assert "q01" not in reasons_of(QUIZ, {**evidence_of(), "q01": failed}).by_question


def test_a_ruling_is_told_as_one_and_its_reason_only_with_all() -> None:
    one = evidence_of()["q06"]
    against = ruling("q06", "C", one, right=True, despite_evidence=True)
    reasons = reasons_of(QUIZ, evidence_of(), Rulings(rulings=(against,)))
    assert told("q06", "C", "C", right=True, reasons=reasons) == Told(
        words=Bilingual(zh="經人裁定為正確。", en="A person ruled it correct."), whole=False
    )
    full = told("q06", "C", "C", right=True, reveal=True, reasons=reasons)
    assert full is not None
    assert full.words.en == ("Ann ruled correct on 2026-01-09, despite conclusive evidence: the text says so")
    assert told("q06", "C", "C", right=False, reasons=reasons) is None


def test_a_ruling_that_says_what_was_measured_leaves_the_measurement_the_reason() -> None:
    one = evidence_of()["q06"]
    same = ruling("q06", "C", one, right=False, despite_evidence=True)
    reasons = reasons_of(QUIZ, evidence_of(), Rulings(rulings=(same,)))
    assert reasons.by_question["q06"]["C"].by == "evidence"


def test_a_stale_ruling_gives_no_reason() -> None:
    other = evidence_of()["q10"]
    stale = ruling("q06", "C", other, right=True, despite_evidence=True)
    reasons = reasons_of(QUIZ, evidence_of(), Rulings(rulings=(stale,)))
    assert reasons.by_question["q06"]["C"].by == "evidence"


def with_parts(*parts: PartVerdict, outcome: Outcome) -> Evidence:
    verdict = OptionVerdict(option="A", outcome=outcome, standing=Standing.CONCLUSIVE, parts=parts)
    return Evidence(question="q06", verdicts=(verdict,))


def part(
    outcome: Outcome, words: str, *, standing: str = "conclusive", basis: str = "measured"
) -> PartVerdict:
    (found, *_) = judged(QUIZ.question("q06")).verdicts[0].parts
    finding = found.finding.model_copy(
        update={"outcome": outcome, "reason": Bilingual(zh=f"{words}。", en=f"{words}.")}
    )
    return found.model_copy(
        update={"finding": finding, "standing": Standing(standing), "basis": Basis(basis)}
    )


@pytest.mark.parametrize(
    ("parts", "outcome", "words"),
    [
        (
            (part(Outcome.HOLDS, "one"), part(Outcome.FAILS, "two"), part(Outcome.FAILS, "three")),
            Outcome.FAILS,
            "two. three. Measured: 1.",
        ),
        (
            (part(Outcome.FAILS, "one", standing="rehearsal"), part(Outcome.FAILS, "two")),
            Outcome.FAILS,
            "two. Measured: 1.",
        ),
        (
            (part(Outcome.HOLDS, "one"), part(Outcome.HOLDS, "it is published", basis="documented")),
            Outcome.HOLDS,
            "one. it is published. Measured: 1.",
        ),
        ((part(Outcome.HOLDS, "it is published", basis="documented"),), Outcome.HOLDS, "it is published."),
    ],
)
def test_only_the_parts_that_decided_are_told(
    parts: tuple[PartVerdict, ...], outcome: Outcome, words: str
) -> None:
    reasons = reasons_of(QUIZ, {**evidence_of(), "q06": with_parts(*parts, outcome=outcome)})
    assert reasons.by_question["q06"]["A"].words.en == words
