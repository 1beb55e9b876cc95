"""A puzzle: a question whose truth is known by construction, and what verdicts on it are worth."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, zip_longest
from typing import Any

from questions.claims import Claim
from questions.common.frozen import Frozen
from questions.quiz import AnyQuestion
from solvers.evidence.verdicts import Outcome
from solvers.run.judge import findings_of
from solvers.run.solver import Solver


class Truth(StrEnum):
    """What is known of a part. The last three say what would be wrong, where nothing else is known."""

    HOLDS = "holds"
    FAILS = "fails"
    NOTHING = "nothing to find"  # any decision would be wrong
    NOT_HOLDS = "not holds"
    NOT_FAILS = "not fails"


CLEAR = frozenset({Truth.HOLDS, Truth.FAILS})


class Grade(StrEnum):
    """What a verdict, or all of a puzzle's, is worth."""

    RIGHT = "right"
    WRONG = "wrong"
    UNDETERMINED = "undetermined"


@dataclass(frozen=True)
class Solved:
    """Outcomes by part, and what was measured there, to read where one is wrong."""

    found: Mapping[str, Outcome]
    measured: Mapping[str, str]


@dataclass(frozen=True)
class Puzzle:
    """One puzzle. `truth` is by part (`A`, or `D.2` of a compound option); parts left out are not scored.

    `name` is what a rerun knows it by. `kind` says how it was made. `distinct`: whether the ear that the
    solver is lent can tell the options from what is said on the recording itself, before any codec.
    """

    name: str
    kind: str
    truth: Mapping[str, Truth]
    solve: Callable[[], Solved]
    distinct: bool = True

    @property
    def clear(self) -> bool:
        """Whether there is something to find; else undetermined is a right answer."""
        return not CLEAR.isdisjoint(self.truth.values())


def graded(truth: Truth, found: Outcome | None) -> Grade:
    """One part. A part without a verdict is undetermined."""
    found = found or Outcome.UNDETERMINED
    match truth:
        case Truth.NOTHING:
            return Grade.RIGHT if found is Outcome.UNDETERMINED else Grade.WRONG
        case Truth.NOT_HOLDS:
            return Grade.WRONG if found is Outcome.HOLDS else Grade.RIGHT
        case Truth.NOT_FAILS:
            return Grade.WRONG if found is Outcome.FAILS else Grade.RIGHT
    if found is Outcome.UNDETERMINED:
        return Grade.UNDETERMINED
    return Grade.RIGHT if found.value == truth.value else Grade.WRONG


def together(grades: Iterable[Grade]) -> Grade:
    """A puzzle's grade: one wrong part makes it wrong, else an undetermined one leaves it so."""
    grades = set(grades)
    return next((one for one in (Grade.WRONG, Grade.UNDETERMINED) if one in grades), Grade.RIGHT)


def judged(solver: Solver[Any], question: AnyQuestion, measurements: Frozen) -> Solved:
    """What the solver's own judge finds, by the names that `Puzzle.truth` uses."""
    findings = findings_of(solver, question, measurements)
    named = {
        option if len(parts) == 1 else f"{option}.{number}": finding
        for option, parts in findings.items()
        for number, finding in enumerate(parts, 1)
    }
    return Solved(
        {name: finding.outcome for name, finding in named.items()},
        {name: finding.measured.en for name, finding in named.items()},
    )


def with_claims(question: AnyQuestion, claims: Mapping[str, Sequence[Claim]]) -> AnyQuestion:
    """The question with other claims in the options named, one a part, as a TA would edit them."""
    options = []
    for option in question.options:
        given = claims.get(option.id, [part.claim for part in option.parts])
        parts = tuple(
            part.model_copy(update={"claim": claim}) for part, claim in zip(option.parts, given, strict=True)
        )
        options.append(
            option.model_copy(update={"all": parts} if option.all is not None else {"claim": parts[0].claim})
        )
    return question.model_copy(update={"options": tuple(options)})


def only(options: Iterable[str], holding: str | None) -> dict[str, Truth]:
    """One option holds and the others fail; None: all fail."""
    return {option: Truth.HOLDS if option == holding else Truth.FAILS for option in options}


def in_turn(*kinds: Sequence[Puzzle]) -> tuple[Puzzle, ...]:
    """One of each kind in turn, so that the first few of a question hold some of all."""
    return tuple(one for one in chain.from_iterable(zip_longest(*kinds)) if one is not None)
