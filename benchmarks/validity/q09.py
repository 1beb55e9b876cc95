"""Q9's puzzles: clips in random layer orders, and files in which none of the options is said.

`said`: the option that is said holds, the others fail. `unsaid`: its sentence is replaced by another
clip's, so that three near misses remain. `noise`: random codes. `mixed`: every layer is another clip's; the
options are those clips' own sentences, or all of the first layer's clip. In the last three nothing is there
to find, and any option that holds is a confident wrong verdict.
"""

from functools import partial
from random import Random
from typing import TYPE_CHECKING

from benchmarks.validity import models
from benchmarks.validity.models import Clip
from benchmarks.validity.puzzle import Puzzle, Solved, Truth, in_turn, only, solved, with_claims
from questions.claims import Said
from questions.spec import AnyQuestion
from solvers.q09_layer_order import N_LAYERS, Measurements, judge, recover, spec_read

if TYPE_CHECKING:
    from torch import Tensor

N_SAID, N_UNSAID, N_NOISE, N_MIXED = 80, 20, 6, 6
NOISE_FRAMES = 40  # three seconds
SEED = 9


def puzzles(question: AnyQuestion) -> tuple[Puzzle, ...]:
    """All of Q9, `said` first among the kinds in turn."""
    return in_turn(
        [_said(question, number) for number in range(N_SAID)],
        [_unsaid(question, number) for number in range(N_UNSAID)],
        [_noise(question, number) for number in range(N_NOISE)],
        [_mixed(question, number) for number in range(N_MIXED)],
    )


def _said(question: AnyQuestion, number: int) -> Puzzle:
    """Every clip once, then again in another order of its layers."""
    every = models.clips()
    clip, turn = every[number % len(every)], number // len(every)
    order = _orders(clip, turn + 1)[turn]
    return Puzzle(
        f"said {clip.name} {''.join(map(str, order))}",
        "said",
        only("ABCD", clip.said),
        partial(_solve_clip, question, clip, clip.options, order),
    )


def _unsaid(question: AnyQuestion, number: int) -> Puzzle:
    random = Random(f"{SEED} unsaid {number}")
    clip = random.choice(models.clips())
    instead = random.choice([one.text for one in models.clips() if one.text not in clip.options])
    options = tuple(instead if one == clip.text else one for one in clip.options)
    (order,) = _orders(clip, 1)
    return Puzzle(
        f"unsaid {number} {clip.name}",
        "unsaid",
        dict.fromkeys("ABCD", Truth.NOTHING),
        partial(_solve_clip, question, clip, options, order),
    )


def _noise(question: AnyQuestion, number: int) -> Puzzle:
    clip = Random(f"{SEED} noise {number}").choice(models.clips())

    def solve() -> Solved:
        import torch

        codec = models.codec()
        random = torch.Generator().manual_seed(SEED * 100 + number)
        codes = torch.randint(codec.codebook_size, (1, N_LAYERS, NOISE_FRAMES), generator=random)
        return _solve(question, clip.options, codes)

    return Puzzle(f"noise {number} {clip.name}", "noise", dict.fromkeys("ABCD", Truth.NOTHING), solve)


def _mixed(question: AnyQuestion, number: int) -> Puzzle:
    random = Random(f"{SEED} mixed {number}")
    chosen: list[Clip] = []
    for clip in random.sample(models.clips(), len(models.clips())):
        if len(chosen) < N_LAYERS and clip.text not in {one.text for one in chosen}:
            chosen.append(clip)
    options = chosen[0].options if number % 2 else tuple(clip.text for clip in chosen)

    def solve() -> Solved:
        import torch

        every = [_codes(clip) for clip in chosen]
        n_frames = min(codes.shape[2] for codes in every)
        layers = [codes[:, layer : layer + 1, :n_frames] for layer, codes in enumerate(every)]
        return _solve(question, options, torch.cat(layers, dim=1))

    return Puzzle(f"mixed {number}", "mixed", dict.fromkeys("ABCD", Truth.NOTHING), solve)


def _orders(clip: Clip, n: int) -> list[tuple[int, ...]]:
    """The first `n` of a clip's own random orders, no two alike."""
    random = Random(f"{SEED} {clip.name}")
    orders: list[tuple[int, ...]] = []
    while len(orders) < n:
        order = tuple(random.sample(range(N_LAYERS), N_LAYERS))
        if order not in orders:
            orders.append(order)
    return orders


def _codes(clip: Clip) -> "Tensor":
    return models.codec().encode(clip.load()[None, None], N_LAYERS)


def _solve_clip(
    question: AnyQuestion, clip: Clip, options: tuple[str, ...], order: tuple[int, ...]
) -> Solved:
    return _solve(question, options, _codes(clip)[:, list(order)])


def _solve(question: AnyQuestion, options: tuple[str, ...], codes: "Tensor") -> Solved:
    asked = with_claims(
        question, {option: (Said(said=text),) for option, text in zip("ABCD", options, strict=True)}
    )
    found = recover(codes, spec_read(asked)["sentences"], models.codec(), models.asr(), models.quiet).numbers
    assert isinstance(found, Measurements)
    return solved(judge(asked, found))
