"""Whatever goes wrong ends in a sentence and never with 1, which is for evidence against the key."""

import errno
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer

from questions.common.errors import QuizproofError
from quizproof.cli.boundary import guarded
from solvers.run import catalog

KEY = str(catalog.find_quiz("hw10") / "key.example.yaml")
ROOT = Path(__file__).parents[2]
FULL = OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["quizproof"])
    (tmp_path / "p.yaml").write_text("{student: B1, answers: {q01: B}}")


def ended(error: BaseException | None) -> int:
    """The exit code where a command ends with this error."""

    def run() -> None:
        if error is not None:
            raise error

    with pytest.raises(SystemExit) as exit_:
        guarded(run)
    assert isinstance(exit_.value.code, int)
    return exit_.value.code


STREAM = "A file or a stream cannot be read or written"
CIRCLE = "its links lead round in a circle; give another"
SAID: list[tuple[BaseException | None, int, str]] = [
    (None, 0, ""),
    (SystemExit(1), 1, ""),
    (SystemExit(3), 3, ""),
    (KeyboardInterrupt(), 130, ""),
    (QuizproofError("key.yaml: \x1b[31mred\nsecond"), 2, "key.yaml: \\x1b[31mred\nsecond\n"),
    (FULL, 2, f"{STREAM}: No space left on device; make room on that disk.\n"),
    (
        PermissionError(errno.EACCES, "Permission denied", "out/[x]"),
        2,
        "out/[x]: Permission denied; give one that you may use.\n",
    ),
    (
        OSError(errno.EROFS, "Read-only file system", "out/.quizproof-0123456789abcdef.tmp"),
        2,
        "out: Read-only file system; give a folder that can be written.\n",
    ),
    (OSError("odd"), 2, f"{STREAM}: odd.\n"),
    (BrokenPipeError(errno.EPIPE, "Broken pipe"), 2, "Standard output was closed before all was written.\n"),
    (MemoryError(), 2, "Out of memory; end other programs that use it, or give less to do.\n"),
    (RuntimeError("Symlink loop from '/x'"), 2, f"Symlink loop from '/x': {CIRCLE}.\n"),
]


@pytest.mark.parametrize(("error", "code", "said"), SAID)
def test_each_end_has_its_code(
    capsys: pytest.CaptureFixture[str], error: BaseException | None, code: int, said: str
) -> None:
    assert ended(error) == code
    assert capsys.readouterr() == ("", said)


@pytest.mark.parametrize(
    "error",
    [
        ValueError("a\nb"),
        AssertionError(),
        RecursionError("deep"),
        KeyError("x"),
        UnicodeDecodeError("utf-8", b"\xff", 0, 1, "x"),
    ],
)
def test_a_fault_of_ours_is_one_line_and_70(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    assert ended(error) == 70
    said = capsys.readouterr().err
    assert said.startswith(f"quizproof has a fault of its own: {type(error).__name__}")
    assert "(test_boundary.py:" in said
    assert said.count("\n") == 1
    monkeypatch.setenv("QUIZPROOF_TRACEBACK", "1")
    assert ended(error) == 70
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (EOFError("ended early"), 70),
        (BrokenPipeError(errno.EPIPE, "Broken pipe"), 2),
        (FULL, 2),
        (ValueError("x"), 70),
        (typer.Exit(1), 1),
        (KeyboardInterrupt(), 130),
    ],
)
def test_what_typer_itself_ends_with_1_does_not(error: BaseException, code: int) -> None:
    app = typer.Typer(pretty_exceptions_enable=False, rich_markup_mode=None)

    @app.command()
    def command() -> None:
        raise error

    with pytest.raises(SystemExit) as exit_:
        guarded(lambda: app([]))
    assert exit_.value.code == code
    sys.stdout = sys.__stdout__ if type(sys.stdout).__name__ == "PacifyFlushWrapper" else sys.stdout


def run(arguments: list[str], **options: Any) -> "subprocess.CompletedProcess[bytes]":
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **options.pop("env", {})}
    return subprocess.run(
        [sys.executable, "-m", "quizproof", *arguments], env=environment, check=False, timeout=300, **options
    )


CHECK = ["check", "p.yaml", "--key", KEY, "--language", "zh"]


def test_a_full_disk_behind_standard_output() -> None:
    with Path("/dev/full").open("wb") as full:
        done = run(CHECK, stdout=full, stderr=subprocess.PIPE)
    assert (done.returncode, done.stderr) == (
        2,
        b"A file or a stream cannot be read or written: No space left on device; make room on that disk.\n",
    )


def test_standard_output_that_is_closed() -> None:
    done = run(CHECK, preexec_fn=lambda: os.close(1), stderr=subprocess.PIPE)
    assert (done.returncode, done.stderr) == (
        2,
        b"Standard output is closed; give it a file, or /dev/null.\n",
    )


def test_a_reader_that_went_away() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = run(CHECK, stdout=writing, stderr=subprocess.PIPE)
    os.close(writing)
    assert (done.returncode, done.stderr) == (2, b"Standard output was closed before all was written.\n")


@pytest.mark.parametrize("encoding", ["ascii", "cp950", "latin-1"])
def test_streams_speak_utf8_whatever_the_surroundings_say(encoding: str) -> None:
    env = {"PYTHONIOENCODING": encoding}
    plain, document = (run([*CHECK, *more], env=env, capture_output=True) for more in ([], ["--json"]))
    assert (plain.returncode, plain.stderr, document.returncode) == (0, b"", 0)
    as_ever = run([*CHECK, "--json"], env={"PYTHONIOENCODING": "utf-8"}, capture_output=True)
    assert document.stdout == as_ever.stdout
    assert json.loads(document.stdout.decode())


def limited(n_bytes: int) -> Callable[[], None]:
    import resource

    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, n_bytes))


def test_a_disk_that_fills_up_leaves_nothing_half_written(tmp_path: Path) -> None:
    """The class's Parquet file has more than 1 kB; no file may, and so it is not there at all."""
    done = run(
        ["grade", "p.yaml", "--key", KEY, "--out", "out"],
        preexec_fn=limited(1024),
        capture_output=True,
    )
    assert done.returncode == 2
    assert b"out" in done.stderr
    assert b"File too large" in done.stderr
    assert all(path.stat().st_size <= 1024 for path in tmp_path.glob("out/*"))
    assert not list(tmp_path.glob("out/.quizproof*"))
    assert run(["grade", "p.yaml", "--key", KEY, "--out", "out"], capture_output=True).returncode == 0


@pytest.mark.parametrize(
    ("out", "said"),
    [
        ("p.yaml", "p.yaml: File exists; give a folder.\n"),
        ("p.yaml/x", "p.yaml/x: Not a directory; give a folder.\n"),
        ("x" * 300, f"{'x' * 300}: File name too long; give a shorter name.\n"),
        ("loop", "loop: File exists; give a folder.\n"),
        ("loop/x", f"loop/x: Too many levels of symbolic links; {CIRCLE}.\n"),
        ("[/red]", ""),
    ],
)  # fmt: skip
def test_outputs_that_cannot_be_or_look_like_markup(out: str, said: str) -> None:
    Path("loop").symlink_to("loop")
    done = run(["grade", "p.yaml", "--key", KEY, "--out", out], capture_output=True)
    assert done.stderr.decode() == said
    assert done.returncode == (2 if said else 0)


def test_a_name_that_is_not_utf_8() -> None:
    Path(os.fsdecode(b"p\xff.yaml")).write_text("{student: B1, answers: {q01: B}}")
    done = run(["grade", os.fsdecode(b"p\xff.yaml"), "--key", KEY], capture_output=True)
    assert (done.returncode, done.stderr) == (2, b"p\\udcff.yaml: the name is not UTF-8; rename it.\n")
    Path("p.yaml").unlink()
    done = run(["grade", ".", "--key", KEY, "--json"], capture_output=True)  # as one of a class
    assert done.returncode == 0
    assert json.loads(done.stdout)


def test_a_working_folder_that_is_gone() -> None:
    Path("gone").mkdir()
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from quizproof.cli.main import main; main()"
    # -P, since the command itself has no working folder in its path either; Python 3.13.0 trips over one that
    # is gone.
    done = subprocess.run(
        ["sh", "-c", 'cd gone && rmdir ../gone && exec "$0" -P -c "$1" list', sys.executable, code],
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (2, b"The working folder is gone; change to another one.\n")
