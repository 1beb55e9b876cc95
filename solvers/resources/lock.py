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
from questions.quiz import Rest
from solvers.evidence.digest import sha256_of
from solvers.evidence.verdicts import Frozen, Sha256, Source
from solvers.hw10.standin import STANDIN_AUDIO, STANDIN_CODEC

LOCK_FILE = Path("quizproof.lock")  # in the current folder
MAX_LOCK_BYTES = 2**20
WEIGHTS = (Rest.CODEC_WEIGHTS, Rest.CSM_WEIGHTS, Rest.ASR_WEIGHTS, Rest.SPEAKER_WEIGHTS)
# What a lock speaks of. The others are no files of the user's: packages are pinned in the code itself.
HELD_ORIGINS = frozenset({"hub", "path", "named"})
BY_LOCK = "known by quizproof.lock"

Origin = Literal["hub", "path", "named", "package"]


class LockedModel(Frozen):
    """A model's files by name. Of several sources that can fill a role, the one that is meant."""

    name: str
    origin: Origin
    revision: str | None = None
    files: Mapping[str, Sha256]


class LockedEmovdb(Frozen):
    """EmoV-DB: the clips that Q6 reads, as one digest, and the archives they came in."""

    clips: Sha256
    archives: Mapping[str, Sha256] = {}


class Lock(Frozen):
    """What is locked; an empty one locks nothing."""

    format: Literal[1] = 1
    weights: Mapping[Rest, LockedModel] = {}
    course_audio: Mapping[str, Sha256] = {}
    emovdb: LockedEmovdb | None = None

    def revision_of(self, role: Rest) -> str | None:
        """The revision that the hub is asked for."""
        model = self.weights.get(role)
        return model.revision if model and model.origin == "hub" else None

    def locked_files(self, source: Source) -> Mapping[str, Sha256] | None:
        """What the lock has in such a source's place; None where it has nothing."""
        if source.origin not in HELD_ORIGINS:
            return None
        if source.role is Rest.COURSE_AUDIO:
            digest = self.course_audio.get(source.name)
            return None if digest is None else {source.name: digest}
        if source.role is Rest.EMOVDB:
            return {source.name: self.emovdb.clips} if self.emovdb else None
        model = self.weights.get(source.role)
        return model.files if model else None

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
            f"{source.role} ({source.name}): {name} has SHA-256 {found.get(name, 'none, it is not there')}, "
            f"the lock has {locked.get(name, 'none, it is not named')}; give what is locked, or run "
            "'quizproof lock --update' if this is what is meant."
        )

    def with_source(self, source: Source, archives: Mapping[str, Sha256] | None = None) -> "Lock":
        """The lock with a source in its place. Raises SourceError for a stand-in."""
        refuse_standins(files_of(source).values(), source.name)
        if source.origin not in {*HELD_ORIGINS, "package"}:
            raise SourceError(f"{source.name}: a stand-in, which can never be locked.")
        if source.role is Rest.COURSE_AUDIO:
            return self.model_copy(update={"course_audio": {**self.course_audio, **files_of(source)}})
        if source.role is Rest.EMOVDB:
            (clips,) = files_of(source).values()
            return self.model_copy(update={"emovdb": LockedEmovdb(clips=clips, archives=archives or {})})
        model = LockedModel(
            # Of a path the last part alone: the lock travels, folders do not.
            name=Path(source.name).name if source.origin == "path" else source.name,
            origin=source.origin,
            revision=source.revision,
            files=files_of(source),
        )
        return self.model_copy(update={"weights": {**self.weights, source.role: model}})

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
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the document"
        raise SourceError(
            f"{path}: not a lock that can be read ({place}: {first['msg']}); restore it, or delete it and "
            "run 'quizproof lock'."
        ) from error
    digests = [digest for model in lock.weights.values() for digest in model.files.values()]
    refuse_standins([*digests, *lock.course_audio.values(), *([lock.emovdb.clips] if lock.emovdb else [])],
                    str(path))  # fmt: skip
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
    from solvers.hw10.resources.emovdb import standin_source

    shipped = (*STANDIN_CODEC.iterdir(), *STANDIN_AUDIO.iterdir())
    emotions = standin_source().sha256
    return frozenset(sha256_of(path) for path in shipped if path.is_file()) | {emotions or ""}
