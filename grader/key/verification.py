"""What the commands share: the quiz, the key, stored evidence, and both held against each other."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.key.key_check import KeyCheck, check_key
from grader.scores.own_paper import Knowledge, Truth
from questions.common.errors import LockMismatchError, QuizproofError, StaleEvidenceError
from questions.common.messages import did_you_mean, plain_path, show
from questions.key import Key, load_key
from questions.load import load_quiz
from questions.quiz import AnyQuestion, Bilingual, QuizSpec
from solvers.evidence.store import Store
from solvers.evidence.verdicts import Evidence, Outcome, Standing
from solvers.hw10.standin.truth import planted_options
from solvers.resources.lock import Lock, find_lock
from solvers.run.measure import check_sources, judge_record


@dataclass(frozen=True)
class Proof:
    """A quiz with its evidence and, where one was declared, its key."""

    spec: QuizSpec
    evidence: Mapping[str, Evidence]
    key: Key | None
    key_name: str

    @property
    def check(self) -> KeyCheck:
        """The key held against the evidence."""
        planted = {
            question.id: options
            for question in self.spec.questions
            if (options := planted_options(question, self.evidence[question.id].provenance)) is not None
        }
        return check_key(self.spec, self.evidence, self.key.answers if self.key else {}, planted)


def load_proof(
    spec: QuizSpec,
    store: Store,
    key_path: Path | None,
    failures: Mapping[str, Evidence] | None = None,
    lock_path: Path | None = None,
) -> Proof:
    """Judge all that is stored, by the lock given or the current folder's. `failures` replace what they name.

    Measurements that no longer belong are evidence that says so, and the other questions go on. Raises
    LockMismatchError, naming every question at once, for what was measured on something else than what is
    locked, and SourceError for a lock that cannot be read.
    """
    key = load_key(key_path, spec) if key_path else None
    lock = find_lock(lock_path)
    evidence: dict[str, Evidence] = dict(failures or {})
    unlocked: list[str] = []
    for question in spec.questions:
        if question.id in evidence:
            continue
        try:
            evidence[question.id] = _judge_stored(question, store, lock)
        except LockMismatchError as error:
            unlocked.append(str(error))
        except StaleEvidenceError as error:
            evidence[question.id] = _stale(question, error)
    if unlocked:
        raise LockMismatchError("\n".join(unlocked))
    return Proof(spec, evidence, key, plain_path(Path(key_path.name)) if key_path else "")


def stale_as_failures(spec: QuizSpec, store: Store, lock: Lock) -> dict[str, Evidence]:
    """Questions whose stored measurements no longer belong, as evidence that says so.

    For a run of some questions, whose report shows the others as they are.
    """
    failures: dict[str, Evidence] = {}
    for question in spec.questions:
        try:
            _judge_stored(question, store, lock)
        except StaleEvidenceError as error:
            failures[question.id] = _stale(question, error)
    return failures


def _stale(question: AnyQuestion, error: StaleEvidenceError) -> Evidence:
    reason = str(error)
    return Evidence(question=question.id, failure=Bilingual(zh=reason, en=reason))


def _judge_stored(question: AnyQuestion, store: Store, lock: Lock) -> Evidence:
    record = store.read(question.id)
    if record is not None:
        check_sources(record, lock)
    return judge_record(question, record, lock)


def selected(spec: QuizSpec, question_ids: Iterable[str]) -> tuple[AnyQuestion, ...]:
    """The questions named, in the quiz's order; all of them if none is. Raises QuizproofError."""
    known = {question.id for question in spec.questions}
    wanted = list(question_ids)
    unknown = [name for name in wanted if name not in known]
    if unknown:
        allowed = ", ".join(sorted(known))
        raise QuizproofError(
            "\n".join(
                f"no question {show(name)}; allowed: {allowed}{did_you_mean(name, known)}" for name in unknown
            )
        )
    return tuple(question for question in spec.questions if not wanted or question.id in wanted)


def load_spec(folder: Path | None) -> QuizSpec:
    """The quiz of a folder, or the one that ships."""
    return load_quiz(folder) if folder else load_quiz()


def key_from_evidence(proof: Proof) -> dict[str, frozenset[str] | None]:
    """The derived key: conclusive verdicts only; None where they do not decide a question."""
    return {
        check.question: frozenset(check.derived) if check.derived else None for check in proof.check.questions
    }


def chosen_key(
    spec: QuizSpec, key: Path | None, evidence: Path, *, from_evidence: bool
) -> dict[str, frozenset[str] | None]:
    """The declared key, or the one that conclusive evidence gives. Raises QuizproofError for both or none."""
    if (key is None) == (not from_evidence):
        raise QuizproofError("Give either --key FILE or --key-from-evidence.")
    if key is not None:
        return dict(load_key(key, spec).answers)
    return key_from_evidence(load_proof(spec, Store(evidence), None))


def knowledge_from_key(spec: QuizSpec, key: Key) -> dict[str, Knowledge]:
    """What a declared key says of every option."""
    return {
        question.id: Knowledge.from_key(question, key.answers[question.id]) for question in spec.questions
    }


def knowledge_from_evidence(proof: Proof) -> dict[str, Knowledge]:
    """What conclusive verdicts say of every option; a full key only where they decide the question."""
    derived = key_from_evidence(proof)
    return {
        question.id: Knowledge(
            {id_: _truth(proof.evidence[question.id], id_) for id_ in question.option_ids},
            derived[question.id],
        )
        for question in proof.spec.questions
    }


def _truth(evidence: Evidence, option: str) -> Truth:
    verdict = evidence.verdict(option)
    if verdict is None or verdict.standing is not Standing.CONCLUSIVE:
        return Truth.UNDECIDED
    known = {Outcome.HOLDS: Truth.RIGHT, Outcome.FAILS: Truth.WRONG, Outcome.UNDETERMINED: Truth.UNDECIDED}
    return known[verdict.outcome]
