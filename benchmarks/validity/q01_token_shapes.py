"""Q1's puzzles: five sets of strides, three numbers of codebooks, and shapes that are nearly true."""

from benchmarks.validity.puzzle import Puzzle, only, with_claims
from benchmarks.validity.q01_q05 import (
    CODEBOOKS,
    LETTERS,
    STRIDES,
    asking,
    letter_of,
    n_frames,
    placed,
    small_mimi,
)
from questions.claims import Claim
from questions.quiz import AnyQuestion
from solvers.hw10 import q01_token_shapes as q01


def puzzles(question: AnyQuestion) -> tuple[Puzzle, ...]:
    """15 of them."""
    found = []
    for number, (strides, k) in enumerate((s, k) for s in STRIDES for k in CODEBOOKS):
        short, long = n_frames(2, strides), n_frames(4, strides)
        false: list[Claim] = [
            q01.Shapes(shape_2s=(1, k, short), shape_4s=(1, k, long + 1)),
            q01.Shapes(shape_2s=(1, short, k), shape_4s=(1, long, k)),
            q01.Shapes(shape_2s=(1, k // 2, short), shape_4s=(1, k // 2, long)),
            q01.Shapes(shape_2s=(1, k, long), shape_4s=(1, k, short)),
        ]
        true = q01.Shapes(shape_2s=(1, k, short), shape_4s=(1, k, long))
        letter = letter_of(number)

        def measured(strides: list[int] = strides, k: int = k, seed: int = number) -> q01.Measurements:
            codec = small_mimi(strides=tuple(strides), num_quantizers=k)
            clips = tuple(q01.encode_noise(codec, clip, s, seed) for clip, s in q01.CLIPS.items())
            return q01.Measurements(exact=clips)

        ask = with_claims(question, placed(true, false, letter))
        name = f"strides {strides} codebooks {k} true {letter}"
        found.append(asking(name, "architecture", only(LETTERS, letter), ask, q01.SOLVER, measured))
    return tuple(found)
