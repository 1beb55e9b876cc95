"""Q11: judged by hand-written numbers, heard on clips of known voice and text, run on a small CSM."""

from functools import partial

import pytest

from questions.common.absent import Absent
from questions.quiz import AnyQuestion, QuizSpec
from solvers.evidence.verdicts import Outcome
from solvers.hw10.q11_csm_voice import SOLVER
from solvers.hw10.q11_csm_voice.claims import Speaks
from solvers.hw10.q11_csm_voice.measure import (
    ASKED,
    reads,
)
from solvers.hw10.q11_csm_voice.measurements import Clip, Hearing, Measurements
from solvers.models.speaker.scale import VoiceScale
from solvers.run.judge import findings_of
from tests.conftest import with_claims

judge = partial(findings_of, SOLVER)
H, F, U = Outcome.HOLDS, Outcome.FAILS, Outcome.UNDETERMINED
SERIOUSLY = "What? Seriously?"
TEXTS = (ASKED, SERIOUSLY)
# Halves of Emily's reference at +0.3 and of Jason's at -0.3: beyond ±0.1 a clip is someone's.
SCALE = VoiceScale(halves_a=(0.3, 0.3), halves_b=(-0.3, -0.3), own=0.8, across=0.5)
EMILY, JASON, NOBODY = 0.2, -0.2, 0.05
ASKS = {"scores": (-0.5, -3.0), "wers": (0.0, 4.5)}
DOUBTS = {"scores": (-3.0, -0.5), "wers": (1.0, 0.0)}


def heard(margin: float | None = EMILY, **changes: tuple[float, ...]) -> Hearing:
    own = {"transcript": "what was heard", "transcript_score": -0.4, "margin": margin}
    return Hearing(**own | ASKS | changes)


def clip(margin: float | None = EMILY, **changes: tuple[float, ...]) -> Clip:
    return Clip(n_frames=30, capped=False, hearing=heard(margin, **changes))


def endless(one: Clip) -> Clip:
    return one.model_copy(update={"n_frames": 125, "capped": True})


CAPPED = Clip(n_frames=125, capped=True, hearing=None)
SILENT = Clip(n_frames=0, capped=False, hearing=None)


def measured(*clips: Clip, scale: VoiceScale = SCALE, texts: tuple[str, ...] = TEXTS) -> Measurements:
    return Measurements(texts=texts, dtype="float32", clips=clips, scale=scale)


def outcomes(question: AnyQuestion, found: Measurements) -> list[Outcome]:
    return [judge(question, found)[id_][0].outcome for id_ in "ABCD"]


@pytest.mark.parametrize(
    ("n_hits", "expected"),
    [
        # Wilson's 95 % interval of k in 16: 12 gives 0.505 to 0.898, 11 0.444 to 0.858,
        # 5 0.142 to 0.556, 4 0.102 to 0.495.
        (16, H),
        (12, H),
        (11, U),
        (5, U),
        (4, F),
        (0, F),
    ],
)
def test_the_interval_of_the_share_decides(spec: QuizSpec, n_hits: int, expected: Outcome) -> None:
    clips = [clip()] * n_hits + [clip(**DOUBTS)] * (16 - n_hits)
    opposite = {H: F, F: H, U: U}[expected]
    assert outcomes(spec.question("q11"), measured(*clips)) == [F, opposite, expected, F]


@pytest.mark.parametrize(
    ("n_hits", "n_nobodys", "n_jasons", "expected"),
    [
        # Nobody's voice says what Emily is asked to: neither for her nor against her, nor Jason's.
        (12, 4, 0, [F, F, H, F]),
        (11, 5, 0, [U, F, U, F]),
        (0, 16, 0, [U, F, U, F]),
        (0, 4, 12, [H, F, F, F]),
        (4, 1, 11, [U, F, U, F]),
    ],
)
def test_a_clip_of_nobodys_voice_counts_neither_for_nor_against(
    spec: QuizSpec, n_hits: int, n_nobodys: int, n_jasons: int, expected: list[Outcome]
) -> None:
    clips = [clip()] * n_hits + [clip(NOBODY)] * n_nobodys + [clip(JASON)] * n_jasons
    findings = judge(spec.question("q11"), measured(*clips))
    assert [findings[id_][0].outcome for id_ in "ABCD"] == expected
    assert f"; {n_nobodys} cannot be told; 0 ran into the length limit" in findings["C"][0].measured.en
    assert "cannot be told" not in findings["B"][0].measured.en


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (clip(), True),
        (clip(JASON), False),
        (clip(**DOUBTS), False),
        (clip(NOBODY), None),
        (clip(None), None),
        (clip(scores=(-0.71, -1.0)), None),  # Whisper leans to it, and does not say so
        (clip(wers=(0.5, 0.5)), None),
        (clip(scores=(-1.91, -3.0)), False),  # its own words, at -0.4, are far likelier
        (clip(NOBODY, scores=(-1.91, -3.0)), False),
        (SILENT, False),
        # Of a clip that did not end only another voice or text can be told.
        (endless(clip()), True),
        (endless(clip(JASON)), False),
        (endless(clip(**DOUBTS)), False),
        (endless(clip(scores=(-1.91, -3.0))), None),
        (CAPPED, None),
    ],
)
def test_what_a_clip_says_can_be_open(one: Clip, expected: bool | None) -> None:
    assert measured(one).says(one, Speaks(voice="Emily", text=ASKED)) is expected


@pytest.mark.parametrize(
    ("n_saying", "n_babbling", "n_ended", "expected"),
    [
        # All 16 count: 12 give 0.505, 11 give 0.444; of those that only babble nothing can be told.
        (5, 0, 11, [F, F, H, F]),
        (8, 0, 8, [F, F, H, F]),
        (0, 4, 12, [F, F, H, F]),
        (0, 5, 11, [U, U, U, U]),  # 5 of 16 could still say any of them: 0.556
        (0, 8, 8, [U, U, U, U]),
        (0, 16, 0, [U, U, U, U]),
    ],
)
def test_clips_that_never_end_count_by_what_is_said_in_them(
    spec: QuizSpec, n_saying: int, n_babbling: int, n_ended: int, expected: list[Outcome]
) -> None:
    clips = [endless(clip())] * n_saying + [CAPPED] * n_babbling + [clip()] * n_ended
    findings = judge(spec.question("q11"), measured(*clips))
    assert [findings[id_][0].outcome for id_ in "ABCD"] == expected
    assert f"{n_saying + n_babbling} ran into the length limit" in findings["C"][0].measured.en


@pytest.mark.parametrize(
    ("one", "text"),
    [
        (clip(scores=(-0.7, -1.0)), ASKED),  # a lead of exactly the margin
        (clip(scores=(-0.71, -1.0)), None),
        (clip(**DOUBTS), SERIOUSLY),
        (clip(scores=(-3.0, -0.5)), None),  # the score says one text, the transcript the other
        (clip(wers=(0.5, 0.5)), None),
        (clip(wers=(1.0, 1.5)), None),  # no word of either: nearer, but not near
        (clip(wers=(0.9, 1.5)), ASKED),
        # Misheard, and still nearly as likely as Whisper's own words; or another text altogether.
        (clip(scores=(-1.9, -3.0)), ASKED),
        (clip(scores=(-1.91, -3.0)), None),
        (CAPPED, None),
    ],
)
def test_a_clips_text_needs_both_of_whispers_answers(one: Clip, text: str | None) -> None:
    assert measured(one).text_of(one) == text


@pytest.mark.parametrize(
    ("margin", "voice"),
    [(EMILY, "Emily"), (JASON, "Jason"), (NOBODY, None), (0.11, "Emily"), (-0.09, None), (None, None)],
)
def test_a_clips_voice_lies_outside_the_neutral_third(margin: float | None, voice: str | None) -> None:
    one = clip(margin)
    assert measured(one).voice_of(one) == voice


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (measured(*[clip()] * 15), "Only 15 clips were generated; 16 at least are needed."),
        (
            measured(
                *[clip()] * 16,
                scale=VoiceScale(halves_a=(0.3, -0.1), halves_b=(-0.3, 0.1), own=0.8, across=0.8),
            ),
            "The halves of the two reference voices are not told apart, so no clip's voice can be.",
        ),
        (
            measured(*[clip(scores=(-0.5,), wers=(0.0,))] * 16, texts=(ASKED,)),
            "The options claim a single text, so there is none to compare it with.",
        ),
        (
            Measurements(texts=TEXTS, absent=Absent(because="no CSM at hand")),
            "Nothing could be measured: no CSM at hand",
        ),
    ],
    ids=["few clips", "voices alike", "one text", "no CSM"],
)
def test_what_cannot_be_told_stays_open(spec: QuizSpec, found: Measurements, reason: str) -> None:
    findings = judge(spec.question("q11"), found)
    assert {finding.outcome for (finding,) in findings.values()} == {U}
    assert {finding.reason.en for (finding,) in findings.values()} == {reason}


def test_the_numbers_stand_in_the_finding(spec: QuizSpec) -> None:
    findings = judge(spec.question("q11"), measured(*[clip()] * 14, CAPPED, clip(JASON)))
    (holding,), (failing,) = findings["C"], findings["A"]
    assert holding.measured.en == (
        "14 of 16 clips (95 % 0.64 to 0.99); 1 cannot be told; 1 ran into the length limit"
    )
    # Wilson: 14 of 16 from 0.640, 15 of 16 up to 0.989; for Jason 1 of 16, and up to 2: 0.360.
    assert holding.comparisons[0].interval == pytest.approx((0.6398, 0.9889), abs=1e-3)
    assert holding.comparisons[0].margin == pytest.approx(0.1398, abs=1e-3)
    assert failing.comparisons[0].relation == "≤"
    assert failing.comparisons[0].margin == pytest.approx(0.5 - 0.3602, abs=1e-3)
    assert holding.reason.en == (
        "Of 16 clips 14 say “Do you know that you were generated by AI?” in Emily's voice: "
        "the majority for certain."
    )
    assert holding.reason.zh.startswith("16 段之中，有 14 段是 Emily 的聲音說「Do you")


def test_mutant_of_swapped_claims_flips_the_verdicts(spec: QuizSpec) -> None:
    question = spec.question("q11")
    a, c = (question.option(id_).parts[0].claim for id_ in "AC")
    swapped = with_claims(question, {"A": [c], "C": [a]})
    assert outcomes(swapped, measured(*[clip()] * 16)) == [H, F, F, F]
    # The texts are in an order of their own, so nothing is measured again for that.
    assert reads(swapped) == reads(question) == {"texts": TEXTS}
    edited = with_claims(question, {"B": [Speaks(voice="Emily", text="Really?")]})
    assert reads(edited) != reads(question)
