"""What the commands share: the quiz, the key, stored evidence, and both held against each other."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from grader.key.key_check import KeyCheck, Titles, check_key, decided_key
from grader.key.rulings import NO_RULINGS, Rulings
from grader.papers.paper import Paper
from grader.scores.marking import Marking
from grader.scores.own_paper import Knowledge, Truth
from questions.common.errors import LockMismatchError, QuizproofError, StaleEvidenceError
from questions.common.messages import did_you_mean, show
from questions.key import Answers, Key, load_key
from questions.quiz import AnyQuestion, Bilingual, QuizSpec
from solvers.evidence.store import Store
from solvers.evidence.verdicts import Evidence
from solvers.resources.lock import Lock, find_lock
from solvers.run import catalog
from solvers.run.catalog import Pack
from solvers.run.judge import check_sources, judge_record
from solvers.run.planted import planted_options


@dataclass(frozen=True)
class Verification:
    """A quiz with its evidence and, where one was declared, its key."""

    spec: QuizSpec
    evidence: Mapping[str, Evidence]
    key: Key | None
    rulings: Rulings = NO_RULINGS

    @property
    def pack(self) -> Pack:
        """The quiz's modules."""
        return catalog.pack_of(self.spec)

    @cached_property
    def check(self) -> KeyCheck:
        """The key held against the evidence."""
        planted = {
            question.id: options
            for question in self.spec.questions
            if (options := planted_options(question, self.evidence[question.id].provenance, self.pack))
            is not None
        }
        declared = self.key.answers if self.key else {}
        return check_key(self.spec, self.evidence, declared, planted, self.titles, self.rulings)

    @property
    def titles(self) -> Titles:
        """What a verdict can rest on, in words by its name."""
        return {name: self.pack.resource(name).title for name in self.pack.resource_names}


def load_verification(
    spec: QuizSpec,
    store: Store,
    key: Key | None = None,
    lock: Lock | None = None,
    *,
    keep_stale: bool = False,
    rulings: Rulings = NO_RULINGS,
) -> Verification:
    """Judge all that is stored, by the lock given or the current folder's.

    Measurements that no longer belong are evidence that says so, and the other questions go on. What was
    measured on something else than what is locked raises LockMismatchError, naming every question at once,
    or with `keep_stale` is such evidence too. Raises SourceError for a lock that cannot be read.
    """
    pack = catalog.pack_of(spec)
    lock = find_lock(None) if lock is None else lock
    evidence: dict[str, Evidence] = {}
    unlocked: list[str] = []
    for question in spec.questions:
        try:
            evidence[question.id] = _judge_stored(question, pack, store, lock)
        except StaleEvidenceError as error:
            reason = str(error)
            failure = Bilingual(zh=f"存檔的證據不能用，請重新測量；程式訊息：「{reason}」", en=reason)
            evidence[question.id] = Evidence(question=question.id, failure=failure)
            if isinstance(error, LockMismatchError):
                unlocked.append(reason)
    if unlocked and not keep_stale:
        raise LockMismatchError("\n".join(unlocked))
    return Verification(spec, evidence, key, rulings)


def _judge_stored(question: AnyQuestion, pack: Pack, store: Store, lock: Lock) -> Evidence:
    record = store.read(question.id)
    if record is not None:
        check_sources(record, pack, lock)
    return judge_record(question, record, pack, lock)


def selected(spec: QuizSpec, question_ids: Iterable[str]) -> tuple[AnyQuestion, ...]:
    """The questions named, such as q01,q02 or Q01, in the quiz's order; all of them if nothing is given.

    Raises QuizproofError.
    """
    known = {question.id for question in spec.questions}
    given = list(question_ids)
    words = [word.strip() for text in given for word in text.split(",")]
    wanted = [word.lower() for word in words if word] or given
    unknown = [name for name in wanted if name not in known]
    if unknown:
        allowed = ", ".join(sorted(known))
        raise QuizproofError(
            "\n".join(
                f"no question {show(name)}; allowed: {allowed}{did_you_mean(name, known)}" for name in unknown
            )
        )
    return tuple(question for question in spec.questions if not wanted or question.id in wanted)


def key_from_evidence(verification: Verification) -> Answers:
    """What rulings and else conclusive verdicts say is right; None where they do not decide a question."""
    return {
        check.question: decided_key(question, check.options)
        for question, check in zip(verification.spec.questions, verification.check.questions, strict=True)
    }


def chosen_key(
    spec: QuizSpec, key: Path | None, evidence: Path, rulings: Rulings, *, from_evidence: bool
) -> Key:
    """The declared key, or the one that rulings and else conclusive evidence give.

    Raises QuizproofError for both or none.
    """
    if (key is None) == (not from_evidence):
        raise QuizproofError("Give either --key FILE or --key-from-evidence.")
    if key is not None:
        return load_key(key, spec)
    return Key(key_from_evidence(load_verification(spec, Store(evidence), rulings=rulings)))


def knowledge_from_key(spec: QuizSpec, key: Key, paper: Paper) -> dict[str, Knowledge]:
    """What a declared key says of every option, with what was amended in it, for a paper."""
    marking = Marking.of(spec, key.answers, key.amendments)
    return {
        question.id: Knowledge.from_marking(question, paper.picked(question.id), marking)
        for question in spec.questions
    }


def knowledge_from_evidence(verification: Verification) -> dict[str, Knowledge]:
    """What rulings and else conclusive verdicts say of every option; a full key only where they decide it."""
    decided = key_from_evidence(verification)
    known = {True: Truth.RIGHT, False: Truth.WRONG, None: Truth.UNDECIDED}
    return {
        check.question: Knowledge(
            {option.option: known[option.truth] for option in check.options}, decided[check.question]
        )
        for check in verification.check.questions
    }
