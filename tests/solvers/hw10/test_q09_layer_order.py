"""Q9: judged by hand-written numbers, and run on the stand-in codec and Whisper."""

from dataclasses import dataclass
from itertools import permutations
from pathlib import Path

import pytest
import torch

from benchmarks.standin_making.shuffle import main, restoring, shuffle_clip, shuffle_layers
from questions.quiz import AnyQuestion, QuizSpec
from solvers.audio.codes_file import load_codes
from solvers.audio.sound_files import load_sound
from solvers.evidence.verdicts import Outcome
from solvers.hw10.models.codec import Codec
from solvers.hw10.q09_layer_order.claims import Said
from solvers.hw10.q09_layer_order.judge import judge
from solvers.hw10.q09_layer_order.measure import reads, recover
from solvers.hw10.q09_layer_order.measurements import Measurements, OrderScore
from solvers.hw10.q09_layer_order.words import WordSupport, supports
from solvers.hw10.standin import STANDIN_AUDIO, STANDIN_CODEC
from solvers.hw10.standin.codec import StandinCodecModel
from solvers.models.whisper.asr import Asr
from solvers.run.catalog import Pack
from solvers.run.planted import planted_options
from solvers.run.solver import Measured
from tests.conftest import with_claims

H, F, U = Outcome.HOLDS, Outcome.FAILS, Outcome.UNDETERMINED
ORDERS = tuple(permutations(range(4)))


@pytest.fixture(scope="module")
def codec() -> Codec:
    return Codec(StandinCodecModel.from_pretrained(STANDIN_CODEC, dtype=torch.float32), ())


@pytest.fixture(scope="module")
def asr() -> Asr:
    return Asr.load("package:base")


HEARD = WordSupport(word="exciting", nat=-9.0, heard=True)
SWALLOWED = WordSupport(word="The", nat=-9.0, heard=False)


def unheard(nat: float) -> tuple[WordSupport, ...]:
    """The words of a sentence, of which one with a meaning is not in the transcript."""
    return HEARD, SWALLOWED, WordSupport(word="tulips", nat=nat, heard=False)


def measured(
    spec: QuizSpec,
    best: tuple[float, ...],
    wers: tuple[float, ...],
    words_of_b: tuple[WordSupport, ...] = (HEARD, SWALLOWED),
    order: int = 5,
) -> Measurements:
    """Measurements in which `best` are the sentences' scores at one order, and all others lie 2 nat lower."""
    sentences = reads(spec.question("q09"))["sentences"]
    return Measurements(
        sentences=sentences,
        orders=tuple(
            OrderScore(order=o, scores=tuple(s if i == order else s - 2 for s in best))
            for i, o in enumerate(ORDERS)
        ),
        transcript="what was heard",
        transcript_shuffled="noise",
        wers=wers,
        words=(unheard(-6.0), words_of_b, unheard(-6.0), unheard(-6.0)),
        n_frames=88,
    )


LEADING = (-2.5, -0.6, -2.6, -2.7)  # B leads by 1.9 nat a token
NEAREST = (0.8, 0.4, 0.7, 0.9)  # and the transcript, garbled as it is, is nearest to B


@pytest.mark.parametrize(
    ("best", "wers", "words_of_b", "expected"),
    [
        # Every word that carries meaning is heard; an article is swallowed.
        (LEADING, NEAREST, (HEARD, SWALLOWED), [F, H, F, F]),
        # A word is misheard, and the sound speaks for it: just enough, a hundredth less, or against it.
        (LEADING, NEAREST, unheard(2.0), [F, H, F, F]),
        (LEADING, NEAREST, unheard(1.99), [U, U, U, U]),
        (LEADING, NEAREST, unheard(-6.0), [U, U, U, U]),
        # One word against the sound is enough, however well the rest reads: the trap of a near miss.
        (LEADING, (0.8, 0.05, 0.7, 0.9), unheard(-6.0), [U, U, U, U]),
        # A lead of exactly the margin is enough, a hundredth less is not.
        ((-1.0, -0.7, -1.0, -1.0), NEAREST, (HEARD,), [F, H, F, F]),
        ((-1.0, -0.71, -1.0, -1.0), NEAREST, (HEARD,), [U, U, U, U]),
        # Half of it may be misheard, a hundredth more may not.
        (LEADING, (0.8, 0.5, 0.7, 0.9), (HEARD,), [F, H, F, F]),
        (LEADING, (0.8, 0.51, 0.7, 0.9), (HEARD,), [U, U, U, U]),
        # The transcript may be as near to another sentence, but not nearer.
        (LEADING, (0.4, 0.4, 0.7, 0.9), (HEARD,), [F, H, F, F]),
        (LEADING, (0.39, 0.4, 0.7, 0.9), (HEARD,), [U, U, U, U]),
    ],
)
def test_lead_words_and_transcript_decide(
    spec: QuizSpec,
    best: tuple[float, ...],
    wers: tuple[float, ...],
    words_of_b: tuple[WordSupport, ...],
    expected: list[Outcome],
) -> None:
    findings = judge(spec.question("q09"), measured(spec, best, wers, words_of_b))
    assert [findings[id_][0].outcome for id_ in "ABCD"] == expected


def test_the_numbers_stand_in_the_finding(spec: QuizSpec) -> None:
    findings = judge(spec.question("q09"), measured(spec, LEADING, NEAREST, unheard(3.5)))
    holding = findings["B"][0]
    assert holding.measured.en == (
        "-0.60 nat/token at its best order [0, 3, 2, 1]; +1.90 to the best other sentence; WER 0.40; "
        "weakest word not heard: “tulips” +3.5 nat"
    )
    # 1.9 - 0.3; 0.5 - 0.4; the next WER is 0.7; 3.5 - 2.0.
    assert [round(c.margin, 6) for c in holding.comparisons] == [1.6, 0.1, 0.3, 1.5]
    assert holding.reason.en == (
        "In the order [0, 3, 2, 1] this sentence is 1.90 nat/token ahead of the next, and the sound speaks "
        "for all words not heard (“tulips” +3.5 nat at least); Whisper hears “what was heard”."
    )
    assert "「what was heard」" in holding.reason.zh
    assert "“tulips” +3.5 nat" in holding.reason.zh
    assert findings["A"][0].reason.en == "Another sentence is heard: “what was heard”."


def test_what_keeps_it_open_is_named(spec: QuizSpec) -> None:
    findings = judge(spec.question("q09"), measured(spec, LEADING, NEAREST, unheard(-6.0)))
    assert findings["B"][0].reason.en.endswith("that is not heard: “tulips” -6.0 nat.")
    assert [one.met for one in findings["B"][0].comparisons] == [True, True, True, False]


def test_a_sentence_heard_in_full_has_no_weakest_word(spec: QuizSpec) -> None:
    finding = judge(spec.question("q09"), measured(spec, LEADING, NEAREST))["B"][0]
    assert finding.measured.en.endswith("weakest word not heard: none")
    assert len(finding.comparisons) == 3
    assert "and all its words of meaning are heard" in finding.reason.en


def test_words_by_hand(asr: Asr) -> None:
    """Words of several tokens are summed, wrong orders averaged, punctuation and the end token left out."""
    listening = asr.listen(torch.zeros(1, 16_000))
    text = " Our brand-new hut, the visitors' book."
    tokens = [*listening.tokenizer.encode(text), listening.tokenizer.eot]
    assert len(tokens) == 12
    log_probs = torch.zeros(3, 14)  # two places of padding
    log_probs[0], log_probs[1], log_probs[2] = -1.0, -2.0, -4.0
    log_probs[0, 4] = -5.0  # " hut"
    found = supports(listening, tokens, log_probs, 0, [1, 2], "our brand new hat the visitors book")
    # A token gains -1 - (-3) = 2 nat, "hut" -5 - (-3) = -2, and "-new" has two tokens.
    assert [(one.word, one.nat) for one in found] == [
        ("Our", 2.0), ("brand", 2.0), ("-new", 4.0), ("hut", -2.0),
        ("the", 2.0), ("visitors", 2.0), ("book", 2.0),
    ]  # fmt: skip
    assert [one.word for one in found if not one.heard] == ["hut"]
    assert [one.word for one in found if one.in_doubt] == ["hut"]


def test_a_tie_among_orders_is_named_and_does_not_matter(spec: QuizSpec) -> None:
    found = measured(spec, LEADING, NEAREST)
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
    findings = judge(swapped, measured(spec, LEADING, NEAREST))
    assert [findings[id_][0].outcome for id_ in "ABCD"] == [H, F, F, F]


def test_shuffling_is_the_notebooks_and_can_be_undone() -> None:
    codes = torch.arange(12).reshape(1, 4, 3)
    shuffled, permutation = shuffle_layers(codes, seed=9)
    assert torch.equal(shuffled[:, 0], codes[:, permutation[0]])
    assert torch.equal(shuffled[:, list(restoring(permutation))], codes)


@dataclass(frozen=True)
class Recovered:
    """A shuffled file of option B's sentence, scored also against `near`, which has one other word."""

    near: AnyQuestion
    n_frames: int
    restoring: tuple[int, ...]
    found: Measured

    @property
    def numbers(self) -> Measurements:
        assert isinstance(self.found.numbers, Measurements)
        return self.found.numbers


@pytest.fixture(scope="module")
def recovered(spec: QuizSpec, codec: Codec, asr: Asr) -> Recovered:
    codes, permutation = shuffle_clip(STANDIN_AUDIO / "original_audio_B.flac", codec, seed=3)
    assert permutation != (0, 1, 2, 3)
    question = spec.question("q09")
    said = question.option("B").parts[0].claim.said
    near = with_claims(question, {"B": [Said(said=said.replace("fun", "work"))]})
    sentences = tuple(dict.fromkeys((*reads(question)["sentences"], *reads(near)["sentences"])))
    assert len(sentences) == 5
    found = recover(codes, sentences, codec, asr, lambda *_: None)
    return Recovered(near, codes.shape[2], restoring(permutation), found)


def test_the_sentence_is_found_in_a_shuffled_file(spec: QuizSpec, recovered: Recovered) -> None:
    findings = judge(spec.question("q09"), recovered.numbers)
    assert [findings[id_][0].outcome for id_ in "ABCD"] == [F, H, F, F]
    assert recovered.numbers.best.order == recovered.restoring
    assert len(recovered.numbers.orders) == 24
    assert {sound.name: len(sound.samples) for sound in recovered.found.sounds} == {
        "shuffled": recovered.n_frames * 1920,
        "recovered": recovered.n_frames * 1920,
    }


def test_a_sentence_with_one_other_word_is_not_called_said(recovered: Recovered) -> None:
    """The old trap: the rest of the sentence leads by far, and its transcript reads as it but for a word."""
    findings = judge(recovered.near, recovered.numbers)
    margin, *_, weakest = findings["B"][0].comparisons
    assert margin.met
    assert "“work”" in weakest.quantity.en
    assert {finding[0].outcome for finding in findings.values()} == {U}


def noise(spec: QuizSpec, codec: Codec, asr: Asr, n_threads: int) -> Measured:
    """Random codes measured where the process had so many threads."""
    codes = torch.randint(0, 2048, (1, 4, 16), generator=torch.Generator().manual_seed(0))
    before = torch.get_num_threads()
    torch.set_num_threads(n_threads)
    found = recover(codes, reads(spec.question("q09"))["sentences"], codec, asr, lambda *_: None)
    assert torch.get_num_threads() == n_threads
    torch.set_num_threads(before)
    return found


@pytest.fixture(scope="module")
def noise_with_two_threads(spec: QuizSpec, codec: Codec, asr: Asr) -> Measured:
    return noise(spec, codec, asr, 2)


def test_noise_in_place_of_speech_decides_nothing(spec: QuizSpec, noise_with_two_threads: Measured) -> None:
    numbers = noise_with_two_threads.numbers
    assert isinstance(numbers, Measurements)
    assert {finding[0].outcome for finding in judge(spec.question("q09"), numbers).values()} == {U}


def test_numbers_and_sounds_are_the_same_with_one_thread_and_two(
    spec: QuizSpec, codec: Codec, asr: Asr, noise_with_two_threads: Measured
) -> None:
    """To the last bit: what is compared between machines hangs on no number of cores."""
    one, two = noise(spec, codec, asr, 1), noise_with_two_threads
    assert one.numbers.model_dump_json() == two.numbers.model_dump_json()
    assert [sound.samples.tobytes() for sound in one.sounds] == [
        sound.samples.tobytes() for sound in two.sounds
    ]


def test_the_tool_writes_what_the_solver_reads(
    tmp_path: Path, codec: Codec, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "codes.pt"
    clip = STANDIN_AUDIO / "original_audio_B.flac"
    assert main([str(clip), "--seed", "3", "--out", str(target)]) == 0
    expected, permutation = shuffle_clip(clip, codec, seed=3)
    assert f"permutation {list(permutation)}" in capsys.readouterr().out
    assert torch.equal(load_codes(target, 4, 2048), expected)
    assert main([str(tmp_path / "missing.wav"), "--out", str(target)]) == 2


def test_the_shipped_file_is_what_the_truth_says(spec: QuizSpec, pack: Pack, codec: Codec) -> None:
    shipped = load_codes(STANDIN_AUDIO / "audio_codes_shuffled.pt", 4, 2048)
    waveform = load_sound(STANDIN_AUDIO / "original_audio_D.flac", codec.sample_rate_hz)
    original = codec.encode(waveform[None, None], 4)
    assert torch.equal(shipped, original[:, [2, 0, 1, 3]])
    assert planted_options(spec.question("q09"), None, pack) is None
