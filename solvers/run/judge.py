"""From stored measurements to evidence, with no model: pure and instant."""

from typing import Any

from pydantic import ValidationError

from questions.common.errors import LockMismatchError, QuizproofError, StaleEvidenceError
from questions.quiz import AnyQuestion, Basis, Bilingual, Option
from questions.reading.validation_errors import in_short
from solvers.evidence.sources import Provenance
from solvers.evidence.store import Record
from solvers.evidence.verdicts import Evidence, Finding, Findings, Outcome, assemble, combine_outcomes, joined
from solvers.resources.genuine import derived
from solvers.resources.lock import Lock
from solvers.run.catalog import Pack
from solvers.run.solver import Solver

MAX_REASON_CHARS = 300
NOT_MEASURED = Bilingual(zh="尚未測量。", en="Not measured yet.")
FOLLOWS = {
    Outcome.HOLDS: Bilingual(
        zh="前提成立，此說隨之成立。", en="The premise holds, and with it what follows from it."
    ),
    Outcome.FAILS: Bilingual(
        zh="前提不成立，推論也就沒有依據。", en="The premise fails, and with it what follows from it."
    ),
    Outcome.UNDETERMINED: Bilingual(
        zh="前提未定，推論也未定。", en="The premise is open, and so is what follows from it."
    ),
}


def judge_record(
    question: AnyQuestion, record: Record | None, pack: Pack, lock: Lock | None = None
) -> Evidence:
    """Judge stored measurements. What cannot be judged is evidence with a failure, a bug in the judge too.

    What is genuine is derived anew, by the `lock` too, whatever the record says.
    Raises StaleEvidenceError as `fitting`.
    """
    if record is None:
        return Evidence(question=question.id, failure=NOT_MEASURED)
    if record.failure is not None:
        return Evidence(question=question.id, failure=record.failure)
    measurements, measured_on = fitting(question, record, pack)
    provenance = derived(measured_on, lock or Lock(), pack.known_resource)
    # The boundary of judging: a bug in one solver's judge leaves the other questions untouched.
    try:
        findings = findings_of(pack.solver(question.solver), question, measurements)
        return assemble(question, findings, provenance, record.measurements or {}, record.artifacts)
    except QuizproofError as error:
        raise _unfit(question, error) from error
    except Exception as error:  # noqa: BLE001
        return Evidence(question=question.id, failure=_bug(question, error))


def fitting(question: AnyQuestion, record: Record, pack: Pack) -> tuple[Any, Provenance]:
    """A record's measurements as its solver's own type, and what they were measured on.

    Raises StaleEvidenceError when they belong to another spec or solver, or are none of its.
    """
    solver = pack.solver(question.solver)
    if record.inputs is None or record.measurements is None or record.provenance is None:
        raise StaleEvidenceError(f"{question.id}: the record is incomplete; {_renew(question)}.")
    if record.inputs.solver != question.solver:
        raise StaleEvidenceError(
            f"{question.id}: measured by the solver {record.inputs.solver}, and the question now names "
            f"{question.solver}; {_renew(question)}."
        )
    if record.inputs.solver_version != solver.version:
        raise StaleEvidenceError(
            f"{question.id}: measured by version {record.inputs.solver_version} of its solver, "
            f"now {solver.version}; {_renew(question)}."
        )
    if record.inputs.solver_sha256 != pack.digest_of(question.solver):
        raise StaleEvidenceError(
            f"{question.id}: the solver {question.solver} has been rewritten since; {_renew(question)}."
        )
    if record.inputs.spec != solver.spec_of(question):
        raise StaleEvidenceError(
            f"{question.id}: what measuring reads from the question has changed since; {_renew(question)}."
        )
    try:
        return solver.measurements.model_validate(record.measurements), record.provenance
    except ValidationError as error:
        raise _unfit(question, error) from error


def findings_of(solver: Solver[Any], question: AnyQuestion, measurements: Any) -> Findings:
    """A finding for every part of every option, each part judged apart unless the solver sees all at once."""
    if solver.judge_together is not None:
        return solver.judge_together(question, measurements)
    return {option.id: _judged(solver, option, measurements) for option in question.options}


def _judged(solver: Solver[Any], option: Option[Any], measurements: Any) -> tuple[Finding, ...]:
    """Entailed parts follow from the option's measured, documented and constructed ones, its premises."""
    assert solver.judge is not None
    found = {
        index: solver.judge(part, measurements)
        for index, part in enumerate(option.parts)
        if part.basis is not Basis.ENTAILED
    }
    premises = [found[index] for index in found if option.parts[index].basis is not Basis.JUDGEMENT]
    return tuple(
        found[index] if index in found else _entailed(premises) for index in range(len(option.parts))
    )


def _entailed(premises: list[Finding]) -> Finding:
    """Hedged so weakly ("may be hard") that its premise, the option's other parts, carries it."""
    if not premises:
        return Finding(
            outcome=Outcome.UNDETERMINED,
            measured="–",
            threshold=Bilingual(zh="此選項自己的前提", en="the option's own premise"),
            reason=Bilingual(
                zh="這個選項沒有可以依據的前提。", en="The option has no other part to follow from."
            ),
        )
    outcome = combine_outcomes([premise.outcome for premise in premises])
    return Finding(
        outcome=outcome,
        measured=joined(premise.measured for premise in premises),
        threshold=Bilingual(zh="由此選項自己的前提推得", en="follows from the option's own premise"),
        reason=FOLLOWS[outcome],
    )


def check_sources(record: Record, pack: Pack, lock: Lock | None = None) -> None:
    """Hold what was measured on against what ships today and what is locked.

    Raises StaleEvidenceError, and LockMismatchError where it is the lock that says otherwise. Weights and
    audio that the user brought are not looked for: their digests stand in the record.
    """
    for source in record.inputs.sources if record.inputs else ():
        resource = pack.known_resource(source.resource)
        shipped = resource.shipped_digests(source) if resource else None
        if shipped is not None and source.sha256 not in shipped:
            raise StaleEvidenceError(
                f"{record.question}: measured on another {source.name} than the one that ships; "
                f"run 'quizproof verify {record.question}' to measure again."
            )
    used = record.provenance.sources if record.provenance else ()
    if problems := [problem for source in used if lock and (problem := lock.mismatch(source))]:
        raise LockMismatchError("\n".join(f"{record.question}: measured on {one}" for one in problems))


def _unfit(question: AnyQuestion, error: Exception) -> StaleEvidenceError:
    return StaleEvidenceError(
        f"{question.id}: what is stored does not fit its solver ({_what(error)}); {_renew(question)}."
    )


def _bug(question: AnyQuestion, error: Exception) -> Bilingual:
    """The solver is at fault and not what is stored; measuring again would give the same."""
    what, record = _what(error), f"evidence/{question.id}.json"
    return Bilingual(
        zh=f"{question.id}：solver {question.solver} 判讀自己的測量結果時出錯（{what}）；"
        f"這是 solver 的程式錯誤，與所存的證據無關：請附上 {record} 回報。",
        en=f"{question.id}: the solver {question.solver} failed while judging its own measurements ({what}); "
        f"that is a bug in the solver and no fault of what is stored: report it, with {record}.",
    )


def _what(error: Exception) -> str:
    """What went wrong, on one line."""
    if isinstance(error, ValidationError):
        return in_short(error)
    return " ".join(f"{type(error).__name__}: {error}".split())[:MAX_REASON_CHARS].rstrip(":")


def _renew(question: AnyQuestion) -> str:
    return f"run 'quizproof verify {question.id}' to measure again"
