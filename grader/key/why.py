"""Why an option is right or wrong, in sentences for students: what was measured, or what a person ruled.

A rehearsal gives no reason: a stand-in's numbers say nothing of the real model.
"""

from collections.abc import Iterator, Mapping
from typing import Literal

from pydantic import Field

from grader.key.rulings import NO_RULINGS, Ruling, Rulings, counted, is_conclusive, ruled_truth
from questions.claims import Claim
from questions.common.frozen import Frozen
from questions.quiz import AnyQuestion, Basis, Bilingual, Option, QuizSpec
from solvers.evidence.verdicts import Evidence, OptionVerdict, Outcome, PartVerdict, Standing, joined
from solvers.run import catalog

# Parts that are decided without measuring have nothing that was measured.
_UNMEASURED = frozenset({Basis.DOCUMENTED, Basis.ENTAILED, Basis.JUDGEMENT})
_BRIEF = {
    (True, True): Bilingual(en="What was measured is as it says.", zh="測得的結果與此說相符。"),
    (True, False): Bilingual(en="What was measured is not as it says.", zh="測得的結果與此說不符。"),
    (False, True): Bilingual(en="What is known is as it says.", zh="已知的事實與此說相符。"),
    (False, False): Bilingual(en="What is known is not as it says.", zh="已知的事實與此說不符。"),
}
MORE_WITH_REVEAL = Bilingual(
    en="What was measured is told in full with the correct answers: it would tell of options not picked.",
    zh="測得的細節會透露未選的選項，與正確答案一起公布。",
)


class Why(Frozen):
    """Why one option is right or wrong.

    `words` tell all that decided it. `brief` tells nothing that does not follow from the option being right
    or wrong, for those who may not learn of other options. `apart`: it was judged without looking at others.
    """

    right: bool
    by: Literal["evidence", "ruling"]
    words: Bilingual
    brief: Bilingual
    apart: bool


class Told(Frozen):
    """What a student is told of why; `whole` unless the rest would tell of options not picked.

    `shown` names the sounds and pictures that belong to it, or where they lie, as `Reasons.own` does.
    """

    words: Bilingual
    whole: bool
    shown: tuple[str, ...] = Field(default=(), exclude_if=lambda names: not names)


class Reasons(Frozen):
    """Every option's reason that is known, by question and option, and the sounds and pictures of its own."""

    by_question: Mapping[str, Mapping[str, Why]] = {}
    own: Mapping[str, Mapping[str, tuple[str, ...]]] = {}

    def of(self, question: AnyQuestion, option: str, *, right: bool) -> Why | None:
        """Why an option is right, or wrong; None where nothing is known that says the same."""
        why = self.by_question.get(question.id, {}).get(option)
        return why if why is not None and why.right == right else None

    def told(
        self, question: AnyQuestion, option: str, picked: frozenset[str], *, right: bool, reveal: bool
    ) -> Told | None:
        """What a student may learn of it who picked `picked`; no other option's truth decides that."""
        why = self.of(question, option, right=right)
        if why is None:
            return None
        whole = reveal or not tells_of_others(question, option, picked, why)
        shown = self._shown(question, option, picked, reveal=reveal) if whole else ()
        return Told(words=why.words if whole else why.brief, whole=whole, shown=shown)

    def _shown(
        self, question: AnyQuestion, option: str, picked: frozenset[str], *, reveal: bool
    ) -> tuple[str, ...]:
        """Its sounds and pictures; those of an option not picked as well are left out.

        Who knows that a single choice is right knows all of the others.
        """
        own = self.own.get(question.id, {})
        others = () if reveal or question.kind == "single" else set(question.option_ids) - picked
        hidden = {name for other in others for name in own.get(other, ())}
        return tuple(name for name in own.get(option, ()) if name not in hidden)


NO_REASONS = Reasons()


def reasons_of(spec: QuizSpec, evidence: Mapping[str, Evidence], rulings: Rulings = NO_RULINGS) -> Reasons:
    """The reasons that evidence and rulings give. A ruling that counts goes before the evidence."""
    pack = catalog.pack_of(spec)
    found = {}
    for question in spec.questions:
        one = evidence[question.id]
        if one.verdicts:
            apart = pack.solver(question.solver).judge_together is None
            by_option = counted(rulings.on(question.id), one).by_option
            found[question.id] = dict(_reasons(one, by_option, apart=apart))
    return Reasons(by_question=found)


def _reasons(
    evidence: Evidence, rulings: Mapping[str, tuple[Ruling, ...]], *, apart: bool
) -> Iterator[tuple[str, Why]]:
    for verdict in evidence.verdicts:
        ruled = rulings.get(verdict.option, ())
        right = ruled_truth(verdict, ruled)
        measured = _measured(verdict, apart=apart) if is_conclusive(verdict, None) else None
        if right is not None and (measured is None or measured.right != right):
            yield verdict.option, _ruled(right, ruled)
        elif measured is not None:
            yield verdict.option, measured


def _ruled(right: bool, rulings: tuple[Ruling, ...]) -> Why:
    """A person's own words may speak of any option."""
    word_zh, word_en = ("正確", "correct") if right else ("錯誤", "incorrect")
    deciding = [one.words for one in rulings if one.correct == right]
    return Why(
        right=right,
        by="ruling",
        words=joined(deciding),
        brief=Bilingual(zh=f"經人裁定為{word_zh}。", en=f"A person ruled it {word_en}."),
        apart=False,
    )


def _measured(verdict: OptionVerdict, *, apart: bool) -> Why:
    right = verdict.outcome is Outcome.HOLDS
    parts = [one for one in verdict.parts if _decides(one, verdict.outcome)]
    words = joined(dict.fromkeys(one.finding.reason for one in parts), zh="", en=" ")
    measured = [one.finding for one in parts if one.basis not in _UNMEASURED]
    if measured:
        told = joined(dict.fromkeys(one.measured for one in measured))
        words = Bilingual(zh=f"{words.zh}測得：{told.zh}。", en=f"{words.en} Measured: {told.en}.")
    claimed = [one.claimed for one in measured if one.claimed is not None]
    brief = _BRIEF[bool(measured), right]
    if claimed and not right:
        said = joined(dict.fromkeys(claimed))
        brief = Bilingual(zh=f"測得的不是 {said.zh}。", en=f"What was measured is not {said.en}.")
    return Why(right=right, by="evidence", words=words, brief=brief, apart=apart)


def _decides(part: PartVerdict, outcome: Outcome) -> bool:
    return part.standing is Standing.CONCLUSIVE and part.finding.outcome is outcome


def tells_of_others(question: AnyQuestion, option: str, picked: frozenset[str], why: Why) -> bool:
    """Whether all of a reason may tell of options not picked, by the quiz's form alone and no other truth.

    What is measured of a wrong single choice tells the right one; what is measured of one of several tells
    of those that claim something of the same kind.
    """
    others = [one for one in question.options if one.id not in picked]
    if question.kind == "single":
        return not why.right
    kinds = _kinds(question.option(option))
    return bool(others) and (not why.apart or any(kinds & _kinds(other) for other in others))


def _kinds(option: Option[Claim]) -> set[type[Claim]]:
    """The claims that an option makes, with what they have in common with others."""
    return {
        kind
        for part in option.parts
        for kind in type(part.claim).__mro__
        if issubclass(kind, Claim) and kind is not Claim
    }
