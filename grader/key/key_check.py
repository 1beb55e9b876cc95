"""Holds a declared key against the evidence, option by option.

Only conclusive verdicts count for or against a key. A rehearsal is compared with what was planted in the
stand-in, which says whether the method works, never whether the key is right.
"""

from collections.abc import Mapping
from enum import StrEnum

from grader.key.conflict_words import conflict_words
from questions.common.frozen import Frozen
from questions.quiz import AnyQuestion, Bilingual, QuizSpec
from solvers.evidence.verdicts import Evidence, OptionVerdict, Outcome, Standing


class Accord(StrEnum):
    """One option: does the key agree with the evidence?"""

    AGREES = "agrees"
    CONFLICTS = "conflicts"
    OPEN = "open"


class Status(StrEnum):
    """One question of the key."""

    CONFIRMED = "confirmed"
    CONTRADICTED = "contradicted"
    UNVERIFIED = "unverified"
    DECIDED = "decided"  # no key declared; the evidence alone decides the question


class Rehearsal(StrEnum):
    """Whether the method found what was planted in the stand-in."""

    FOUND = "found"
    MISSED = "missed"
    UNDETERMINED = "undetermined"


class OptionCheck(Frozen):
    """One option of the key beside its verdict. `declared` is None where the key is silent."""

    option: str
    declared: bool | None
    outcome: Outcome | None
    standing: Standing | None
    accord: Accord


class QuestionCheck(Frozen):
    """One question of the key beside its evidence."""

    question: str
    status: Status
    declared: tuple[str, ...] | None
    derived: tuple[str, ...] | None
    reason: Bilingual
    options: tuple[OptionCheck, ...]
    planted: tuple[str, ...] | None = None
    rehearsal: Rehearsal | None = None


class KeyCheck(Frozen):
    """The whole key beside the whole evidence."""

    questions: tuple[QuestionCheck, ...]

    def count(self, status: Status) -> int:
        """How many questions have this status."""
        return sum(check.status is status for check in self.questions)


def derive_key(question: AnyQuestion, evidence: Evidence) -> tuple[tuple[str, ...] | None, Bilingual]:
    """The options that hold, if all are decided conclusively and the kind allows them; else why not."""
    if evidence.failure is not None:
        return None, evidence.failure
    open_options = [v.option for v in evidence.verdicts if v.outcome is Outcome.UNDETERMINED]
    rehearsed = [v.option for v in evidence.verdicts if v.standing is Standing.REHEARSAL]
    holding = tuple(v.option for v in evidence.verdicts if v.outcome is Outcome.HOLDS)
    if rehearsed:
        return None, _rehearsed(evidence, rehearsed)
    if open_options:
        names = ", ".join(open_options)
        return None, Bilingual(zh=f"選項 {names} 無法判定。", en=f"Undetermined: {names}.")
    if not holding:
        return None, Bilingual(zh="沒有任何選項成立。", en="No option holds.")
    if question.kind == "single" and len(holding) > 1:
        names = ", ".join(holding)
        return None, Bilingual(
            zh=f"單選題卻有多個選項成立：{names}。", en=f"A single choice, yet several options hold: {names}."
        )
    return holding, Bilingual(zh="所有選項皆有定論。", en="Every option is decided conclusively.")


def _rehearsed(evidence: Evidence, options: list[str]) -> Bilingual:
    lacking = {rest for verdict in evidence.verdicts for part in verdict.parts for rest in part.lacks}
    if evidence.provenance is not None:
        # What is real and at hand, and was not come to, since something else was missing, lacks nothing.
        real = {source.resource for source in evidence.provenance.unused if source.genuine}
        used = {source.resource for source in evidence.provenance.sources}
        lacking = lacking - (real - used) or lacking
    lacks = sorted(lacking)
    names = ", ".join(options)
    return Bilingual(
        zh=f"選項 {names} 只是演練：並非依據真正的 {', '.join(lacks)}。",
        en=f"Options {names} are rehearsals, without the real {', '.join(lacks)}.",
    )


def check_option(verdict: OptionVerdict | None, option: str, declared: bool | None) -> OptionCheck:
    """One option: only a conclusive verdict that is decided agrees or conflicts with a key that speaks."""
    accord = Accord.OPEN
    if (
        verdict is not None
        and declared is not None
        and verdict.standing is Standing.CONCLUSIVE
        and verdict.outcome is not Outcome.UNDETERMINED
    ):
        accord = Accord.AGREES if declared == (verdict.outcome is Outcome.HOLDS) else Accord.CONFLICTS
    return OptionCheck(
        option=option,
        declared=declared,
        outcome=verdict.outcome if verdict else None,
        standing=verdict.standing if verdict else None,
        accord=accord,
    )


def check_question(
    question: AnyQuestion,
    evidence: Evidence,
    declared: frozenset[str] | None,
    planted: frozenset[str] | None = None,
) -> QuestionCheck:
    """One conclusive conflict contradicts, all options in accord confirm; else it stays unverified."""
    options = tuple(
        check_option(evidence.verdict(id_), id_, None if declared is None else id_ in declared)
        for id_ in question.option_ids
    )
    derived, reason = derive_key(question, evidence)
    conflicts = [option for option in options if option.accord is Accord.CONFLICTS]
    if conflicts:
        status, reason = Status.CONTRADICTED, _conflict(conflicts, evidence)
    elif declared is not None and all(option.accord is Accord.AGREES for option in options):
        status = Status.CONFIRMED
        reason = Bilingual(zh="每個選項都與答案一致。", en="Every option is in accord with the key.")
    elif declared is None and derived is not None:
        status = Status.DECIDED
    else:
        status = Status.UNVERIFIED
    return QuestionCheck(
        question=question.id,
        status=status,
        declared=None if declared is None else tuple(sorted(declared)),
        derived=derived,
        reason=reason,
        options=options,
        planted=None if planted is None else tuple(sorted(planted)),
        rehearsal=None if planted is None else _rehearse(evidence, planted),
    )


def _conflict(conflicts: list[OptionCheck], evidence: Evidence) -> Bilingual:
    """A sentence for each option of which key and evidence differ."""
    words = [
        conflict_words(one.option, verdict) for one in conflicts if (verdict := evidence.verdict(one.option))
    ]
    return Bilingual(
        zh="".join(f"{one.zh}。" for one in words),
        en=" ".join(f"{one.en[:1].upper()}{one.en[1:]}." for one in words),
    )


def _rehearse(evidence: Evidence, planted: frozenset[str]) -> Rehearsal:
    outcomes = {verdict.option: verdict.outcome for verdict in evidence.verdicts}
    if not outcomes or Outcome.UNDETERMINED in outcomes.values():
        return Rehearsal.UNDETERMINED
    held = {option for option, outcome in outcomes.items() if outcome is Outcome.HOLDS}
    return Rehearsal.FOUND if held == planted else Rehearsal.MISSED


def check_key(
    spec: QuizSpec,
    evidence: Mapping[str, Evidence],
    key: Mapping[str, frozenset[str] | None],
    planted: Mapping[str, frozenset[str]],
) -> KeyCheck:
    """Every question of the quiz; `key` and `planted` may be silent on any."""
    return KeyCheck(
        questions=tuple(
            check_question(question, evidence[question.id], key.get(question.id), planted.get(question.id))
            for question in spec.questions
        )
    )
