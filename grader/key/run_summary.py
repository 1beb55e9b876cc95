"""What a run came to, written beside its records, so that another run can be held against it later.

A record has the measurements alone: another version judges them otherwise, or cannot read them any more.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from grader.key.key_check import Accord, OptionCheck, QuestionCheck, Status
from grader.key.verification import Verification
from questions.common.errors import QuizproofError
from questions.common.files import read_regular, write_atomic
from questions.common.frozen import Frozen
from questions.common.version import quizproof_version
from questions.key import Key
from questions.quiz import Bilingual, PlainText
from questions.reading.validation_errors import in_short
from solvers.evidence.sources import Sha256, Source
from solvers.evidence.store import Store
from solvers.evidence.verdicts import Comparison, Evidence, Outcome, PartVerdict, Standing

SUMMARY_FILE = "summary.json"
MAX_SUMMARY_BYTES = 16 * 2**20


class ComparisonSummary(Frozen):
    """One number that was held against a bound."""

    quantity: Bilingual
    value: float
    relation: Literal["≤", "≥"]
    threshold: float
    margin: float
    unit: Bilingual | None = None
    speaks_for: Literal[Outcome.HOLDS, Outcome.FAILS] = Outcome.HOLDS


class PartSummary(Frozen):
    """One part of an option."""

    claim: PlainText
    outcome: Outcome
    standing: Standing
    comparisons: tuple[ComparisonSummary, ...] = ()


class OptionSummary(Frozen):
    """One option: what the evidence says, and whether the key agrees. Without a verdict it has no parts."""

    option: PlainText
    outcome: Outcome | None
    standing: Standing | None
    accord: Accord
    ruled: bool | None = None
    parts: tuple[PartSummary, ...] = ()


class SourceSummary(Frozen):
    """What was measured on."""

    resource: PlainText
    origin: PlainText
    name: PlainText
    revision: PlainText | None = None
    sha256: Sha256 | None = None
    genuine: bool


class QuestionSummary(Frozen):
    """One question. `sounds` are the digests of the samples that were kept, by name."""

    question: PlainText
    status: Status
    derived: tuple[PlainText, ...] | None
    failure: Bilingual | None = None
    options: tuple[OptionSummary, ...]
    sources: tuple[SourceSummary, ...] = ()
    libraries: Mapping[PlainText, PlainText] = {}
    sounds: Mapping[PlainText, Sha256] = {}


class KeySummary(Frozen):
    """The declared key: the name of its file, what it says, and the digest of that with its amendments."""

    name: str
    sha256: Sha256
    answers: Mapping[PlainText, tuple[PlainText, ...] | None]


class RunSummary(Frozen):
    """All of a run that another can differ in."""

    version: Literal[1]
    quizproof: PlainText
    quiz: Bilingual
    key: KeySummary | None
    questions: Annotated[tuple[QuestionSummary, ...], Field(min_length=1)]

    def question(self, question_id: str) -> QuestionSummary | None:
        """The question with this id, if there is one."""
        return next((one for one in self.questions if one.question == question_id), None)


def summary_of(verification: Verification) -> RunSummary:
    """What a run came to; the same evidence, key and rulings give the same."""
    return RunSummary(
        version=1,
        quizproof=quizproof_version(),
        quiz=verification.spec.quiz.title,
        key=_key(verification.key) if verification.key else None,
        questions=tuple(
            _question(check, verification.evidence[check.question]) for check in verification.check.questions
        ),
    )


def write_summary(verification: Verification, store: Store) -> None:
    """Write a run's summary into its folder, whole or not at all."""
    content = summary_of(verification).model_dump_json(indent=1, exclude_defaults=True)
    write_atomic(store.folder / SUMMARY_FILE, f"{content}\n".encode())


def drop_summary(store: Store) -> None:
    """Take a folder's summary away before its records change, so that a run that is killed has no other's."""
    (store.folder / SUMMARY_FILE).unlink(missing_ok=True)


def read_summary(folder: Path) -> RunSummary | None:
    """The summary of a run's folder; None where there is none. Raises QuizproofError for one that is none."""
    path = folder / SUMMARY_FILE
    if not path.exists():
        return None
    renew = f"run 'quizproof report --out {folder}' to write it anew."
    try:
        content = read_regular(path, MAX_SUMMARY_BYTES)
    except OSError as error:
        raise QuizproofError(f"{path}: cannot be read ({error.strerror}); {renew}") from error
    if content is None:
        raise QuizproofError(f"{path}: over {MAX_SUMMARY_BYTES:,} bytes, so no summary of ours; {renew}")
    try:
        return RunSummary.model_validate_json(content)
    except ValidationError as error:
        raise QuizproofError(
            f"{path}: is no summary that can be read ({in_short(error)}); {renew}"
        ) from error


def _key(key: Key) -> KeySummary:
    answers = {id_: None if one is None else tuple(sorted(one)) for id_, one in key.answers.items()}
    return KeySummary(name=key.name, sha256=key.digest, answers=answers)


def _question(check: QuestionCheck, evidence: Evidence) -> QuestionSummary:
    provenance = evidence.provenance
    return QuestionSummary(
        question=check.question,
        status=check.status,
        derived=check.derived,
        failure=evidence.failure,
        options=tuple(_option(one, evidence) for one in check.options),
        sources=tuple(map(_source, provenance.sources)) if provenance else (),
        libraries=dict(sorted(provenance.libraries.items())) if provenance else {},
        sounds={one.name: one.sha256 for one in sorted(evidence.artifacts, key=lambda one: one.name)},
    )


def _option(check: OptionCheck, evidence: Evidence) -> OptionSummary:
    verdict = evidence.verdict(check.option)
    return OptionSummary(
        option=check.option,
        outcome=check.outcome,
        standing=check.standing,
        accord=check.accord,
        ruled=check.ruled,
        parts=tuple(map(_part, verdict.parts)) if verdict else (),
    )


def _part(part: PartVerdict) -> PartSummary:
    return PartSummary(
        claim=part.claim,
        outcome=part.finding.outcome,
        standing=part.standing,
        comparisons=tuple(map(_comparison, part.finding.comparisons)),
    )


def _comparison(one: Comparison) -> ComparisonSummary:
    names = ComparisonSummary.model_fields
    return ComparisonSummary(**{name: value for name, value in dict(one).items() if name in names})


def _source(source: Source) -> SourceSummary:
    names = SourceSummary.model_fields
    return SourceSummary(**{name: value for name, value in dict(source).items() if name in names})
