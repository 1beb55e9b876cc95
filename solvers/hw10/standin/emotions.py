"""Five "emotions" made of neutral speech by prosody alone: rate, pitch, level, spectral tilt, tremor.

They are no acting. They give Q6 a set in which the truth is known: at strength 1 the five differ as far
as such means go, at strength 0 they differ by less than two readings of a sentence do.

`N` is samples, `F` frequency bins, `H` STFT frames.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor
from torchaudio import functional

RATE_HZ = 24_000  # of the shipped files
N_FFT = 512  # 21 ms: short enough that a stretched consonant stays one
HOP = 128
TILT_HZ = 1_500.0  # where the shelf of the tilt turns; vowels' second formants lie about here
# Pitch is changed by resampling, whose filters are small only for ratios of small whole numbers.
PITCH_STEPS = 40
# Two readings of a sentence are never quite the same: every clip has its own rate and level, at any strength.
JITTER_RATE = 0.01
JITTER_DB = 0.5


@dataclass(frozen=True)
class Prosody:
    """Factors and decibels against neutral, at full strength."""

    rate: float = 1.0
    pitch: float = 1.0
    level_db: float = 0.0
    tilt_db: float = 0.0  # of what lies over TILT_HZ
    tremor_hz: float = 0.0
    tremor_depth: float = 0.0  # of the amplitude, 0 … 1

    def at(self, strength: float) -> "Prosody":
        """This prosody, weaker: 0 is neutral, 1 is all of it."""
        return Prosody(
            rate=self.rate**strength,
            pitch=self.pitch**strength,
            level_db=self.level_db * strength,
            tilt_db=self.tilt_db * strength,
            tremor_hz=self.tremor_hz,
            tremor_depth=self.tremor_depth * strength,
        )


# Directions from studies of acted speech: anger loud and bright, amusement high and shaking,
# disgust low and drawn out, sleepiness slow, soft and dull.
PROSODIES: Mapping[str, Prosody] = {
    "Amused": Prosody(rate=1.1, pitch=1.2, level_db=1.0, tilt_db=2.0, tremor_hz=5.5, tremor_depth=0.6),
    "Angry": Prosody(rate=1.15, pitch=1.1, level_db=7.0, tilt_db=6.0),
    "Disgusted": Prosody(rate=0.85, pitch=0.85, level_db=1.0, tilt_db=-3.0, tremor_hz=22.0, tremor_depth=0.5),
    "Neutral": Prosody(),
    "Sleepy": Prosody(rate=0.75, pitch=0.9, level_db=-9.0, tilt_db=-9.0),
}


def act(speech: Tensor, emotion: str, strength: float, seed: int) -> Tensor:
    """Neutral speech float32 `[N]` at `RATE_HZ` as `emotion`, `[about N / rate]`.

    The same arguments always give the same samples. ValueError: strength outside 0 … 1.
    """
    if not 0.0 <= strength <= 1.0:
        raise ValueError(f"strength is {strength}; it lies from 0 to 1.")
    prosody = PROSODIES[emotion].at(strength)
    generator = torch.Generator().manual_seed(seed)
    jitter = (torch.rand(2, generator=generator) * 2 - 1).tolist()
    speech = _stretch(speech, prosody.rate * (1 + JITTER_RATE * jitter[0]), prosody.pitch)
    if prosody.tilt_db:
        speech = functional.treble_biquad(speech, RATE_HZ, prosody.tilt_db, TILT_HZ)
    if prosody.tremor_depth:
        times = torch.arange(len(speech)) / RATE_HZ
        swing = (1 - torch.cos(2 * math.pi * prosody.tremor_hz * times)) / 2
        speech = speech * (1 - prosody.tremor_depth * swing)
    acted: Tensor = functional.gain(speech, prosody.level_db + JITTER_DB * jitter[1])
    return acted.clamp(-1.0, 1.0)


def _stretch(speech: Tensor, rate: float, pitch: float) -> Tensor:
    """Speech `[N]` at `rate` times its tempo and `pitch` times its pitch; neutral goes the same way.

    The phase vocoder changes the tempo, resampling then trades tempo for pitch. The vocoder blurs phases and
    with them loses up to 2 dB, more the slower it goes: the level is put back.
    """
    step = round(pitch * PITCH_STEPS)
    window = torch.hann_window(N_FFT)
    spectrum = torch.stft(speech, N_FFT, HOP, window=window, return_complex=True)
    advance = torch.linspace(0, math.pi * HOP, N_FFT // 2 + 1)[:, None]
    stretched = functional.phase_vocoder(spectrum, rate * PITCH_STEPS / step, advance)
    sound = torch.istft(stretched, N_FFT, HOP, window=window)
    shifted: Tensor = functional.resample(sound, step, PITCH_STEPS)
    return shifted * (_rms(speech) / _rms(shifted))


def _rms(sound: Tensor) -> Tensor:
    return sound.square().mean().sqrt().clamp_min(1e-9)  # silence stays silence
