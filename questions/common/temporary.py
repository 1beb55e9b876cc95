"""What a run leaves while it works: temporary files of known names, and a note of who writes in a folder.

Both are locked as long as whoever made them lives. What a killed run left is therefore known by its name and
by its lock being free, and the next run that writes in the folder removes it.
"""

import errno
import fcntl
import os
import re
import secrets
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from questions.common.errors import QuizproofError
from questions.common.messages import plain_path

HELD_FILE = ".quizproof.held"

_TEMPORARY = re.compile(r"\.quizproof-[0-9a-f]{16}\.tmp")
_MAX_NOTE_BYTES = 200
_swept: set[Path] = set()


def is_ours(name: str) -> bool:
    """Whether a file of this name is one that a run leaves only while it works."""
    return name == HELD_FILE or _TEMPORARY.fullmatch(name) is not None


@contextmanager
def temporary_file(folder: Path) -> Iterator[Path]:
    """An empty file in `folder`, which is made where it is not there; gone at the end, if it is still there.

    Its mode is the user's umask's. Raises OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    sweep_once(folder)
    path, handle = _locked(folder, lambda path: os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)
        os.close(handle)


@contextmanager
def temporary_folder(parent: Path) -> Iterator[Path]:
    """An empty folder in `parent`; gone at the end with all in it, if it is still there. Raises OSError."""

    def make(path: Path) -> int:
        path.mkdir()
        return os.open(path, os.O_RDONLY)

    parent.mkdir(parents=True, exist_ok=True)
    sweep_once(parent)
    path, handle = _locked(parent, make)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
        os.close(handle)


def _locked(folder: Path, make: Callable[[Path], int]) -> tuple[Path, int]:
    while True:
        path = folder / f".quizproof-{secrets.token_hex(8)}.tmp"
        handle = make(path)
        if _take(handle) and _is_at(handle, path):
            return path, handle
        os.close(handle)  # another run took it for abandoned in the moment before it was locked


def sweep_once(folder: Path) -> None:
    """Remove what killed runs left in a folder, the first time that this process writes there."""
    absolute = folder.absolute()
    if absolute not in _swept:
        _swept.add(absolute)
        sweep(absolute)


def sweep(folder: Path) -> None:
    """Remove the temporary files and folders that killed runs left in a folder."""
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if _TEMPORARY.fullmatch(path.name):
            with suppress(OSError):  # gone meanwhile, or somebody else's: it harms nobody
                _remove_if_abandoned(path)


def _remove_if_abandoned(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        if _take(handle, unless_known=False):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
    finally:
        os.close(handle)


@contextmanager
def holding(folder: Path) -> Iterator[None]:
    """Be the only run that writes in a folder, which is made where it is not there.

    Raises QuizproofError, saying who, while another does.
    """
    made = not folder.is_dir()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / HELD_FILE
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK, 0o666)
        if not _take(handle):
            holder = os.read(handle, _MAX_NOTE_BYTES).decode(errors="replace").strip()
            os.close(handle)
            known = "".join(char for char in holder if char.isprintable()) or "another run"
            raise QuizproofError(
                f"{plain_path(folder)}: {known} is writing there; wait until it has ended, or give another "
                "--out."
            )
        if _is_at(handle, path):
            break
        os.close(handle)  # the run before let go of it between our opening and our locking
    try:
        os.ftruncate(handle, 0)
        os.write(handle, f"process {os.getpid()} on {socket.gethostname()}\n".encode())
        yield
    finally:
        path.unlink(missing_ok=True)
        os.close(handle)
        if made:
            with suppress(OSError):  # unless something was written there
                folder.rmdir()


def _take(handle: int, *, unless_known: bool = True) -> bool:
    """Lock an open file for as long as it is open; False where somebody else has.

    `unless_known`: what is taken for true on the network disks that know no locks.
    """
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return unless_known and error.errno in {errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS}
    return True


def _is_at(handle: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), path.lstat())
    except FileNotFoundError:
        return False
