"""What the puzzles of Q1 to Q5 share: Mimi's architecture at a small width, altered, and claims to place.

The truth is arithmetic (frames are samples over the stride, rounded up) or what was planted; it never comes
from the encode that is judged.
"""

import math
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

from benchmarks.validity.puzzle import Puzzle, Solved, Truth, judged
from questions.claims import Claim
from questions.common.frozen import Frozen
from questions.quiz import AnyQuestion
from solvers.audio.noise import seeded_noise
from solvers.run.solver import Solver

if TYPE_CHECKING:
    from torch import Tensor

    from solvers.hw10.models.codec import Codec

SMALL = {
    "hidden_size": 32,
    "num_filters": 4,
    "codebook_dim": 16,
    "vector_quantization_hidden_dimension": 16,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "num_key_value_heads": 2,
    "head_dim": 16,
    "intermediate_size": 32,
    "upsample_groups": 32,
}
RATE_HZ = 24_000
# Strides of the encoder's four stages; its last stage halves the rate again.
STRIDES = ([8, 6, 5, 4], [8, 6, 5, 2], [8, 5, 4, 2], [10, 8, 6, 5], [8, 7, 5, 4])  # the first are Mimi's
CODEBOOKS = (32, 16, 8)
LETTERS = "ABCD"
NOBODY = "none of them"


@cache
def small_mimi(seed: int = 0, strides: tuple[int, ...] = (), **changes: Any) -> "Codec":
    """A MimiModel of small width with seeded random weights."""
    from solvers.hw10.models.codec import Codec, mimi_config, random_mimi

    given = {"upsampling_ratios": list(strides)} if strides else {}
    return Codec(random_mimi(seed, mimi_config(**SMALL | given | changes)), ())


def altered(codec: "Codec", change: "Callable[[Tensor, Tensor], Tensor]") -> "Codec":
    """The codec with its codes changed on the way out: `change(codes, audio)`."""
    from solvers.hw10.models.codec import Codec

    class Altered(Codec):
        def encode(self, audio: "Tensor", n_codebooks: int | None = None) -> "Tensor":
            return change(super().encode(audio, n_codebooks), audio)

    return Altered(codec.model, ())


def n_frames(duration_s: float, strides: list[int]) -> int:
    """Frames of a clip, by arithmetic."""
    return math.ceil(round(duration_s * RATE_HZ) / (2 * math.prod(strides)))


def noise(channels: int, frames: int) -> "Tensor":
    """Seeded noise `[1, C, N]` of whole frames at Mimi's own strides."""
    n_samples = frames * 2 * math.prod(STRIDES[0])
    return seeded_noise((1, channels, n_samples), 0, level=0.1)


def placed(true: Claim, false: list[Claim], letter: str) -> dict[str, tuple[Claim, ...]]:
    """The true claim in one option and false ones in the others; in none if `letter` is `NOBODY`."""
    others = iter(false)
    return {one: (true if one == letter else next(others),) for one in LETTERS}


def asking(
    name: str,
    kind: str,
    truth: dict[str, Truth],
    question: AnyQuestion,
    solver: Solver[Any],
    measured: Callable[[], Frozen],
) -> Puzzle:
    """A puzzle that measures when it is solved."""

    def solve() -> Solved:
        return judged(solver, question, measured())

    return Puzzle(name, kind, truth, solve)


def letter_of(number: int) -> str:
    """A, B, C, D, none, and again."""
    return NOBODY if number % 5 == len(LETTERS) else LETTERS[number % 5]
