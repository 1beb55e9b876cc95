"""Runs puzzles and keeps a line of JSON for each, so that a run that was broken off goes on from there.

A kept line counts while its truth and the solver's version are still the puzzle's; after a change of a
judge's thresholds alone, delete the folder.
"""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from benchmarks.validity.puzzle import Grade, Puzzle, Solved, graded, together
from questions.common.errors import SourceError


@dataclass(frozen=True)
class Result:
    """A finished puzzle. `measured`: of the parts that are not right; `refused`: why there is no verdict."""

    name: str
    kind: str
    clear: bool
    distinct: bool
    truth: dict[str, str]
    found: dict[str, str]
    grade: str
    parts: dict[str, str]  # grades by part
    measured: dict[str, str]
    refused: str
    version: int
    seconds: float


def run(
    puzzles: Sequence[Puzzle],
    file: Path,
    version: int,
    on_done: Callable[[bool], None],
    elsewhere: Callable[[Sequence[str]], Iterator[Result]] | None = None,
) -> tuple[Result, ...]:
    """Solve what `file` does not hold yet; every result in the order of the puzzles.

    `elsewhere` solves puzzles in other processes, by their names: what they hold cannot go there.

    `on_done` hears after each whether it was solved now (True) or kept.
    """
    names = [puzzle.name for puzzle in puzzles]
    assert len(set(names)) == len(names), "two puzzles of one name"
    truths = {puzzle.name: puzzle.truth for puzzle in puzzles}
    kept = {
        result.name: result
        for result in read(file)
        if (result.truth, result.version) == (truths.get(result.name), version)
    }
    for _ in kept:
        on_done(False)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as stream:
        left = [puzzle for puzzle in puzzles if puzzle.name not in kept]
        results = (
            map(partial(solve, version=version), left)
            if elsewhere is None
            else elsewhere([puzzle.name for puzzle in left])
        )
        for result in results:
            stream.write(json.dumps(asdict(result), ensure_ascii=False) + "\n")
            stream.flush()
            kept[result.name] = result
            on_done(True)
    return tuple(kept[name] for name in names)


def solve(puzzle: Puzzle, version: int) -> Result:
    """Solve one. A solver that refuses its input gives no verdict, which is undetermined."""
    started_s = time.perf_counter()
    refused = ""
    try:
        answer = puzzle.solve()
    except SourceError as error:
        answer, refused = Solved({}, {}), str(error)
    parts = {name: graded(truth, answer.found.get(name)) for name, truth in puzzle.truth.items()}
    return Result(
        name=puzzle.name,
        kind=puzzle.kind,
        clear=puzzle.clear,
        distinct=puzzle.distinct,
        truth={name: truth.value for name, truth in puzzle.truth.items()},
        found={name: outcome.value for name, outcome in answer.found.items()},
        grade=together(parts.values()).value,
        parts={name: grade.value for name, grade in parts.items()},
        measured={
            name: answer.measured.get(name, "") for name, grade in parts.items() if grade is not Grade.RIGHT
        },
        refused=refused,
        version=version,
        seconds=round(time.perf_counter() - started_s, 3),
    )


def read(file: Path) -> Iterator[Result]:
    """Results kept in a file. A last line that was torn off is cut out of the file."""
    if not file.is_file():
        return
    content = file.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    if len(whole) < len(content):
        with file.open("r+b") as stream:
            stream.truncate(len(whole))
    for line in whole.decode("utf-8").splitlines():
        yield Result(**json.loads(line))
