"""Holds a declared key against the evidence, option by option.

Only conclusive verdicts count for or against a key. A rehearsal is compared with what was planted in the
stand-in, which says whether the method works, never whether the key is right.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from grader.key.conflict_words import conflict_words
from grader.key.rulings import NO_RULINGS, Ruling, Rulings, counted, ruled_truth
from questions.common.frozen import Frozen
from questions.common.messages import listed
from questions.key import Answers
from questions.quiz import AnyQuestion, Bilingual, QuizSpec
from solvers.evidence.verdicts import Evidence, OptionVerdict, Outcome, Standing
from solvers.run.judge import NOT_MEASURED

Titles = Mapping[str, Bilingual]  # of resources, by their names
NO_TITLES: Titles = {}


class Accord(StrEnum):
    """One option: does the key agree with the evidence?"""

    AGREES = "agrees"
    CONFLICTS = "conflicts"
    OPEN = "open"


class Status(StrEnum):
    """One question of the key."""

    CONFIRMED = "confirmed"
    CONTRADICTED = "contradicted"
    RULED = "ruled"  # confirmed, or decided, with what a person ruled where the evidence leaves options open
    OPEN = "open"
    ERROR = "error"  # there is no evidence, since measuring or reading it failed
    DECIDED = "decided"  # no key declared; the evidence alone decides the question


class Rehearsal(StrEnum):
    """Whether the method found what was planted in the stand-in."""

    FOUND = "found"
    MISSED = "missed"
    UNDETERMINED = "undetermined"


class OptionCheck(Frozen):
    """One option of the key beside its verdict. `declared` is None where the key is silent.

    `ruled` is what a person decided, by `rulings`; it goes before the verdict.
    """

    option: str
    declared: bool | None
    outcome: Outcome | None
    standing: Standing | None
    accord: Accord
    ruled: bool | None = None
    rulings: tuple[Ruling, ...] = ()

    @property
    def truth(self) -> bool | None:
        """Whether it is right: as ruled, else as the evidence conclusively says; None where open."""
        if self.ruled is not None or self.standing is not Standing.CONCLUSIVE:
            return self.ruled
        return {Outcome.HOLDS: True, Outcome.FAILS: False}.get(self.outcome or Outcome.UNDETERMINED)


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
    passed_over: tuple[Bilingual, ...] = ()  # rulings that do not count, and why


class KeyCheck(Frozen):
    """The whole key beside the whole evidence."""

    questions: tuple[QuestionCheck, ...]

    def count(self, status: Status) -> int:
        """How many questions have this status."""
        return sum(check.status is status for check in self.questions)

    @property
    def n_undecided(self) -> int:
        """How many questions are open, or have no evidence."""
        return self.count(Status.OPEN) + self.count(Status.ERROR)


def derive_key(
    question: AnyQuestion, evidence: Evidence, titles: Titles = NO_TITLES
) -> tuple[tuple[str, ...] | None, Bilingual]:
    """The options that hold, if all are decided conclusively and the kind allows them; else why not."""
    if evidence.failure is not None:
        return None, evidence.failure
    open_options = [v.option for v in evidence.verdicts if v.outcome is Outcome.UNDETERMINED]
    rehearsed = [v.option for v in evidence.verdicts if v.standing is Standing.REHEARSAL]
    holding = tuple(v.option for v in evidence.verdicts if v.outcome is Outcome.HOLDS)
    if rehearsed:
        return None, _rehearsed(evidence, rehearsed, titles)
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


def _rehearsed(evidence: Evidence, options: list[str], titles: Titles) -> Bilingual:
    lacking = {name for verdict in evidence.verdicts for part in verdict.parts for name in part.lacks}
    if evidence.provenance is not None:
        # What is real and at hand, and was not come to, since something else was missing, lacks nothing.
        real = {source.resource for source in evidence.provenance.unused if source.genuine}
        used = {source.resource for source in evidence.provenance.sources}
        lacking = lacking - (real - used) or lacking
    lacks = [titles.get(name, Bilingual(zh=name, en=name)) for name in sorted(lacking)]
    names = ", ".join(options)
    return Bilingual(
        zh=f"選項 {names} 只是演練：並非依據真正的{'、'.join(title.zh for title in lacks)}。",
        en=f"Options {names} are rehearsals, on something else than "
        f"{', '.join(title.en for title in lacks)}.",
    )


def check_option(
    verdict: OptionVerdict | None, option: str, declared: bool | None, rulings: tuple[Ruling, ...] = ()
) -> OptionCheck:
    """One option: only what is ruled, or conclusively decided, agrees or conflicts with a key that speaks."""
    check = OptionCheck(
        option=option,
        declared=declared,
        outcome=verdict.outcome if verdict else None,
        standing=verdict.standing if verdict else None,
        accord=Accord.OPEN,
        ruled=ruled_truth(verdict, rulings) if verdict else None,
        rulings=rulings,
    )
    if declared is None or check.truth is None:
        return check
    accord = Accord.AGREES if declared == check.truth else Accord.CONFLICTS
    return check.model_copy(update={"accord": accord})


def check_question(
    question: AnyQuestion,
    evidence: Evidence,
    declared: frozenset[str] | None,
    planted: frozenset[str] | None = None,
    titles: Titles = NO_TITLES,
    rulings: Sequence[Ruling] = (),
) -> QuestionCheck:
    """One conflict contradicts, all options in accord confirm; else it stays open, unless a person ruled."""
    counting = counted(rulings, evidence)
    options = tuple(
        check_option(
            evidence.verdict(id_),
            id_,
            None if declared is None else id_ in declared,
            counting.by_option.get(id_, ()),
        )
        for id_ in question.option_ids
    )
    derived, reason = derive_key(question, evidence, titles)
    status, reason = _status(question, evidence, options, derived, reason)
    return QuestionCheck(
        question=question.id,
        status=status,
        declared=None if declared is None else tuple(sorted(declared)),
        derived=derived,
        reason=reason,
        options=options,
        planted=None if planted is None else tuple(sorted(planted)),
        rehearsal=None if planted is None else _rehearse(evidence, planted),
        passed_over=counting.passed_over,
    )


def decided_key(question: AnyQuestion, options: Sequence[OptionCheck]) -> frozenset[str] | None:
    """What is right by rulings and else by conclusive evidence; None where these do not decide."""
    right = frozenset(option.option for option in options if option.truth)
    if any(option.truth is None for option in options) or not right:
        return None
    return None if question.kind == "single" and len(right) > 1 else right


def _status(
    question: AnyQuestion,
    evidence: Evidence,
    options: tuple[OptionCheck, ...],
    derived: tuple[str, ...] | None,
    open_since: Bilingual,
) -> tuple[Status, Bilingual]:
    """Where a question stands, and why. `open_since` is why the evidence alone does not decide it."""
    if evidence.failure is not None and evidence.failure != NOT_MEASURED:
        return Status.ERROR, evidence.failure
    if conflicts := [option for option in options if option.accord is Accord.CONFLICTS]:
        return Status.CONTRADICTED, _conflict(conflicts, evidence)
    ruled = [option for option in options if option.ruled is not None]
    silent = all(option.declared is None for option in options)
    is_decided = decided_key(question, options) is not None
    if ruled and (is_decided if silent else all(option.accord is Accord.AGREES for option in options)):
        return Status.RULED, _rulings(ruled)
    if not silent and all(option.accord is Accord.AGREES for option in options):
        return Status.CONFIRMED, Bilingual(
            zh="每個選項都與答案一致。", en="Every option is in accord with the key."
        )
    if silent and derived is not None:
        return Status.DECIDED, open_since
    return Status.OPEN, open_since


def _rulings(options: list[OptionCheck]) -> Bilingual:
    zh = "；".join(f"{one.option}：{ruling.words.zh}" for one in options for ruling in one.rulings)
    en = "; ".join(f"{one.option}: {ruling.words.en}" for one in options for ruling in one.rulings)
    return Bilingual(zh=f"裁定：{zh}", en=f"Ruled: {en}")


def _conflict(conflicts: list[OptionCheck], evidence: Evidence) -> Bilingual:
    """A sentence for each option of which the key differs from the evidence, or from a person's ruling."""
    words = [
        _against_ruling(one) if one.ruled is not None else conflict_words(one.option, verdict)
        for one in conflicts
        if (verdict := evidence.verdict(one.option))
    ]
    return Bilingual(
        zh="".join(f"{one.zh}。" for one in words),
        en=" ".join(f"{one.en[:1].upper()}{one.en[1:]}." for one in words),
    )


def _against_ruling(one: OptionCheck) -> Bilingual:
    who = listed(dict.fromkeys(ruling.by for ruling in one.rulings))
    zh, en = ("正確", "correct") if one.declared else ("錯誤", "incorrect")
    ruled_zh, ruled_en = ("正確", "correct") if one.ruled else ("錯誤", "incorrect")
    return Bilingual(
        zh=f"答案標 {one.option} 為{zh}；{who} 裁定為{ruled_zh}",
        en=f"the key marks {one.option} {en}; {who} ruled it {ruled_en}",
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
    key: Answers,
    planted: Mapping[str, frozenset[str]],
    titles: Titles = NO_TITLES,
    rulings: Rulings = NO_RULINGS,
) -> KeyCheck:
    """Every question of the quiz; `key` and `planted` may be silent on any."""
    return KeyCheck(
        questions=tuple(
            check_question(
                question,
                evidence[question.id],
                key.get(question.id),
                planted.get(question.id),
                titles,
                rulings.on(question.id),
            )
            for question in spec.questions
        )
    )
