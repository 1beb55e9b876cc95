"""Tries one question: measured and judged in memory, as a quiz's own tests want it."""

from pathlib import Path

from solvers.evidence.verdicts import Outcome, assemble
from solvers.resources.resource import Setup
from solvers.run import catalog
from solvers.run.judge import findings_of
from solvers.run.pool import ResourcePool
from solvers.run.session import Session


def outcomes(quiz: str | Path, question_id: str, setup: Setup | None = None) -> dict[str, Outcome]:
    """The outcome of every option. Raises SpecError, SourceError, and KeyError for no such question."""
    spec = catalog.load(quiz)
    question = spec.question(question_id)
    pool = ResourcePool(setup or Setup(), catalog.pack_of(spec))
    solver = pool.solver_of(question)
    session = Session(pool, question, lambda *_: None)
    numbers = solver.measure(question, session).numbers
    findings = findings_of(solver, question, numbers)
    evidence = assemble(question, findings, session.provenance(0.0), numbers.model_dump(mode="json"))
    return {verdict.option: verdict.outcome for verdict in evidence.verdicts}
