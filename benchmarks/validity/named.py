"""A question's puzzles, by its name. Another process is told of a puzzle by its question and its own name."""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from importlib.util import find_spec

from benchmarks.validity.puzzle import Puzzle
from benchmarks.validity.runner import Result, solve
from questions.quiz import AnyQuestion
from solvers.run.catalog import load, pack_of

# A question's puzzles are in the module here that has its solver's name: `puzzles(question)`.
MODULES = "benchmarks.validity"
KEYS = "keys"


def has_puzzles(question: AnyQuestion) -> bool:
    """Whether there is a module of puzzles with the name of the question's solver."""
    return find_spec(f"{MODULES}.{question.solver}") is not None


def puzzles_of(name: str) -> tuple[Sequence[Puzzle], int]:
    """A question's puzzles, and the version of what solves them."""
    quiz = load()
    if name == KEYS:
        from benchmarks.validity import keys

        return keys.puzzles(quiz), keys.VERSION
    question = quiz.question(name)
    found: Sequence[Puzzle] = import_module(f"{MODULES}.{question.solver}").puzzles(question)
    return found, pack_of(quiz).solver(question.solver).version


@cache
def named(question: str) -> Mapping[str, Puzzle]:
    """A question's puzzles by their names."""
    return {puzzle.name: puzzle for puzzle in puzzles_of(question)[0]}


def solve_named(question: str, version: int, name: str) -> Result:
    """Solve one, in whichever process."""
    return solve(named(question)[name], version)
