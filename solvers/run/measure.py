"""From question to record: measuring what changed, keeping what did not."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from pydantic import ValidationError

from questions.common.errors import QuizproofError, SourceError, StaleEvidenceError
from questions.quiz import AnyQuestion, Bilingual
from solvers.evidence.progress import OnStep
from solvers.evidence.sources import Source
from solvers.evidence.store import Record, RunInputs, Store
from solvers.run.catalog import Pack
from solvers.run.judge import fitting
from solvers.run.pool import ResourcePool
from solvers.run.session import Session
from solvers.run.solver import Solver


@dataclass(frozen=True)
class Progress:
    """Where a run is: which question, what it does, how far (0 … 1)."""

    question: str
    step: str
    fraction: float
    state: Literal["running", "measured", "kept", "failed"]


def run(
    questions: tuple[AnyQuestion, ...],
    pool: ResourcePool,
    store: Store,
    on_progress: Callable[[Progress], None],
) -> Iterator[Record]:
    """Measure every question whose inputs changed; yield each record when it is safely on disk."""
    for question in questions:
        yield _run_one(question, pool.solver_of(question), pool, store, on_progress)


def _run_one(
    question: AnyQuestion,
    solver: Solver[Any],
    pool: ResourcePool,
    store: Store,
    on_progress: Callable[[Progress], None],
) -> Record:
    def on_step(step: str, fraction: float) -> None:
        on_progress(Progress(question.id, step, fraction, "running"))

    try:
        inputs = inputs_of(question, solver, pool)
        kept = _still_good(store, question, inputs, pool.pack)
        if kept is not None:
            store.tidy(question.id)
            on_progress(Progress(question.id, "", 1.0, "kept"))
            return _confirmed(kept, inputs, store)
        on_step("", 0.0)
        record, media = _measure(question, solver, pool, inputs, on_step)
    # The one boundary: whatever goes wrong in a question leaves it open, and the others untouched.
    except (Exception, SystemExit) as error:  # noqa: BLE001
        record, media = Record(question=question.id, failure=_failure(error)), {}
    store.write(record, media)
    on_progress(Progress(question.id, "", 1.0, "failed" if record.failure else "measured"))
    return record


def _still_good(store: Store, question: AnyQuestion, inputs: RunInputs, pack: Pack) -> Record | None:
    """A stored record of these very inputs, if there is one; a record put aside is put back."""
    for read in (store.read, store.read_last_good):
        try:
            record = read(question.id)
            same = record is not None and record.inputs is not None and record.inputs.same_as(inputs)
            if not record or not same or record.failure is not None or not store.has_media(record):
                continue
            fitting(question, record, pack)
        except StaleEvidenceError:  # what cannot be read or does not fit is measured again
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


def hold_to_lock(questions: tuple[AnyQuestion, ...], pool: ResourcePool) -> None:
    """Raise SourceError, a sentence a source, where what would be measured on is not what is locked."""
    found: dict[Source, None] = {}
    for question in questions:
        with suppress(SourceError):  # what is missing is said where it is measured
            found |= dict.fromkeys(pool.sources_of(question, pool.solver_of(question).uses))
    problems = [problem for source in found if (problem := pool.setup.lock.mismatch(source))]
    if problems:
        raise SourceError("\n".join(problems))


def inputs_of(question: AnyQuestion, solver: Solver[Any], pool: ResourcePool) -> RunInputs:
    """All that decides a question's measurements, found without loading a model."""
    return RunInputs(
        solver=question.solver,
        solver_version=solver.version,
        solver_sha256=pool.pack.digest_of(question.solver),
        spec=solver.spec_of(question),
        sources=pool.sources_of(question, solver.uses),
        device=pool.setup.device,
        seed=pool.setup.seed,
    )


def _measure(
    question: AnyQuestion, solver: Solver[Any], pool: ResourcePool, inputs: RunInputs, on_step: OnStep
) -> tuple[Record, Mapping[str, bytes]]:
    from solvers.audio.sound_files import keep

    session = Session(pool, question, on_step)
    started_s = time.monotonic()
    measured = solver.measure(question, session)
    wall_time_s = time.monotonic() - started_s
    kept = [keep(sound, question.id) for sound in measured.sounds]
    record = Record(
        question=question.id,
        inputs=inputs,
        measurements=measured.numbers.model_dump(mode="json"),
        artifacts=tuple(artifact for artifact, _ in kept),
        provenance=session.provenance(
            wall_time_s, inputs.sources, datetime.fromtimestamp(int(time.time()), UTC)
        ),
    )
    return record, {artifact.name: content for artifact, content in kept}


def _failure(error: BaseException) -> Bilingual:
    if isinstance(error, QuizproofError):
        what = str(error)
    elif isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        what = f"out of memory ({type(error).__name__}); end other programs that use it, or give --device cpu"
    elif isinstance(error, ValidationError):
        what = f"a measurement is not a finite number: {error.errors()[0]['msg']}"
    else:
        what = f"{type(error).__name__}: {error}"
    return Bilingual(zh=f"測量失敗，程式訊息：「{what[:3900]}」", en=f"Measuring failed: {what}"[:4000])
