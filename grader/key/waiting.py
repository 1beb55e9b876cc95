"""The options that neither the evidence nor a ruling decides: what waits for a person."""

from typing import TYPE_CHECKING

from questions.common.frozen import Frozen
from questions.quiz import Bilingual
from solvers.evidence.verdicts import OptionVerdict, Outcome, Standing

if TYPE_CHECKING:
    from grader.key.verification import Verification


class Waiting(Frozen):
    """One option, the points of its question, and why the evidence leaves it open."""

    question: str
    option: str
    points: str
    text: Bilingual
    why: Bilingual


def waiting(verification: "Verification") -> tuple[Waiting, ...]:
    """All of them, those of the questions with the most points first, else in the quiz's order."""
    found = []
    by_points = sorted(verification.spec.questions, key=lambda question: -question.points_exact)
    checks = {check.question: check for check in verification.check.questions}
    for question in by_points:
        for option in checks[question.id].options:
            verdict = verification.evidence[question.id].verdict(option.option)
            if verdict is not None and option.truth is None:
                found.append(
                    Waiting(
                        question=question.id,
                        option=option.option,
                        points=question.points,
                        text=question.option(option.option).text,
                        why=_why(verdict),
                    )
                )
    return tuple(found)


def _why(verdict: OptionVerdict) -> Bilingual:
    """The reason of the first part that is open, or that it is a rehearsal."""
    for part in verdict.parts:
        if part.finding.outcome is Outcome.UNDETERMINED:
            return part.finding.reason
    lacks = ", ".join(sorted({name for part in verdict.parts for name in part.lacks}))
    assert verdict.standing is Standing.REHEARSAL
    return Bilingual(zh=f"只是演練：缺少真正的 {lacks}。", en=f"A rehearsal, without the real {lacks}.")
