"""Question 10 on the families: whose layers decide what is said, and what is left without layer 0.

B and C are scored where a listener would understand nothing, or nearly all, of the kept speaker with layer 0
the other's (`reference`), D where split 2 is certainly worst understood, or certainly not. E and F hold where
the words are certainly the first speaker's at all the splits that they are asked for, and G likewise of the
second; one split to the contrary fails them. All else is left out.
"""

from functools import partial

from benchmarks.validity import models
from benchmarks.validity.families import codecs
from benchmarks.validity.families.pairs import HALVES, Pair, pairs
from benchmarks.validity.families.reference import (
    N_PAIRS,
    NOT_UNDERSTOOD,
    UNDERSTOOD,
    Heard,
    heard,
    understood,
)
from benchmarks.validity.puzzle import Puzzle, Solved, Truth, in_turn, judged
from questions.quiz import AnyQuestion
from solvers.hw10.q10_interleaving import SOLVER
from solvers.hw10.q10_interleaving.judge import settled
from solvers.hw10.q10_interleaving.measure import Ears, interleave

N_OFFSETS = 1  # of the sixteen
# The splits of E, F and G in the quiz: where each holds, and where one contrary fails it.
SPLITS = {
    "E": ("first", range(3, 9), range(3, 9)),
    "F": ("first", range(3, 7), range(4, 7)),
    "G": ("second", range(2, 6), range(2, 5)),
}


def puzzles(question: AnyQuestion, family: str, *, rounds: bool = False) -> tuple[Puzzle, ...]:
    """Both halves of voices in turn, at `N_OFFSETS` or in rounds as the product takes them."""
    return in_turn(
        *(
            [_puzzle(question, family, pair, rounds=rounds) for pair in pairs(half, N_PAIRS)]
            for half in HALVES
        )
    )


def truth_of(found: Heard) -> dict[str, Truth]:
    """What is known of a pair's options on a family."""
    shares = sorted(understood(stoi) for stoi in found.without_first)
    truth: dict[str, Truth] = {}
    if shares[1] <= NOT_UNDERSTOOD:
        truth["B"] = Truth.HOLDS
    elif shares[1] >= UNDERSTOOD:
        truth["B"] = Truth.FAILS  # one way is a counterexample
    if shares[0] >= UNDERSTOOD:
        truth["C"] = Truth.HOLDS
    elif shares[0] <= NOT_UNDERSTOOD:
        truth["C"] = Truth.FAILS
    if (blurred := found.blurred(2)) is not None:
        truth["D"] = Truth.HOLDS if blurred else Truth.FAILS
    for option, (speaker, holds_at, fails_at) in SPLITS.items():
        contrary = {"first": "second", "second": "first"}[speaker]
        if all(found.nearer(split) == speaker for split in holds_at):
            truth[option] = Truth.HOLDS
        elif any(found.nearer(split) == contrary for split in fails_at):
            truth[option] = Truth.FAILS
        elif any(found.nearer(split) == contrary for split in holds_at):
            truth[option] = Truth.NOT_HOLDS
    return truth


def _puzzle(question: AnyQuestion, family: str, pair: Pair, *, rounds: bool) -> Puzzle:
    truth = truth_of(heard()[family][pair.name])
    return Puzzle(pair.name, pair.half, truth, partial(_solve, question, family, pair, rounds=rounds))


def _solve(question: AnyQuestion, family: str, pair: Pair, *, rounds: bool) -> Solved:
    alice, james = pair.load()
    hear = partial(interleave, alice, james, Ears(codecs.codec(family), models.asr(), models.voices()), 0)
    if rounds:
        measured = hear(models.quiet, enough=partial(settled, question))
    else:
        measured = hear(models.quiet, n_offsets=N_OFFSETS)
    return judged(SOLVER, question, measured.numbers)
