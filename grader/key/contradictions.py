"""Where stored evidence refutes a key, option by option, with what was measured."""

from collections.abc import Mapping
from pathlib import Path

from grader.key.conflict_words import conflict_words
from grader.key.key_check import Accord, check_question
from grader.key.rulings import NO_RULINGS, Rulings
from grader.key.verification import load_verification
from grader.scores.marking import Marking
from questions.common.frozen import Frozen
from questions.key import Key
from questions.quiz import Bilingual, QuizSpec
from solvers.evidence.store import Store
from solvers.evidence.verdicts import Evidence
from solvers.resources.lock import find_lock


class Contradiction(Frozen):
    """An option of which a key says otherwise than conclusive evidence; `words` are a sentence on it."""

    question: str
    option: str
    words: Bilingual

    @property
    def line(self) -> str:
        """As the terminal shows it."""
        return f"{self.question}, option {self.option}: {self.words.en}"


def stored_evidence(spec: QuizSpec, folder: Path, lock: Path | None = None) -> Mapping[str, Evidence]:
    """The evidence of a folder, judged. What no longer belongs to the quiz decides nothing.

    Raises SourceError for an unreadable lock.
    """
    return load_verification(spec, Store(folder), lock=find_lock(lock), keep_stale=True).evidence


def contradictions(
    spec: QuizSpec, key: Key, evidence: Mapping[str, Evidence], rulings: Rulings = NO_RULINGS
) -> tuple[Contradiction, ...]:
    """Every option in conclusive conflict with a key, but for what a person ruled, in the quiz's order.

    Of several right answers, options that only some of them have are neither right nor wrong by the key.
    """
    found = []
    for question in spec.questions:
        rights = Marking(key.answers, key.amendments).rights(question)
        declared = frozenset().union(*rights) if rights else None
        silent = declared - frozenset.intersection(*rights) if declared else frozenset()
        check = check_question(question, evidence[question.id], declared, rulings=rulings.on(question.id))
        for option in check.options:
            verdict = evidence[question.id].verdict(option.option)
            by_evidence = option.accord is Accord.CONFLICTS and option.ruled is None
            if verdict and by_evidence and option.option not in silent:
                words = conflict_words(option.option, verdict)
                found.append(Contradiction(question=question.id, option=option.option, words=words))
    return tuple(found)
