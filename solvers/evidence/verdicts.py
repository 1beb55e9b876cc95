"""Evidence as frozen data: what was measured, on which weights, and what follows for every option.

Nothing here imports a model. A judge turns measurements into `Finding`s; `assemble` adds what they rest on.
"""

from base64 import b64decode
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from questions.claims import Claim
from questions.quiz import AnyQuestion, Basis, Bilingual, Part, Rest

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Frozen(BaseModel):
    """Immutable; unknown fields, NaN and infinities are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Outcome(StrEnum):
    """What the evidence says of a claim."""

    HOLDS = "holds"
    FAILS = "fails"
    UNDETERMINED = "undetermined"


class Standing(StrEnum):
    """Whether a verdict speaks of the real thing or of a stand-in."""

    CONCLUSIVE = "conclusive"
    REHEARSAL = "rehearsal"


class Comparison(Frozen):
    """One number against one bound. `margin` is the signed distance to the bound, positive when it is met."""

    quantity: str
    value: float
    relation: Literal["≤", "≥"]
    threshold: float
    unit: str
    margin: float
    interval: tuple[float, float] | None = None

    @property
    def met(self) -> bool:
        """Whether the value is on the claimed side of the bound, the bound included."""
        return self.margin >= 0


def at_least(
    quantity: str,
    value: float,
    threshold: float,
    unit: str,
    interval: tuple[float, float] | None = None,
) -> Comparison:
    """`value ≥ threshold`, with its margin."""
    return Comparison(
        quantity=quantity, value=value, relation="≥", threshold=threshold, unit=unit,
        margin=value - threshold, interval=interval,
    )  # fmt: skip


def at_most(
    quantity: str,
    value: float,
    threshold: float,
    unit: str,
    interval: tuple[float, float] | None = None,
) -> Comparison:
    """`value ≤ threshold`, with its margin."""
    return Comparison(
        quantity=quantity, value=value, relation="≤", threshold=threshold, unit=unit,
        margin=threshold - value, interval=interval,
    )  # fmt: skip


class Finding(Frozen):
    """What a judge says of one part: outcome, the numbers it compared, and why in one sentence."""

    outcome: Outcome
    measured: str
    threshold: str
    reason: Bilingual
    comparisons: tuple[Comparison, ...] = ()
    also_rests_on: tuple[Rest, ...] = Field(
        (),
        description="What this outcome rests on beyond what the spec says, such as a given file.",
    )


Findings = Mapping[str, tuple[Finding, ...]]


class FileDigest(Frozen):
    """One file of a model, by its name in the model's folder."""

    name: str
    sha256: Sha256


class Source(Frozen):
    """Where a model or a file came from. `genuine`: the real thing, known by its digest.

    `sha256` is of the weights; `files` are all that loading reads, weights and configuration alike.
    """

    role: Rest
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

    `sha256` is of the samples, `file_sha256` of the listening copy.
    """

    name: str
    file: Annotated[str, Field(pattern=r"^[a-z0-9_]+/[a-z0-9_.-]+$")]
    shape: tuple[Annotated[int, Field(ge=1, le=2**31)]]
    dtype: str
    sample_rate_hz: Annotated[int, Field(ge=1, le=10**6)]
    sha256: Sha256
    file_sha256: Sha256
    transcript: str = ""
    spectrogram: Spectrogram | None = None


class Provenance(Frozen):
    """How the numbers came about.

    `dtype` names each model that was loaded with its own. `unused` was at hand, and measuring ended before
    it came to it. `notes` are what a reader should know of the libraries.
    """

    sources: tuple[Source, ...]
    libraries: Mapping[str, str]
    device: str
    dtype: str
    seed: int
    wall_time_s: float
    unused: tuple[Source, ...] = ()
    notes: tuple[str, ...] = ()

    def lacking(self, rests: tuple[Rest, ...]) -> tuple[Rest, ...]:
        """Those of `rests` that were not the real thing, or not there at all."""
        return tuple(
            rest
            for rest in rests
            if not (found := [source for source in self.sources if source.role is rest])
            or not all(source.genuine for source in found)
        )


class PartVerdict(Frozen):
    """One part of an option, judged. `lacks` names what kept it a rehearsal."""

    claim: str
    basis: Basis
    standing: Standing
    lacks: tuple[Rest, ...]
    finding: Finding
    source: str | None = None


class OptionVerdict(Frozen):
    """An option: a failing part fails it, else an undetermined one leaves it undetermined, else it holds."""

    option: str
    outcome: Outcome
    standing: Standing
    parts: tuple[PartVerdict, ...]


class Evidence(Frozen):
    """All verdicts of one question. Where `failure` is set there are none, and it says why."""

    question: str
    verdicts: tuple[OptionVerdict, ...] = ()
    measurements: Mapping[str, Any] = {}
    artifacts: tuple[Artifact, ...] = ()
    provenance: Provenance | None = None
    failure: Bilingual | None = None

    def verdict(self, option: str) -> OptionVerdict | None:
        """The verdict on an option, if there is one."""
        return next((verdict for verdict in self.verdicts if verdict.option == option), None)


def combine(parts: tuple[PartVerdict, ...]) -> tuple[Outcome, Standing]:
    """Outcome and standing of an option.

    A failing option needs only one conclusive failing part, whatever the others rest on.
    """
    failing = [part for part in parts if part.finding.outcome is Outcome.FAILS]
    if failing:
        conclusive = any(part.standing is Standing.CONCLUSIVE for part in failing)
        return Outcome.FAILS, Standing.CONCLUSIVE if conclusive else Standing.REHEARSAL
    open_parts = any(part.finding.outcome is Outcome.UNDETERMINED for part in parts)
    conclusive = all(part.standing is Standing.CONCLUSIVE for part in parts)
    return (
        Outcome.UNDETERMINED if open_parts else Outcome.HOLDS,
        Standing.CONCLUSIVE if conclusive else Standing.REHEARSAL,
    )


def claim_text(claim: Claim) -> str:
    """A claim on one line, such as `nearer_from: 3, speaker: Alice`."""

    def shown(value: object) -> str:
        return f"[{', '.join(map(shown, value))}]" if isinstance(value, tuple) else str(value)

    return ", ".join(f"{name}: {shown(value)}" for name, value in claim)


def assemble(
    question: AnyQuestion,
    findings: Findings,
    provenance: Provenance,
    measurements: Mapping[str, Any],
    artifacts: tuple[Artifact, ...] = (),
) -> Evidence:
    """Join findings with what each part rests on.

    Raises KeyError or ValueError when a judge left an option or a part out.
    """
    verdicts = []
    for option in question.options:
        parts = tuple(
            _part_verdict(question, part, finding, provenance)
            for part, finding in zip(option.parts, findings[option.id], strict=True)
        )
        outcome, standing = combine(parts)
        verdicts.append(OptionVerdict(option=option.id, outcome=outcome, standing=standing, parts=parts))
    return Evidence(
        question=question.id,
        verdicts=tuple(verdicts),
        measurements=measurements,
        artifacts=artifacts,
        provenance=provenance,
    )


def _part_verdict(
    question: AnyQuestion, part: Part[Claim], finding: Finding, provenance: Provenance
) -> PartVerdict:
    lacks = provenance.lacking((*question.rests_of(part), *finding.also_rests_on))
    return PartVerdict(
        claim=claim_text(part.claim),
        basis=part.basis,
        standing=Standing.REHEARSAL if lacks else Standing.CONCLUSIVE,
        lacks=lacks,
        finding=finding,
        source=part.source,
    )
