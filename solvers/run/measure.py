"""From question to record to evidence: measuring what changed, judging again at once."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from pydantic import ValidationError

from questions.common.errors import LockMismatchError, QuizproofError, SourceError, StaleEvidenceError
from questions.quiz import AnyQuestion, Bilingual
from solvers.evidence.store import Record, RunInputs, Store
from solvers.evidence.verdicts import Evidence, Source, assemble
from solvers.resources.genuine import derived
from solvers.resources.lock import Lock
from solvers.resources.weights import shipped_digests
from solvers.run.catalog import Solver, solver_of
from solvers.run.pool import Workshop
from solvers.run.session import Bench, OnStep

NO_SOLVER = Bilingual(
    zh="這一題還沒有 solver，因此沒有任何選項被驗證。",
    en="There is no solver for this question yet, so none of its options is verified.",
)
MAX_REASON_CHARS = 300
NOT_MEASURED = Bilingual(zh="尚未測量。", en="Not measured yet.")


@dataclass(frozen=True)
class Progress:
    """Where a run is: which question, what it does, how far (0 … 1)."""

    question: str
    step: str
    fraction: float
    state: Literal["running", "measured", "kept", "failed", "no solver"]


def run(
    questions: tuple[AnyQuestion, ...],
    workshop: Workshop,
    store: Store,
    on_progress: Callable[[Progress], None],
) -> Iterator[Record]:
    """Measure every question whose inputs changed; yield each record when it is safely on disk."""
    for question in questions:
        solver = solver_of(question.id)
        if solver is None:
            on_progress(Progress(question.id, "", 1.0, "no solver"))
            continue
        yield _run_one(question, solver, workshop, store, on_progress)


def _run_one(
    question: AnyQuestion,
    solver: Solver,
    workshop: Workshop,
    store: Store,
    on_progress: Callable[[Progress], None],
) -> Record:
    def on_step(step: str, fraction: float) -> None:
        on_progress(Progress(question.id, step, fraction, "running"))

    try:
        inputs = inputs_of(question, solver, workshop)
        kept = _still_good(store, question, inputs)
        if kept is not None:
            store.tidy(question.id)
            on_progress(Progress(question.id, "", 1.0, "kept"))
            return _confirmed(kept, inputs, store)
        on_step("", 0.0)
        record, media = _measure(question, solver, workshop, inputs, on_step)
    # The one boundary: whatever goes wrong in a question leaves it unverified, and the others untouched.
    except Exception as error:  # noqa: BLE001
        record, media = Record(question=question.id, failure=_failure(error)), {}
    store.write(record, media)
    on_progress(Progress(question.id, "", 1.0, "failed" if record.failure else "measured"))
    return record


def _still_good(store: Store, question: AnyQuestion, inputs: RunInputs) -> Record | None:
    """A stored record of these very inputs, if there is one; a record put aside is put back."""
    for read in (store.read, store.read_last_good):
        try:
            record = read(question.id)
            same = record is not None and record.inputs is not None and record.inputs.same_as(inputs)
            if not record or not same or record.failure is not None or not store.has_media(record):
                continue
            judge_record(question, record)
        except StaleEvidenceError:  # what cannot be read or judged is measured again
            continue
        if read == store.read_last_good:
            store.restore(record)
        return record
    return None


def _confirmed(record: Record, inputs: RunInputs, store: Store) -> Record:
    """The record, with what the hub says now of bytes that it could not be asked about then."""
    assert record.inputs is not None
    assert record.provenance is not None
    genuine = {source.identity: source for source in inputs.sources if source.genuine}

    def confirmed(sources: tuple[Source, ...]) -> tuple[Source, ...]:
        return tuple(source if source.genuine else genuine.get(source.identity, source) for source in sources)

    known = record.model_copy(
        update={
            "inputs": record.inputs.model_copy(update={"sources": confirmed(record.inputs.sources)}),
            "provenance": record.provenance.model_copy(
                update={"sources": confirmed(record.provenance.sources)}
            ),
        }
    )
    if known != record:
        store.amend(known)
    return known


def hold_to_lock(questions: tuple[AnyQuestion, ...], workshop: Workshop) -> None:
    """Raise SourceError, a sentence a source, where what would be measured on is not what is locked."""
    found: dict[Source, None] = {}
    for question in questions:
        if solver := solver_of(question.id):
            with suppress(SourceError):  # what is missing is said where it is measured
                found |= dict.fromkeys(workshop.sources_of(question, solver.USES))
    problems = [problem for source in found if (problem := workshop.setup.lock.mismatch(source))]
    if problems:
        raise SourceError("\n".join(problems))


def inputs_of(question: AnyQuestion, solver: Solver, workshop: Workshop) -> RunInputs:
    """All that decides a question's measurements, found without loading a model."""
    return RunInputs(
        solver_version=solver.VERSION,
        spec=solver.spec_read(question),
        sources=workshop.sources_of(question, solver.USES),
        device=workshop.setup.device,
        seed=workshop.setup.seed,
    )


def _measure(
    question: AnyQuestion, solver: Solver, workshop: Workshop, inputs: RunInputs, on_step: OnStep
) -> tuple[Record, Mapping[str, bytes]]:
    from solvers.audio.sound_files import keep

    bench = Bench(workshop, question, on_step)
    started_s = time.monotonic()
    measured = solver.measure(question, bench)
    wall_time_s = time.monotonic() - started_s
    kept = [keep(sound, question.id) for sound in measured.sounds]
    record = Record(
        question=question.id,
        inputs=inputs,
        measurements=measured.numbers.model_dump(mode="json"),
        artifacts=tuple(artifact for artifact, _ in kept),
        provenance=bench.provenance(wall_time_s, inputs.sources),
    )
    return record, {artifact.name: content for artifact, content in kept}


def _in_short(error: Exception) -> str:
    """What went wrong, on one line."""
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{'.'.join(map(str, first['loc'])) or 'the document'}: {first['msg']}"
    return " ".join(f"{type(error).__name__}: {error}".split())[:MAX_REASON_CHARS].rstrip(":")


def _failure(error: Exception) -> Bilingual:
    if isinstance(error, QuizproofError):
        what = str(error)
    elif isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        what = f"out of memory ({type(error).__name__}); end other programs that use it, or give --device cpu"
    elif isinstance(error, ValidationError):
        what = f"a measurement is not a finite number: {error.errors()[0]['msg']}"
    else:
        what = f"{type(error).__name__}: {error}"
    return Bilingual(zh=f"測量失敗：{what}"[:4000], en=f"Measuring failed: {what}"[:4000])


def judge_record(question: AnyQuestion, record: Record | None, lock: Lock | None = None) -> Evidence:
    """Judge stored measurements, with no model. What cannot be judged is evidence with a failure.

    What is genuine is derived anew, by the `lock` too, whatever the record says.
    Raises StaleEvidenceError when the measurements belong to another spec or solver, or are none of its.
    """
    solver = solver_of(question.id)
    if solver is None:
        return Evidence(question=question.id, failure=NO_SOLVER)
    if record is None:
        return Evidence(question=question.id, failure=NOT_MEASURED)
    if record.failure is not None:
        return Evidence(question=question.id, failure=record.failure)
    if record.inputs is None or record.measurements is None or record.provenance is None:
        raise StaleEvidenceError(f"{question.id}: the record is incomplete; {_renew(question)}.")
    if record.inputs.solver_version != solver.VERSION:
        raise StaleEvidenceError(
            f"{question.id}: measured by version {record.inputs.solver_version} of its solver, "
            f"now {solver.VERSION}; {_renew(question)}."
        )
    if record.inputs.spec != solver.spec_read(question):
        raise StaleEvidenceError(
            f"{question.id}: what measuring reads from the question has changed since; {_renew(question)}."
        )
    provenance = derived(record.provenance, lock or Lock())
    # The boundary of judging: numbers of the right kind that no measuring gives may break any judge.
    try:
        measurements = solver.Measurements.model_validate(record.measurements)
        findings = solver.judge(question, measurements)
        return assemble(question, findings, provenance, record.measurements, record.artifacts)
    except Exception as error:
        raise StaleEvidenceError(
            f"{question.id}: what is stored does not fit its solver ({_in_short(error)}); {_renew(question)}."
        ) from error


def check_sources(record: Record, lock: Lock | None = None) -> None:
    """Hold what was measured on against what ships today and what is locked.

    Raises StaleEvidenceError, and LockMismatchError where it is the lock that says otherwise. Weights and
    audio that the user brought are not looked for: their digests stand in the record.
    """
    for source in record.inputs.sources if record.inputs else ():
        shipped = shipped_digests(source)
        if shipped is not None and source.sha256 not in shipped:
            raise StaleEvidenceError(
                f"{record.question}: measured on another {source.name} than the one that ships; "
                f"run 'quizproof verify {record.question}' to measure again."
            )
    used = record.provenance.sources if record.provenance else ()
    if problems := [problem for source in used if lock and (problem := lock.mismatch(source))]:
        raise LockMismatchError("\n".join(f"{record.question}: measured on {one}" for one in problems))


def _renew(question: AnyQuestion) -> str:
    return f"run 'quizproof verify {question.id}' to measure again"
