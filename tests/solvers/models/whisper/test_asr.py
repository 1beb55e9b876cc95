from pathlib import Path

import pytest
import soundfile
import torch
import torchaudio
import whisper
from torch import Tensor
from whisper.decoding import DecodingOptions, DecodingTask, PyTorchInference
from whisper.model import ModelDimensions, Whisper
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
from solvers.models.whisper.weights import WhisperSource

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
def english() -> Asr:
    """Of an English-only model's architecture and random weights."""
    width = {"n_mels": 80, "n_audio_ctx": 1500, "n_audio_state": 64, "n_audio_head": 2, "n_audio_layer": 1}
    words = {"n_vocab": 51864, "n_text_ctx": 448, "n_text_state": 64, "n_text_head": 2, "n_text_layer": 1}
    source = WhisperSource("path", "small.en", "0" * 64, known_digest=False)
    return Asr(Whisper(ModelDimensions(**width, **words)), source)


@pytest.fixture(scope="module")
def spoken() -> Tensor:
    return clip("original_audio_B")


def noisy(waveform: Tensor, snr_db: float) -> Tensor:
    noise = torch.randn(waveform.shape, generator=torch.Generator().manual_seed(0))
    return waveform + noise * waveform.std() * 10 ** (-snr_db / 20)


def test_speech_is_read_nearly_word_for_word(base: Asr, spoken: Tensor) -> None:
    (transcript,) = base.transcribe(spoken[None])
    assert error_rate(TEXTS[SAID], transcript.text, "en") <= 0.1
    assert transcript.looks_like_speech
    assert transcript.language == "en"


def test_the_said_sentence_fits_best(base: Asr, spoken: Tensor) -> None:
    scores = base.score(torch.stack([spoken, noisy(spoken, 10)]), TEXTS)
    assert scores.shape == (2, len(TEXTS))
    for row in scores:
        best, second = row.topk(2).values
        assert row.argmax() == SAID
        assert best - second > DECIDED_NAT


def test_scores_are_the_decoders_own(base: Asr, spoken: Tensor) -> None:
    """The shared cross-attention against whisper's own forward, one pair at a time, in 30 s."""
    scores = base.score(spoken[None], TEXTS, full_context=True)[0]
    mel = whisper.log_mel_spectrogram(whisper.pad_or_trim(spoken))[None]
    tokenizer = get_tokenizer(True, num_languages=base.model.num_languages, language="en", task="transcribe")
    start = list(tokenizer.sot_sequence_including_notimestamps)
    for text, score in zip(TEXTS, scores, strict=True):
        row = [*start, *tokenizer.encode(" " + text), tokenizer.eot]
        with torch.inference_mode():
            log_probs = base.model(mel, torch.tensor([row]))[0].log_softmax(dim=-1)
        taken = [log_probs[at - 1, row[at]] for at in range(len(start), len(row))]
        assert float(score) == pytest.approx(float(torch.stack(taken).mean()), abs=BATCH_TOLERANCE_NAT)


def test_log_probs_are_what_scores_are_the_mean_of(base: Asr, spoken: Tensor) -> None:
    listening = base.listen(torch.stack([spoken, noisy(spoken, 5)]))
    log_probs, tokens = listening.log_probs(TEXTS)
    counts = torch.tensor([len(row) for row in tokens])
    torch.testing.assert_close(log_probs.sum(dim=2) / counts, listening.scores(TEXTS), atol=1e-5, rtol=0)
    for text, row, own in zip(TEXTS, tokens, log_probs[0], strict=True):
        assert listening.tokenizer.decode(list(row)) == f" {text}<|endoftext|>"
        assert (own[: len(row)] < 0).all()
        assert (own[len(row) :] == 0).all()


def test_transcripts_in_30_s_are_whispers_own(base: Asr, spoken: Tensor) -> None:
    (ours,) = base.transcribe(spoken[None], full_context=True)
    theirs = base.model.decode(
        whisper.log_mel_spectrogram(whisper.pad_or_trim(spoken)),
        whisper.DecodingOptions(language="en", temperature=0.0, without_timestamps=True, fp16=False),
    )
    assert ours.text == theirs.text
    assert ours.mean_log_prob == pytest.approx(theirs.avg_logprob, abs=BATCH_TOLERANCE_NAT)
    assert ours.no_speech_prob == pytest.approx(theirs.no_speech_prob, abs=1e-4)
    assert ours.compression_ratio == theirs.compression_ratio


def test_a_clip_is_heard_alike_alone_and_beside_others(base: Asr, spoken: Tensor) -> None:
    """A quiet clip beside a loud one and a short one: the floor of a shared log-mel would drown it."""
    clips = [spoken * 1e-3, noisy(spoken, 0) * 5, spoken[: len(spoken) // 2]]
    lengths = [len(waveform) for waveform in clips]
    # What lies behind a clip's length is loud, and must not be heard.
    batch = torch.full((len(clips), max(lengths)), 9.0)
    for row, waveform in zip(batch, clips, strict=True):
        row[: len(waveform)] = waveform
    together = base.transcribe(batch, lengths=lengths)
    scores = base.score(batch, TEXTS, lengths=lengths)
    for waveform, beside, row in zip(clips, together, scores, strict=True):
        (alone,) = base.transcribe(waveform[None])
        assert alone.text == beside.text
        assert alone.mean_log_prob == pytest.approx(beside.mean_log_prob, abs=BATCH_TOLERANCE_NAT)
        torch.testing.assert_close(
            base.score(waveform[None], TEXTS)[0],
            row,
            atol=BATCH_TOLERANCE_NAT,
            rtol=0,
        )


def test_the_same_input_gives_the_same_numbers(base: Asr, spoken: Tensor) -> None:
    assert base.transcribe(spoken[None]) == base.transcribe(spoken[None])
    assert torch.equal(base.score(spoken[None], TEXTS), base.score(spoken[None], TEXTS))


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
    base: Asr, spoken: Tensor, monkeypatch: pytest.MonkeyPatch
) -> None:
    clips = torch.stack([spoken, noisy(spoken, 5), noisy(spoken, 0)])
    whole = base.score(clips, TEXTS)
    monkeypatch.setattr("solvers.models.whisper.asr.LOGIT_BYTES", 1)
    monkeypatch.setattr("solvers.models.whisper.asr.MAX_BATCH", 2)
    torch.testing.assert_close(base.score(clips, TEXTS), whole, atol=BATCH_TOLERANCE_NAT, rtol=0)


def test_text_that_repeats_itself_is_heard_again_in_30_s(
    base: Asr, spoken: Tensor, monkeypatch: pytest.MonkeyPatch
) -> None:
    (once,) = base.transcribe(spoken[None])
    (thirty,) = base.transcribe(spoken[None], full_context=True)
    assert once != thirty
    monkeypatch.setattr("solvers.models.whisper.asr.MAX_COMPRESSION_RATIO", once.compression_ratio - 0.01)
    assert base.transcribe(spoken[None]) == (thirty,)


def test_listening_encodes_once_and_gives_what_the_two_calls_give(
    base: Asr, spoken: Tensor, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch, lengths = torch.stack([spoken, noisy(spoken, 5), noisy(spoken, 0)]), [len(spoken), 60_000, 30_000]
    apart = base.transcribe(batch, lengths=lengths), base.score(batch, TEXTS, lengths=lengths)
    encoded: list[tuple[int, ...]] = []
    encode = base._encode

    def counted(mel: Tensor) -> Tensor:
        encoded.append(tuple(mel.shape))
        return encode(mel)

    monkeypatch.setattr(base, "_encode", counted)
    listening = base.listen(batch, lengths=lengths)
    assert encoded == []
    assert listening.transcripts() == apart[0]
    assert torch.equal(listening.scores(TEXTS), apart[1])
    assert listening.transcripts() == apart[0]
    assert [shape[0] for shape in encoded] == [1, 1, 1]  # three contexts, each of them once


def test_some_of_the_clips_can_be_scored(base: Asr, spoken: Tensor) -> None:
    batch = torch.stack([spoken, noisy(spoken, 5), noisy(spoken, 0)])
    listening = base.listen(batch, lengths=[len(spoken), 60_000, len(spoken)])
    every = listening.scores(TEXTS)
    some = listening.scores(TEXTS[:2], [2, 1])
    torch.testing.assert_close(some, every[[2, 1]][:, :2], atol=BATCH_TOLERANCE_NAT, rtol=0)
    assert listening.scores(TEXTS, []).shape == (0, len(TEXTS))


class Whole(FeatureDecoding):
    """Whisper's own loop, which goes on with all clips until the last of them has ended."""

    _main_loop = DecodingTask._main_loop


def test_ended_texts_leave_the_batch_and_change_nothing(
    base: Asr, spoken: Tensor, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = torch.zeros(5, len(spoken))
    for row, seconds in zip(batch, (0, 1, 2, 3, 7), strict=True):
        row[: seconds * RATE_HZ] = spoken[: seconds * RATE_HZ]
    ((_, features),) = base.listen(batch)._encoded
    options = DecodingOptions(language="en", temperature=0.0, without_timestamps=True, fp16=False)
    (*theirs,) = Whole(base.model, options).run(features)
    sizes: list[int] = []
    logits = PyTorchInference.logits

    def counted(inference: PyTorchInference, tokens: Tensor, audio_features: Tensor) -> Tensor:
        sizes.append(len(tokens))
        assert len(audio_features) == len(tokens)
        return logits(inference, tokens, audio_features)

    monkeypatch.setattr(PyTorchInference, "logits", counted)
    (*ours,) = FeatureDecoding(base.model, options).run(features)
    assert [one.tokens for one in ours] == [one.tokens for one in theirs]
    assert len({len(one.tokens) for one in ours}) >= 4
    for one, other in zip(ours, theirs, strict=True):
        assert one.avg_logprob == pytest.approx(other.avg_logprob, abs=BATCH_TOLERANCE_NAT)
        assert one.no_speech_prob == pytest.approx(other.no_speech_prob, abs=1e-4)
    assert sizes == sorted(sizes, reverse=True)
    assert (sizes[0], sizes[-1]) == (5, 1)


def test_silence_does_not_look_like_speech(base: Asr) -> None:
    (transcript,) = base.transcribe(torch.zeros(1, 32_000))
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


def test_clips_up_to_30_s_are_heard_and_no_longer(base: Asr, spoken: Tensor) -> None:
    long = torch.cat([spoken, torch.zeros(480_001 - len(spoken))])[None]
    assert base.score(long, TEXTS, lengths=[480_000])[0].argmax() == SAID
    with pytest.raises(ValueError, match=r"Clip 0 lasts 30\.0 s and Whisper hears 30 s at most: cut it"):
        base.score(long, TEXTS)


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
    base: Asr, waveforms: Tensor, lengths: list[int] | None, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        base.transcribe(waveforms, lengths=lengths)
    with pytest.raises(ValueError, match=message):
        base.score(waveforms, ["text"], lengths=lengths)


def test_what_cannot_be_scored_is_refused(base: Asr, english: Asr, spoken: Tensor) -> None:
    for texts, message in [
        ([], "no text to score"),
        (["a", " "], "is empty"),
        (["word " * 300], "305 tokens"),
    ]:
        with pytest.raises(ValueError, match=message):
            base.score(spoken[None], texts)
    with pytest.raises(ValueError, match=r"small\.en knows English alone and cannot hear 'zh'"):
        english.transcribe(spoken[None], language="zh")
    with pytest.raises(ValueError, match="'klingon' is not one of Whisper's codes"):
        base.transcribe(spoken[None], language="klingon")


def test_chinese_is_scored_without_a_leading_space(base: Asr) -> None:
    waveform = clip("TTS_Chinese_speech")[None, : 5 * RATE_HZ]
    (heard,) = base.transcribe(waveform, language="zh")
    free, other = base.score(waveform, [heard.text, "今天的天氣非常好，我們去公園散步。"], language="zh")[0]
    assert float(free) == pytest.approx(
        heard.mean_log_prob, abs=0.05
    )  # greedy decoding suppresses some tokens
    assert free - other > DECIDED_NAT


@pytest.mark.parametrize(("duration_s", "tokens"), [(1, 24), (7, 96), (12.8, 168), (30, 224)])
def test_a_text_runs_no_longer_than_its_clip_allows(base: Asr, duration_s: float, tokens: int) -> None:
    assert base._max_tokens(round(duration_s * RATE_HZ)) == tokens
