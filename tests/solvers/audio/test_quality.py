"""The metrics on real sounds: what they must give where the answer is known, and each package's limits."""

from collections.abc import Callable

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from questions.common.absent import Absent
from solvers.audio.quality import (
    UndefinedMetricError,
    log_mel_distance,
    pesq_wb,
    score,
    stft_distance,
    stoi,
)
from solvers.audio.sound_files import HEARING_RATE_HZ, load_sound
from solvers.hw10.standin import STANDIN_AUDIO

CODEC_RATE_HZ = 24_000
Distance = Callable[[Tensor, int], Callable[[Tensor], float]]
DISTANCES = pytest.mark.parametrize("distance", [log_mel_distance, stft_distance], ids=["log-mel", "STFT"])


def clip(name: str, rate_hz: int, seconds: float = 3.0) -> Tensor:
    return load_sound(STANDIN_AUDIO / f"{name}.flac", rate_hz)[: int(seconds * rate_hz)]


def with_noise(sound: Tensor, level: float, seed: int = 0) -> Tensor:
    noise = torch.randn(len(sound), generator=torch.Generator().manual_seed(seed))
    return sound + level * noise


def tone(frequency_hz: float, rate_hz: int = CODEC_RATE_HZ) -> Tensor:
    return torch.sin(2 * torch.pi * frequency_hz * torch.arange(2 * rate_hz) / rate_hz)


@pytest.fixture(scope="module")
def speech() -> Tensor:
    return clip("TTS_English_speech", HEARING_RATE_HZ)


@pytest.fixture(scope="module")
def speech_24k() -> Tensor:
    return clip("TTS_English_speech", CODEC_RATE_HZ)


def test_the_same_sound_is_perfect(speech: Tensor, speech_24k: Tensor) -> None:
    assert pesq_wb(speech, speech) == pytest.approx(4.644, abs=1e-3)
    assert stoi(speech, speech) == pytest.approx(1.0, abs=1e-6)
    assert log_mel_distance(speech_24k, CODEC_RATE_HZ)(speech_24k) == 0
    assert stft_distance(speech_24k, CODEC_RATE_HZ)(speech_24k) == 0


def test_noise_makes_every_metric_worse_step_by_step(speech: Tensor, speech_24k: Tensor) -> None:
    levels = (0.001, 0.01, 0.1)
    for metric in (pesq_wb, stoi):
        values = [metric(speech, with_noise(speech, level)) for level in levels]
        assert values == sorted(values, reverse=True)
        assert len(set(values)) == 3
    for distance in (log_mel_distance, stft_distance):
        values = [distance(speech_24k, CODEC_RATE_HZ)(with_noise(speech_24k, level)) for level in levels]
        assert values == sorted(values)
        assert len(set(values)) == 3


@DISTANCES
@settings(max_examples=10, deadline=None)
@given(gain=st.floats(0.01, 20.0))
def test_the_level_of_the_file_does_not_count(distance: Distance, gain: float) -> None:
    sound = clip("laughter", CODEC_RATE_HZ, seconds=1.0)
    coded = with_noise(sound, 0.01)
    expected = distance(sound, CODEC_RATE_HZ)(coded)
    assert distance(gain * sound, CODEC_RATE_HZ)(gain * coded) == pytest.approx(expected, rel=1e-3)


@DISTANCES
def test_what_nobody_hears_beside_the_clip_does_not_count(distance: Distance, speech_24k: Tensor) -> None:
    # Noise 80 dB under the peak: under the floor in the gaps of speech, lost in it elsewhere.
    assert distance(speech_24k, CODEC_RATE_HZ)(with_noise(speech_24k, 1e-5)) < 0.05


def test_the_distances_by_their_formulas() -> None:
    # Half the amplitude everywhere: 6.02 dB wherever both are above the floor; ln 2 and a convergence of 1/2.
    noise = with_noise(torch.zeros(CODEC_RATE_HZ), 0.1)
    assert log_mel_distance(noise, CODEC_RATE_HZ)(noise / 2) == pytest.approx(6.02, abs=0.01)
    assert stft_distance(noise, CODEC_RATE_HZ)(noise / 2) == pytest.approx(0.5 + 0.693, abs=0.01)


def test_pesq_crops_what_the_package_would_compare_askew(speech: Tensor) -> None:
    assert pesq_wb(speech, torch.cat([speech, speech])) == pytest.approx(4.644, abs=1e-3)
    assert pesq_wb(speech, speech[:20_000]) == pytest.approx(4.644, abs=1e-3)


def test_every_limit_of_pesq_has_its_word(speech: Tensor) -> None:
    silence = torch.zeros(len(speech))
    broken = speech.clone()
    broken[100] = float("nan")
    for reference, degraded, words in (
        (speech[:3999], speech[:3999], "needs 0.25 s, 4000 samples, and the sound has 3999"),
        (speech[:1600], speech, "needs 0.25 s, 4000 samples, and the sound has 1600"),
        (silence, speech, "the original is silent"),
        (speech, silence, "the decoded sound is silent"),
        (speech, broken, "the decoded sound has samples that are not finite"),
        (broken, speech, "the original has samples that are not finite"),
        (speech[:0], speech, "the original is silent"),
    ):
        with pytest.raises(UndefinedMetricError, match=words):
            pesq_wb(reference, degraded)
    quarter = speech[8000:12_000]  # exactly 0.25 s, behind the clip's first silence
    assert 1.0 <= pesq_wb(quarter, quarter) <= 4.65


def test_pesq_says_so_where_it_finds_no_utterance(speech: Tensor, monkeypatch: pytest.MonkeyPatch) -> None:
    # What the package calls silence is looked for first; this is its own word on anything else.
    monkeypatch.setattr("solvers.audio.quality.MIN_PEAK", 0.0)
    with pytest.raises(UndefinedMetricError, match="finds no utterance"):
        pesq_wb(torch.zeros(16_000), speech[:16_000])


@pytest.mark.parametrize("n_samples", [300, 3000, 6000])
def test_stoi_too_short(speech: Tensor, n_samples: int) -> None:
    with pytest.raises(UndefinedMetricError, match=r"0\.4 s of sound"):
        stoi(speech[8000 : 8000 + n_samples], speech[8000 : 8000 + n_samples])


def test_stoi_needs_enough_that_is_not_silent(speech: Tensor) -> None:
    click = torch.zeros(32_000)
    click[:2000] = speech[8000:10_000]
    with pytest.raises(UndefinedMetricError, match="not silent"):
        stoi(click, click)
    with pytest.raises(UndefinedMetricError, match="decoded sound is silent"):
        stoi(speech, torch.zeros(len(speech)))


def test_a_score_has_a_value_or_a_reason() -> None:
    def silent() -> float:
        raise UndefinedMetricError("the decoded sound is silent")

    assert score(lambda: 1.5) == 1.5
    assert score(silent) == Absent(because="the decoded sound is silent")
