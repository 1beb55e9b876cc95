"""Models and clips that puzzles share, each loaded once and only when a puzzle needs it. `N` samples."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor

    from solvers.hw10.models.codec import Codec
    from solvers.models.speaker.encoder import Voices
    from solvers.models.whisper.asr import Asr

PUZZLES = Path(__file__).parents[1] / "puzzles"
FINE_CODEC = Path(__file__).parent / "fine_codec"
RATE_HZ = 24_000
FRAME = 1_920  # samples of one frame of the codec


@dataclass(frozen=True)
class Clip:
    """A clip of synthetic speech: who speaks, four similar sentences, and which of them is said."""

    name: str
    voice: str
    options: tuple[str, str, str, str]
    said: str

    @property
    def text(self) -> str:
        """The sentence that is said."""
        return self.options["ABCD".index(self.said)]

    def load(self) -> "Tensor":
        """Its sound, float32 `[N]` at `RATE_HZ`."""
        from solvers.audio.sound_files import load_sound

        return load_sound(PUZZLES / self.name, RATE_HZ)


@cache
def clips() -> tuple[Clip, ...]:
    """All clips, in the order of their names."""
    files = json.loads((PUZZLES / "manifest.json").read_text(encoding="utf-8"))["files"]
    return tuple(
        Clip(name, about["voice"], tuple(about["options"]), about["said"])
        for name, about in sorted(files.items())
    )


@cache
def codec() -> "Codec":
    """The stand-in codec."""
    from solvers.hw10.standin import STANDIN_CODEC

    return _load_codec(STANDIN_CODEC)


@cache
def fine_codec() -> "Codec":
    """A codec of four layers at 50 frames a second, with which four layers are enough to be understood.

    Fitted as the stand-in codec is, on the same clips, none of which is a puzzle's: `python -m
    benchmarks.standin_making.fit FOLDER --layers 4 --mel-frames 2 --components 64`.
    """
    return _load_codec(FINE_CODEC)


def _load_codec(folder: Path) -> "Codec":
    import torch

    from solvers.hw10.models.codec import Codec
    from solvers.hw10.standin.codec import StandinCodecModel

    model: Any = StandinCodecModel.from_pretrained(folder, dtype=torch.float32)
    return Codec(model, ())


@cache
def asr() -> "Asr":
    """Whisper base, from its package."""
    from solvers.models.whisper.asr import Asr

    return Asr.load("package:base")


@cache
def voices() -> "Voices":
    """The speaker encoder, from its package."""
    from solvers.models.speaker.encoder import Voices
    from solvers.models.speaker.package import packaged_file

    return Voices.load(packaged_file(), packaged=True)


def quiet(_step: str, _fraction: float) -> None:
    """For solvers that report their steps: the benchmark shows puzzles, not steps."""
