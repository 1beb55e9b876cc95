"""What commands leave when killed, on a full disk, and two at once: `python -m benchmarks.kills`.

A kill comes in the very moment before a file or folder is opened, made, renamed or removed, and the disk is
full at a number of bytes, so that every place is met and nothing depends on the clock. Afterwards no file may
be half-written, and the next run must give what an undisturbed one gives, with nothing left beside it. Two at
once either both come to that, or one says that the other writes. How `verify` keeps a question's files
together is tested in `tests/solvers/evidence/test_store_kills.py`.
"""

import argparse
import importlib
import os
import pkgutil
import resource
import shutil
import signal
import sys
import tempfile
import traceback
import wave
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import torch

from quizproof.cli import main as cli
from quizproof.cli.exit_codes import EXIT_FAULT, EXIT_USAGE
from solvers.run import measure

EVENTS = frozenset({"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "os.chmod"})
N_PAPERS = 5
TENSORS = Path(__file__).parents[1] / "examples" / "tensors"
# Bytes that a file may have: none, the note of who writes, and on through the files of every command.
DISK_BYTES = (0, 40, 400, 4_000, 40_000)
GRADE = ("class.csv", "--key", "key.yaml")
COMMANDS: dict[str, tuple[str, ...]] = {
    "verify": ("verify", "--quiz", "quiz"),
    "report": ("report", "--quiz", "quiz", "--out", "done", "--key", "quiz/key.yaml"),
    "grade": ("grade", *GRADE, "--out", "out"),
    "student": ("grade", *GRADE, "--student", "B1", "--out", "out"),
    "gradescope": ("export", "gradescope", *GRADE, "--out", "out"),
    "gradebook": ("export", "gradebook", *GRADE, "--gradebook", "book.csv", "--assignment", "Quiz"),
    "qti": ("export", "qti", "--key", "key.yaml", "--out", "out/quiz.zip"),
    "junit": ("export", "junit", "--quiz", "quiz", "--evidence", "done", "--key", "quiz/key.yaml"),
    "schema": ("export", "schema", "--out", "out"),
    "lock": ("lock", "--audio", "audio", "--models", "standin"),
    "new quiz": ("new", "quiz", "primes", "--solver", "q01_primes"),
    "new question": ("new", "question", "quiz", "--id", "q05", "--solver", "q05_more"),
}


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


def fill_at(n_bytes: int) -> None:
    """From now on, no file of this process grows past so many bytes."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, n_bytes))


def content_of(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its place."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@dataclass(frozen=True)
class Outcome:
    """What came of a command that was disturbed again and again."""

    command: str
    n_kills: int = 0
    n_full: int = 0
    n_at_once: int = 0
    n_half_written: int = 0
    n_reruns_that_differ: int = 0
    n_without_a_sentence: int = 0

    @property
    def n_faults(self) -> int:
        """All that went wrong."""
        return self.n_half_written + self.n_reruns_that_differ + self.n_without_a_sentence


def torment(
    name: str, start: Path, n_kills: int, disk_bytes: Sequence[int] = DISK_BYTES, n_at_once: int = 3
) -> Outcome:
    """Disturb a command in each way, every time in a fresh copy of `start` and followed by a whole run."""
    command = COMMANDS[name]
    with tempfile.TemporaryDirectory() as root:
        folder = Path(root, "folder")
        code, said, whole = _whole(start, folder, command)
        if code != 0:
            raise SystemExit(f"{name}: does not run at all: {said}")
        counts = dict.fromkeys(Outcome.__dataclass_fields__, 0)

        def look(*, rerun: bool) -> None:
            first = content_of(start)
            there = {place: one for place, one in content_of(folder).items() if ".quizproof" not in place}
            counts["n_half_written"] += sum(
                content not in {whole.get(place), first.get(place)} for place, content in there.items()
            )
            # What came to its end is done: `new` then says that it is there already.
            failed = rerun and _run(folder, command)[0] != 0 and there != whole
            counts["n_reruns_that_differ"] += failed or content_of(folder) != whole

        for n in range(1, n_kills + 1):
            _fresh(start, folder)
            code, _ = _run(folder, command, partial(kill_at, n, folder))
            if code != -signal.SIGKILL:
                break  # it came to its end before its nth event
            counts["n_kills"] += 1
            look(rerun=True)
        for n_bytes in disk_bytes:
            _fresh(start, folder)
            code, said = _run(folder, command, partial(fill_at, n_bytes))
            if code == 0:
                break  # all its files are smaller
            counts["n_full"] += 1
            counts["n_without_a_sentence"] += code != EXIT_USAGE or "File too large" not in said
            look(rerun=True)
        for _ in range(n_at_once):
            _fresh(start, folder)
            ended = [_wait(*one) for one in [_begin(folder, command), _begin(folder, command)]]
            counts["n_at_once"] += 1
            counts["n_without_a_sentence"] += sum(code not in {0, EXIT_USAGE} for code, _ in ended)
            look(rerun=False)
        del counts["command"]
        return Outcome(name, **counts)


def prepare(folder: Path) -> None:
    """Write the files that the commands read, and stored evidence.

    All that they import is imported first, so that their forks need not.
    """
    for package in ("grader", "reports", "quizproof"):
        for module in pkgutil.walk_packages([str(Path(__file__).parents[1] / package)], f"{package}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    shutil.copytree(TENSORS, folder / "quiz", ignore=shutil.ignore_patterns("__pycache__"))
    questions = [f"q{n:02d}" for n in range(1, 13)]
    rows = (",".join([f"B{n}", "B", *[""] * 11]) for n in range(N_PAPERS))
    (folder / "class.csv").write_text("\n".join([",".join(["student", *questions]), *rows]) + "\n")
    (folder / "key.yaml").write_text("key: {" + ", ".join(f"{id_}: A" for id_ in questions) + "}\n")
    book = ["Student,ID,SIS User ID,SIS Login ID,Section,Quiz (4321)", "    Points Possible,,,,,10"]
    book += [f"Student {n},{n},B{n},b{n},S," for n in range(N_PAPERS)]
    (folder / "book.csv").write_text("\n".join(book) + "\n")
    (folder / "audio").mkdir()
    with wave.open(str(folder / "audio" / "Alice.wav"), "wb") as sound:
        sound.setparams((1, 2, 24_000, 0, "NONE", ""))
        sound.writeframes(bytes(range(256)) * 100)
    code, said = _run(folder, ("verify", "--quiz", "quiz", "--out", "done"))
    assert code == 0, said


def _fresh(start: Path, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(start, folder)


def _whole(start: Path, folder: Path, command: Sequence[str]) -> tuple[int, str, dict[str, bytes]]:
    _fresh(start, folder)
    code, said = _run(folder, command)
    return code, said, content_of(folder)


def _run(folder: Path, command: Sequence[str], before: Callable[[], None] = lambda: None) -> tuple[int, str]:
    return _wait(*_begin(folder, command, before))


def _begin(
    folder: Path, command: Sequence[str], before: Callable[[], None] = lambda: None
) -> tuple[int, int]:
    """A fork of this process that runs a command in a folder: its id, and what it says."""
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        return child, reading
    try:
        os.dup2(writing, 2)
        sys.stdout, sys.stderr = (os.fdopen(os.dup(writing), "w", encoding="utf-8") for _ in range(2))
        os.chdir(folder)
        sys.dont_write_bytecode = True
        sys.argv = ["quizproof", *command]
        stopped = SimpleNamespace(monotonic=lambda: 0.0, time=lambda: 0.0)  # for records of equal bytes
        vars(measure)["time"] = stopped
        torch.set_num_threads(1)
        before()
        cli.main()
    except SystemExit as ended:
        os._exit(int(ended.code or 0))
    except BaseException:  # noqa: BLE001  it must not come back to the parent's own work
        os.write(2, traceback.format_exc().encode())
    os._exit(EXIT_FAULT)


def _wait(child: int, reading: int) -> tuple[int, str]:
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read().decode(errors="replace")
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), said


def main() -> None:
    """Torment each command, or those named, and print a line each; 1 where anything went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("commands", nargs="*", help=f"of {', '.join(COMMANDS)}; all of them if none")
    parser.add_argument("--kills", type=int, default=20, help="kills of each command, at most")
    asked = parser.parse_args()
    columns = ("kills", "full disks", "two at once", "half-written", "reruns differ", "no sentence")
    print(f"{'command':<14}" + "".join(f"{column:>15}" for column in columns))
    outcomes = []
    with tempfile.TemporaryDirectory() as root:
        prepare(start := Path(root, "start"))
        for name in asked.commands or COMMANDS:
            outcomes.append(one := torment(name, start, asked.kills))
            numbers = (
                one.n_kills, one.n_full, one.n_at_once, one.n_half_written, one.n_reruns_that_differ,
                one.n_without_a_sentence,
            )  # fmt: skip
            print(f"{name:<14}" + "".join(f"{number:>15}" for number in numbers), flush=True)
    sys.exit(any(one.n_faults for one in outcomes))


if __name__ == "__main__":
    main()
