"""What stored evidence and rulings tell students, for the commands that tell them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from grader.key.contradictions import stored_evidence
from grader.key.rulings import find_rulings
from grader.key.why import NO_REASONS, Reasons, reasons_of
from solvers.evidence.store import Store
from solvers.run import catalog

if TYPE_CHECKING:
    from reports.details import Details

# A class has a page for each student, each with its own sounds in it.
MAX_STUDENT_BYTES = 2**20
# What there is once for a whole course.
MAX_COURSE_BYTES = 16 * 2**20


@dataclass(frozen=True)
class Told:
    """Why each option is right or wrong, and figures and sounds by question where they were asked for."""

    reasons: Reasons
    details: "Mapping[str, Details]" = field(default_factory=dict)


NOTHING_TOLD = Told(NO_REASONS)


def stored_reasons(
    quiz: str | None, evidence: Path, rulings: Path | None, *, max_bytes: int | None = None
) -> Told:
    """What is stored; nothing where nothing is. Details have so many bytes of sounds, if any are asked for.

    Raises QuizproofError for a quiz or a file that cannot be read, and for what cannot be drawn.
    """
    from reports.student_details import student_details

    spec = catalog.load(quiz)
    stored = stored_evidence(spec, evidence)
    reasons = reasons_of(spec, stored, find_rulings(rulings, spec))
    if max_bytes is None:
        return Told(reasons)
    details = student_details(spec, stored, Store(evidence), max_bytes)
    own = {question: one.own for question, one in details.items()}
    return Told(reasons.model_copy(update={"own": own}), details)
