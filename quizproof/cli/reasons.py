"""The reasons that stored evidence and rulings give to students, for the commands that tell them."""

from pathlib import Path

from grader.key.contradictions import stored_evidence
from grader.key.rulings import find_rulings
from grader.key.why import Reasons, reasons_of
from solvers.run import catalog


def stored_reasons(quiz: str | None, evidence: Path, rulings: Path | None) -> Reasons:
    """None where no evidence is stored. Raises QuizproofError for a quiz or a file that cannot be read."""
    spec = catalog.load(quiz)
    return reasons_of(spec, stored_evidence(spec, evidence), find_rulings(rulings, spec))
