"""Files that appear whole or not at all, readable by whom they were, and nothing left of a killed run."""

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from questions.common.errors import QuizproofError
from questions.common.files import open_regular, read_regular, replacing, write_atomic
from questions.common.temporary import HELD_FILE, holding, is_ours, sweep, temporary_file, temporary_folder


@pytest.fixture(params=[0o022, 0o077, 0o002])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def in_a_process(code: str, *arguments: object) -> "subprocess.Popen[str]":
    """Python that says when it is ready and then waits, to be killed."""
    process = subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)], stdout=subprocess.PIPE, text=True, cwd=Path.cwd()
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def kill(process: "subprocess.Popen[str]") -> None:
    process.send_signal(signal.SIGKILL)
    process.communicate()


def test_a_new_file_is_for_those_whom_the_umask_allows(tmp_path: Path, umask: int) -> None:
    write_atomic(tmp_path / "deep" / "grades.csv", b"x")
    assert mode(tmp_path / "deep" / "grades.csv") == 0o666 & ~umask
    assert mode(tmp_path / "deep") == 0o777 & ~umask


@pytest.mark.parametrize("before", [0o600, 0o640, 0o644, 0o666])
def test_a_file_that_was_there_keeps_its_mode(tmp_path: Path, umask: int, before: int) -> None:
    path = tmp_path / "key.yaml"
    path.write_bytes(b"old")
    path.chmod(before)
    write_atomic(path, b"new")
    assert (mode(path), path.read_bytes()) == (before, b"new")


def test_a_name_as_long_as_a_disk_allows_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / ("x" * 251 + ".csv")
    write_atomic(path, b"x")
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_nothing_is_left_where_the_writer_fails(tmp_path: Path) -> None:
    (tmp_path / "old").write_bytes(b"old")

    def write_half() -> None:
        with replacing(tmp_path / "old") as file:
            file.write_bytes(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_half()
    assert [path.name for path in tmp_path.iterdir()] == ["old"]
    assert (tmp_path / "old").read_bytes() == b"old"


WRITER = """
import sys, time
from pathlib import Path
from questions.common.temporary import temporary_file, temporary_folder
with temporary_file(Path(sys.argv[1])) as file, temporary_folder(Path(sys.argv[1])) as folder:
    file.write_bytes(b"half")
    (folder / "half").write_bytes(b"half")
    print("ready", flush=True)
    time.sleep(600)
"""


def test_what_a_killed_run_left_is_removed_and_what_a_living_one_uses_is_not(tmp_path: Path) -> None:
    (tmp_path / ".hidden").write_bytes(b"the user's own")
    process = in_a_process(WRITER, tmp_path)
    sweep(tmp_path)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert len(names) == 3
    assert [name for name in names if not is_ours(name)] == [".hidden"]
    kill(process)
    assert sorted(path.name for path in tmp_path.iterdir()) == names
    write_atomic(tmp_path / "report.html", b"x")  # the next run that writes there
    assert sorted(path.name for path in tmp_path.iterdir()) == [".hidden", "report.html"]


def test_temporary_things_are_gone_at_the_end(tmp_path: Path) -> None:
    with temporary_file(tmp_path / "a") as file, temporary_folder(tmp_path / "b") as folder:
        (folder / "x").write_bytes(b"x")
        assert is_ours(file.name)
        assert is_ours(folder.name)
    assert not list((tmp_path / "a").iterdir())
    assert not list((tmp_path / "b").iterdir())


HOLDER = """
import sys, time
from pathlib import Path
from questions.common.temporary import holding
with holding(Path(sys.argv[1])):
    print("ready", flush=True)
    time.sleep(600)
"""


def test_a_second_run_says_who_writes_in_the_folder(tmp_path: Path) -> None:
    process = in_a_process(HOLDER, tmp_path / "proof")
    told = rf"proof: process {process.pid} on .* is writing there; wait until it has ended, or give another"
    with pytest.raises(QuizproofError, match=told), holding(tmp_path / "proof"):
        pytest.fail("two hold one folder")
    kill(process)
    with holding(tmp_path / "proof"):  # whoever was killed holds it no more
        assert f"process {os.getpid()} on" in (tmp_path / "proof" / HELD_FILE).read_text()
    assert not list((tmp_path / "proof").iterdir())


def test_only_plain_files_are_opened(tmp_path: Path) -> None:
    plain, pipe, link = tmp_path / "plain", tmp_path / "pipe", tmp_path / "link"
    plain.write_bytes(b"12345")
    os.mkfifo(pipe)
    link.symlink_to(plain)
    assert read_regular(plain, 5) == b"12345"
    assert read_regular(plain, 4) is None
    assert read_regular(link, 5) == b"12345"
    for path in (pipe, tmp_path, Path("/dev/zero")):
        with pytest.raises(OSError, match="it is not a regular file"):
            open_regular(path)
    with pytest.raises(OSError, match="it is not a regular file"):
        open_regular(link, follow=False)
    with pytest.raises(OSError, match="no name of a file has a NUL in it"):
        open_regular(Path("a\0b"))
    with pytest.raises(FileNotFoundError):
        open_regular(tmp_path / "none")
