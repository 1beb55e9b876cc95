"""Do offsets in rounds decide as a fixed sixteen do, and wrongly no more often?

    python -m benchmarks.validity.rounds [--only q07,q08] [--limit N] [--runs N] [--jobs N] [--json]

Twice: margins drawn at random about a bound, independent and correlated, where any number of runs costs
nothing; and the puzzles of questions 7, 8 and 10 with all sixteen offsets, of which the rounds then see only
as many as they ask for. Exit code 1 if rounds decide wrongly where sixteen do not.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from importlib import import_module
from random import Random
from statistics import fmean
from typing import Any
from unittest.mock import patch

from rich.console import Console
from rich.table import Table

from benchmarks.validity.named import named
from benchmarks.validity.puzzle import Grade, Puzzle, Solved, graded, judged, together
from questions.quiz import AnyQuestion
from solvers.evidence import rounds
from solvers.evidence.rounds import LOOKS, Look, Taken, spread_order
from solvers.evidence.verdicts import Outcome
from solvers.hw10.round_trip import OFFSETS
from solvers.models.workers import Workers
from solvers.run.catalog import load, pack_of

FIXED = (Look(16, 13),)
N_OFFSETS = LOOKS[-1].n_trials
QUESTIONS = ("q07", "q08", "q10")
NO_OFFSETS = frozenset({"length"})  # kinds of puzzles that take none
SHAPES: Mapping[str, Callable[[Random], float]] = {  # of variance 1
    "normal": lambda random: random.gauss(0, 1),
    "uniform": lambda random: random.uniform(-(3**0.5), 3**0.5),
    "laplace": lambda random: random.choice((-1, 1)) * random.expovariate(2**0.5),
}
DISTANCES = (-1.0, 0.0, 1.0, 1.5, 2.0, 4.0, 6.0)  # of the true margin from its bound, in standard deviations
CORRELATIONS = (0.0, 0.7)  # of neighbouring phases of a frame
NEUTRAL = 3.0  # between the bounds of holds and fails, in standard deviations


@dataclass(frozen=True)
class Drawn:
    """Runs whose true margin lies so far from the bound of holds."""

    shape: str
    correlation: float
    distance: float
    fixed_holds: float  # shares of the runs
    rounds_hold: float
    contrary: float  # either rule says fails
    offsets: float  # that rounds take, on average


def drawn(shape: str, correlation: float, distance: float, n_runs: int, seed: int = 0) -> Drawn:
    """Both rules on the same margins; where the distance is not positive, to hold is an error."""
    random = Random(f"{seed} {shape} {correlation} {distance}")
    order = spread_order(N_OFFSETS)
    outcomes: Counter[str] = Counter()
    n_taken = []
    for _ in range(n_runs):
        margins = [distance + one for one in _correlated(SHAPES[shape], correlation, random)]
        taken = [_taken(margins[phase]) for phase in order]
        n_taken.append(_n_asked(taken))
        with patch.object(rounds, "LOOKS", FIXED):
            outcomes[f"fixed {rounds.decide(taken).outcome}"] += 1
        outcomes[f"rounds {rounds.decide(taken[: n_taken[-1]]).outcome}"] += 1
    n_contrary = outcomes[f"fixed {Outcome.FAILS}"] + outcomes[f"rounds {Outcome.FAILS}"]
    return Drawn(
        shape=shape,
        correlation=correlation,
        distance=distance,
        fixed_holds=outcomes[f"fixed {Outcome.HOLDS}"] / n_runs,
        rounds_hold=outcomes[f"rounds {Outcome.HOLDS}"] / n_runs,
        contrary=n_contrary / n_runs / 2,
        offsets=fmean(n_taken),
    )


def _correlated(draw: Callable[[Random], float], correlation: float, random: Random) -> list[float]:
    """Sixteen draws of variance 1 around a circle, each sharing with the one before."""
    found = [draw(random)]
    own = (1 - correlation**2) ** 0.5
    while len(found) < N_OFFSETS:
        found.append(correlation * found[-1] + own * draw(random))
    return found


def _taken(margin: float) -> Taken:
    if margin >= 0:
        return Taken(Outcome.HOLDS, margin)
    return Taken(Outcome.UNDETERMINED) if margin > -NEUTRAL else Taken(Outcome.FAILS, -margin - NEUTRAL)


def _n_asked(taken: Sequence[Taken]) -> int:
    return next((look.n_trials for look in LOOKS if rounds.settled(taken[: look.n_trials])), N_OFFSETS)


@dataclass(frozen=True)
class Compared:
    """One puzzle by both rules."""

    question: str
    name: str
    offsets: int
    same: bool
    fixed: str  # grades
    in_rounds: str


def compare(question_id: str, name: str) -> Compared:
    """Measure a puzzle with all offsets, and judge them all and those that rounds would have asked for."""
    question, puzzle = load().question(question_id), named(question_id)[name]
    solver = pack_of(load()).solver(question.solver)
    numbers = _measured(question, puzzle)
    with patch.object(rounds, "LOOKS", FIXED):
        fixed = judged(solver, question, numbers)
    n_offsets = next(
        (look.n_trials for look in LOOKS if _settled(question, first_of(numbers, look.n_trials))), N_OFFSETS
    )
    found = judged(solver, question, first_of(numbers, n_offsets))
    return Compared(
        question=question_id,
        name=name,
        offsets=n_offsets,
        same=all(fixed.found[part] == found.found[part] for part in puzzle.truth),
        fixed=_grade(puzzle, fixed),
        in_rounds=_grade(puzzle, found),
    )


def _measured(question: AnyQuestion, puzzle: Puzzle) -> Any:
    """A puzzle's measurements, taken where it would have them judged."""
    module = import_module(f"benchmarks.validity.{question.solver}")
    kept: list[Any] = []

    def keep(_solver: Any, _question: AnyQuestion, numbers: Any) -> Solved:
        kept.append(numbers)
        return Solved({}, {})

    sixteen = {"OFFSETS": OFFSETS} if hasattr(module, "OFFSETS") else {"N_OFFSETS": N_OFFSETS}
    with patch.multiple(module, judged=keep, **sixteen):
        puzzle.solve()
    return kept[0]


def first_of(numbers: Any, n: int) -> Any:
    """Measurements of question 7, 8 or 10 with their first offsets alone."""
    if hasattr(numbers, "offsets"):
        return numbers.model_copy(update={"offsets": numbers.offsets[:n]})
    clips = {
        name: clip[:n] if isinstance(clip, tuple) else clip.model_copy(update={"decodes": clip.decodes[:n]})
        for name, clip in numbers.clips.items()
    }
    return numbers.model_copy(update={"clips": clips})


def _settled(question: AnyQuestion, numbers: Any) -> bool:
    settled = import_module(f"solvers.hw10.{question.solver}.judge").settled
    found = next(getattr(numbers, name) for name in ("offsets", "pairs", "clips") if hasattr(numbers, name))
    return bool(settled(question, found))


def _grade(puzzle: Puzzle, solved: Solved) -> str:
    return together(graded(truth, solved.found.get(part)) for part, truth in puzzle.truth.items()).value


def main(arguments: list[str] | None = None) -> int:
    """Print both tables; 1 where rounds are wrong and sixteen offsets are not."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.validity.rounds", description=__doc__)
    parser.add_argument("--only", default=",".join(QUESTIONS), help="questions, by comma; none: draw alone")
    parser.add_argument("--limit", type=int, help="puzzles a question, at most")
    parser.add_argument("--runs", type=int, default=20_000, help="draws a row")
    parser.add_argument("--jobs", type=int, default=1, help="puzzles at once")
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    asked = parser.parse_args(arguments)
    names = [name for name in asked.only.split(",") if name in QUESTIONS]
    random = [
        drawn(shape, correlation, distance, asked.runs)
        for correlation in CORRELATIONS
        for shape in SHAPES
        for distance in DISTANCES
    ]
    compared: list[Compared] = []
    for name in names:
        puzzles = [one.name for one in named(name).values() if one.kind not in NO_OFFSETS][: asked.limit]
        workers = Workers(asked.jobs, max_task_s=3_600)
        compared += workers.map(partial(compare, name), puzzles)
    if asked.json:
        document = {"drawn": [asdict(one) for one in random], "puzzles": [asdict(one) for one in compared]}
        json.dump(document, sys.stdout, indent=1)
    else:
        _print(random, compared)
    return int(any(one.in_rounds == Grade.WRONG != one.fixed for one in compared))


def _print(random: Sequence[Drawn], compared: Sequence[Compared]) -> None:
    console = Console()
    table = Table("margins", "correlation", "distance, sd", "16 hold", "rounds hold", "contrary", "offsets")
    for one in random:
        table.add_row(
            one.shape, f"{one.correlation:g}", f"{one.distance:+g}", f"{one.fixed_holds:.3%}",
            f"{one.rounds_hold:.3%}", f"{one.contrary:.3%}", f"{one.offsets:.1f}",
        )  # fmt: skip
    console.print(table)
    table = Table("", "puzzles", "same", "after 4, 8, 16", "16: right/open/wrong", "rounds: right/open/wrong")
    for name in dict.fromkeys(one.question for one in compared):
        own = [one for one in compared if one.question == name]
        after = Counter(one.offsets for one in own)
        table.add_row(
            name, str(len(own)), str(sum(one.same for one in own)),
            ", ".join(str(after[look.n_trials]) for look in LOOKS),
            _counts(one.fixed for one in own), _counts(one.in_rounds for one in own),
        )  # fmt: skip
    console.print(table)


def _counts(grades: Any) -> str:
    counted = Counter(grades)
    return "/".join(str(counted[grade]) for grade in (Grade.RIGHT, Grade.UNDETERMINED, Grade.WRONG))


if __name__ == "__main__":
    sys.exit(main())
