"""SHA-256 of files, taken once as long as a file stays what it is, from one run to the next too."""

import hashlib
import json
import time
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import NamedTuple

from questions.common.files import read_regular, write_atomic
from questions.common.user_cache import cache_home

MIN_KEPT_BYTES = 2**20  # smaller files are hashed as fast as they are looked up
MAX_KEPT = 500  # several runs' worth of weights
MAX_DIGESTS_BYTES = 2**20
# A clock's grain may be two seconds: a file that is younger may change once more and show the same time.
SETTLED_NS = 2 * 10**9
CHUNK_BYTES = 2**20


class _State(NamedTuple):
    """What changes when a file does. `moved_ns` and `inode` tell a copy that brought its time along."""

    path: str
    n_bytes: int
    changed_ns: int
    moved_ns: int
    inode: int


def sha256_of(*paths: Path) -> str:
    """SHA-256 of a file's bytes as hex; of several, of their bytes one after the other. Raises OSError."""
    return _sha256(tuple(map(_state, paths)))


def digests_file() -> Path:
    """Where the digests of large files are kept between runs."""
    return cache_home() / "quizproof" / "digests.json"


def _state(path: Path) -> _State:
    found = path.stat()
    return _State(str(path.absolute()), found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)


@cache
def _sha256(states: tuple[_State, ...]) -> str:
    if sum(one.n_bytes for one in states) < MIN_KEPT_BYTES:
        return _hashed(states)
    name, wanted = "\0".join(one.path for one in states), [list(one[1:]) for one in states]
    kept = _kept().get(name)
    if kept is not None and kept[0] == wanted:
        return kept[1]
    digest = _hashed(states)
    settled = time.time_ns() - SETTLED_NS
    if all(max(one.changed_ns, one.moved_ns) < settled for one in states):
        _keep(name, wanted, digest)
    return digest


def _hashed(states: tuple[_State, ...]) -> str:
    digest = hashlib.sha256()
    for one in states:
        with Path(one.path).open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                digest.update(chunk)
    return digest.hexdigest()


def _kept() -> dict[str, tuple[list[list[int]], str]]:
    """The digests by the files' paths, with the files' state then; none where they cannot be read."""
    try:
        document = json.loads(read_regular(digests_file(), MAX_DIGESTS_BYTES) or b"{}")
        return {
            name: (state, digest)
            for name, (state, digest) in document.items()
            if isinstance(state, list) and isinstance(digest, str)
        }
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return {}


def _keep(name: str, state: list[list[int]], digest: str) -> None:
    """Add a digest to those that are kept; where that cannot be done, it is taken again next time."""
    kept = {**_kept(), name: (state, digest)}
    content = json.dumps(dict(list(kept.items())[-MAX_KEPT:]), indent=1)
    with suppress(OSError):
        digests_file().parent.mkdir(parents=True, exist_ok=True)
        write_atomic(digests_file(), content.encode())


def git_blob_id(path: Path) -> str:
    """What git, and so the hub, calls a small file: SHA-1 of its length and its bytes, as hex."""
    content = path.read_bytes()
    head = f"blob {len(content)}\0".encode()
    return hashlib.sha1(head + content, usedforsecurity=False).hexdigest()
