"""Q5's puzzles: codebooks of several seeds; false claims are another id, another layer, or one value off."""

from functools import partial
from typing import TYPE_CHECKING

from benchmarks.validity.puzzle import Puzzle, Solved, Truth, judged, only, with_claims
from benchmarks.validity.q01_q05 import LETTERS, placed, small_mimi
from questions.claims import Claim
from questions.quiz import AnyQuestion
from solvers.hw10 import q05_codebook_vector as q05

if TYPE_CHECKING:
    from solvers.hw10.models.codec import Codec


def puzzles(question: AnyQuestion) -> tuple[Puzzle, ...]:
    """12 of them."""
    found = []
    for number in range(12):
        changed, letter = (0.001 if number % 4 == 3 else 0.0), LETTERS[number // 4 + number % 2]
        # Where no option matches nothing is decided: the weights may be others.
        truth = dict.fromkeys(LETTERS, Truth.NOTHING) if changed else only(LETTERS, letter)
        solve = partial(_solve, question, number // 2, changed, letter)
        kind = "changed codebook" if changed else "codebook"
        found.append(Puzzle(f"{number} seed {number // 2} true {letter}", kind, truth, solve))
    return tuple(found)


def _solve(question: AnyQuestion, seed: int, changed: float, letter: str) -> Solved:
    codec = small_mimi(seed)
    false: list[Claim] = [
        _first_five(codec, 2046),
        _first_five(codec, 2047, layer=1),
        _first_five(codec, 2047, off=2e-4),
        _first_five(codec, 0),
    ]
    ask = with_claims(question, placed(_first_five(codec, 2047), false, letter))
    vectors = q05.vectors_of(codec)
    if changed:  # other weights than those the options were written from
        target = q05.Vector(name=q05.TARGET, values=tuple(v + changed for v in vectors[0].values))
        vectors = (target, *vectors[1:])
    return judged(q05.SOLVER, ask, q05.Measurements(vectors=vectors))


def _first_five(codec: "Codec", code: int, layer: int = 0, off: float = 0.0) -> q05.FirstFive:
    values = [round(value, 4) for value in codec.codebook(layer)[code, :5].tolist()]
    return q05.FirstFive(first_five=(*values[:4], round(values[4] + off, 4)))
