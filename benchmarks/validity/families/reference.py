"""What a listener would understand of the families' mixes, by another way than the solvers': the truth.

    python -m benchmarks.validity.families.reference

The solvers hear with Whisper and ask for words and error rates to its own transcripts. Here nothing is
transcribed: STOI (Taal, Hendriks, Heusdens and Jensen, 2011) compares a mix's band envelopes with those of
either original recording, and their curve for sentences of the IEEE corpus says how many words in a hundred
listeners understand of it. The mixes start 37.5 ms further into the clips than any of the solvers'.

What comes out is kept in `reference.json`; `Heard` concludes from it, and only what is certain.
"""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.validity.families import codecs
from benchmarks.validity.families.pairs import HALVES, Pair, clips, pairs
from benchmarks.validity.models import RATE_HZ, Clip
from solvers.audio.sound_files import resample

if TYPE_CHECKING:
    from torch import Tensor

    from solvers.hw10.models.codec import Codec

FILE = Path(__file__).parent / "reference.json"
N_LAYERS = 8
N_PAIRS = 4  # a half
N_CLIPS = 2  # a half
START = 900  # samples; the solvers' offsets are multiples of 120 from 0 on
STOI_RATE_HZ = 10_000  # its own
# Percent of words understood = 100 / (1 + exp(a d + b)), of sentences of the IEEE corpus.
CURVE_A, CURVE_B = -17.4906, 9.6921
UNDERSTOOD, NOT_UNDERSTOOD = 0.9, 0.1
MIN_LEAD = 0.3  # of one recording's STOI over the other's: two that talk at once are each half there
BLURRED_LEAD = 0.03  # of one split's STOI over another's
MAX_BLURRED = 0.78  # above it everything is understood


@dataclass(frozen=True)
class Heard:
    """STOI of the nine splits to either original, the first in front; and of split 1 the other way round."""

    first: tuple[float, ...]
    second: tuple[float, ...]
    exchanged: float  # layer 0 of the second, all else of the first: to the first

    @property
    def without_first(self) -> tuple[float, float]:
        """STOI to the kept speaker with layer 0 the other's, either way."""
        return self.second[1], self.exchanged

    def nearer(self, split: int) -> str | None:
        """Whose words are understood for certain and whose not: `first`, `second` or neither."""
        lead = self.first[split] - self.second[split]
        for name, of, ahead in (("first", self.first, lead), ("second", self.second, -lead)):
            if understood(of[split]) >= UNDERSTOOD and ahead >= MIN_LEAD:
                return name
        return None

    def blurred(self, split: int) -> bool | None:
        """Whether a split is one of the two that are worst understood; None where others come near."""
        best = [max(pair) for pair in zip(self.first, self.second, strict=True)]
        ranked = sorted(best)
        if best[split] <= min(ranked[2] - BLURRED_LEAD, MAX_BLURRED):
            return True
        clear = understood(best[split]) >= UNDERSTOOD
        return False if clear and best[split] >= ranked[len(ranked) // 2] + BLURRED_LEAD else None


def understood(stoi: float) -> float:
    """The share of words that listeners understand."""
    return 1 / (1 + math.exp(CURVE_A * stoi + CURVE_B))


@cache
def heard() -> Mapping[str, Mapping[str, Heard]]:
    """By family and pair, as kept."""
    return {
        family: {
            name: Heard(tuple(one["first"]), tuple(one["second"]), one["exchanged"])
            for name, one in of["pairs"].items()
        }
        for family, of in _kept().items()
    }


@cache
def four_layers() -> Mapping[str, Mapping[str, float]]:
    """By family and clip: STOI of the first four layers' decode to the original, as kept."""
    return {family: of["four layers"] for family, of in _kept().items()}


@cache
def _kept() -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def listen(pair: Pair, codec: "Codec") -> Heard:
    """Mix two clips' layers and compare."""
    import torch

    sounds = pair.load(START)
    one, other = codec.encode(sounds[:, None], N_LAYERS)
    mixes = [torch.cat([one[:split], other[split:]]) for split in range(N_LAYERS + 1)]
    mixes.append(torch.cat([other[:1], one[1:]]))
    rows = codec.decode(torch.stack(mixes))[:, : sounds.shape[1]]
    to_first, to_second = (stois(sound, rows) for sound in sounds)
    return Heard(to_first[:-1], to_second[:-1], to_first[-1])


def stois(original: "Tensor", rows: "Tensor") -> tuple[float, ...]:
    """STOI of rows `[B, N]` to an original `[N]`."""
    import torch
    from pystoi import stoi

    clean, *every = resample(torch.cat([original[None], rows]), RATE_HZ, STOI_RATE_HZ).numpy()
    return tuple(round(float(stoi(clean, one, STOI_RATE_HZ)), 3) for one in every)


def listen_to_four(clip: Clip, codec: "Codec") -> float:
    """STOI of a clip's first four layers."""
    sound = clip.load()
    row = codec.decode(codec.encode(sound[None, None], 4))[:, : len(sound)]
    return stois(sound[: row.shape[1]], row)[0]


def main() -> None:
    """Listen to all pairs and clips on all families, and keep the numbers, a line each."""
    found = []
    for family in codecs.NAMES:
        listened: dict[str, list[tuple[str, Any]]] = {
            "pairs": [
                (pair.name, asdict(listen(pair, codecs.codec(family))))
                for half in HALVES
                for pair in pairs(half, N_PAIRS)
            ],
            "four layers": [
                (clip.name, listen_to_four(clip, codecs.short_codec(family)))
                for half in HALVES
                for clip in clips(half, N_CLIPS)
            ],
        }
        print(family, flush=True)
        parts = [f"  {json.dumps(name)}: {{\n{_lines(every)}\n  }}" for name, every in listened.items()]
        found.append(f" {json.dumps(family)}: {{\n" + ",\n".join(parts) + "\n }")
    FILE.write_text("{\n" + ",\n".join(found) + "\n}\n", encoding="utf-8")


def _lines(every: Iterable[tuple[str, Any]]) -> str:
    return ",\n".join(f"   {json.dumps(name)}: {json.dumps(value)}" for name, value in every)


if __name__ == "__main__":
    main()
