"""What the tiny quiz's own solvers say of it, as if it had been measured."""

from collections.abc import Mapping
from datetime import datetime

from grader.key.rulings import Ruling, evidence_digest
from questions.quiz import AnyQuestion, QuizSpec
from solvers.evidence.sources import Provenance, Source
from solvers.evidence.verdicts import Evidence, assemble
from solvers.run import catalog
from solvers.run.judge import findings_of
from tests.grader.tiny import QUIZ

MEASURED = {"q01_sum": {"total": 5}, "q06_below": {"largest": 3}}
STANDIN = Source(resource="calculator", origin="stand-in", name="an abacus", genuine=False)


def judged(
    question: AnyQuestion, sources: tuple[Source, ...] = (), measured_at: datetime | None = None
) -> Evidence:
    """A question's evidence, on these sources."""
    solver = catalog.pack_of(QUIZ).solver(question.solver)
    numbers = MEASURED[question.solver]
    provenance = Provenance(
        sources=sources, libraries={}, device="cpu", dtype="", seed=0, wall_time_s=0, measured_at=measured_at
    )
    findings = findings_of(solver, question, solver.measurements.model_validate(numbers))
    return assemble(question, findings, provenance, numbers)


def evidence_of(quiz: QuizSpec = QUIZ) -> Mapping[str, Evidence]:
    """Every question's evidence: q01 B, q02 C, q06 ABD and q10 ABDE hold, all of it conclusive."""
    return {question.id: judged(question) for question in quiz.questions}


def ruling(question: str, option: str, evidence: Evidence, *, right: bool, **fields: object) -> Ruling:
    """A ruling of Ann's on this evidence."""
    said = {
        "question": question,
        "option": option,
        "ruling": "correct" if right else "incorrect",
        "reason": "the text says so",
        "by": "Ann",
        "date": "2026-01-09",
        "evidence": evidence_digest(evidence),
    }
    return Ruling.model_validate(said | fields)
