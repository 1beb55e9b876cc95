"""Whose clips a family is tried on: two halves of voices, one to tune rules on, one to score them on.

Of the families too one half is tuned on: a rule may be changed for what `TUNED` families give in the tuned
voices, and for nothing else. What the other families give in the other voices says how the rules do.
"""

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Literal

from benchmarks.validity import models
from benchmarks.validity.models import FRAME, Clip
from benchmarks.validity.q10_interleaving import BLURRED
from benchmarks.validity.q11_worlds import load

if TYPE_CHECKING:
    from torch import Tensor

Half = Literal["tuned", "scored"]
HALVES: tuple[Half, ...] = ("tuned", "scored")
TUNED = frozenset({"split-0.3", "split-0.8", "reversed"})  # the others are scored
# Of the voices that question 10's puzzles call distinct: each first one is, from each second one. The
# stand-ins' voices are jf_gongitsune and jm_kumo in the tuned half, emily and jason in the other.
FIRST_VOICES = {
    "tuned": ("jf_alpha", "jf_nezumi", "p0"),
    "scored": ("jf_tebukuro", "p4"),
}
SECOND_VOICES = {"tuned": ("jm_kumo",), "scored": ("p3", "p5")}
# Clips of the quiz's own stand-ins, which every codec here leaves well readable.
STANDINS = {
    "tuned": ("Alice.flac", "James.flac"),
    "scored": ("original_audio_C.flac", "jason.flac"),
}
MAX_FRAMES = 60  # 4.8 s
SEED = 14


@dataclass(frozen=True)
class Pair:
    """Two files of two voices that say different things."""

    half: Half
    first: str
    second: str

    @property
    def name(self) -> str:
        """As in a puzzle's name."""
        return f"{self.first} and {self.second}"

    def load(self, start: int = 0) -> "Tensor":
        """Both `[2, N]`, whole frames from sample `start` on."""
        import torch

        sounds = [load(name)[start:] for name in (self.first, self.second)]
        n_frames = min(MAX_FRAMES, *(len(sound) // FRAME for sound in sounds))
        return torch.stack([sound[: n_frames * FRAME] for sound in sounds])


def pairs(half: Half, n: int) -> list[Pair]:
    """The stand-ins' pair, then puzzles' clips, either voice in front; no two alike."""
    found = [Pair(half, *STANDINS[half])]
    random = Random(f"{SEED} {half}")
    firsts, seconds = (_of(voices[half]) for voices in (FIRST_VOICES, SECOND_VOICES))
    while len(found) < n:
        one = random.choice(firsts)
        other = random.choice([clip for clip in seconds if set(clip.options).isdisjoint(one.options)])
        pair = Pair(half, one.name, other.name)
        if random.random() < 0.5:
            pair = Pair(half, other.name, one.name)
        if pair not in found:
            found.append(pair)
    return found[:n]


def clips(half: Half, n: int) -> list[Clip]:
    """Clips of the half's voices, drawn."""
    every = _of((*FIRST_VOICES[half], *SECOND_VOICES[half]))
    return Random(f"{SEED} clips {half}").sample(every, n)


def _of(voices: tuple[str, ...]) -> list[Clip]:
    """Those that today's chain leaves readable."""
    return [clip for clip in models.clips() if clip.voice in voices and clip.name not in BLURRED]
