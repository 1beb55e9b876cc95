"""Measurements on disk: one JSON document a question, its sounds beside it, each whole or not there."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from questions.common.errors import StaleEvidenceError
from questions.common.files import write_atomic
from questions.common.messages import show
from questions.quiz import Bilingual
from solvers.evidence.verdicts import Artifact, Frozen, Provenance, Sha256, Source

MAX_RECORD_BYTES = 16 * 2**20


class RunInputs(Frozen):
    """All that decides the measurements: as long as it is equal, they need not be taken again."""

    solver_version: int
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


class Store:
    """The folder of a run: `evidence/qNN.json`, `media/qNN/*`, `report.html`."""

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
        """Sounds first, then the record that names them: a record never points at nothing.

        A failure does not destroy what was measured before: that is put aside, and comes back when its
        inputs do.
        """
        path, last_good = self.record_path(record.question), self.last_good_path(record.question)
        if record.failure is None:
            last_good.unlink(missing_ok=True)
        elif path.is_file() and not last_good.is_file():
            path.replace(last_good)
        for artifact in record.artifacts:
            write_atomic(self.media_path(artifact), media[artifact.name])
        self.amend(record)

    def read(self, question_id: str) -> Record | None:
        """The stored record, or None where there is none.

        Raises StaleEvidenceError for a file that is no record of this question.
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
            with path.open("rb") as file:
                content = file.read(MAX_RECORD_BYTES + 1)
        except OSError as error:
            raise StaleEvidenceError(f"{path}: cannot be read ({error.strerror}).") from error
        if len(content) > MAX_RECORD_BYTES:
            raise StaleEvidenceError(
                f"{path}: over {MAX_RECORD_BYTES:,} bytes, so no record of ours; {renew}"
            )
        try:
            written = _Written.model_validate_json(content)
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(map(str, first["loc"])) or "the document"
            raise StaleEvidenceError(
                f"{path}: not a record that can be read ({place}: {first['msg']}); {renew}"
            ) from error
        record = Record.model_construct(**{name: getattr(written, name) for name in Record.model_fields})
        if record.digest != written.record_sha256:
            raise StaleEvidenceError(
                f"{path}: is not as it was written: SHA-256 {record.digest[:12]}…, the record itself says "
                f"{written.record_sha256[:12]}…; {renew}"
            )
        if record.question != question_id:
            raise StaleEvidenceError(f"{path}: holds the record of {show(record.question)}; {renew}")
        return record

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
