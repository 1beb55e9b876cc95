"""Everything that is wrong in the question files and a key, and what looks wrong, in one go."""

from fractions import Fraction
from pathlib import Path

from pydantic import Field, computed_field

from grader.key.lint import Finding, Severity, warnings
from grader.scores.credit import points_in_words
from questions.common.errors import SpecError
from questions.common.frozen import Frozen
from questions.key import Answers, load_key
from questions.quiz import QuizSpec
from solvers.run import catalog


class Validation(Frozen):
    """What was found. `spec` is None where the problems are such that there is no quiz."""

    spec: QuizSpec | None = Field(exclude=True)
    problems: tuple[str, ...]
    findings: tuple[Finding, ...]

    @computed_field
    @property
    def valid(self) -> bool:
        """Whether papers can be graded."""
        return not self.problems and all(one.severity is not Severity.REFUSED for one in self.findings)

    @property
    def contradicted(self) -> bool:
        """Whether conclusive evidence says otherwise than the key."""
        return any(one.severity is Severity.CONTRADICTED for one in self.findings)

    def complaints(self) -> list[str]:
        """A line a problem or finding."""
        return [*self.problems, *(one.line for one in self.findings)]

    def summary(self) -> str:
        """One line on a quiz that could be read."""
        assert self.spec is not None
        n_options = sum(len(question.options) for question in self.spec.questions)
        outcome = f"{len(self.findings)} to look at" if self.findings else "all in order"
        return (
            f"{len(self.spec.questions)} questions, {n_options} options, "
            f"{points_in_words(Fraction(self.spec.quiz.total))[0]}: {outcome}."
        )


def validate_files(
    quiz: str | None, key: Path | None, evidence: Path, lock: Path | None = None
) -> Validation:
    """Check the quiz and, where one is given, the key; the key also against stored evidence, if there is any.

    Evidence that no longer belongs to the quiz decides nothing. Raises SourceError for an unreadable lock.
    """
    try:
        spec = catalog.load(quiz)
        declared = load_key(key, spec).answers if key else None
    except SpecError as error:
        return Validation(spec=None, problems=tuple(error.problems), findings=())
    found = warnings(spec, {}) if declared is None else findings_on(spec, declared, evidence, lock)
    return Validation(spec=spec, problems=(), findings=found)


def findings_on(
    spec: QuizSpec,
    key: Answers,
    evidence: Path,
    lock: Path | None = None,
) -> tuple[Finding, ...]:
    """What looks wrong in a key, also beside stored evidence. Raises SourceError for an unreadable lock."""
    from grader.key.contradictions import stored_evidence  # which a quiz alone does not need

    return warnings(spec, key, stored_evidence(spec, evidence, lock))
