"""What decided every part of a stored run: conditions that are true as written, in both languages."""

import re

import pytest

from questions.quiz import Bilingual, QuizSpec
from solvers.evidence.verdicts import Finding, Outcome
from solvers.run.catalog import Pack
from solvers.run.judge import judge_record
from tests.solvers.hw10.test_outcomes import OUTCOMES, record_of

# Three words in a row are a sentence and no name.
ENGLISH = re.compile(r"[A-Za-z]{2,}(?: [A-Za-z’']{2,}){2,}")


def findings(spec: QuizSpec, pack: Pack, question_id: str) -> list[Finding]:
    evidence = judge_record(spec.question(question_id), record_of(question_id), pack)
    return [part.finding for verdict in evidence.verdicts for part in verdict.parts]


@pytest.mark.parametrize("question_id", OUTCOMES)
def test_only_what_decided_is_shown_and_it_is_so(spec: QuizSpec, pack: Pack, question_id: str) -> None:
    for finding in findings(spec, pack, question_id):
        for one in finding.deciding:
            at = one.value
            if one.wholly and one.interval:
                at = one.interval[0] if one.relation == "≥" else one.interval[1]
            assert one.met == (at >= one.threshold if one.relation == "≥" else at <= one.threshold)
            # What is met speaks for the outcome shown, what is not met kept it from holding.
            speaks_for = one.speaks_for if one.met else Outcome.FAILS
            assert finding.outcome in {speaks_for, Outcome.UNDETERMINED}


@pytest.mark.parametrize("question_id", OUTCOMES)
def test_words_are_in_both_languages(spec: QuizSpec, pack: Pack, question_id: str) -> None:
    for finding in findings(spec, pack, question_id):
        words = [finding.measured, finding.threshold, finding.reason]
        for one in finding.comparisons:
            words += [one.quantity, *([one.unit] if one.unit else [])]
        for text in words:
            assert_both(text)


def assert_both(text: Bilingual) -> None:
    quoted = re.sub(r"「[^」]*」|“[^”]*”|It is published: .*|公開文獻.*", "", text.zh)
    assert not ENGLISH.search(quoted), text.zh


def test_a_condition_of_failing_and_one_that_was_missed(spec: QuizSpec, pack: Pack) -> None:
    evidence = judge_record(spec.question("q10"), record_of("q10"), pack)
    fails = evidence.verdict("C")
    assert fails is not None
    assert [
        (one.quantity.en, one.value, one.relation, one.threshold, one.met)
        for one in fails.parts[0].finding.deciding
    ] == [
        ("start offsets at which it fails", 4.0, "≥", 4.0, True),
        ("most of the words lost without layer 0", pytest.approx(0.988, abs=1e-3), "≥", 0.5, True),
    ]
    evidence = judge_record(spec.question("q05"), record_of("q05"), pack)
    open_one = evidence.verdict("A")
    assert open_one is not None
    [missed] = open_one.parts[0].finding.deciding
    assert (missed.met, missed.relation, missed.threshold) == (False, "≤", 6e-5)
