from pathlib import Path

import pytest
import soundfile
import torch
import torchaudio
import whisper
from torch import Tensor
from whisper.decoding import DecodingOptions, DecodingTask, PyTorchInference
from whisper.tokenizer import get_tokenizer

import solvers.hw10.standin
from solvers.audio.error_rate import error_rate
from solvers.models.whisper.asr import (
    CONTEXT_STEP,
    MAX_COMPRESSION_RATIO,
    MAX_NO_SPEECH_PROB,
    MIN_MEAN_LOG_PROB,
    Asr,
    Transcript,
    context_positions,
)
from solvers.models.whisper.decoding import FeatureDecoding

AUDIO = Path(solvers.hw10.standin.__file__).parent / "audio"
RATE_HZ = 16_000
TEXTS = (
    "Generative AI can be challenging, but each experiment feels like exploring a completely different "
    "universe of thoughts.",
    "Generative AI is so much fun, and every experiment feels like discovering a brand-new world of ideas.",
    "Generative AI is quite powerful, and every experiment feels like stepping into a fresh landscape of "
    "imagination.",
    "Generative AI is truly exciting, and every new attempt feels like opening the door to another "
    "dimension of creativity.",
)
SAID = 1  # original_audio_B
DECIDED_NAT = 0.3  # the margin that Q9 asks for

# float32 products in batches of another shape differ by some 1e-6 a layer.
BATCH_TOLERANCE_NAT = 1e-3


def clip(name: str) -> Tensor:
    samples, rate_hz = soundfile.read(AUDIO / f"{name}.flac", dtype="float32")
    return torchaudio.functional.resample(torch.from_numpy(samples), rate_hz, RATE_HZ)


@pytest.fixture(scope="module")
def base() -> Asr:
    return Asr.load("package:base")


@pytest.fixture(scope="module")
def tiny() -> Asr:
    return Asr.load("package:tiny.en")


@pytest.fixture(scope="module")
def spoken() -> Tensor:
    return clip("original_audio_B")


def noisy(waveform: Tensor, snr_db: float) -> Tensor:
    noise = torch.randn(waveform.shape, generator=torch.Generator().manual_seed(0))
    return waveform + noise * waveform.std() * 10 ** (-snr_db / 20)


@pytest.mark.parametrize("which", ["base", "tiny"])
def test_speech_is_read_nearly_word_for_word(
    which: str, spoken: Tensor, request: pytest.FixtureRequest
) -> None:
    asr: Asr = request.getfixturevalue(which)
    (transcript,) = asr.transcribe(spoken[None])
    assert error_rate(TEXTS[SAID], transcript.text, "en") <= 0.1
    assert transcript.looks_like_speech
    assert transcript.language == "en"


@pytest.mark.parametrize("which", ["base", "tiny"])
def test_the_said_sentence_fits_best(which: str, spoken: Tensor, request: pytest.FixtureRequest) -> None:
    asr: Asr = request.getfixturevalue(which)
    scores = asr.score(torch.stack([spoken, noisy(spoken, 10)]), TEXTS)
    assert scores.shape == (2, len(TEXTS))
    for row in scores:
        best, second = row.topk(2).values
        assert row.argmax() == SAID
        assert best - second > DECIDED_NAT


def test_scores_are_the_decoders_own(tiny: Asr, spoken: Tensor) -> None:
    """The shared cross-attention against whisper's own forward, one pair at a time, in 30 s."""
    scores = tiny.score(spoken[None], TEXTS, full_context=True)[0]
    mel = whisper.log_mel_spectrogram(whisper.pad_or_trim(spoken))[None]
    tokenizer = get_tokenizer(multilingual=False)
    start = list(tokenizer.sot_sequence_including_notimestamps)
    for text, score in zip(TEXTS, scores, strict=True):
        row = [*start, *tokenizer.encode(" " + text), tokenizer.eot]
        with torch.inference_mode():
            log_probs = tiny.model(mel, torch.tensor([row]))[0].log_softmax(dim=-1)
        taken = [log_probs[at - 1, row[at]] for at in range(len(start), len(row))]
        assert float(score) == pytest.approx(float(torch.stack(taken).mean()), abs=BATCH_TOLERANCE_NAT)


def test_log_probs_are_what_scores_are_the_mean_of(tiny: Asr, spoken: Tensor) -> None:
    listening = tiny.listen(torch.stack([spoken, noisy(spoken, 5)]))
    log_probs, tokens = listening.log_probs(TEXTS)
    counts = torch.tensor([len(row) for row in tokens])
    torch.testing.assert_close(log_probs.sum(dim=2) / counts, listening.scores(TEXTS), atol=1e-5, rtol=0)
    for text, row, own in zip(TEXTS, tokens, log_probs[0], strict=True):
        assert listening.tokenizer.decode(list(row)) == f" {text}<|endoftext|>"
        assert (own[: len(row)] < 0).all()
        assert (own[len(row) :] == 0).all()


def test_transcripts_in_30_s_are_whispers_own(tiny: Asr, spoken: Tensor) -> None:
    (ours,) = tiny.transcribe(spoken[None], full_context=True)
    theirs = tiny.model.decode(
        whisper.log_mel_spectrogram(whisper.pad_or_trim(spoken)),
        whisper.DecodingOptions(language="en", temperature=0.0, without_timestamps=True, fp16=False),
    )
    assert ours.text == theirs.text
    assert ours.mean_log_prob == pytest.approx(theirs.avg_logprob, abs=BATCH_TOLERANCE_NAT)
    assert ours.no_speech_prob == pytest.approx(theirs.no_speech_prob, abs=1e-4)
    assert ours.compression_ratio == theirs.compression_ratio


def test_a_clip_is_heard_alike_alone_and_beside_others(tiny: Asr, spoken: Tensor) -> None:
    """A quiet clip beside a loud one and a short one: the floor of a shared log-mel would drown it."""
    clips = [spoken * 1e-3, noisy(spoken, 0) * 5, spoken[: len(spoken) // 2]]
    lengths = [len(waveform) for waveform in clips]
    # What lies behind a clip's length is loud, and must not be heard.
    batch = torch.full((len(clips), max(lengths)), 9.0)
    for row, waveform in zip(batch, clips, strict=True):
        row[: len(waveform)] = waveform
    together = tiny.transcribe(batch, lengths=lengths)
    scores = tiny.score(batch, TEXTS, lengths=lengths)
    for waveform, beside, row in zip(clips, together, scores, strict=True):
        (alone,) = tiny.transcribe(waveform[None])
        assert alone.text == beside.text
        assert alone.mean_log_prob == pytest.approx(beside.mean_log_prob, abs=BATCH_TOLERANCE_NAT)
        torch.testing.assert_close(
            tiny.score(waveform[None], TEXTS)[0],
            row,
            atol=BATCH_TOLERANCE_NAT,
            rtol=0,
        )


def test_the_same_input_gives_the_same_numbers(tiny: Asr, spoken: Tensor) -> None:
    assert tiny.transcribe(spoken[None]) == tiny.transcribe(spoken[None])
    assert torch.equal(tiny.score(spoken[None], TEXTS), tiny.score(spoken[None], TEXTS))


def test_the_cut_context_decides_as_30_s_do(base: Asr, spoken: Tensor) -> None:
    clips = torch.stack([spoken, noisy(spoken, 5)])
    cut, full = (base.score(clips, TEXTS, full_context=full) for full in (False, True))
    assert torch.equal(cut.argmax(dim=1), full.argmax(dim=1))
    cut_gaps, full_gaps = (scores[:, :, None] - scores[:, None, :] for scores in (cut, full))
    decided = full_gaps.abs() >= DECIDED_NAT
    assert torch.equal(cut_gaps[decided].sign(), full_gaps[decided].sign())
    for row in (*cut, *full):
        assert row.topk(2).values.diff().abs() > DECIDED_NAT


def test_more_pairs_than_fit_at_once_score_alike(
    tiny: Asr, spoken: Tensor, monkeypatch: pytest.MonkeyPatch
) -> None:
    clips = torch.stack([spoken, noisy(spoken, 5), noisy(spoken, 0)])
    whole = tiny.score(clips, TEXTS)
    monkeypatch.setattr("solvers.models.whisper.asr.LOGIT_BYTES", 1)
    monkeypatch.setattr("solvers.models.whisper.asr.MAX_BATCH", 2)
    torch.testing.assert_close(tiny.score(clips, TEXTS), whole, atol=BATCH_TOLERANCE_NAT, rtol=0)


def test_text_that_repeats_itself_is_heard_again_in_30_s(
    tiny: Asr, spoken: Tensor, monkeypatch: pytest.MonkeyPatch
) -> None:
    (once,) = tiny.transcribe(spoken[None])
    (thirty,) = tiny.transcribe(spoken[None], full_context=True)
    assert once != thirty
    monkeypatch.setattr("solvers.models.whisper.asr.MAX_COMPRESSION_RATIO", once.compression_ratio - 0.01)
    assert tiny.transcribe(spoken[None]) == (thirty,)


def test_listening_encodes_once_and_gives_what_the_two_calls_give(
    tiny: Asr, spoken: Tensor, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch, lengths = torch.stack([spoken, noisy(spoken, 5), noisy(spoken, 0)]), [len(spoken), 60_000, 30_000]
    apart = tiny.transcribe(batch, lengths=lengths), tiny.score(batch, TEXTS, lengths=lengths)
    encoded: list[tuple[int, ...]] = []
    encode = tiny._encode

    def counted(mel: Tensor) -> Tensor:
        encoded.append(tuple(mel.shape))
        return encode(mel)

    monkeypatch.setattr(tiny, "_encode", counted)
    listening = tiny.listen(batch, lengths=lengths)
    assert encoded == []
    assert listening.transcripts() == apart[0]
    assert torch.equal(listening.scores(TEXTS), apart[1])
    assert listening.transcripts() == apart[0]
    assert [shape[0] for shape in encoded] == [1, 1, 1]  # three contexts, each of them once


def test_some_of_the_clips_can_be_scored(tiny: Asr, spoken: Tensor) -> None:
    batch = torch.stack([spoken, noisy(spoken, 5), noisy(spoken, 0)])
    listening = tiny.listen(batch, lengths=[len(spoken), 60_000, len(spoken)])
    every = listening.scores(TEXTS)
    some = listening.scores(TEXTS[:2], [2, 1])
    torch.testing.assert_close(some, every[[2, 1]][:, :2], atol=BATCH_TOLERANCE_NAT, rtol=0)
    assert listening.scores(TEXTS, []).shape == (0, len(TEXTS))


class Whole(FeatureDecoding):
    """Whisper's own loop, which goes on with all clips until the last of them has ended."""

    _main_loop = DecodingTask._main_loop


def test_ended_texts_leave_the_batch_and_change_nothing(
    tiny: Asr, spoken: Tensor, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = torch.zeros(5, len(spoken))
    for row, seconds in zip(batch, (0, 1, 2, 3, 7), strict=True):
        row[: seconds * RATE_HZ] = spoken[: seconds * RATE_HZ]
    ((_, features),) = tiny.listen(batch)._encoded
    options = DecodingOptions(language="en", temperature=0.0, without_timestamps=True, fp16=False)
    (*theirs,) = Whole(tiny.model, options).run(features)
    sizes: list[int] = []
    logits = PyTorchInference.logits

    def counted(inference: PyTorchInference, tokens: Tensor, audio_features: Tensor) -> Tensor:
        sizes.append(len(tokens))
        assert len(audio_features) == len(tokens)
        return logits(inference, tokens, audio_features)

    monkeypatch.setattr(PyTorchInference, "logits", counted)
    (*ours,) = FeatureDecoding(tiny.model, options).run(features)
    assert [one.tokens for one in ours] == [one.tokens for one in theirs]
    assert len({len(one.tokens) for one in ours}) >= 4
    for one, other in zip(ours, theirs, strict=True):
        assert one.avg_logprob == pytest.approx(other.avg_logprob, abs=BATCH_TOLERANCE_NAT)
        assert one.no_speech_prob == pytest.approx(other.no_speech_prob, abs=1e-4)
    assert sizes == sorted(sizes, reverse=True)
    assert (sizes[0], sizes[-1]) == (5, 1)


def test_silence_does_not_look_like_speech(tiny: Asr) -> None:
    (transcript,) = tiny.transcribe(torch.zeros(1, 32_000))
    assert not transcript.looks_like_speech


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, True),
        ({"text": ""}, False),
        ({"compression_ratio": MAX_COMPRESSION_RATIO + 0.1}, False),
        ({"mean_log_prob": MIN_MEAN_LOG_PROB - 0.1}, False),
        ({"no_speech_prob": MAX_NO_SPEECH_PROB + 0.1}, False),
    ],
)
def test_each_guard_counts(changed: dict[str, object], expected: bool) -> None:
    good = {
        "text": "yes",
        "language": "en",
        "mean_log_prob": -0.2,
        "compression_ratio": 1.1,
        "no_speech_prob": 0.1,
    }
    assert Transcript(**(good | changed)).looks_like_speech is expected


@pytest.mark.parametrize("n_samples", [1, 16_000, 104_229, 479_999, 480_000])
def test_the_context_covers_the_clip(n_samples: int) -> None:
    positions = context_positions(n_samples)
    assert positions * 320 > n_samples
    assert positions % CONTEXT_STEP == 0


def test_clips_up_to_30_s_are_heard_and_no_longer(tiny: Asr, spoken: Tensor) -> None:
    long = torch.cat([spoken, torch.zeros(480_001 - len(spoken))])[None]
    assert tiny.score(long, TEXTS, lengths=[480_000])[0].argmax() == SAID
    with pytest.raises(ValueError, match=r"Clip 0 lasts 30\.0 s and Whisper hears 30 s at most: cut it"):
        tiny.score(long, TEXTS)


@pytest.mark.parametrize(
    ("waveforms", "lengths", "message"),
    [
        (torch.zeros(100), None, r"shape \(100,\), and must be float32 \[B, N\]"),
        (torch.zeros(1, 100, dtype=torch.float64), None, "waveforms is torch.float64"),
        (torch.zeros(2, 100), [100], "1 lengths for 2 clips"),
        (torch.zeros(1, 100), [101], "Clip 0 is said to have 101 samples of 100"),
        (torch.zeros(1, 100), [0], "Clip 0 is said to have 0 samples of 100: it needs one at least"),
        (torch.full((1, 100), torch.nan), None, "Clip 0 has samples that are not finite"),
    ],
)
def test_what_cannot_be_heard_is_refused(
    tiny: Asr, waveforms: Tensor, lengths: list[int] | None, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        tiny.transcribe(waveforms, lengths=lengths)
    with pytest.raises(ValueError, match=message):
        tiny.score(waveforms, ["text"], lengths=lengths)


def test_what_cannot_be_scored_is_refused(tiny: Asr, spoken: Tensor) -> None:
    for texts, message in [
        ([], "no text to score"),
        (["a", " "], "is empty"),
        (["word " * 300], "303 tokens"),
    ]:
        with pytest.raises(ValueError, match=message):
            tiny.score(spoken[None], texts)
    with pytest.raises(ValueError, match=r"tiny\.en knows English alone and cannot hear 'zh'"):
        tiny.transcribe(spoken[None], language="zh")
    with pytest.raises(ValueError, match="'klingon' is not one of Whisper's codes"):
        tiny.transcribe(spoken[None], language="klingon")


def test_chinese_is_scored_without_a_leading_space(base: Asr) -> None:
    waveform = clip("TTS_Chinese_speech")[None, : 5 * RATE_HZ]
    (heard,) = base.transcribe(waveform, language="zh")
    free, other = base.score(waveform, [heard.text, "今天的天氣非常好，我們去公園散步。"], language="zh")[0]
    assert float(free) == pytest.approx(
        heard.mean_log_prob, abs=0.05
    )  # greedy decoding suppresses some tokens
    assert free - other > DECIDED_NAT


@pytest.mark.parametrize(("duration_s", "tokens"), [(1, 24), (7, 96), (12.8, 168), (30, 224)])
def test_a_text_runs_no_longer_than_its_clip_allows(tiny: Asr, duration_s: float, tokens: int) -> None:
    assert tiny._max_tokens(round(duration_s * RATE_HZ)) == tokens
