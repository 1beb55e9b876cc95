"""Where numbers came from: models and files by digest, the sounds kept, and how a run was made."""

from base64 import b64decode
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, Field, model_validator

from questions.common.frozen import Frozen

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class FileDigest(Frozen):
    """One file of a model, by its name in the model's folder."""

    name: str
    sha256: Sha256


class Source(Frozen):
    """Where a model or a file came from. `genuine`: the real thing, known by its digest.

    `sha256` is of the weights; `files` are all that loading reads, weights and configuration alike.
    """

    resource: str
    origin: Literal["hub", "path", "package", "named", "stand-in", "random", "library"]
    name: str
    revision: str | None = None
    sha256: Sha256 | None = None
    files: tuple[FileDigest, ...] = ()
    genuine: bool
    note: str = ""

    @property
    def unlocked(self) -> bool:
        """Whether it may be the real thing, and only its digest is not known."""
        return not self.genuine and self.origin in {"hub", "path", "named"}

    @property
    def identity(self) -> "Source":
        """The same, less what is thought of it: equal for equal content."""
        return self.model_copy(update={"genuine": False, "note": ""})


class Spectrogram(Frozen):
    """Log-mel levels `[n_bands, n_frames]`, lowest band first, one byte each from 0 to `n_shades` - 1.

    `shades` are the bytes in base64; `top_hz` is where the highest band ends.
    """

    n_bands: Annotated[int, Field(ge=1, le=256)]
    n_frames: Annotated[int, Field(ge=1, le=4096)]
    n_shades: Annotated[int, Field(ge=2, le=256)]
    top_hz: Annotated[float, Field(gt=0, le=1e6)]
    shades: str

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        levels = b64decode(self.shades, validate=True)
        if len(levels) != self.n_bands * self.n_frames or max(levels) >= self.n_shades:
            raise ValueError(f"needs {self.n_bands} × {self.n_frames} levels below {self.n_shades}")
        return self


class Artifact(Frozen):
    """A sound `[N]` kept beside the numbers.

    `sha256` is of the samples, `file_sha256` of the listening copy. `transcript` is what was heard in it,
    `said` what is known to be said.
    """

    name: str
    file: Annotated[str, Field(pattern=r"^[a-z0-9_]+/[a-z0-9_.-]+$")]
    shape: tuple[Annotated[int, Field(ge=1, le=2**31)]]
    dtype: str
    sample_rate_hz: Annotated[int, Field(ge=1, le=10**6)]
    sha256: Sha256
    file_sha256: Sha256
    transcript: str = ""
    said: str = ""
    spectrogram: Spectrogram | None = None


EPOCH, FAR_AWAY = datetime(1970, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)


class Provenance(Frozen):
    """How the numbers came about.

    `dtype` names each model that was loaded with its own. `unused` was at hand, and measuring ended before
    it came to it. `notes` are what a reader should know of the libraries. `measured_at` is when measuring
    ended.
    """

    sources: tuple[Source, ...]
    libraries: Mapping[str, str]
    device: str
    dtype: str
    seed: int
    wall_time_s: float
    # Years that any time zone can show.
    measured_at: Annotated[AwareDatetime, Field(ge=EPOCH, lt=FAR_AWAY)] | None = None
    unused: tuple[Source, ...] = ()
    notes: tuple[str, ...] = ()

    def lacking(self, resources: tuple[str, ...]) -> tuple[str, ...]:
        """Those of `resources` that were not the real thing, or not there at all."""
        return tuple(
            resource
            for resource in resources
            if not (found := [source for source in self.sources if source.resource == resource])
            or not all(source.genuine for source in found)
        )
