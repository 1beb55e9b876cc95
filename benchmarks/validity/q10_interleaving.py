"""Q10's puzzles: two clips whose layers are mixed, on a codec whose front or whose back layers must decide.

`front`: two voices, two texts, the stand-in codec. Its first layers code what is largest and each later one
the residual of those before, so the front dominates by construction: E and F hold, G fails, and without
layer 0 it does not still convert well (C). `reversed`: the same codec with its eight layers in the reverse
order: E and F fail, G holds, and layer 0, now the smallest residual, is not what makes speech intelligible
(B). In both the truth is clear: of their voices no two clips come as near each other as any two of one voice,
and Whisper reads four seconds of either clip through the codec as it reads the original.

`any two`: as `front`, but of whichever two voices and clips; where they are too near, or the codec blurs the
words, open is right, and only the contrary is wrong. `one voice`: two texts in one voice, so that nobody is
nearer in voice and the words decide, as far as they are read: only the contrary is wrong. `one clip`: the
same clip twice: nothing to find, and no split is blurred (D). `other words`: every true mix is heard as a
third clip, of Alice's voice and another text: the words are nobody's, so E, F and G are open.
"""

from functools import partial
from random import Random
from typing import TYPE_CHECKING

from benchmarks.validity import models
from benchmarks.validity.models import FRAME, Clip
from benchmarks.validity.puzzle import Puzzle, Solved, Truth, in_turn, judged
from questions.quiz import AnyQuestion
from solvers.hw10.models.codec import Codec
from solvers.hw10.q10_interleaving import SOLVER
from solvers.hw10.q10_interleaving.measure import Ears, interleave
from solvers.hw10.q10_interleaving.measurements import N_CODEBOOKS

if TYPE_CHECKING:
    from torch import Tensor

HOLDS, FAILS, NOTHING = Truth.HOLDS, Truth.FAILS, Truth.NOTHING
NOT_HOLDS, NOT_FAILS = Truth.NOT_HOLDS, Truth.NOT_FAILS
FRONT = {"C": NOT_HOLDS, "E": HOLDS, "F": HOLDS, "G": FAILS}
REVERSED = {"B": NOT_HOLDS, "E": FAILS, "F": FAILS, "G": HOLDS}
ANY_TWO = {"C": NOT_HOLDS, "E": NOT_FAILS, "F": NOT_FAILS, "G": NOT_HOLDS}
ONE_VOICE = {"E": NOT_FAILS, "F": NOT_FAILS, "G": NOT_HOLDS}
NOBODYS = dict.fromkeys("EFG", NOTHING)
ONE_CLIP = NOBODYS | {"D": NOT_HOLDS}
N_FRONT, N_REVERSED, N_ANY_TWO, N_ONE_VOICE, N_ONE_CLIP, N_OTHER_WORDS = 14, 10, 8, 13, 4, 6
# Each of the first is distinct from each of the second: over all clips the least cosine within one of the two
# voices is above the greatest across them by 0.17 at least (0.32 for jf_alpha and jm_kumo).
FIRST_VOICES = frozenset({"jf_alpha", "jf_gongitsune", "jf_nezumi", "jf_tebukuro", "p0", "p4"})
SECOND_VOICES = frozenset({"jm_kumo", "p3", "p5"})
# Clips whose first four seconds Whisper reads otherwise through the codec at 8 layers: WER above 0.3.
BLURRED = frozenset(f"{number:03}.ogg" for number in (1, 17, 22, 27, 28, 38, 41, 42, 56))
N_OFFSETS = 1  # of the sixteen: all of them take sixteen times as long
MAX_FRAMES = 50  # four seconds of the longer clips
SEED = 10


class Reversed(Codec):
    """The codec with its layers in the reverse order: what decides most comes last."""

    def encode(self, audio: "Tensor", n_codebooks: int | None = None) -> "Tensor":
        """Codes `[B, K, T]`, the smallest residual first."""
        return super().encode(audio, n_codebooks).flip(1)

    def decode(self, codes: "Tensor") -> "Tensor":
        """Audio `[B, N]` of such codes."""
        return super().decode(codes.flip(1))


class OtherWords(Codec):
    """The codec with another clip's codes `[8, T]` in every mix but the pure ones, k = 0 and 8."""

    def __init__(self, codec: Codec, codes: "Tensor") -> None:
        super().__init__(codec.model, ())
        self.codes = codes

    def decode(self, codes: "Tensor") -> "Tensor":
        """Audio `[B, N]` of Q10's mixes, the nine splits first."""
        import torch

        heard = [2] * len(codes)
        heard[0], heard[N_CODEBOOKS] = 0, 1
        other = self.codes[None, :, : codes.shape[2]]
        return super().decode(torch.cat([codes[[0, N_CODEBOOKS]], other]))[heard]


def puzzles(question: AnyQuestion) -> tuple[Puzzle, ...]:
    """All of Q10, each pair drawn with its own seed."""

    def every(kind: str, n: int, truth: dict[str, Truth]) -> list[Puzzle]:
        return [_puzzle(question, kind, number, truth) for number in range(n)]

    return in_turn(
        every("front", N_FRONT, FRONT),
        every("reversed", N_REVERSED, REVERSED),
        every("any two", N_ANY_TWO, ANY_TWO),
        every("one voice", N_ONE_VOICE, ONE_VOICE),
        every("one clip", N_ONE_CLIP, ONE_CLIP),
        every("other words", N_OTHER_WORDS, NOBODYS),
    )


def _puzzle(question: AnyQuestion, kind: str, number: int, truth: dict[str, Truth]) -> Puzzle:
    pair = _pair(kind, number)
    name = f"{kind} {number}: {pair[0].name} ({pair[0].voice}), {pair[1].name} ({pair[1].voice})"
    third = _third(pair, number) if kind == "other words" else None
    return Puzzle(name, kind, truth, partial(_solve, question, pair, kind == "reversed", third))


def _pair(kind: str, number: int) -> tuple[Clip, Clip]:
    random = Random(f"{SEED} {kind} {number}")
    if kind in {"front", "reversed"}:
        read = [clip for clip in models.clips() if clip.name not in BLURRED]
        first = random.choice([clip for clip in read if clip.voice in FIRST_VOICES])
        second = random.choice(
            [clip for clip in read if clip.voice in SECOND_VOICES and not _share_texts(clip, first)]
        )
        return (first, second) if random.random() < 0.5 else (second, first)
    first = random.choice(models.clips())
    if kind == "one clip":
        return first, first
    same_voice = kind == "one voice"
    return first, random.choice(
        [
            clip
            for clip in models.clips()
            if (clip.voice == first.voice) is same_voice and not _share_texts(clip, first)
        ]
    )


def _share_texts(clip: Clip, other: Clip) -> bool:
    return not set(clip.options).isdisjoint(other.options)


def _third(pair: tuple[Clip, Clip], number: int) -> Clip:
    """A clip as long as they are, in the first one's voice, of a text of neither."""
    taken = {text for clip in pair for text in clip.options}
    return Random(f"{SEED} third {number}").choice(
        [clip for clip in models.clips() if clip.voice == pair[0].voice and not taken & set(clip.options)]
    )


def _solve(question: AnyQuestion, pair: tuple[Clip, Clip], reverse: bool, third: Clip | None) -> Solved:
    sounds = [clip.load() for clip in (*pair, third) if clip is not None]
    n_frames = min(MAX_FRAMES, *(len(sound) // FRAME for sound in sounds))
    alice, james, *other = (sound[: n_frames * FRAME] for sound in sounds)
    codec = models.codec()
    if reverse:
        codec = Reversed(codec.model, ())
    elif other:
        codec = OtherWords(codec, codec.encode(other[0][None, None], N_CODEBOOKS)[0])
    ears = Ears(codec, models.asr(), models.voices())
    measured = interleave(alice, james, ears, 0, models.quiet, n_offsets=N_OFFSETS)
    return judged(SOLVER, question, measured.numbers)
