"""Evidence as frozen data: what was measured, on which weights, and what follows for every option.

Nothing here imports a model. A judge turns measurements into `Finding`s; `assemble` adds what they rest on.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from questions.claims import Claim
from questions.common.frozen import Frozen
from questions.quiz import AnyQuestion, Basis, Bilingual, Part
from solvers.evidence.sources import Artifact, Provenance

# Words of a finding. Numbers, names and code, which both languages write alike, may be given as a plain text.
Words = Annotated[
    Bilingual, BeforeValidator(lambda given: Bilingual.same(given) if isinstance(given, str) else given)
]


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
    """One number against one bound. `margin` is the signed distance to the bound, positive when it is met.

    `speaks_for` is the outcome that needs it met: an option that `holds` needs all of those, one may fail for
    lack of them or because those of `fails` are met. `wholly`: the whole interval has to meet the bound.
    """

    quantity: Words
    value: float
    relation: Literal["≤", "≥"]
    threshold: float
    unit: Words | None
    margin: float
    interval: tuple[float, float] | None = None
    wholly: bool = False
    speaks_for: Literal[Outcome.HOLDS, Outcome.FAILS] = Outcome.HOLDS

    def against(self) -> "Comparison":
        """The same as a condition of failing."""
        return self.model_copy(update={"speaks_for": Outcome.FAILS})

    @property
    def met(self) -> bool:
        """Whether the value is on the claimed side of the bound, the bound included."""
        return self.margin >= 0


def at_least(
    quantity: Bilingual | str,
    value: float,
    threshold: float,
    unit: Bilingual | str,
    interval: tuple[float, float] | None = None,
    *,
    wholly: bool = False,
) -> Comparison:
    """`value ≥ threshold`, with its margin; `wholly`: that of the interval's lower end."""
    least = interval[0] if wholly and interval else value
    return Comparison(
        quantity=quantity, value=value, relation="≥", threshold=threshold, unit=unit or None,
        margin=least - threshold, interval=interval, wholly=wholly,
    )  # fmt: skip


def at_most(
    quantity: Bilingual | str,
    value: float,
    threshold: float,
    unit: Bilingual | str,
    interval: tuple[float, float] | None = None,
    *,
    wholly: bool = False,
) -> Comparison:
    """`value ≤ threshold`, with its margin; `wholly`: that of the interval's upper end."""
    most = interval[1] if wholly and interval else value
    return Comparison(
        quantity=quantity, value=value, relation="≤", threshold=threshold, unit=unit or None,
        margin=threshold - most, interval=interval, wholly=wholly,
    )  # fmt: skip


class Finding(Frozen):
    """What a judge says of one part: outcome, the numbers it compared, and why in one sentence.

    `claimed` is what the option says in the terms of `measured`, where both are of one kind.
    """

    outcome: Outcome
    measured: Words
    threshold: Words
    reason: Bilingual
    claimed: Words | None = None
    comparisons: tuple[Comparison, ...] = ()
    also_rests_on: tuple[str, ...] = Field(
        (),
        description="What this outcome rests on beyond what the spec says, such as a given file.",
    )

    @property
    def deciding(self) -> tuple[Comparison, ...]:
        """The comparisons that gave this outcome, and no others; what an open one lacks to hold."""
        wanted = [one for one in self.comparisons if one.speaks_for is Outcome.HOLDS]
        match self.outcome:
            case Outcome.HOLDS:
                return tuple(one for one in wanted if one.met)
            case Outcome.FAILS:
                contrary = [one for one in self.comparisons if one.speaks_for is Outcome.FAILS]
                return tuple(contrary or [one for one in wanted if not one.met])
            case Outcome.UNDETERMINED:
                return tuple(one for one in wanted if not one.met)


Findings = Mapping[str, tuple[Finding, ...]]


class PartVerdict(Frozen):
    """One part of an option, judged. `lacks` names what kept it a rehearsal."""

    claim: str
    basis: Basis
    standing: Standing
    lacks: tuple[str, ...]
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


def joined(texts: Iterable[Bilingual], zh: str = "；", en: str = "; ") -> Bilingual:
    """Several texts as one, each language with its own separator. ValueError: none given."""
    every = list(texts)
    return Bilingual(zh=zh.join(one.zh for one in every), en=en.join(one.en for one in every))


def publisher_zh(source: str) -> str:
    """Who a published source is by, in Chinese: what stands before its first comma."""
    return source.split(",", 1)[0].strip().replace(" et al.", "等人")


def combine_outcomes(outcomes: Iterable[Outcome]) -> Outcome:
    """A failing one fails the whole, else an undetermined one leaves it undetermined, else it holds."""
    found = set(outcomes)
    return next((one for one in (Outcome.FAILS, Outcome.UNDETERMINED) if one in found), Outcome.HOLDS)


def claim_text(claim: Claim) -> str:
    """A claim on one line, such as `groups: [Angry, Neutral], layer: 0`."""

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
    lacks = provenance.lacking((*question.resources_of(part), *finding.also_rests_on))
    return PartVerdict(
        claim=claim_text(part.claim),
        basis=part.basis,
        standing=Standing.REHEARSAL if lacks else Standing.CONCLUSIVE,
        lacks=lacks,
        finding=finding,
        source=part.source,
    )
