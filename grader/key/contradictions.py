"""Where stored evidence refutes a key, option by option, with what was measured."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.key.conflict_words import conflict_words
from grader.key.key_check import Accord, check_question
from grader.key.verification import load_verification
from grader.scores.marking import Marking
from questions.key import Key
from questions.quiz import Bilingual, QuizSpec
from solvers.evidence.store import Store
from solvers.evidence.verdicts import Evidence
from solvers.resources.lock import find_lock


@dataclass(frozen=True)
class Contradiction:
    """An option of which a key says otherwise than conclusive evidence; `words` are a sentence on it."""

    question: str
    option: str
    words: Bilingual

    @property
    def line(self) -> str:
        """As the terminal shows it."""
        return f"{self.question}, option {self.option}: {self.words.en}"

    def to_json(self) -> dict[str, Any]:
        """One JSON object."""
        return {"question": self.question, "option": self.option, "words": self.words.model_dump()}


def stored_evidence(spec: QuizSpec, folder: Path, lock: Path | None = None) -> Mapping[str, Evidence]:
    """The evidence of a folder, judged. What no longer belongs to the quiz decides nothing.

    Raises SourceError for an unreadable lock.
    """
    return load_verification(spec, Store(folder), lock=find_lock(lock), keep_stale=True).evidence


def contradictions(spec: QuizSpec, key: Key, evidence: Mapping[str, Evidence]) -> tuple[Contradiction, ...]:
    """Every option in conclusive conflict with a key, in the quiz's order.

    Of several right answers, options that only some of them have are neither right nor wrong by the key.
    """
    found = []
    for question in spec.questions:
        rights = Marking(key.answers, key.amendments).rights(question)
        declared = frozenset().union(*rights) if rights else None
        silent = declared - frozenset.intersection(*rights) if declared else frozenset()
        for option in check_question(question, evidence[question.id], declared).options:
            verdict = evidence[question.id].verdict(option.option)
            if verdict and option.accord is Accord.CONFLICTS and option.option not in silent:
                found.append(
                    Contradiction(question.id, option.option, conflict_words(option.option, verdict))
                )
    return tuple(found)
