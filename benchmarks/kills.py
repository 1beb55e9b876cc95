"""Kills a command at each thing that it does to its files, and runs it again: `python -m benchmarks.kills`.

A kill comes in the very moment before a file or folder is opened, made, renamed or removed, so that each of
them is met and no run depends on the clock. Afterwards no file may be half-written, and the next run must
give what an undisturbed one gives, with nothing left beside it. What `verify` writes is killed in the same
way by `tests/solvers/evidence/test_store_kills.py`.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

EVENTS = frozenset({"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "os.chmod"})
N_PAPERS = 5


def kill_at(n: int, folder: Path) -> None:
    """From now on, end this process without a word before the nth event on what lies in `folder`, from 1."""
    left, prefix = [n], str(folder.resolve())

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event not in EVENTS or not arguments or not isinstance(arguments[0], (str, os.PathLike)):
            return
        if os.path.abspath(os.fspath(arguments[0])).startswith(prefix):  # noqa: PTH100  no look at the disk here
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


def content_of(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its place."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@dataclass(frozen=True)
class Outcome:
    """What came of a command that was killed again and again."""

    command: str
    n_kills: int
    n_half_written: int
    n_reruns_that_differ: int

    def __str__(self) -> str:
        return (
            f"{self.command}: {self.n_kills} kills, {self.n_half_written} with a file half-written, "
            f"{self.n_reruns_that_differ} reruns that differ or leave something"
        )


def torment(command: Sequence[str], out: str, most: int) -> Outcome:
    """Run a command, then kill it at up to `most` of its events, each time followed by a whole run."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _prepare(folder)
        target = folder / out
        if _run(command, folder) != 0:
            raise SystemExit(f"{' '.join(command)}: does not run at all.")
        whole = content_of(target)
        n_kills = n_half = n_differ = 0
        for n in range(1, most + 1):
            shutil.rmtree(target)
            if _run(command, folder, kill_at_event=(n, target)) != -signal.SIGKILL:
                break  # it came to its end before its nth event
            n_kills += 1
            there = content_of(target) if target.is_dir() else {}
            named = {place: content for place, content in there.items() if ".quizproof" not in place}
            n_half += any(whole.get(place) != content for place, content in named.items())
            n_differ += _run(command, folder) != 0 or content_of(target) != whole
        return Outcome(" ".join(command), n_kills, n_half, n_differ)


def _prepare(folder: Path) -> None:
    questions = [f"q{n:02d}" for n in range(1, 13)]
    rows = (",".join([f"B{n}", "B", *[""] * 11]) for n in range(N_PAPERS))
    (folder / "class.csv").write_text("\n".join([",".join(["student", *questions]), *rows]) + "\n")
    (folder / "key.yaml").write_text("key: {" + ", ".join(f"{id_}: A" for id_ in questions) + "}\n")


def _run(command: Sequence[str], folder: Path, kill_at_event: tuple[int, Path] | None = None) -> int:
    lines = ["from quizproof.cli.main import main", "main()"]
    if kill_at_event is not None:
        n, target = kill_at_event
        killing = f"kill_at({n}, Path({str(target)!r}))"
        lines[:0] = ["from pathlib import Path", "from benchmarks.kills import kill_at", killing]
    code = "\n".join(lines)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    done = subprocess.run(
        [sys.executable, "-c", code, *command], cwd=folder, env=environment, capture_output=True, check=False
    )
    return done.returncode


COMMANDS = {
    "grade": (["grade", "class.csv", "--key", "key.yaml", "--out", "out"], "out"),
    "gradescope": (["export", "gradescope", "class.csv", "--key", "key.yaml", "--out", "out"], "out"),
    "qti": (["export", "qti", "--key", "key.yaml", "--out", "out/quiz.zip"], "out"),
    "schema": (["export", "schema", "--out", "out"], "out"),
}


def main() -> None:
    """Torment each command, or those named, and print a line each; 1 where anything went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("commands", nargs="*", help=f"of {', '.join(COMMANDS)}; all of them if none")
    parser.add_argument("--kills", type=int, default=20, help="kills of each command, at most")
    asked = parser.parse_args()
    outcomes = []
    for name in asked.commands or COMMANDS:
        outcomes.append(torment(*COMMANDS[name], asked.kills))
        print(outcomes[-1], flush=True)
    sys.exit(any(one.n_half_written or one.n_reruns_that_differ for one in outcomes))


if __name__ == "__main__":
    main()
