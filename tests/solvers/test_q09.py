"""Q9: judged by hand-written numbers, and run on the stand-in codec and Whisper."""

from itertools import permutations
from pathlib import Path

import pytest
import torch

from questions.spec import QuizSpec
from solvers.asr import Asr
from solvers.audio import load_sound
from solvers.codec import Codec
from solvers.evidence import Outcome
from solvers.q09_layer_order import Measurements, OrderScore, judge, recover, spec_read
from solvers.standin import STANDIN_AUDIO, STANDIN_CODEC
from solvers.standin.codec import StandinCodecModel
from solvers.standin.shuffle import main, restoring, shuffle_clip, shuffle_layers
from tests.conftest import with_claims

H, F, U = Outcome.HOLDS, Outcome.FAILS, Outcome.UNDETERMINED
ORDERS = tuple(permutations(range(4)))


@pytest.fixture(scope="module")
def codec() -> Codec:
    return Codec(StandinCodecModel.from_pretrained(STANDIN_CODEC, dtype=torch.float32), ())


@pytest.fixture(scope="module")
def asr() -> Asr:
    return Asr.load("package:base")


def measured(
    spec: QuizSpec, best: tuple[float, ...], wers: tuple[float, ...], order: int = 5
) -> Measurements:
    """Measurements in which `best` are the sentences' scores at one order, and all others lie 2 nat lower."""
    sentences = spec_read(spec.question("q09"))["sentences"]
    return Measurements(
        sentences=sentences,
        orders=tuple(
            OrderScore(order=o, scores=tuple(s if i == order else s - 2 for s in best))
            for i, o in enumerate(ORDERS)
        ),
        transcript="what was heard",
        transcript_shuffled="noise",
        wers=wers,
        n_frames=88,
    )


@pytest.mark.parametrize(
    ("best", "wers", "expected"),
    [
        # B leads by 1.9 nat and reads as the sentence.
        ((-2.5, -0.6, -2.6, -2.7), (0.8, 0.0, 0.7, 0.9), [F, H, F, F]),
        # A lead of exactly the margin is enough, a hundredth less is not.
        ((-1.0, -0.7, -1.0, -1.0), (0.8, 0.15, 0.7, 0.9), [F, H, F, F]),
        ((-1.0, -0.71, -1.0, -1.0), (0.8, 0.0, 0.7, 0.9), [U, U, U, U]),
        # A clear lead over wrong sentences means nothing when the transcript reads as none of them.
        ((-2.5, -0.6, -2.6, -2.7), (0.8, 0.16, 0.7, 0.9), [U, U, U, U]),
        # The transcript is one sentence's, the lead another's.
        ((-0.6, -2.0, -2.6, -2.7), (0.5, 0.0, 0.7, 0.9), [U, U, U, U]),
    ],
)
def test_margin_and_transcript_decide(
    spec: QuizSpec, best: tuple[float, ...], wers: tuple[float, ...], expected: list[Outcome]
) -> None:
    findings = judge(spec.question("q09"), measured(spec, best, wers))
    assert [findings[id_][0].outcome for id_ in "ABCD"] == expected


def test_the_numbers_stand_in_the_finding(spec: QuizSpec) -> None:
    findings = judge(spec.question("q09"), measured(spec, (-2.5, -0.6, -2.6, -2.7), (0.8, 0.0, 0.7, 0.9)))
    holding = findings["B"][0]
    assert holding.measured == (
        "-0.60 nat/token at its best order [0, 3, 2, 1]; +1.90 to the best other sentence; WER 0.00"
    )
    assert [round(c.margin, 6) for c in holding.comparisons] == [1.6, 0.15]
    assert holding.reason.en == (
        "In the order [0, 3, 2, 1] Whisper hears this sentence, 1.90 nat/token ahead of the next."
    )
    assert findings["A"][0].reason.en == "Another sentence is heard: “what was heard”."


def test_a_tie_among_orders_is_named_and_does_not_matter(spec: QuizSpec) -> None:
    found = measured(spec, (-2.5, -0.6, -2.6, -2.7), (0.8, 0.0, 0.7, 0.9))
    tied = tuple(
        OrderScore(order=one.order, scores=(-2.5, -0.64, -2.6, -2.7)) if i == 3 else one
        for i, one in enumerate(found.orders)
    )
    findings = judge(spec.question("q09"), found.model_copy(update={"orders": tied}))
    assert findings["B"][0].outcome is H
    assert "(1 other orders come as near)" in findings["B"][0].reason.en


def test_mutant_of_another_key_sentence_flips_the_verdict(spec: QuizSpec) -> None:
    """The options' order and letters mean nothing: the sentences do."""
    question = spec.question("q09")
    a, b = (question.option(id_).parts[0].claim for id_ in "AB")
    swapped = with_claims(question, {"A": [b], "B": [a]})
    findings = judge(swapped, measured(spec, (-2.5, -0.6, -2.6, -2.7), (0.8, 0.0, 0.7, 0.9)))
    assert [findings[id_][0].outcome for id_ in "ABCD"] == [H, F, F, F]


def test_shuffling_is_the_notebooks_and_can_be_undone() -> None:
    codes = torch.arange(12).reshape(1, 4, 3)
    shuffled, permutation = shuffle_layers(codes, seed=9)
    assert torch.equal(shuffled[:, 0], codes[:, permutation[0]])
    assert torch.equal(shuffled[:, list(restoring(permutation))], codes)


def test_the_sentence_is_found_in_a_shuffled_file(spec: QuizSpec, codec: Codec, asr: Asr) -> None:
    codes, permutation = shuffle_clip(STANDIN_AUDIO / "original_audio_A.flac", codec, seed=3)
    assert permutation != (0, 1, 2, 3)
    question = spec.question("q09")
    sentences = spec_read(question)["sentences"]
    found = recover(codes, sentences, codec, asr, lambda *_: None)
    numbers = found.numbers
    assert isinstance(numbers, Measurements)
    findings = judge(question, numbers)
    assert [findings[id_][0].outcome for id_ in "ABCD"] == [H, F, F, F]
    assert numbers.best.order == restoring(permutation)
    assert len(numbers.orders) == 24
    assert {sound.name: len(sound.samples) for sound in found.sounds} == {
        "shuffled": codes.shape[2] * 1920,
        "recovered": codes.shape[2] * 1920,
    }


def test_noise_in_place_of_speech_decides_nothing(spec: QuizSpec, codec: Codec, asr: Asr) -> None:
    codes = torch.randint(0, 2048, (1, 4, 40), generator=torch.Generator().manual_seed(0))
    question = spec.question("q09")
    numbers = recover(codes, spec_read(question)["sentences"], codec, asr, lambda *_: None).numbers
    assert isinstance(numbers, Measurements)
    assert {finding[0].outcome for finding in judge(question, numbers).values()} == {U}


def test_the_tool_writes_what_the_solver_reads(
    tmp_path: Path, codec: Codec, capsys: pytest.CaptureFixture[str]
) -> None:
    from solvers.codesfile import load_codes

    target = tmp_path / "codes.pt"
    clip = STANDIN_AUDIO / "original_audio_B.flac"
    assert main([str(clip), "--seed", "3", "--out", str(target)]) == 0
    expected, permutation = shuffle_clip(clip, codec, seed=3)
    assert f"permutation {list(permutation)}" in capsys.readouterr().out
    assert torch.equal(load_codes(target, 4, 2048), expected)
    assert main([str(tmp_path / "missing.wav"), "--out", str(target)]) == 2


def test_the_shipped_file_is_what_the_truth_says(spec: QuizSpec, codec: Codec) -> None:
    from solvers.codesfile import load_codes
    from solvers.standin.truth import planted_options

    shipped = load_codes(STANDIN_AUDIO / "audio_codes_shuffled.pt", 4, 2048)
    waveform = load_sound(STANDIN_AUDIO / "original_audio_D.flac", codec.sample_rate_hz)
    original = codec.encode(waveform[None, None], 4)
    assert torch.equal(shipped, original[:, [2, 0, 1, 3]])
    assert planted_options(spec.question("q09"), None) is None
