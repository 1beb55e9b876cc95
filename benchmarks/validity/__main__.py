"""How often are the verdicts right?

    python -m benchmarks.validity [--only q09,keys] [--out DIR] [--limit N] [--jobs N] [--json]
    python -m benchmarks.validity FAMILY… [--only q09] [--out DIR] [--limit N] [--rounds] [--json]

Puzzles whose truth is known go through the solvers' own measuring cores and judges, with fixed seeds. Each
finished one is a line of DIR/<question>.jsonl, and a rerun goes on from there. With families named (`all` for
all of them) only codecs of other kinds are tried, each half of the voices apart (`families.suite`). Exit code
1 if any verdict is wrong.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from benchmarks.validity import table
from benchmarks.validity.families import suite
from benchmarks.validity.named import KEYS, has_puzzles, puzzles_of, solve_named
from benchmarks.validity.puzzle import Grade
from benchmarks.validity.runner import Result, run
from solvers.models.workers import Workers
from solvers.run.catalog import load

DEFAULT_OUT = Path("build") / "validity"


def main(arguments: list[str] | None = None) -> int:
    """Run, print the table; 1 if any puzzle came out wrong."""
    quiz = load()
    known = [KEYS, *(question.id for question in quiz.questions if has_puzzles(question))]
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.validity", description=__doc__.splitlines()[0]
    )
    parser.add_argument("families", nargs="*", help=f"codecs of other kinds: {', '.join(suite.NAMES)}, all")
    parser.add_argument(
        "--rounds",
        action="store_true",
        help="families: offsets in rounds up to 16, as the product takes them",
    )
    parser.add_argument("--only", help=f"questions, by comma: {', '.join(known)}")
    parser.add_argument(
        "--out", type=Path, default=DEFAULT_OUT, help=f"where results are kept ({DEFAULT_OUT})"
    )
    parser.add_argument("--limit", type=int, help="puzzles a question, at most")
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    parser.add_argument("--threads", type=int, help="torch's threads")
    parser.add_argument(
        "--jobs", type=int, default=1, help="puzzles at once, each in a process with its models"
    )
    parser.add_argument("--cluster", help="a Dask scheduler's address, such as tcp://HOST:8786")
    asked = parser.parse_args(arguments)
    names = asked.only.split(",") if asked.only else known
    if unknown := sorted(set(names) - set(known)):
        parser.error(f"no puzzles for {', '.join(unknown)}; there are {', '.join(known)}")
    if asked.limit is not None and asked.limit < 1:
        parser.error(f"--limit {asked.limit}: at least one puzzle is needed")
    if asked.threads is not None:
        import torch

        torch.set_num_threads(asked.threads)
    if asked.families:
        try:
            families = suite.chosen(asked.families)
        except ValueError as error:
            parser.error(str(error))
        return run_families(families, names if asked.only else (), asked)
    if asked.rounds:
        parser.error("--rounds: it is for families; benchmarks.validity.rounds has the other puzzles")
    if asked.jobs < 1:
        parser.error(f"--jobs {asked.jobs}: at least one is needed")
    # A puzzle may take a minute, and its models as long to load.
    with Workers(asked.jobs, asked.cluster, max_task_s=1800) as workers:
        alone = asked.jobs == 1 and asked.cluster is None
        results = run_all(names, asked.out, asked.limit, None if alone else workers)
    missing = [question.id for question in quiz.questions if question.id not in known]
    if asked.json:
        json.dump(table.document(results, missing), sys.stdout, indent=1, ensure_ascii=False)
    else:
        _print(results, missing)
    return int(any(one.grade == Grade.WRONG for every in results.values() for one in every))


def run_families(families: Sequence[str], only: Sequence[str], asked: argparse.Namespace) -> int:
    """Run the families' puzzles, print their table; 1 if any came out wrong."""
    counts: list[suite.Counts] = []
    every: dict[str, tuple[Result, ...]] = {}
    with _progress() as progress:
        for family, question, puzzles, version in suite.tasks(load(), families, only, rounds=asked.rounds):
            bar = _Bar(progress, f"{family} {question}", len(puzzles[: asked.limit]))
            file = suite.file_of(asked.out, family, question, rounds=asked.rounds)
            found = run(puzzles[: asked.limit], file, version, bar.done)
            counts += suite.counted(family, question, found)
            every[f"{family} {question}"] = found
    results = [one for found in every.values() for one in found]
    if asked.json:
        json.dump(suite.document(counts, results), sys.stdout, indent=1, ensure_ascii=False)
    else:
        Console().print(suite.table(counts))
        _print_wrong(every)
    return int(any(one.grade == Grade.WRONG for one in results))


def run_all(
    names: Sequence[str], out: Path, limit: int | None, workers: Workers | None = None
) -> dict[str, tuple[Result, ...]]:
    """Results by question, with a bar on stderr that counts what has still to be solved."""
    results: dict[str, tuple[Result, ...]] = {}
    with _progress() as progress:
        for name in names:
            puzzles, version = puzzles_of(name)
            puzzles = puzzles[:limit]
            bar = _Bar(progress, name, len(puzzles))
            elsewhere = partial(workers.map, partial(solve_named, name, version)) if workers else None
            results[name] = run(puzzles, out / f"{name}.jsonl", version, bar.done, elsewhere)
    return results


def _progress() -> Progress:
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        TimeRemainingColumn(),
    )  # fmt: skip
    # A puzzle may take half a minute: rich's usual 30 s would hold one or none to estimate from.
    return Progress(*columns, console=Console(stderr=True), speed_estimate_period=600)


class _Bar:
    """A question's bar. Kept results leave its total, or they would spoil the estimate."""

    def __init__(self, progress: Progress, name: str, total: int) -> None:
        self.progress, self.name = progress, name
        self.total, self.kept = total, 0
        self.task = progress.add_task(name, total=total)

    def done(self, solved_now: bool) -> None:
        """One more."""
        if solved_now:
            self.progress.advance(self.task)
        else:
            self.kept += 1
            self.progress.update(
                self.task, total=self.total - self.kept, description=f"{self.name} ({self.kept} kept)"
            )


def _print(results: Mapping[str, Sequence[Result]], missing: Sequence[str]) -> None:
    Console().print(table.table(table.rows(results)))
    _print_wrong(results)
    if missing:
        Console().print(f"No puzzles yet for {', '.join(missing)}.")


def _print_wrong(results: Mapping[str, Sequence[Result]]) -> None:
    console = Console()
    for name, every in results.items():
        for one in every:
            if one.grade == Grade.WRONG:
                wrong = [part for part, grade in one.parts.items() if grade == Grade.WRONG]
                console.print(f"{name}, {one.name}: wrong", style="bold red")
                for part in wrong:
                    console.print(
                        f"  {part}: {one.found[part]}, truth: {one.truth[part]}; {one.measured[part]}"
                    )


if __name__ == "__main__":
    sys.exit(main())
