"""How long the quick commands take, beside an interpreter that does nothing.

    python -m benchmarks.startup

CPU time tells of the command, wall time of the machine too. Rounds go through all commands in turn, so that
what else runs meets all of them alike; the least of each counts.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from questions.forms import key_form, paper_form
from solvers.run import catalog

NOTHING = "python -c pass"
COMMANDS = {
    "--help": ("--help",),
    "--version": ("--version",),
    "list": ("list",),
    "check": ("check", "paper.yaml", "--key", "key.yaml"),
    "show": ("show",),
    "validate": ("validate",),
}
ROUNDS = 7


@dataclass(frozen=True)
class Figure:
    """The least CPU and wall time of a command, in seconds, and its CPU time in times of doing nothing."""

    command: str
    cpu_s: float
    wall_s: float
    ratio: float


def figures(n_rounds: int) -> list[Figure]:
    """One of each command, after the interpreter alone."""
    lines = {NOTHING: ["-c", "pass"]} | {
        name: ["-m", "quizproof", *arguments] for name, arguments in COMMANDS.items()
    }
    quiz = catalog.load()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "key.yaml").write_text(key_form(quiz, "en"), encoding="utf-8")
        Path(folder, "paper.yaml").write_text(
            paper_form(quiz, "en").replace("student:", "student: B1"), encoding="utf-8"
        )
        taken = [{name: _taken(line, folder) for name, line in lines.items()} for _ in range(n_rounds)]
    least_cpu_s = {name: min(one[name][0] for one in taken) for name in lines}
    least_wall_s = {name: min(one[name][1] for one in taken) for name in lines}
    return [
        Figure(name, least_cpu_s[name], least_wall_s[name], least_cpu_s[name] / least_cpu_s[NOTHING])
        for name in lines
    ]


def _taken(arguments: list[str], folder: str) -> tuple[float, float]:
    """CPU and wall time of one run, in seconds. Raises RuntimeError where it did not end well."""
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    started_s = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, *arguments], cwd=folder, env=environment, stdout=subprocess.DEVNULL
    ) as child:
        _, status, usage = os.wait4(child.pid, 0)
        wall_s = time.perf_counter() - started_s
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"{' '.join(arguments)} ended with {child.returncode}")
    return usage.ru_utime + usage.ru_stime, wall_s


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.startup")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(arguments)
    found = figures(chosen.rounds)
    if chosen.json:
        json.dump([asdict(one) for one in found], sys.stdout, indent=1)
        return 0
    print(f"{'command':<16}{'CPU':>9}{'wall':>9}{'of nothing':>13}")
    for one in found:
        print(f"{one.command:<16}{one.cpu_s:>7.3f} s{one.wall_s:>7.3f} s{one.ratio:>12.1f}×")
    return 0


if __name__ == "__main__":
    sys.exit(main())
