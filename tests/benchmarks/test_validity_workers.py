"""Puzzles in two processes come out as in one, and are kept in the same order."""

from dataclasses import replace
from functools import partial
from pathlib import Path

from benchmarks.validity import keys
from benchmarks.validity.named import solve_named
from benchmarks.validity.runner import read, run
from questions.quiz import QuizSpec
from solvers.models.workers import Workers


def test_puzzles_in_two_processes_come_out_as_in_one(spec: QuizSpec, tmp_path: Path) -> None:
    puzzles = keys.puzzles(spec)[:6]
    with Workers(jobs=2) as workers:
        two = partial(workers.map, partial(solve_named, "keys", keys.VERSION))
        here, there = (
            [
                replace(result, seconds=0.0)
                for result in run(puzzles, tmp_path / name, keys.VERSION, lambda _: None, elsewhere)
            ]
            for name, elsewhere in (("here", None), ("there", two))
        )
    assert here == there
    assert [result.name for result in here] == [puzzle.name for puzzle in puzzles]
    assert [result.name for result in read(tmp_path / "there")] == [puzzle.name for puzzle in puzzles]
