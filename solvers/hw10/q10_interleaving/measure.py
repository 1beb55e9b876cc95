"""Q10: what is heard when the first layers are one speaker's and the rest the other's.

At split k, layers 0 … k-1 are the front speaker's and k … 7 the back one's. Everything is measured at up to
16 positions of the clips against the codec's frames, until the rules (`judge`) have decided every claim.

Axes: `B` mixes, `N` samples, `K` = 8 codebooks, `T` frames.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING

from questions.common.errors import SourceError
from questions.quiz import AnyQuestion
from solvers.audio.error_rate import error_rate, normalise
from solvers.audio.quality import log_mel_distance
from solvers.audio.sound_files import HEARING_RATE_HZ
from solvers.evidence.rounds import LOOKS, in_rounds, never, spread_order
from solvers.hw10.q10_interleaving.judge import settled
from solvers.hw10.q10_interleaving.measurements import (
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
from solvers.hw10.resources.codec_weights import RESOURCE as CODEC_WEIGHTS
from solvers.models.threads import on_threads, one_thread
from solvers.resources.asr_weights import RESOURCE as ASR_WEIGHTS
from solvers.resources.speaker_weights import RESOURCE as SPEAKER_WEIGHTS
from solvers.run.solver import Measured

if TYPE_CHECKING:
    import torch

    from solvers.evidence.progress import OnStep
    from solvers.hw10.models.codec import Codec
    from solvers.models.speaker.encoder import Margins, Voices
    from solvers.models.whisper.asr import Asr
    from solvers.run.session import Session

LANGUAGE = "en"
# Steps of 5 ms through one frame of 80 ms: a decision that depends on where the frames fall is none.
N_OFFSETS = 16
OFFSET_STEP = 120  # samples at 24 kHz
# Whisper reads one weight for a whole batch: two offsets in one take two thirds of the time of each alone.
OFFSETS_AT_ONCE = 2
MIN_FRAMES = 25  # two seconds: the speaker encoder needs thirds of the references


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
# The plain splits that are one speaker's alone, in the order of the two texts that are scored.
PURE: Mapping[Speaker, int] = {"Alice": N_CODEBOOKS, "James": 0}
RANDOM_FIRST = (Recipe("Alice", N_CODEBOOKS, randomised=True), Recipe("James", N_CODEBOOKS, randomised=True))


def measure(question: AnyQuestion, session: "Session") -> Measured:
    """Read both clips, mix their layers at as many offsets as it takes, and hear the mixes."""
    from solvers.audio.sound_files import load_checked

    ears = Ears(session.use(CODEC_WEIGHTS), session.use(ASR_WEIGHTS), session.use(SPEAKER_WEIGHTS))
    rate_hz = ears.codec.sample_rate_hz
    alice, james = (load_checked(session.file(name), rate_hz) for name in ("alice", "james"))
    said: dict[Speaker, str] = {"Alice": session.said("alice").text, "James": session.said("james").text}
    return interleave(
        alice, james, ears, session.seed, session.step, said=said, enough=partial(settled, question)
    )


def interleave(
    alice: "torch.Tensor",
    james: "torch.Tensor",
    ears: Ears,
    seed: int,
    on_step: "OnStep",
    n_offsets: int = N_OFFSETS,
    said: Mapping[Speaker, str] = MappingProxyType({}),
    enough: Callable[[Sequence[Offset]], bool] = never,
) -> Measured:
    """Measure the mixes of two clips float32 `[N]` at the codec's rate; the longer one is cut.

    `said` is what they are known to say, which is shown. Offsets come in rounds, at most `n_offsets`, until
    there are `enough`.

    Raises SourceError where the clips are too short, or nothing is read in one of them or its pure decode.
    """
    import torch

    from solvers.audio.sound_files import Sound, resample

    rate_hz = ears.codec.sample_rate_hz
    both = torch.stack([clip[: min(len(alice), len(james))] for clip in (alice, james)])
    generator = torch.Generator().manual_seed(seed)
    on_step("transcribing the originals", 0.0)
    heard = ears.asr.transcribe(resample(both, rate_hz, HEARING_RATE_HZ), LANGUAGE)
    originals: Mapping[Speaker, str] = {"Alice": heard[0].text, "James": heard[1].text}
    _check_read(originals, "original clip")
    order = spread_order(N_OFFSETS)[:n_offsets]
    kept_audio: list[torch.Tensor] = []  # of the mixes at the first offset

    def take(numbers: Sequence[int]) -> list[Offset]:
        found: list[Offset] = []
        for start in range(0, len(numbers), OFFSETS_AT_ONCE):
            batch = []
            for number in numbers[start : start + OFFSETS_AT_ONCE]:
                done = order.index(number)
                on_step(f"mixing and hearing, offset {done + 1} of at most {n_offsets}", done / n_offsets)
                codes = ears.codec.encode(both[:, None, number * OFFSET_STEP :], N_CODEBOOKS)
                if codes.shape[2] < MIN_FRAMES:
                    raise SourceError(
                        f"The clips have {codes.shape[2]} frames; at least {MIN_FRAMES} are needed."
                    )
                noise = torch.randint(ears.codec.codebook_size, (1, codes.shape[2]), generator=generator)
                recipes = _recipes_at(done)
                batch.append(mix(codes, noise.to(codes.device), recipes, ears.codec, number * OFFSET_STEP))
            found += hear(batch, originals, ears)
            if not kept_audio:
                kept_audio.append(batch[0].audio)
        return found

    rounds = in_rounds(order, take, lambda found: enough(list(chain.from_iterable(found))))
    offsets = tuple(chain.from_iterable(rounds))
    (first,) = kept_audio
    numbers = Measurements(
        offsets=offsets,
        rounds=tuple(map(len, rounds)),
        original_alice=originals["Alice"],
        original_james=originals["James"],
        said_alice=said.get("Alice", ""),
        said_james=said.get("James", ""),
    )
    pure = {row: said.get(who, "") for who, row in PURE.items()}
    kept = {
        f"split_{mix.split}": (first[mix.split], mix.transcript, pure.get(mix.split, ""))
        for mix in offsets[0].mixes
    }
    kept |= {
        f"original_{who.lower()}": (clip, text, said.get(who, ""))
        for clip, (who, text) in zip(both, originals.items(), strict=True)
    }
    sounds = tuple(
        Sound(name, clip.cpu().numpy(), rate_hz, transcript=heard_in_it, said=text)
        for name, (clip, heard_in_it, text) in kept.items()
    )
    return Measured(numbers, sounds)


@dataclass(frozen=True)
class Mixture:
    """One offset's mixes: their sound float32 `[B, N]` at `rate_hz`, in the recipes' order.

    `recipes` begin with the nine plain splits, whose first and last are the pure decodes, James's and
    Alice's: their transcripts and sounds are the references.
    """

    n_skipped: int
    recipes: tuple[Recipe, ...]
    audio: "torch.Tensor"
    rate_hz: int

    def rows(self, *, randomised: bool) -> list[int]:
        """The mixes with random codes, or those without."""
        return [row for row, recipe in enumerate(self.recipes) if recipe.randomised is randomised]


def _recipes_at(index: int) -> tuple[Recipe, ...]:
    """The mixes at the offset that is measured as the `index`-th.

    What is shown and decides nothing is made less often: random codes in the first round, all exchanges once.
    """
    random_first = RANDOM_FIRST if index < LOOKS[0].n_trials else ()
    return (*PLAIN, FIRST_OF_JAMES, *random_first, *(OTHERS_EXCHANGED if index == 0 else ()))


def mix(
    codes: "torch.Tensor", noise: "torch.Tensor", recipes: tuple[Recipe, ...], codec: "Codec", n_skipped: int
) -> Mixture:
    """Decode mixes of codes `[2, 8, T]`, Alice's and James's. `noise` is random codes `[1, T]`."""
    import torch

    of: Mapping[Speaker, torch.Tensor] = {"Alice": codes[0], "James": codes[1]}
    audio = codec.decode(torch.stack([recipe.codes(of, noise) for recipe in recipes]))
    return Mixture(n_skipped, recipes, audio, codec.sample_rate_hz)


def hear(mixtures: Sequence[Mixture], originals: Mapping[Speaker, str], ears: Ears) -> list[Offset]:
    """Hear the mixes of some offsets, all in one batch. `originals` are the original clips' transcripts.

    Raises SourceError where nothing is read in a pure decode.
    """
    import torch

    from solvers.audio.sound_files import resample

    sounds = [resample(one.audio, one.rate_hz, HEARING_RATE_HZ) for one in mixtures]
    clips = [clip for sound in sounds for clip in sound]
    listening = ears.asr.listen(
        torch.nn.utils.rnn.pad_sequence(clips, batch_first=True), LANGUAGE, [len(clip) for clip in clips]
    )
    transcripts = listening.transcripts()
    offsets = []
    start = 0
    for mixture, sound in zip(mixtures, sounds, strict=True):
        texts = [heard.text for heard in transcripts[start : start + len(sound)]]
        mixed = mixture.rows(randomised=False)
        said = {who: texts[row] for who, row in PURE.items()}
        _check_read(said, "own eight layers")
        scores = listening.scores(tuple(said.values()), [start + row for row in mixed])
        voices = ears.voices.margin(sound[mixed], sound[PURE["Alice"]], sound[PURE["James"]])
        misread = {who.lower(): error_rate(originals[who], said[who], LANGUAGE) for who in said}
        offsets.append(_offset(mixture, texts, said, PerSpeaker(**misread), scores.tolist(), voices))
        start += len(sound)
    return offsets


def _check_read(texts: Mapping[Speaker, str], where: str) -> None:
    for who, text in texts.items():
        if not normalise(text, LANGUAGE):
            raise SourceError(f"Whisper reads nothing in {who}'s {where}: nothing to compare with.")


def _offset(
    mixture: Mixture,
    texts: Sequence[str],
    said: Mapping[Speaker, str],
    misread: PerSpeaker,
    scores: Sequence[Sequence[float]],
    voices: "Margins",
) -> Offset:
    """The numbers of one offset; `scores` and `voices` are of the mixes without random codes."""
    audio = mixture.audio.cpu()
    with one_thread():
        to_pure = {who: log_mel_distance(audio[row], mixture.rate_hz) for who, row in PURE.items()}

    def wer(text: str) -> PerSpeaker:
        return PerSpeaker(**{who.lower(): error_rate(said[who], text, LANGUAGE) for who in said})

    def distances(row: int) -> PerSpeaker:
        return PerSpeaker(**{who.lower(): distance(audio[row]) for who, distance in to_pure.items()})

    def measured(row: int, nats: Sequence[float], margin: float, mel_db: PerSpeaker) -> Mix:
        return Mix(
            front=mixture.recipes[row].front,
            split=mixture.recipes[row].split,
            transcript=texts[row],
            wer=wer(texts[row]),
            nat=PerSpeaker(alice=nats[0], james=nats[1]),
            mel_db=mel_db,
            voice_margin=margin,
        )

    mixed = mixture.rows(randomised=False)
    mixes = tuple(map(measured, mixed, scores, voices.margins, on_threads(distances, mixed, audio.device)))
    random_first = tuple(
        RandomFirst(
            kept=mixture.recipes[row].front,
            transcript=texts[row],
            wer=wer(texts[row]).of(mixture.recipes[row].front),
        )
        for row in mixture.rows(randomised=True)
    )
    return Offset(
        n_skipped=mixture.n_skipped,
        misread=misread,
        mixes=mixes[: len(SPLITS)],
        exchanged=mixes[len(SPLITS) :],
        random_first=random_first,
        voices=voices.scale,
    )
