"""The made emotions: what was shipped, that each goes its own way, and that strength 0 goes none."""

import hashlib
import math

import pytest
import torch
from torch import Tensor

from solvers.hw10.resources.emovdb import standin_manifest, standin_set, standin_source
from solvers.hw10.standin import STANDIN_EMOTION
from solvers.hw10.standin.emotions import JITTER_DB, JITTER_RATE, PROSODIES, RATE_HZ, Prosody, act


def voice(seconds: float = 2.0, pitch_hz: float = 150.0) -> Tensor:
    """Harmonics of one pitch up to 6 kHz, falling as a voice's do."""
    times = torch.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return 0.05 * sum(
        (torch.sin(2 * math.pi * k * pitch_hz * times + k) / k for k in range(1, round(6_000 / pitch_hz))),
        start=torch.zeros(()),
    )


def level_db(sound: Tensor) -> float:
    return float(10 * sound.square().mean().log10())


def spectrum(sound: Tensor) -> tuple[Tensor, Tensor]:
    power = torch.fft.rfft(sound * torch.hann_window(len(sound))).abs().square()
    return torch.fft.rfftfreq(len(sound), 1 / RATE_HZ), power


def pitch_of(sound: Tensor) -> float:
    frequencies, power = spectrum(sound)
    return float(frequencies[power.argmax()])


def tilt_db(sound: Tensor) -> float:
    """Power over 3 kHz against power under 1 kHz."""
    frequencies, power = spectrum(sound)
    return float(10 * (power[frequencies > 3_000].sum() / power[frequencies < 1_000].sum()).log10())


def modulation(sound: Tensor, rate_hz: float) -> float:
    """How deep the amplitude swings at a rate, 0 … 1, away from the ends."""
    inner = sound.abs()[RATE_HZ // 4 : -RATE_HZ // 4]
    times = torch.arange(len(inner)) / RATE_HZ
    swing = (inner * torch.exp(-2j * math.pi * rate_hz * times)).mean().abs()
    return float(2 * swing / inner.mean())


def test_three_voices_say_the_same_twelve_sentences_as_their_manifest_says() -> None:
    files = standin_manifest()
    assert set(files) == {path.name for path in STANDIN_EMOTION.glob("*.flac")}
    said: dict[str, dict[int, str]] = {}
    for name, about in files.items():
        assert hashlib.sha256((STANDIN_EMOTION / name).read_bytes()).hexdigest() == about["sha256"]
        said.setdefault(about["voice"], {})[about["sentence"]] = about["text"]
    texts = list(said.values())
    assert len(texts) == 3
    assert sorted(texts[0]) == list(range(1, 13))
    assert texts[0] == texts[1] == texts[2]
    assert len(standin_set().files) == 3 * 12 * 5


def test_the_source_says_what_it_is() -> None:
    full, none = standin_source(), standin_source(0.0)
    assert full.sha256 == none.sha256
    assert full != none
    assert not full.genuine


def test_the_same_arguments_give_the_same_samples() -> None:
    assert torch.equal(act(voice(), "Amused", 1.0, 5), act(voice(), "Amused", 1.0, 5))
    assert not torch.equal(act(voice(), "Amused", 1.0, 5)[:1000], act(voice(), "Amused", 1.0, 6)[:1000])


@pytest.mark.parametrize("emotion", PROSODIES)
def test_at_strength_0_every_emotion_is_neutral(emotion: str) -> None:
    assert torch.equal(act(voice(), emotion, 0.0, 5), act(voice(), "Neutral", 0.0, 5))
    assert PROSODIES[emotion].at(1.0) == PROSODIES[emotion]


def test_seeds_vary_a_clip_a_little() -> None:
    takes = [act(voice(), "Neutral", 1.0, seed) for seed in range(6)]
    assert len({len(take) for take in takes}) > 1
    for take in takes:
        assert len(take) == pytest.approx(len(voice()), rel=2 * JITTER_RATE)
        assert level_db(take) == pytest.approx(level_db(voice()), abs=JITTER_DB + 0.01)


@pytest.mark.parametrize("strength", [0.5, 1.0])
@pytest.mark.parametrize("emotion", PROSODIES)
def test_each_goes_its_own_way(emotion: str, strength: float) -> None:
    prosody: Prosody = PROSODIES[emotion].at(strength)
    neutral, acted = act(voice(), "Neutral", strength, 5), act(voice(), emotion, strength, 5)
    assert len(acted) == pytest.approx(len(neutral) / prosody.rate, rel=0.02)
    assert pitch_of(acted) == pytest.approx(150 * prosody.pitch, rel=0.03)
    # Within 4 dB, for another pitch has other harmonics over 3 kHz.
    assert tilt_db(acted) == pytest.approx(tilt_db(neutral) + prosody.tilt_db, abs=4.0)
    if prosody.tremor_depth:
        assert modulation(acted, prosody.tremor_hz) > 0.4 * prosody.tremor_depth
        assert modulation(neutral, prosody.tremor_hz) < 0.1
    assert bool(torch.isfinite(acted).all())
    assert float(acted.abs().max()) <= 1.0


def test_loud_stays_louder_than_soft() -> None:
    levels = {emotion: level_db(act(voice(), emotion, 1.0, 5)) for emotion in PROSODIES}
    assert levels["Angry"] > levels["Neutral"] + 5
    assert levels["Sleepy"] < levels["Neutral"] - 6


@pytest.mark.parametrize("strength", [-0.1, 1.1])
def test_strength_has_its_range(strength: float) -> None:
    with pytest.raises(ValueError, match="it lies from 0 to 1"):
        act(voice(0.2), "Angry", strength, 0)
