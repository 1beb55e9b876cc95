"""Q7: judged by hand-written numbers, by mutants on real speech, and run on the stand-in codec."""

from collections.abc import Sequence
from functools import partial

import pytest

from questions.common.absent import Absent
from questions.quiz import QuizSpec
from solvers.evidence.verdicts import Outcome
from solvers.hw10.q07_languages import SOLVER
from solvers.hw10.q07_languages.claims import Better, Both, Only
from solvers.hw10.q07_languages.judge import settled
from solvers.hw10.q07_languages.measurements import (
    AtOffset,
    Clip,
    Grade,
    Measurements,
    decide_at,
)
from solvers.run.judge import findings_of

judge = partial(findings_of, SOLVER)
H, F, U = Outcome.HOLDS, Outcome.FAILS, Outcome.UNDETERMINED
Numbers = tuple[float, float | None, float]  # STOI, PESQ-WB, words lost
GOOD: Numbers = (0.95, 3.0, 0.0)
BETWEEN: Numbers = (0.85, 3.0, 0.0)
POOR: Numbers = (0.70, 1.2, 0.75)


def at(numbers: Numbers, offset: int = 0) -> AtOffset:
    stoi, pesq, loss = numbers
    return AtOffset(
        offset_samples=offset,
        stoi=stoi,
        pesq_wb=Absent(because="PESQ: the decoded sound is silent") if pesq is None else pesq,
        loss=loss,
        error_rate=0.25,  # decides nothing
        transcript="heard",
    )


def measured(en: Sequence[Numbers], zh: Sequence[Numbers]) -> Measurements:
    """Each language's numbers, offset by offset; a single one stands for all 16."""

    def clip(rows: Sequence[Numbers]) -> Clip:
        rows = rows * (16 // len(rows))
        decodes = tuple(at(row, 120 * i) for i, row in enumerate(rows))
        return Clip(
            duration_s=3.0, transcript="said", reference="said", reference_by="Whisper base",
            readings=("said",), own_losses=(0.0,), decodes=decodes,
        )  # fmt: skip

    return Measurements(n_codebooks=32, ear="Whisper base", clips={"en": clip(en), "zh": clip(zh)})


def judged(spec: QuizSpec, found: Measurements) -> dict[str, list[Outcome]]:
    findings = judge(spec.question("q07"), found)
    return {option: [finding.outcome for finding in parts] for option, parts in findings.items()}


@pytest.mark.parametrize(
    ("numbers", "grade"),
    [
        ((0.90, 2.0, 0.15), Grade.GOOD),  # the bounds of good belong to it
        ((0.8999, 2.0, 0.15), Grade.BETWEEN),
        ((0.90, 1.9999, 0.15), Grade.BETWEEN),
        ((0.90, 2.0, 0.1501), Grade.BETWEEN),
        ((0.80, 1.5, 0.4999), Grade.BETWEEN),  # 0.80 and 1.5 are not yet poor, 0.5 is
        ((0.7999, 4.0, 0.0), Grade.NOT_GOOD),
        ((1.0, 1.4999, 0.0), Grade.NOT_GOOD),
        ((1.0, 4.0, 0.5), Grade.NOT_GOOD),
        ((1.0, 4.0, -0.2), Grade.GOOD),  # a decode may be clearer than the original
        ((1.0, None, 0.0), Grade.BETWEEN),  # without PESQ nothing is good
        ((0.79, None, 0.0), Grade.NOT_GOOD),  # but it can be poor
    ],
)
def test_grades_at_their_bounds(numbers: Numbers, grade: Grade) -> None:
    assert at(numbers).grade is grade


@pytest.mark.parametrize(
    ("en", "zh", "expected"),
    [
        (GOOD, GOOD, {"A": [F], "B": [F], "C": [H], "D": [F, F]}),
        (POOR, POOR, {"A": [F], "B": [H], "C": [F], "D": [F, F]}),
        (GOOD, POOR, {"A": [F], "B": [F], "C": [F], "D": [H, H]}),
        (POOR, GOOD, {"A": [H], "B": [F], "C": [F], "D": [F, F]}),
        # A clip between good and not good leaves open what it alone would decide.
        (GOOD, BETWEEN, {"A": [F], "B": [F], "C": [U], "D": [F, U]}),
        (BETWEEN, GOOD, {"A": [F], "B": [F], "C": [U], "D": [F, F]}),
        (BETWEEN, POOR, {"A": [F], "B": [U], "C": [F], "D": [H, U]}),
        (BETWEEN, BETWEEN, {"A": [F], "B": [U], "C": [U], "D": [F, U]}),
    ],
)
def test_what_each_pair_of_grades_decides(
    spec: QuizSpec, en: Numbers, zh: Numbers, expected: dict[str, list[Outcome]]
) -> None:
    assert judged(spec, measured([en], [zh])) == expected


@pytest.mark.parametrize(
    ("en", "zh", "outcome"),
    [
        ((0.95, 2.5, 0.0625), (0.95, 3.0, 0.0), H),  # a gap of exactly 0.5, and fewer words lost
        ((0.95, 2.5078125, 0.0625), (0.95, 3.0, 0.0), F),
        ((0.95, 2.0, 0.04), (0.95, 3.0, 0.0), F),  # within the measure's noise there is no direction
        ((0.95, 2.0, 0.0), (0.95, 3.0, 0.0625), F),  # the contrary direction
        ((0.95, None, 0.0625), (0.95, 3.0, 0.0), U),
        ((0.95, None, 0.0), (0.95, 3.0, 0.0625), F),  # the words refute it without PESQ
    ],
)
def test_clearly_better_needs_both_the_gap_and_the_direction(
    en: Numbers, zh: Numbers, outcome: Outcome
) -> None:
    assert decide_at(Better(better="zh"), {"en": at(en), "zh": at(zh)}).outcome is outcome
    swapped = {"en": at(zh), "zh": at(en)}
    assert decide_at(Better(better="en"), swapped).outcome is outcome


def test_one_offset_that_decides_otherwise_leaves_it_open(spec: QuizSpec) -> None:
    found = measured([GOOD], [GOOD] * 15 + [POOR])
    assert judged(spec, found) == {"A": [F], "B": [F], "C": [U], "D": [U, U]}
    reason = judge(spec.question("q07"), found)["C"][0].reason
    assert "holds at 15, fails at 1, open at 0" in reason.en
    assert "成立 15、不成立 1、未定 0" in reason.zh


def test_a_clear_case_ends_after_the_first_round(spec: QuizSpec) -> None:
    question = spec.question("q07")
    found = measured([GOOD, (0.95, 2.9, 0.02)], [GOOD])
    assert settled(question, found.pairs[:4])
    assert not settled(question, found.pairs[:3])
    threshold = judge(question, found)["C"][0].threshold.en
    assert threshold.endswith(
        "; so at 4 of 4 offsets, the contrary at none, by at least 1.5 times their range"
    )


def test_a_contested_case_takes_all_offsets(spec: QuizSpec) -> None:
    question = spec.question("q07")
    found = measured([POOR] + [GOOD] * 15, [GOOD])  # one of sixteen, which comes first
    for n_offsets in (4, 8, 16):
        assert not settled(question, found.pairs[:n_offsets])
    assert not settled(question, measured([BETWEEN], [GOOD]).pairs[:8])  # C stays open at every offset


@pytest.mark.parametrize(
    ("numbers", "depth"),
    [
        ((0.95, 3.0, 0.0), 0.15 / 0.35),  # by the words; STOI has half of its 0.1, PESQ twice its 0.5
        ((0.92, 3.0, 0.0), 0.2),
        ((0.85, 1.7, 0.3), 0.0),  # between
        ((0.79, 1.0, 0.4), 1.0),  # PESQ is 0.5 under its bound
        ((0.79, None, 0.4), 0.1),
    ],
)
def test_how_deep_inside_its_grade_a_decode_is(numbers: Numbers, depth: float) -> None:
    assert at(numbers).depth == pytest.approx(depth)


@pytest.mark.parametrize(
    ("en", "zh", "margin"),
    [
        ((0.95, 3.0, 0.0), (0.95, 3.2, 0.0), 0.6),  # 0.3 of PESQ short of the gap: 0.6 of 0.5
        ((0.95, 1.5, 0.4), (0.95, 3.0, 0.0), 1.0),  # holds by 0.35 of 0.35 in words, by 1.0 of 0.5 in PESQ
        ((0.95, 2.6, 0.0), (0.95, 3.2, 0.3), 1.0),  # the words the other way, 0.35 of 0.35
    ],
)
def test_how_far_clearly_better_is_from_its_bounds(en: Numbers, zh: Numbers, margin: float) -> None:
    pair = {"en": at(en), "zh": at(zh)}
    assert decide_at(Better(better="zh"), pair).margin == pytest.approx(margin)


def test_which_clip_fails_may_change_from_offset_to_offset(spec: QuizSpec) -> None:
    assert judged(spec, measured([GOOD, POOR], [POOR, GOOD]))["C"] == [F]


def test_a_missing_score_is_named(spec: QuizSpec) -> None:
    finding = judge(spec.question("q07"), measured([(0.95, None, 0.0)], [GOOD]))["C"][0]
    assert finding.outcome is U
    assert "English: PESQ: the decoded sound is silent" in finding.reason.en
    assert [one.quantity.en for one in finding.comparisons if one.quantity.en.startswith("PESQ")] == [
        "PESQ-WB, Chinese"
    ]


def test_comparisons_carry_margin_and_range(spec: QuizSpec) -> None:
    findings = judge(spec.question("q07"), measured([GOOD, (0.95, 3.2, 0.0)], [GOOD]))
    pesq = next(one for one in findings["C"][0].comparisons if one.quantity.en == "PESQ-WB, English")
    assert (pesq.value, pesq.threshold, pesq.interval) == (pytest.approx(3.1), 2.0, (3.0, 3.2))
    assert pesq.margin == pytest.approx(1.1)
    so_often, gap, lead = findings["D"][0].deciding
    assert (so_often.quantity.en, so_often.value) == ("start offsets at which it fails", 8.0)
    assert (gap.value, gap.relation, gap.threshold) == (pytest.approx(0.1), "≤", 0.5)
    assert (lead.value, lead.margin) == (0.0, pytest.approx(0.05))


def test_a_claim_says_what_a_ta_edits_it_to() -> None:
    pair = {"en": at(POOR), "zh": at(GOOD)}
    assert decide_at(Only(only="zh"), pair).outcome is H
    assert decide_at(Both(both="not_good"), pair).outcome is F
    assert decide_at(Better(better="zh"), pair).outcome is H
