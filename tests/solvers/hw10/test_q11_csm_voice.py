"""Q11: judged by hand-written numbers, heard on clips of known voice and text, run on a small CSM."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
import torch

from questions.quiz import AnyQuestion, QuizSpec
from solvers.audio.sound_files import load_sound
from solvers.evidence.store import Store
from solvers.evidence.verdicts import Finding, Outcome, Standing
from solvers.hw10.q11_csm_voice import SOLVER
from solvers.hw10.q11_csm_voice.claims import Speaks
from solvers.hw10.q11_csm_voice.measure import (
    ASKED,
    EMILY_SAYS,
    HEARING_RATE_HZ,
    JASON_SAYS,
    hear,
    measure,
    reads,
    slide_conversation,
)
from solvers.hw10.q11_csm_voice.measurements import N_CLIPS, Clip, Hearing, Measurements
from solvers.hw10.standin import STANDIN_AUDIO
from solvers.models.speaker.encoder import Voices
from solvers.models.speaker.scale import VoiceScale
from solvers.models.whisper.asr import Asr
from solvers.resources.asr_weights import RESOURCE as ASR_WEIGHTS
from solvers.resources.resource import Setup
from solvers.resources.speaker_weights import RESOURCE as SPEAKER_WEIGHTS
from solvers.run.catalog import Pack
from solvers.run.judge import findings_of, judge_record
from solvers.run.measure import inputs_of, run
from solvers.run.pool import ResourcePool
from solvers.run.session import Session
from tests.conftest import with_claims
from tests.solvers.hw10.models.small_csm import save, small_csm
from tests.solvers.hw10.models.test_csm import small_codec

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


@pytest.fixture(scope="module")
def asr() -> Asr:
    return Asr.load("package:base")


@pytest.fixture(scope="module")
def voices(pack: Pack) -> Voices:
    return ResourcePool(Setup(models="standin", device="cpu"), pack).get(SPEAKER_WEIGHTS)


@pytest.fixture(scope="module")
def references() -> tuple[torch.Tensor, torch.Tensor]:
    emily, jason = (
        load_sound(STANDIN_AUDIO / f"{name}.flac", HEARING_RATE_HZ) for name in ("emily", "jason")
    )
    return emily, jason


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
            Measurements(texts=TEXTS, lacking="no CSM at hand"),
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


@pytest.mark.parametrize(
    ("name", "option"),
    [("jason_generated", "A"), ("emily_seriously", "B"), ("emily_generated", "C"), ("jason_seriously", "D")],
)
def test_each_of_the_four_outcomes_is_heard_and_flips_its_option(
    spec: QuizSpec,
    asr: Asr,
    voices: Voices,
    references: tuple[torch.Tensor, torch.Tensor],
    name: str,
    option: str,
) -> None:
    sound = load_sound(STANDIN_AUDIO / f"csm_{name}.flac", HEARING_RATE_HZ)
    (hearing,), scale = hear([sound], TEXTS, references, asr, voices)
    found = measured(*[Clip(n_frames=30, capped=False, hearing=hearing)] * N_CLIPS, scale=scale)
    assert outcomes(spec.question("q11"), found) == [H if id_ == option else F for id_ in "ABCD"]


def test_clips_are_heard_alike_alone_and_together_and_noise_and_scraps_are_nobodys(
    asr: Asr, voices: Voices, references: tuple[torch.Tensor, torch.Tensor]
) -> None:
    emily, jason = references
    said = load_sound(STANDIN_AUDIO / "csm_jason_generated.flac", HEARING_RATE_HZ)
    scrap = said[: int(0.3 * HEARING_RATE_HZ)]
    noise = 0.1 * torch.randn(20_000, generator=torch.Generator().manual_seed(0))
    hearings, scale = hear([said, scrap, noise], TEXTS, references, asr, voices)
    (alone,), _ = hear([said], TEXTS, references, asr, voices)
    assert hearings[0].scores == pytest.approx(alone.scores, abs=1e-3)
    assert hearings[0].margin == pytest.approx(alone.margin, abs=1e-4)
    found = measured(*(Clip(n_frames=9, capped=False, hearing=one) for one in hearings), scale=scale)
    # 0.3 s hold two words of the text and no voice, noise neither a text nor, in both at once, an option.
    assert [found.text_of(one) for one in (found.clips[0], found.clips[2])] == [ASKED, None]
    assert [found.voice_of(one) for one in found.clips[:2]] == ["Jason", None]
    assert hearings[1].margin is None
    # The references exchanged: the same sound is then on the other side.
    (swapped,), scale = hear([said], TEXTS, (jason, emily), asr, voices)
    assert scale.nearer(swapped.margin or 0.0) == "a"
    assert hear([], TEXTS, references, asr, voices)[0] == ()


def test_the_prompt_is_the_slides(spec: QuizSpec) -> None:
    emily, jason = torch.zeros(8), torch.ones(8)
    turns = slide_conversation(emily, jason)
    assert [turn.role for turn in turns] == ["0", "1", "0"]
    assert (turns[0].audio is emily, turns[1].audio is jason, turns[2].audio is None) == (True, True, True)
    assert [turn.text for turn in turns] == [EMILY_SAYS, JASON_SAYS, ASKED]
    for language in (spec.question("q11").prompt.zh, spec.question("q11").prompt.en):
        positions = [" ".join(language.split()).index(turn.text) for turn in turns]
        assert positions == sorted(positions)


def test_a_small_csm_is_asked_and_heard(spec: QuizSpec, pack: Pack, asr: Asr, tmp_path: Path) -> None:
    """Random weights say nothing that either text or voice could claim, so no option holds."""
    folder = save(small_csm(small_codec(2, 8)), tmp_path / "csm")
    question = spec.question("q11")
    steps: list[str] = []
    setup = Setup(models="standin", device="cpu", given={"csm-weights": str(folder)})
    pool = ResourcePool(setup, pack)
    pool.put(ASR_WEIGHTS, asr)  # loaded once for all tests
    session = Session(pool, question, lambda step, _fraction: steps.append(step))
    result = measure(question, session)
    found = result.numbers
    assert isinstance(found, Measurements)
    assert (len(found.clips), found.texts, found.dtype) == (16, TEXTS, "float32")
    assert steps == ["generating 16 clips", "decoding and hearing"]
    n_heard = sum(one.hearing is not None for one in found.clips)
    assert 8 <= n_heard == len(result.sounds)
    for sound in result.sounds:
        assert len(sound.samples) == found.clips[int(sound.name[-2:]) - 1].n_frames * 1920
    assert set(outcomes(question, found)) <= {F, U}
    used = {source.resource for source in session.provenance(1.0).sources}
    assert used == {"csm-weights", "course-audio", "asr-weights", "speaker-weights"}


def test_without_a_csm_every_option_is_there_and_says_what_it_lacks(
    spec: QuizSpec, pack: Pack, tmp_path: Path
) -> None:
    question = spec.question("q11")
    # The hub out of reach, and no stand-in allowed.
    given = {"asr-weights": "package:base"}
    setup = Setup(models="official", device="cpu", audio_dir=STANDIN_AUDIO, given=given)
    (record,) = run((question,), ResourcePool(setup, pack), Store(tmp_path), lambda _: None)
    assert record.failure is None
    evidence = judge_record(question, record, pack)
    assert [verdict.outcome for verdict in evidence.verdicts] == [U] * 4
    assert {verdict.standing for verdict in evidence.verdicts} == {Standing.REHEARSAL}
    finding: Finding = evidence.verdicts[0].parts[0].finding
    assert "no CSM at hand" in finding.reason.en
    assert "--csm DIR" in finding.reason.zh
    assert "csm-weights" in evidence.verdicts[0].parts[0].lacks
    folder = save(small_csm(small_codec(2, 16)), tmp_path / "csm")
    with_csm = ResourcePool(replace(setup, given=given | {"csm-weights": str(folder)}), pack)
    assert inputs_of(question, SOLVER, with_csm) != record.inputs  # so a CSM asks for measuring
