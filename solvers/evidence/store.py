"""Measurements on disk: one JSON document a question, its sounds beside it, each whole or not there."""

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from questions.common.errors import StaleEvidenceError
from questions.common.files import read_regular, write_atomic
from questions.common.frozen import Frozen
from questions.common.messages import show
from questions.common.temporary import sweep_once
from questions.quiz import Bilingual
from questions.reading.validation_errors import in_short
from solvers.evidence.sources import Artifact, Provenance, Sha256, Source

MAX_RECORD_BYTES = 16 * 2**20
MAX_SOUND_BYTES = 64 * 2**20

# A sound's name ends in the start of its SHA-256; what is named otherwise is not ours.
_SOUND_NAME = re.compile(r"[a-z0-9_.-]+\.[0-9a-f]{8}\.mp3")
_RENEW = "run 'quizproof verify' to measure again."


class RunInputs(Frozen):
    """All that decides the measurements: as long as it is equal, they need not be taken again."""

    solver: str
    solver_version: int
    solver_sha256: Sha256 | None = None  # of an outside quiz's solver as it was written
    spec: Mapping[str, tuple[str, ...]]
    sources: tuple[Source, ...]
    device: str
    seed: int

    def same_as(self, other: "RunInputs") -> bool:
        """Whether both give the same measurements: all is equal but what is thought of the sources."""
        return self._stripped == other._stripped

    @property
    def _stripped(self) -> "RunInputs":
        return self.model_copy(update={"sources": tuple(source.identity for source in self.sources)})


class Record(Frozen):
    """What was measured for a question, or why it could not be."""

    question: str
    inputs: RunInputs | None = None
    measurements: Mapping[str, Any] | None = None
    artifacts: tuple[Artifact, ...] = ()
    provenance: Provenance | None = None
    failure: Bilingual | None = None

    @property
    def digest(self) -> str:
        """SHA-256 of all that the record says, as hex."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()


class _Written(Record):
    """A record as its file holds it: with the digest of its own content."""

    record_sha256: Sha256


REPORT_FILE = "report.html"


class Store:
    """The folder of a run: `evidence/qNN.json`, `media/qNN/*`, `report.html`, `summary.json`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def record_path(self, question_id: str) -> Path:
        """Where a question's record lies."""
        return self.folder / "evidence" / f"{question_id}.json"

    def media_path(self, artifact: Artifact) -> Path:
        """Where an artifact's listening copy lies."""
        return self.folder / "media" / artifact.file

    def last_good_path(self, question_id: str) -> Path:
        """Where a good record waits while a failure stands in its place."""
        return self.folder / "evidence" / f"{question_id}.last-good.json"

    def write(self, record: Record, media: Mapping[str, bytes]) -> None:
        """Sounds first, then the record that names them, then away with the sounds of the one before.

        A kill in between leaves the old record with its own sounds: those of another measurement have other
        names. A failure does not destroy what was measured before: that is put aside, and comes back when
        its inputs do.
        """
        for artifact in record.artifacts:
            write_atomic(self.media_path(artifact), media[artifact.name])
        if record.failure is not None:
            self._put_aside(record.question)
        self.amend(record)
        if record.failure is None:
            self.last_good_path(record.question).unlink(missing_ok=True)
        self.tidy(record.question)

    def _put_aside(self, question_id: str) -> None:
        try:
            before = self.read(question_id)
        except StaleEvidenceError:  # what cannot be used again need not be kept
            return
        if before is not None and before.failure is None:
            self.record_path(question_id).replace(self.last_good_path(question_id))

    def tidy(self, question_id: str) -> None:
        """Remove what a killed run left, and the sounds that no record names."""
        for place in (self.folder, self.folder / "evidence", self.folder / "media" / question_id):
            sweep_once(place)
        try:
            records = self.read(question_id), self.read_last_good(question_id)
        except StaleEvidenceError:  # whose sounds these are is not known, until it is measured again
            return
        named = {artifact.file for record in records if record for artifact in record.artifacts}
        folder = self.folder / "media" / question_id
        for path in sorted(folder.glob("*.mp3")) if folder.is_dir() else ():
            if _SOUND_NAME.fullmatch(path.name) and f"{question_id}/{path.name}" not in named:
                path.unlink(missing_ok=True)

    def read(self, question_id: str) -> Record | None:
        """The stored record, or None where there is none.

        Raises StaleEvidenceError for a file that is no record of this question, or that is not as it was
        written, or one of whose sounds is another than it names.
        """
        return self._read(self.record_path(question_id), question_id)

    def read_last_good(self, question_id: str) -> Record | None:
        """The record that a failure put aside. Raises StaleEvidenceError as `read`."""
        return self._read(self.last_good_path(question_id), question_id)

    def _read(self, path: Path, question_id: str) -> Record | None:
        if not path.is_file():
            return None
        renew = f"run 'quizproof verify {question_id}' to measure again."
        try:
            content = read_regular(path, MAX_RECORD_BYTES)
        except OSError as error:
            raise StaleEvidenceError(f"{path}: cannot be read ({error.strerror}); {renew}") from error
        if content is None:
            raise StaleEvidenceError(
                f"{path}: over {MAX_RECORD_BYTES:,} bytes, so no record of ours; {renew}"
            )
        try:
            written = _Written.model_validate_json(content)
        except ValidationError as error:
            raise StaleEvidenceError(
                f"{path}: not a record that can be read ({in_short(error)}); {renew}"
            ) from error
        record = Record.model_construct(**{name: getattr(written, name) for name in Record.model_fields})
        if record.digest != written.record_sha256:
            raise StaleEvidenceError(
                f"{path}: is not as it was written: SHA-256 {record.digest[:12]}…, the record itself says "
                f"{written.record_sha256[:12]}…; {renew}"
            )
        if record.question != question_id:
            raise StaleEvidenceError(f"{path}: holds the record of {show(record.question)}; {renew}")
        for artifact in record.artifacts:
            self.sound(artifact)
        return record

    def sound(self, artifact: Artifact) -> bytes | None:
        """An artifact's listening copy; None where there is none.

        Raises StaleEvidenceError for one that is not the one that was measured.
        """
        path = self.media_path(artifact)
        try:
            content = read_regular(path, MAX_SOUND_BYTES, follow=False)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StaleEvidenceError(f"{path}: cannot be read ({error.strerror}); {_RENEW}") from error
        found = None if content is None else hashlib.sha256(content).hexdigest()
        if found != artifact.file_sha256:
            size = f"SHA-256 {found[:12]}…" if found else f"over {MAX_SOUND_BYTES:,} bytes"
            raise StaleEvidenceError(
                f"{path}: is not the sound that was measured: {size}, its record has "
                f"{artifact.file_sha256[:12]}…; {_RENEW}"
            )
        return content

    def restore(self, record: Record) -> None:
        """Put a record that was put aside back in its place. Its sounds never left."""
        self.last_good_path(record.question).replace(self.record_path(record.question))

    def amend(self, record: Record) -> None:
        """Write a record anew whose sounds are there already."""
        written = _Written(**dict(record), record_sha256=record.digest)
        write_atomic(self.record_path(record.question), (written.model_dump_json(indent=1) + "\n").encode())

    def has_media(self, record: Record) -> bool:
        """Whether every sound of a record is there."""
        return all(self.media_path(artifact).is_file() for artifact in record.artifacts)
