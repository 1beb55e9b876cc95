"""`quizproof.lock`: the revisions and digests that somebody vouches for, and sources held against them.

A path, a mirror or a folder with the right names is only as good as whoever says so: the lock is where they
say so, once, and from then on by digest. Stand-ins can never be in it.
"""

import json
import os
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from questions.common.errors import SourceError
from questions.common.files import read_regular, write_atomic
from questions.common.frozen import Frozen
from questions.reading.validation_errors import in_short
from solvers.evidence.digest import sha256_of
from solvers.evidence.sources import Sha256, Source

LOCK_FILE = Path("quizproof.lock")  # in the current folder
MAX_LOCK_BYTES = 2**20
# What a lock speaks of. The others are no files of the user's: packages are pinned in the code itself.
HELD_ORIGINS = frozenset({"hub", "path", "named"})
BY_LOCK = "known by quizproof.lock"

SHIPPED_STANDINS = ("*/standin/**/*.safetensors", "*/standin/**/*.flac", "*/standin/**/*.pt")

Origin = Literal["hub", "path", "named", "package"]


class Locked(Frozen):
    """A resource's files by name. Of several sources that can fill its place, the one that is meant.

    `by_file`: each file stands for itself, such as a sound. `companions` came with them and are kept as told.
    """

    name: str = ""
    origin: Origin = "path"
    revision: str | None = None
    by_file: bool = False
    files: Mapping[str, Sha256]
    companions: Mapping[str, Sha256] = {}


class Lock(Frozen):
    """What is locked, by the resource's name; an empty one locks nothing."""

    format: Literal[2] = 2
    resources: Mapping[str, Locked] = {}

    def revision_of(self, resource: str) -> str | None:
        """The revision that the hub is asked for."""
        locked = self.resources.get(resource)
        return locked.revision if locked and locked.origin == "hub" else None

    def locked_files(self, source: Source) -> Mapping[str, Sha256] | None:
        """What the lock has in such a source's place; None where it has nothing."""
        locked = self.resources.get(source.resource)
        if locked is None or source.origin not in HELD_ORIGINS:
            return None
        if not locked.by_file:
            return locked.files
        digest = locked.files.get(source.name)
        return None if digest is None else {source.name: digest}

    def knows(self, source: Source) -> bool:
        """Whether these very bytes are locked."""
        locked = self.locked_files(source)
        return locked is not None and _same(files_of(source), locked)

    def mismatch(self, source: Source) -> str | None:
        """How a source differs from what is locked in its place, in one sentence; None where it does not."""
        locked, found = self.locked_files(source), files_of(source)
        if locked is None or _same(found, locked):
            return None
        name = next(name for name in sorted({*locked, *found}) if locked.get(name) != found.get(name))
        return (
            f"{source.resource} ({source.name}): {name} has SHA-256 "
            f"{found.get(name, 'none, it is not there')}, the lock has "
            f"{locked.get(name, 'none, it is not named')}; give what is locked, or run "
            "'quizproof lock --update' if this is what is meant."
        )

    def with_source(
        self, source: Source, *, by_file: bool = False, companions: Mapping[str, Sha256] | None = None
    ) -> "Lock":
        """The lock with a source in its place. Raises SourceError for a stand-in."""
        refuse_standins(files_of(source).values(), source.name)
        if source.origin not in {*HELD_ORIGINS, "package"}:
            raise SourceError(f"{source.name}: a stand-in, which can never be locked.")
        held = self.resources.get(source.resource)
        if by_file:
            files = {**(held.files if held else {}), **files_of(source)}
            locked = Locked(by_file=True, files=files)
        else:
            locked = Locked(
                # Of a path the last part alone: the lock travels, folders do not.
                name=Path(source.name).name if source.origin == "path" else source.name,
                origin=source.origin,
                revision=source.revision,
                files=files_of(source),
                companions=companions or {},
            )
        return self.model_copy(update={"resources": {**self.resources, source.resource: locked}})

    def write(self, path: Path) -> None:
        """As JSON, sorted, whole or not at all. Raises SourceError where that cannot be."""
        text = json.dumps(self.model_dump(mode="json", exclude_none=True), indent=2, sort_keys=True)
        try:
            write_atomic(path, (text + "\n").encode())
        except OSError as error:
            raise SourceError(f"{path}: cannot be written ({error.strerror}).") from error


def find_lock(path: Path | None) -> Lock:
    """The lock of a file, else the one in the current folder, else an empty one.

    Raises SourceError: the file given is not there, is no lock, or names a stand-in.
    """
    if path is None and not os.path.lexists(LOCK_FILE):
        return Lock()
    return read_lock(path or LOCK_FILE)


def read_lock(path: Path) -> Lock:
    """Read a lock. Raises SourceError as `find_lock`."""
    try:
        content = read_regular(path, MAX_LOCK_BYTES)
    except OSError as error:
        raise SourceError(
            f"{path}: no lock can be read there ({error.strerror}); 'quizproof lock' writes one."
        ) from error
    if content is None:
        raise SourceError(f"{path}: over {MAX_LOCK_BYTES:,} bytes, so no lock of ours.")
    try:
        lock = Lock.model_validate_json(content)
    except ValidationError as error:
        raise SourceError(
            f"{path}: not a lock that can be read ({in_short(error)}); restore it, or delete it and "
            "run 'quizproof lock'."
        ) from error
    digests = (digest for locked in lock.resources.values() for digest in locked.files.values())
    refuse_standins(digests, str(path))
    return lock


def files_of(source: Source) -> dict[str, Sha256]:
    """A source's files by name; one that is a single file goes by its own name."""
    if source.files:
        return {file.name: file.sha256 for file in source.files}
    return {Path(source.name).name: source.sha256} if source.sha256 else {}


def _same(found: Mapping[str, Sha256], locked: Mapping[str, Sha256]) -> bool:
    """Equal, or both the same one file: Whisper's goes by its model's name or by a path."""
    return found == locked or (len(found) == len(locked) == 1 and set(found.values()) == set(locked.values()))


def is_standin(digests: Iterable[str]) -> bool:
    """Whether a digest among these is that of a file that the project ships as a stand-in."""
    return not _standin_digests().isdisjoint(digests)


def refuse_standins(digests: Iterable[Sha256], where: str) -> None:
    """Raise SourceError where a digest is that of a file that the project ships as a stand-in."""
    if standin := set(digests) & _standin_digests():
        raise SourceError(
            f"{where}: SHA-256 {min(standin)} is that of a stand-in, which can never be locked; use the real "
            "file."
        )


@cache
def _standin_digests() -> frozenset[Sha256]:
    packs = Path(__file__).parents[1]
    shipped = (path for pattern in SHIPPED_STANDINS for path in packs.glob(pattern))
    return frozenset(map(sha256_of, shipped))
