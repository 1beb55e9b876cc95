"""Q11 measured: known clips are heard, a small CSM is run."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from questions.quiz import QuizSpec
from solvers.audio.sound_files import load_sound
from solvers.evidence.store import Store
from solvers.evidence.verdicts import Finding, Outcome, Standing
from solvers.hw10.q11_csm_voice import SOLVER
from solvers.hw10.q11_csm_voice.measure import (
    ASKED,
    EMILY_SAYS,
    HEARING_RATE_HZ,
    JASON_SAYS,
    hear,
    measure,
    slide_conversation,
)
from solvers.hw10.q11_csm_voice.measurements import N_CLIPS, Clip, Measurements
from solvers.hw10.standin import STANDIN_AUDIO
from solvers.models.speaker.encoder import Voices
from solvers.models.whisper.asr import Asr
from solvers.resources.asr_weights import RESOURCE as ASR_WEIGHTS
from solvers.resources.resource import Setup
from solvers.resources.speaker_weights import RESOURCE as SPEAKER_WEIGHTS
from solvers.run.catalog import Pack
from solvers.run.judge import judge_record
from solvers.run.measure import inputs_of, run
from solvers.run.pool import ResourcePool
from solvers.run.session import Session
from tests.solvers.hw10.models.small_csm import save, small_csm
from tests.solvers.hw10.models.test_csm import small_codec
from tests.solvers.hw10.test_q11_csm_voice import TEXTS, measured, outcomes

H, F, U = Outcome.HOLDS, Outcome.FAILS, Outcome.UNDETERMINED


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
