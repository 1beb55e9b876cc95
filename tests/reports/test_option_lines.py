"""An option's line: its mark, its word with the rehearsal first, and one sentence."""

import pytest

from grader.key.key_check import check_question
from questions.quiz import Bilingual, QuizSpec
from reports.option_lines import option_lines
from solvers.evidence.verdicts import Evidence
from tests.reports.hw10.full import judged


def lines(spec: QuizSpec, evidence: Evidence, key: str | None) -> dict[str, tuple[object, ...]]:
    question = spec.question("q02")
    check = check_question(question, evidence, None if key is None else frozenset(key))
    found = option_lines(question, check, evidence)
    return {one.option: (one.mark, one.look, one.word.en, one.conflicts, one.opened) for one in found}


def test_what_the_key_has_otherwise_is_open_and_nothing_else(spec: QuizSpec) -> None:
    evidence = judged(spec.question("q02"), "C")
    assert lines(spec, evidence, "A") == {
        "A": ("✘", "fails", "fails", True, True),
        "B": ("✘", "fails", "fails", False, False),
        "C": ("✔", "holds", "holds", True, True),
        "D": ("✘", "fails", "fails", False, False),
    }
    assert not any(opened for *_, opened in lines(spec, evidence, "C").values())


def test_a_rehearsal_says_so_first_and_its_marks_are_hollow(spec: QuizSpec) -> None:
    evidence = judged(spec.question("q02"), "C", genuine=False)
    found = lines(spec, evidence, "A")
    assert found["C"] == ("✓", "rehearsal", "rehearsal: holds", False, False)
    assert found["A"] == ("✗", "rehearsal", "rehearsal: fails", False, False)


def test_without_evidence_there_is_nothing_to_open(spec: QuizSpec) -> None:
    failed = Evidence(question="q02", failure=Bilingual(zh="沒有", en="none"))
    assert lines(spec, failed, "A")["A"] == ("○", "nothing", "no evidence", False, False)


@pytest.mark.parametrize(
    ("reason", "first"),
    [
        ("Off by 0.5 of it. Another sentence.", "Off by 0.5 of it."),
        ("Better: S(0) = +0.1; p = 0.002. S is a score.", "Better: S(0) = +0.1."),
        ("Whisper hears “One. Two. Three”; so it is.", "Whisper hears “One. Two. Three”."),
        ("One sentence alone.", "One sentence alone."),
    ],
)
def test_the_line_has_the_first_sentence(spec: QuizSpec, reason: str, first: str) -> None:
    question = spec.question("q02")
    evidence = judged(question, "C", reason=reason)
    line, *_ = option_lines(question, check_question(question, evidence, None), evidence)
    assert line.sentence is not None
    assert line.sentence.en == first
