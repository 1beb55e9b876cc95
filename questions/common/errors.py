"""Every error a user can meet: one sentence or a list of them, printed with no traceback."""


class QuizproofError(Exception):
    """A user's mistake or a missing thing: says where, what was found and how to mend it."""


class SpecError(QuizproofError):
    """Questions or key that do not hold together; carries every problem of every file at once."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class SourceError(QuizproofError):
    """Weights or audio that cannot be had or cannot be trusted."""


class UnreachableError(SourceError):
    """Weights that are not at hand and whose host cannot be reached from here."""


class SubmissionError(QuizproofError):
    """A paper or a class file that cannot be graded as it stands; carries every problem of it at once."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class StaleEvidenceError(QuizproofError):
    """Stored measurements that no longer belong to the questions, weights or audio at hand."""


class LockMismatchError(StaleEvidenceError):
    """Stored measurements that were taken on something else than what is locked."""
