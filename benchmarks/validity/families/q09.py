"""Question 9 on the families: four layers in a random order, with the said sentence among the options or not.

Where a listener would understand the four layers in their right order (`reference`), the sentence has to be
found; where not, open is right too, and only another one would be wrong. `unsaid`: the said one is replaced.
"""

from functools import cache, partial
from random import Random
from typing import TYPE_CHECKING

from benchmarks.validity import models, q09_layer_order
from benchmarks.validity.families import codecs
from benchmarks.validity.families.pairs import HALVES, Half, clips
from benchmarks.validity.families.reference import N_CLIPS, UNDERSTOOD, four_layers, understood
from benchmarks.validity.models import Clip
from benchmarks.validity.puzzle import Puzzle, Solved, Truth, in_turn, only
from questions.quiz import AnyQuestion
from solvers.hw10.q09_layer_order.measure import N_LAYERS

if TYPE_CHECKING:
    from solvers.hw10.models.codec import Codec

SEED = 9


def puzzles(question: AnyQuestion, family: str) -> tuple[Puzzle, ...]:
    """Both halves of voices in turn; what shares a clip comes together."""
    return in_turn(
        *(
            [one for clip in clips(half, N_CLIPS) for one in _of_clip(question, family, half, clip)]
            for half in HALVES
        )
    )


def _of_clip(question: AnyQuestion, family: str, half: Half, clip: Clip) -> tuple[Puzzle, Puzzle]:
    random = Random(f"{SEED} {family} {clip.name}")
    order = random.sample(range(N_LAYERS), N_LAYERS)
    instead = random.choice([one.text for one in models.clips() if one.text not in clip.options])
    without = tuple(instead if text == clip.text else text for text in clip.options)
    if understood(four_layers()[family][clip.name]) >= UNDERSTOOD:
        said = only("ABCD", clip.said)
    else:
        said = {option: Truth.NOT_FAILS if option == clip.said else Truth.NOT_HOLDS for option in "ABCD"}
    of = f"{clip.name} {''.join(map(str, order))}"
    return (
        Puzzle(f"said {of}", half, said, partial(_solve, question, family, clip, clip.options, order)),
        Puzzle(
            f"unsaid {of}",
            half,
            dict.fromkeys("ABCD", Truth.NOTHING),
            partial(_solve, question, family, clip, without, order),
        ),
    )


def _solve(
    question: AnyQuestion, family: str, clip: Clip, options: tuple[str, ...], order: list[int]
) -> Solved:
    return q09_layer_order.solve_clip(question, clip, options, order, partial(_codec, family))


@cache
def _codec(family: str) -> "Codec":
    """It decodes a file once for the puzzles that share it."""
    return q09_layer_order.decoding_once(codecs.short_codec(family))
