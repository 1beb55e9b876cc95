"""What the commands share: the quiz, the key, stored evidence, and both held against each other."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path

from grader.key.key_check import (
    KeyCheck,
    QuestionCheck,
    Titles,
    check_key,
    check_question,
    decided_key,
)
from grader.key.rulings import NO_RULINGS, Rulings
from grader.papers.paper import Paper
from grader.scores.marking import Marking
from grader.scores.own_paper import Knowledge, Truth
from questions.common.errors import LockMismatchError, QuizproofError, StaleEvidenceError
from questions.key import Answers, Key, load_key
from questions.quiz import AnyQuestion, Bilingual, QuizSpec
from solvers.evidence.store import Store
from solvers.evidence.verdicts import Evidence
from solvers.resources.lock import Lock, find_lock
from solvers.run import catalog
from solvers.run.catalog import Pack
from solvers.run.judge import NOT_MEASURED, check_sources, judge_record
from solvers.run.planted import planted_options


@dataclass(frozen=True)
class Verification:
    """A quiz with its evidence and, where one was declared, its key.

    `last_good` is what was known of a question before measuring it failed: to be shown, never counted.
    """

    spec: QuizSpec
    evidence: Mapping[str, Evidence]
    key: Key | None
    rulings: Rulings = NO_RULINGS
    last_good: Mapping[str, Evidence] = field(default_factory=dict)

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
            if (options := self._planted(question)) is not None
        }
        return check_key(self.spec, self.evidence, self._declared, planted, self.titles, self.rulings)

    @property
    def measured_at(self) -> datetime | None:
        """When the newest of the evidence was measured; None where no record tells."""
        known = (one.provenance for one in self.evidence.values() if one.provenance)
        return max((one.measured_at for one in known if one.measured_at), default=None)

    def check_of(self, question: AnyQuestion) -> QuestionCheck:
        """One question alone, while the evidence of others is still to come."""
        return check_question(
            question,
            self.evidence[question.id],
            self._declared.get(question.id),
            self._planted(question),
            self.titles,
            self.rulings.on(question.id),
        )

    @property
    def _declared(self) -> Answers:
        return self.key.answers if self.key else {}

    def _planted(self, question: AnyQuestion) -> frozenset[str] | None:
        return planted_options(question, self.evidence[question.id].provenance, self.pack)

    @cached_property
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
    judged: Mapping[str, Evidence] | None = None,
) -> Verification:
    """Judge all that is stored and not `judged` yet, by the lock given or the current folder's.

    Measurements that no longer belong are evidence that says so, and the other questions go on. What was
    measured on something else than what is locked raises LockMismatchError, naming every question at once,
    or with `keep_stale` is such evidence too. Raises SourceError for a lock that cannot be read.
    """
    lock = find_lock(None) if lock is None else lock
    evidence = dict(judged or {})
    unlocked: list[str] = []
    for question in spec.questions:
        if question.id in evidence:
            continue
        try:
            evidence[question.id] = judge_stored(question, catalog.pack_of(spec), store, lock)
        except StaleEvidenceError as error:
            evidence[question.id] = _stale(question, error)
            if isinstance(error, LockMismatchError):
                unlocked.append(str(error))
    if unlocked and not keep_stale:
        raise LockMismatchError("\n".join(unlocked))
    pack = catalog.pack_of(spec)
    known = {one.id: last_good_of(one, evidence[one.id], pack, store, lock) for one in spec.questions}
    last_good = {id_: found for id_, found in known.items() if found is not None}
    return Verification(spec, evidence, key, rulings, last_good)


def judge_stored(question: AnyQuestion, pack: Pack, store: Store, lock: Lock) -> Evidence:
    """What is stored of a question, judged. Raises StaleEvidenceError where it does not belong any more."""
    record = store.read(question.id)
    if record is not None:
        check_sources(record, pack, lock)
    return judge_record(question, record, pack, lock)


def _stale(question: AnyQuestion, error: StaleEvidenceError) -> Evidence:
    reason = str(error)
    failure = Bilingual(zh=f"存檔的證據不能用，請重新測量；程式訊息：「{reason}」", en=reason)
    return Evidence(question=question.id, failure=failure)


def last_good_of(
    question: AnyQuestion, evidence: Evidence, pack: Pack, store: Store, lock: Lock
) -> Evidence | None:
    """What was known before measuring failed; None where it did not, or that does not belong any more."""
    if evidence.failure is None or evidence.failure == NOT_MEASURED:
        return None
    with suppress(StaleEvidenceError):
        record = store.read_last_good(question.id)
        if record is not None:
            check_sources(record, pack, lock)
            return judge_record(question, record, pack, lock)
    return None


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
