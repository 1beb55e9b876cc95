"""Q11's worlds: two voices, a reference clip of each, and clips of known voice and text, heard once.

The stand-in's Emily and Jason say both texts of the quiz; of the puzzles' clips, neighbours share their four
sentences and are of two voices. Clips come as they are or in a change. `N` samples.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from random import Random
from typing import TYPE_CHECKING

from benchmarks.validity import models
from benchmarks.validity.degrading import noisy
from benchmarks.validity.models import RATE_HZ, Clip
from solvers.audio.sound_files import HEARING_RATE_HZ, load_sound, resample
from solvers.hw10.q11_csm_voice.measure import ASKED, hear
from solvers.hw10.q11_csm_voice.measurements import Hearing, Voice
from solvers.hw10.standin import STANDIN_AUDIO
from solvers.models.speaker.scale import VoiceScale

if TYPE_CHECKING:
    from torch import Tensor

SEED = 11
NOISE = "noise"  # where an option's letter would stand
SERIOUSLY = "What? Seriously?"
LOW_VOICES = frozenset({"jm_kumo", "p1", "p3", "p5", "p7"})  # 130 to 190 Hz, the others above


def coded(sound: "Tensor") -> "Tensor":
    """Through eight layers of the stand-in codec."""
    codec = models.codec()
    return codec.decode(codec.encode(sound[None, None], 8))[0, : len(sound)]


def resampled(rate_hz: int, sound: "Tensor") -> "Tensor":
    """Through another rate, and what it cannot hold is lost."""
    return resample(resample(sound, RATE_HZ, rate_hz), rate_hz, RATE_HZ)


def at_level(gain_db: float, sound: "Tensor") -> "Tensor":
    """Louder or quieter; clipped as a file would be."""
    return (sound * 10 ** (gain_db / 20)).clamp(-1, 1)


def with_noise(snr_db: float, sound: "Tensor") -> "Tensor":
    """White noise so far under the sound's power."""
    return noisy(snr_db)(sound[None])[0]


CHANGES: Mapping[str, "Callable[[Tensor], Tensor]"] = {
    "as it is": lambda sound: sound,
    "-6 dB": partial(at_level, -6),
    "noise at 40 dB": partial(with_noise, 40),
    "16 kHz": partial(resampled, 16_000),
    "8 layers": coded,
    "noise at 20 dB": partial(with_noise, 20),
    "noise at 10 dB": partial(with_noise, 10),
    "8 kHz": partial(resampled, 8_000),
    "-30 dB": partial(at_level, -30),
    "+12 dB": partial(at_level, 12),
}
PLAIN = tuple(CHANGES)[:1]
MILD = tuple(CHANGES)[:4]  # taken in turn
DEGRADED = tuple(CHANGES)[4:]


@dataclass(frozen=True)
class World:
    """Options' letters to what they claim, and to the file of a clip of just that where there is one.

    `references` are the files of Emily's and Jason's voices, whoever they are in this world.
    """

    name: str
    references: tuple[str, str]
    claims: tuple[tuple[str, Voice, str], ...]
    files: tuple[tuple[str, str], ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """As the solver has them."""
        return tuple(sorted({text for _, _, text in self.claims}))

    @property
    def letters(self) -> tuple[str, ...]:
        """Options of which there is a clip."""
        return tuple(letter for letter, _ in self.files)

    def exchanged(self) -> "World":
        """With the references exchanged: whoever was Emily is Jason, so A is said where C was."""
        other = dict(zip("ABCD", "CDAB", strict=True))
        files = tuple((other[letter], file) for letter, file in self.files)
        return World(f"{self.name} exchanged", self.references[::-1], self.claims, files)


@cache
def standin() -> World:
    """The stand-in's Emily and Jason, each with both texts of the quiz."""
    return World(
        "Emily and Jason",
        ("emily.flac", "jason.flac"),
        claims_of(ASKED, SERIOUSLY),
        (
            ("A", "csm_jason_generated.flac"),
            ("B", "csm_emily_seriously.flac"),
            ("C", "csm_emily_generated.flac"),
            ("D", "csm_jason_seriously.flac"),
        ),
    )


def claims_of(first: str, second: str) -> tuple[tuple[str, Voice, str], ...]:
    """Voice and text by option, as the quiz has them."""
    return ("A", "Jason", first), ("B", "Emily", second), ("C", "Emily", first), ("D", "Jason", second)


def pairs() -> list[tuple[Clip, Clip]]:
    """Neighbouring clips, which share their four sentences, one voice being low and the other high."""
    every = models.clips()
    pairs = zip(every[::2], every[1::2], strict=True)
    return [(one, other) for one, other in pairs if low(one) is not low(other)]


def low(clip: Clip) -> bool:
    return clip.voice in LOW_VOICES


def world_of(pair: tuple[Clip, Clip], texts: tuple[str, str] | None = None) -> World:
    """Two clips with another clip of each voice as its reference."""
    one, other = pair
    unsaid = next(text for text in one.options if text not in {one.text, other.text})
    first, second = texts or (one.text, unsaid if other.text == one.text else other.text)
    return World(
        f"{one.name} ({one.voice}) and {other.name} ({other.voice})",
        (another_of(one), another_of(other)),
        claims_of(first, second),
        (("C", one.name), ("A" if other.text == one.text else "D", other.name)),
    )


def another_of(clip: Clip, avoiding: str = "") -> str:
    """A clip of the same voice and another text."""
    names = [
        one.name
        for one in models.clips()
        if one.voice == clip.voice and one.text != clip.text and one.name != avoiding
    ]
    return Random(f"{SEED} {clip.name}").choice(names)


def said_by(world: World, references: tuple[str, str]) -> World:
    """A world with the first clip alone, and with these references."""
    return World(
        f"{world.files[0][1]} by {' and '.join(references)}", references, world.claims, world.files[:1]
    )


@cache
def heard_in(
    world: World, changes: tuple[str, ...], *, noise: bool
) -> tuple[Mapping[str, Sequence[Hearing]], VoiceScale]:
    """Every clip of a world in every change, heard once in one batch; with two clips of noise if asked."""
    import torch

    sounds: list[tuple[str, Tensor]] = [
        (letter, CHANGES[change](load(file))) for letter, file in world.files for change in changes
    ]
    if noise:
        generator = torch.Generator().manual_seed(SEED)
        sounds += [(NOISE, 0.1 * torch.randn(2 * RATE_HZ, generator=generator)) for _ in range(2)]
    hearings, scale = hear(
        [resample(sound, RATE_HZ, HEARING_RATE_HZ) for _, sound in sounds],
        world.texts,
        (reference_of(world.references[0]), reference_of(world.references[1])),
        models.asr(),
        models.voices(),
    )
    heard: dict[str, list[Hearing]] = {}
    for (what, _), hearing in zip(sounds, hearings, strict=True):
        heard.setdefault(what, []).append(hearing)
    return heard, scale


def load(name: str) -> "Tensor":
    """A clip or a reference, float32 `[N]` at `RATE_HZ`."""
    folder = models.PUZZLES if name.endswith(".ogg") else STANDIN_AUDIO
    return load_sound(folder / name, RATE_HZ)


@cache
def reference_of(name: str) -> "Tensor":
    return resample(load(name), RATE_HZ, HEARING_RATE_HZ)
