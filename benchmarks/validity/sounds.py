"""Sounds to degrade: laughter and music, the stand-ins' own and some made here. `N` samples at 24 kHz.

One file of each kind is no ground to tune a rule on. The stand-ins are cut in two, the laughter is also
played slower and faster; plucked strings, drums under a chord and bursts of voiced breath are synthesised.
"""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from benchmarks.validity.models import RATE_HZ
from solvers.audio.sound_files import load_sound, resample
from solvers.hw10.standin import STANDIN_AUDIO

if TYPE_CHECKING:
    from torch import Generator, Tensor

N_EVENTS = 16  # strokes or notes a piece
SCALE_HZ = (196, 220, 247, 262, 294, 330, 392, 440, 494, 523, 587, 659)
CHORD_ROOTS_HZ = (110, 131, 147, 165)
PEAK = 0.3


def laughter(half: int) -> "Mapping[str, Tensor]":
    """Three of laughter, by name; `half` 0 to tune on, 1 to score on."""
    whole = load_sound(STANDIN_AUDIO / "laughter.flac", RATE_HZ)
    middle = len(whole) // 2
    replayed_hz = (20_800, 28_000)[half]
    return {
        f"laughter, half {half}": (whole[:middle], whole[middle:])[half],
        f"laughter at {replayed_hz} Hz": resample(whole[None], RATE_HZ, replayed_hz)[0],
        f"bursts {half}": bursts(half + 1),
    }


def music(half: int) -> "Mapping[str, Tensor]":
    """Three of music, likewise."""
    whole = load_sound(STANDIN_AUDIO / "music.flac", RATE_HZ)
    middle = len(whole) // 2
    return {
        f"music, half {half}": (whole[:middle], whole[middle:])[half],
        f"strings {half}": strings(half + 1),
        f"drums {half}": drums(half + 1),
    }


def strings(seed: int, n: int = 4 * RATE_HZ) -> "Tensor":
    """Notes by Karplus and Strong (1983): noise in a loop that loses its high partials."""
    import torch
    from torchaudio.functional import lfilter

    draw = _generator(seed)
    sound = torch.zeros(n)
    for start in _starts(n, N_EVENTS):
        period = RATE_HZ // SCALE_HZ[_pick(len(SCALE_HZ), draw)]
        pluck = torch.zeros(n - start)
        pluck[:period] = 2 * torch.rand(period, generator=draw) - 1
        loop, through = torch.zeros(period + 2), torch.zeros(period + 2)
        loop[0] = through[0] = 1
        loop[period:] = -0.498
        sound[start:] += lfilter(pluck, loop, through, clamp=False)
    return _levelled(sound)


def drums(seed: int, n: int = 4 * RATE_HZ) -> "Tensor":
    """A kick, a snare and a hat in a seeded order, under a chord that is held."""
    import torch

    draw, t = _generator(seed), torch.arange(n) / RATE_HZ
    sound = torch.zeros(n)
    for start in _starts(n, N_EVENTS):
        after, kind = t[: n - start], _pick(3, draw)
        if kind == 0:
            sound[start:] += torch.sin(2 * math.pi * 60 * after) * torch.exp(-12 * after)
        else:
            decay = (25, 60)[kind - 1]
            sound[start:] += 0.5 * torch.randn(n - start, generator=draw) * torch.exp(-decay * after)
    root_hz = CHORD_ROOTS_HZ[seed % len(CHORD_ROOTS_HZ)]
    for interval in (1, 1.25, 1.5, 2):
        for partial in range(1, 12):
            sound += 0.03 / partial * torch.sin(2 * math.pi * root_hz * interval * partial * t + partial)
    return _levelled(sound)


def bursts(seed: int, n: int = 3 * RATE_HZ) -> "Tensor":
    """Four a second, of voice and breath alike, sinking as laughter does."""
    import torch

    draw, t = _generator(seed), torch.arange(n) / RATE_HZ
    sound = torch.zeros(n)
    pitch_hz = 180 + 60 * (seed % 3)
    for number, start in enumerate(_starts(n, 12)):
        after = t[: n - start]
        envelope = torch.exp(-14 * after) * (1 - torch.exp(-80 * after))
        voice = torch.zeros(n - start)
        for partial in range(1, 25):
            hz = pitch_hz * (1 - 0.02 * number) * partial
            voice += torch.sin(2 * math.pi * hz * after) / partial**1.2
        sound[start:] += envelope * (voice + 0.8 * torch.randn(n - start, generator=draw))
    return _levelled(sound)


def _generator(seed: int) -> "Generator":
    import torch

    return torch.Generator().manual_seed(seed)


def _pick(n: int, draw: "Generator") -> int:
    import torch

    return int(torch.randint(n, (1,), generator=draw))


def _starts(n: int, count: int) -> list[int]:
    return [i * n // count for i in range(count)]


def _levelled(sound: "Tensor") -> "Tensor":
    return PEAK * sound / sound.abs().max()
