"""Q10: what is heard when the first layers are one speaker's and the rest the other's.

At split k, layers 0 … k-1 are the front speaker's and k … 7 the back one's. Everything is measured at 16
positions of the clips against the codec's frames; `q10_rules` says what the numbers decide.

Axes: `B` mixes, `N` samples, `K` = 8 codebooks, `T` frames.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from questions.errors import SourceError
from questions.spec import AnyQuestion, Rest
from solvers.audio import HEARING_RATE_HZ
from solvers.q10_measurements import (
    N_CODEBOOKS,
    SPLITS,
    Measurements,
    Mix,
    Offset,
    PerSpeaker,
    RandomFirst,
    Speaker,
    other,
)
from solvers.q10_rules import judge
from solvers.quality import log_mel_distance
from solvers.registry import Measured
from solvers.text import error_rate, normalise

if TYPE_CHECKING:
    import torch

    from solvers.asr import Asr
    from solvers.bench import Bench, OnStep
    from solvers.codec import Codec
    from solvers.voices import Voices

__all__ = ["USES", "VERSION", "Measurements", "judge", "measure", "spec_read"]

VERSION = 1
USES = (Rest.CODEC_WEIGHTS, Rest.SPEAKER_WEIGHTS, Rest.ASR_WEIGHTS, Rest.COURSE_AUDIO)
LANGUAGE = "en"
# Steps of 5 ms through one frame of 80 ms: a decision that depends on where the frames fall is none.
N_OFFSETS = 16
OFFSET_STEP = 120  # samples at 24 kHz
MIN_FRAMES = 25  # two seconds: the speaker encoder needs halves of the references


@dataclass(frozen=True)
class Ears:
    """The models that make and hear the mixes."""

    codec: "Codec"
    asr: "Asr"
    voices: "Voices"


@dataclass(frozen=True)
class Recipe:
    """Which layers a mix takes. `randomised`: layer 0 of random codes, the rest of `front`."""

    front: Speaker
    split: int
    randomised: bool = False

    def codes(self, of: Mapping[Speaker, "torch.Tensor"], noise: "torch.Tensor") -> "torch.Tensor":
        """Codes `[8, T]`, from those of both speakers and random ones `[1, T]`."""
        import torch

        if self.randomised:
            return torch.cat([noise, of[self.front][1:]])
        return torch.cat([of[self.front][: self.split], of[other(self.front)][self.split :]])


PLAIN = tuple(Recipe("Alice", split) for split in SPLITS)
FIRST_OF_JAMES = Recipe("James", 1)
OTHERS_EXCHANGED = tuple(Recipe("James", split) for split in SPLITS[2:-1])  # 0 and 8 are pure either way
RANDOM_FIRST = (Recipe("Alice", N_CODEBOOKS, randomised=True), Recipe("James", N_CODEBOOKS, randomised=True))


def spec_read(_question: AnyQuestion) -> Mapping[str, tuple[str, ...]]:
    """Measuring takes no claim: every split is measured, whichever an option names."""
    return {}


def measure(_question: AnyQuestion, bench: "Bench") -> Measured:
    """Read both clips, mix their layers at every offset, and hear the mixes."""
    from solvers.audio import load_sound

    ears = Ears(bench.codec, bench.asr, bench.voices)
    rate_hz = ears.codec.sample_rate_hz
    alice, james = (load_sound(bench.file(name), rate_hz) for name in ("alice", "james"))
    return interleave(alice, james, ears, bench.seed, bench.step)


def interleave(
    alice: "torch.Tensor",
    james: "torch.Tensor",
    ears: Ears,
    seed: int,
    on_step: "OnStep",
    n_offsets: int = N_OFFSETS,
) -> Measured:
    """Measure the mixes of two clips float32 `[N]` at the codec's rate; the longer one is cut.

    Raises SourceError where the clips are too short, or nothing is read in one of the pure decodes.
    """
    import torch

    from solvers.audio import Sound, resample

    rate_hz = ears.codec.sample_rate_hz
    both = torch.stack([clip[: min(len(alice), len(james))] for clip in (alice, james)])
    generator = torch.Generator().manual_seed(seed)
    offsets: list[Offset] = []
    first: torch.Tensor | None = None
    for number in range(n_offsets):
        on_step(f"mixing and hearing, offset {number + 1} of {n_offsets}", 0.95 * number / n_offsets)
        codes = ears.codec.encode(both[:, None, number * OFFSET_STEP :], N_CODEBOOKS)
        if codes.shape[2] < MIN_FRAMES:
            raise SourceError(f"The clips have {codes.shape[2]} frames; at least {MIN_FRAMES} are needed.")
        noise = torch.randint(ears.codec.codebook_size, (1, codes.shape[2]), generator=generator)
        recipes = (*PLAIN, FIRST_OF_JAMES, *RANDOM_FIRST, *(OTHERS_EXCHANGED if number == 0 else ()))
        heard = hear(codes, noise.to(codes.device), recipes, ears, number * OFFSET_STEP)
        offsets.append(heard.offset)
        first = heard.audio if first is None else first
    assert first is not None
    on_step("transcribing the originals", 0.95)
    originals = ears.asr.transcribe(resample(both, rate_hz, HEARING_RATE_HZ), LANGUAGE)
    numbers = Measurements(
        offsets=tuple(offsets),
        original_alice=originals[0].text,
        original_james=originals[1].text,
    )
    kept = {f"split_{mix.split}": (first[mix.split], mix.transcript) for mix in offsets[0].mixes}
    kept |= {"original_alice": (both[0], originals[0].text), "original_james": (both[1], originals[1].text)}
    sounds = tuple(Sound(name, clip.cpu().numpy(), rate_hz, text) for name, (clip, text) in kept.items())
    return Measured(numbers, sounds)


@dataclass(frozen=True)
class Heard:
    """One batch of mixes: what was measured, and their sound float32 `[B, N]` in the recipes' order."""

    offset: Offset
    audio: "torch.Tensor"


def hear(
    codes: "torch.Tensor", noise: "torch.Tensor", recipes: Sequence[Recipe], ears: Ears, n_skipped: int
) -> Heard:
    """Decode and hear mixes of codes `[2, 8, T]`, Alice's and James's, all in one batch.

    `recipes` begin with the nine plain splits, whose first and last are the pure decodes, James's and
    Alice's: their transcripts and sounds are the references. `noise` is random codes `[1, T]`.
    """
    import torch

    from solvers.audio import resample

    rate_hz = ears.codec.sample_rate_hz
    of: Mapping[Speaker, torch.Tensor] = {"Alice": codes[0], "James": codes[1]}
    audio = ears.codec.decode(torch.stack([recipe.codes(of, noise) for recipe in recipes]))
    sound = resample(audio, rate_hz, HEARING_RATE_HZ)
    mixed = [index for index, recipe in enumerate(recipes) if not recipe.randomised]
    noisy = [index for index, recipe in enumerate(recipes) if recipe.randomised]
    texts = [""] * len(recipes)
    # Apart: a batch is as slow as its longest text, and in noise Whisper may run on.
    for group in (mixed, noisy):
        for index, heard in zip(group, ears.asr.transcribe(sound[group], LANGUAGE), strict=True):
            texts[index] = heard.text
    said: Mapping[Speaker, str] = {"Alice": texts[N_CODEBOOKS], "James": texts[0]}
    for who, text in said.items():
        if not normalise(text, LANGUAGE):
            raise SourceError(f"Whisper reads nothing in {who}'s own eight layers: nothing to compare with.")

    pure: Mapping[Speaker, int] = {"Alice": N_CODEBOOKS, "James": 0}
    scores = ears.asr.score(sound[mixed], tuple(said.values()), LANGUAGE).tolist()
    voices = ears.voices.margin(sound[mixed], sound[pure["Alice"]], sound[pure["James"]])
    mel_db = {who: log_mel_distance(audio[index].cpu(), rate_hz) for who, index in pure.items()}

    def wer(text: str) -> PerSpeaker:
        return PerSpeaker(**{who.lower(): error_rate(said[who], text, LANGUAGE) for who in said})

    def mix(index: int, nats: list[float], margin: float) -> Mix:
        return Mix(
            front=recipes[index].front,
            split=recipes[index].split,
            transcript=texts[index],
            wer=wer(texts[index]),
            nat=PerSpeaker(alice=nats[0], james=nats[1]),
            mel_db=PerSpeaker(
                **{who.lower(): distance(audio[index].cpu()) for who, distance in mel_db.items()}
            ),
            voice_margin=margin,
        )

    mixes = tuple(map(mix, mixed, scores, voices.margins))
    random_first = tuple(
        RandomFirst(
            kept=recipes[index].front,
            transcript=texts[index],
            wer=wer(texts[index]).of(recipes[index].front),
        )
        for index in noisy
    )
    offset = Offset(
        n_skipped=n_skipped,
        mixes=mixes[: len(SPLITS)],
        exchanged=mixes[len(SPLITS) :],
        random_first=random_first,
        voices=voices.scale,
    )
    return Heard(offset, audio)
