"""Files appear whole or not at all, and only plain files are read."""

import errno
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from questions.common.temporary import temporary_file, temporary_folder

NOT_REGULAR = "it is not a regular file"
NUL = "no name of a file has a NUL in it"


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a temporary file beside `path` to write; it takes the place of `path` if all went well.

    A file that was there keeps its mode, a new one has that of the user's umask. Raises OSError.
    """
    with temporary_file(path.parent) as temporary:
        try:
            yield temporary
            with temporary.open("rb") as file:
                os.fsync(file.fileno())
            if path.exists():
                temporary.chmod(stat.S_IMODE(path.stat().st_mode) & 0o777)
            temporary.replace(path)
        except OSError as error:
            if error.errno is not None and error.filename in {None, str(temporary)}:
                error.filename = str(path)
            raise


def write_atomic(path: Path, content: bytes) -> None:
    """Write a file whole: under a temporary name beside it, then renamed over it."""
    with replacing(path) as file:
        file.write_bytes(content)


@contextmanager
def write_all(folder: Path, files: Iterable[tuple[str, bytes]]) -> Iterator[list[str]]:
    """Write files to a folder, all or none: give their names once all are made; they appear if all went well.

    A name may have a folder before it; what is made is not held in memory. Raises OSError.
    """
    with temporary_folder(folder) as temporary:
        names = []
        for name, content in files:
            try:
                write_atomic(temporary / name, content)
            except OSError as error:
                error.filename = str(folder / name)
                raise
            names.append(name)
        yield names
        for name in names:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (temporary / name).replace(folder / name)


def open_regular(path: Path, *, follow: bool = True) -> BinaryIO:
    """Open a plain file to read; a pipe or a device, which may never end or never begin, is none.

    `follow`: whether a link to one counts as one. Raises OSError.
    """
    flags = os.O_RDONLY | os.O_NONBLOCK | (0 if follow else os.O_NOFOLLOW)
    try:
        handle = os.open(path, flags)
    except ValueError:  # Python's own words for it differ by version
        raise OSError(errno.EINVAL, NUL) from None
    except OSError as error:
        if error.errno == errno.ELOOP and not follow and path.is_symlink():
            raise OSError(errno.ELOOP, NOT_REGULAR) from None
        raise
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(errno.EINVAL, NOT_REGULAR)
    return os.fdopen(handle, "rb")


def read_regular(path: Path, max_bytes: int, *, follow: bool = True) -> bytes | None:
    """All bytes of a plain file; None where they are more than `max_bytes`. Raises OSError."""
    with open_regular(path, follow=follow) as file:
        content = file.read(max_bytes + 1)  # asked for the length first, it may have grown since
    return None if len(content) > max_bytes else content
