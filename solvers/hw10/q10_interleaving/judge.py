"""What Q10's numbers decide: one rule a claim, taken at every offset apart.

A decision has to come out at most offsets and its contrary at none, else it is undetermined.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from questions.quiz import Bilingual, Part
from solvers.evidence.statistics import decided, enough, tally
from solvers.evidence.verdicts import Comparison, Finding, Outcome, at_least, at_most
from solvers.hw10.q10_interleaving.claims import BlurredAt, Dominant, LayerZero, NearerFrom, WithoutLayerZero
from solvers.hw10.q10_interleaving.measurements import (
    MAX_WER_LAG,
    N_CODEBOOKS,
    Measurements,
    Offset,
    Speaker,
    other,
)
from solvers.models.speaker.scale import NEUTRAL_POSITION

# Speech that cannot be understood keeps hardly a word of five; with one of three wrong it still can.
UNINTELLIGIBLE_WER = 0.8
INTELLIGIBLE_WER = 0.3
# Converted well: a word or two of twenty wrong; certainly not so with every other one wrong.
GOOD_WER = 0.15
BAD_WER = 0.5
LOST = "the lesser of WER and of what their likelihood lost"
# Less than one word of any clip of the quiz: "above" and "below" are then exact.
ABOVE = 0.01

# Splits that decide which layers dominate. The first of each is where the front (3 of 8) or the back
# (3 of 8) is a minority, the others those up to an even share.
FRONT_HOLDS, FRONT_FAILS = (3, 4, 5, 6), (4, 5, 6)
BACK_HOLDS, BACK_FAILS = (5, 2, 3, 4), (2, 3, 4)


@dataclass(frozen=True)
class Rule:
    """A claim's two questions to one offset, and what they mean in words.

    Each gives the comparisons of its nearest miss; the answer is yes if all of them are met.
    """

    holds: Callable[[Offset], tuple[Comparison, ...]]
    fails: Callable[[Offset], tuple[Comparison, ...]]
    threshold: str
    if_holds: Bilingual
    if_fails: Bilingual
    if_open: Bilingual
    beside: Callable[[tuple[Offset, ...]], str] | None = None


def _random_codes(offsets: tuple[Offset, ...]) -> str:
    """What random codes in layer 0 do, which the exercise does not ask and no rule reads."""
    rates = [one.wer for offset in offsets for one in offset.random_first]
    return f"beside: with random codes in layer 0 WER {min(rates):.2f} to {max(rates):.2f}" if rates else ""


def judge(part: Part[Any], measurements: Measurements) -> Finding:
    """By the claim's own rule, whichever split or speaker it names."""
    match part.claim:
        case LayerZero():
            return _documented(part.source)
        case WithoutLayerZero(without_layer_0="unintelligible"):
            rule = _unintelligible()
        case WithoutLayerZero():
            rule = _converts_well()
        case BlurredAt(blurred_at=split):
            rule = _blurred(split)
        case NearerFrom(nearer_from=first, speaker=speaker):
            splits = tuple(range(first, N_CODEBOOKS + 1))
            rule = _nearer(speaker, splits, splits)
        case Dominant(dominant="front"):
            rule = _nearer("Alice", FRONT_HOLDS, FRONT_FAILS)
        case Dominant():
            rule = _nearer("James", BACK_HOLDS, BACK_FAILS)
        case claim:
            raise TypeError(f"Q10 has no rule for {claim!r}.")
    return _decide(rule, measurements.offsets)


def _documented(source: str | None) -> Finding:
    if source is None:
        return Finding(
            outcome=Outcome.UNDETERMINED,
            measured="no measurement decides it",
            threshold="a published source",
            reason=Bilingual(
                zh="編碼本身看不出訓練方式，而題目規格沒有引用文獻。",
                en="Codes do not show how a layer was trained, and the spec cites no source.",
            ),
        )
    return Finding(
        outcome=Outcome.HOLDS,
        measured="documented, not measured",
        threshold="a published source",
        reason=Bilingual(zh=f"公開文獻如此記載：{source}", en=f"It is published: {source}"),
    )


def _decide(rule: Rule, offsets: tuple[Offset, ...]) -> Finding:
    """The rule at every offset; shown are the comparisons of the weakest offset that says what is decided."""
    taken = [_at(rule, offset) for offset in offsets]
    outcomes = [outcome for outcome, _ in taken]
    outcome, counts = decided(outcomes), tally(outcomes)
    if outcome is not Outcome.UNDETERMINED or set(outcomes) == {outcome}:
        reason = {
            Outcome.HOLDS: rule.if_holds,
            Outcome.FAILS: rule.if_fails,
            Outcome.UNDETERMINED: rule.if_open,
        }[outcome]
    else:
        reason = Bilingual(
            zh=f"{len(offsets)} 個起點位移的結論不夠一致：{counts.zh}。",
            en=f"The {len(offsets)} offsets do not agree well enough: {counts.en}.",
        )
    # Where they disagree, one that keeps it from holding.
    shown = [comparisons for found, comparisons in taken if found is outcome] or [
        comparisons for found, comparisons in taken if found is not Outcome.HOLDS
    ]
    comparisons = min(shown, key=_worst)
    beside = f"; {rule.beside(offsets)}" if rule.beside else ""
    return Finding(
        outcome=outcome,
        measured="; ".join(f"{one.quantity} {one.value:.2f}" for one in comparisons)
        + f" (the weakest of {outcomes.count(outcome) or len(offsets)} offsets; {counts.en}){beside}",
        threshold=f"{rule.threshold}; {enough(len(offsets)).en}",
        comparisons=comparisons,
        reason=reason,
    )


def _at(rule: Rule, offset: Offset) -> tuple[Outcome, tuple[Comparison, ...]]:
    """The outcome at one offset, and the comparisons that gave it; of an open one, what it lacks to hold."""
    holds, fails = rule.holds(offset), rule.fails(offset)
    if _met(holds):
        return Outcome.HOLDS, holds
    if _met(fails):
        return Outcome.FAILS, fails
    return Outcome.UNDETERMINED, holds


def _met(comparisons: Iterable[Comparison]) -> bool:
    return all(one.met for one in comparisons)


def _worst(comparisons: Iterable[Comparison]) -> float:
    return min(one.margin for one in comparisons)


def _unintelligible() -> Rule:
    def least(offset: Offset) -> tuple[str, float]:
        return "least of the words lost without layer 0", min(offset.lost_without_first)

    return Rule(
        holds=lambda offset: (at_least(*least(offset), UNINTELLIGIBLE_WER, ""),),
        fails=lambda offset: (at_most(*least(offset), INTELLIGIBLE_WER, ""),),
        threshold=f"holds: ≥ {UNINTELLIGIBLE_WER} of the kept speaker's words lost ({LOST}) with layer 0 the "
        f"other speaker's, both ways; fails: ≤ {INTELLIGIBLE_WER} in either",
        if_holds=Bilingual(
            zh="兩人的第零層互換之後，兩個方向都聽不懂。",
            en="With layer 0 the other speaker's, nothing is understood, whichever of the two is kept.",
        ),
        if_fails=Bilingual(
            zh="有反例：第零層換成另一人的之後，仍有一個方向聽得懂。",
            en="A counterexample: with layer 0 the other speaker's, one of the two is still understood.",
        ),
        if_open=Bilingual(
            zh="第零層換成另一人的之後，字詞的損失介於聽得懂與聽不懂之間。",
            en="The words lost with the other speaker's layer 0 lie between understood and not.",
        ),
        beside=_random_codes,
    )


def _converts_well() -> Rule:
    def most(offset: Offset) -> tuple[str, float]:
        return "most of the words lost without layer 0", max(offset.lost_without_first)

    return Rule(
        holds=lambda offset: (at_most(*most(offset), GOOD_WER, ""),),
        fails=lambda offset: (at_least(*most(offset), BAD_WER, ""),),
        threshold=f"holds: ≤ {GOOD_WER} of the kept speaker's words lost ({LOST}) with layer 0 the other "
        f"speaker's, both ways; fails: ≥ {BAD_WER} in either",
        if_holds=Bilingual(
            zh="第零層換成另一人的之後，兩個方向的內容都還原良好。",
            en="With layer 0 the other speaker's, the other layers convert the words back well, both ways.",
        ),
        if_fails=Bilingual(
            zh="第零層換成另一人的之後，至少一個方向有半數以上的字詞聽錯。",
            en="With layer 0 the other speaker's, half of the words or more are wrong in one way at least.",
        ),
        if_open=Bilingual(
            zh="第零層換成另一人的之後，字詞的損失介於良好與不良之間。",
            en="The words lost with the other speaker's layer 0 lie between good and bad.",
        ),
        beside=_random_codes,
    )


def _blurred(split: int) -> Rule:
    def wers(offset: Offset) -> tuple[float, list[float]]:
        lesser = [mix.lesser_wer for mix in offset.mixes]
        return lesser[split], lesser

    def holds(offset: Offset) -> tuple[Comparison, ...]:
        here, all_nine = wers(offset)
        second_worst = sorted(all_nine)[-2]
        above = here - max(all_nine[0], all_nine[-1])
        return (
            at_least(f"lesser WER at k = {split}, against the second worst", here, second_worst, ""),
            at_least("its rise above k = 0 and k = 8", above, ABOVE, ""),
        )

    def fails(offset: Offset) -> tuple[Comparison, ...]:
        here, all_nine = wers(offset)
        median = sorted(all_nine)[len(all_nine) // 2]
        return (at_least(f"median less lesser WER at k = {split}", median - here, ABOVE, ""),)

    return Rule(
        holds=holds,
        fails=fails,
        threshold="holds: the lesser WER is the worst or second worst of the nine and above those at k = 0 "
        "and 8; fails: below the median of the nine",
        if_holds=Bilingual(
            zh=f"k = {split} 的較小錯誤率是九個切分點中最差或次差，且高於 k = 0 與 k = 8。",
            en=f"Of the nine splits k = {split} is the worst or second worst understood, "
            "and worse than k = 0 and k = 8.",
        ),
        if_fails=Bilingual(
            zh=f"k = {split} 的較小錯誤率低於九個切分點的中位數。",
            en=f"k = {split} is understood better than the median of the nine splits.",
        ),
        if_open=Bilingual(
            zh=f"k = {split} 既不在最差的兩個之中，也不低於中位數。",
            en=f"k = {split} is neither among the two worst understood nor better than the median.",
        ),
    )


def _nearer(speaker: Speaker, holds_at: tuple[int, ...], fails_at: tuple[int, ...]) -> Rule:
    """`speaker` nearer in words, and not farther in voice, at all of `holds_at`.

    It fails where the other is nearer in both at any of `fails_at`. A voice in the neutral third decides
    nothing: then the words do.
    """
    rival = other(speaker)

    def leads(offset: Offset, who: Speaker, split: int, least_voice: float) -> tuple[Comparison, ...]:
        found = offset.leads(offset.mixes[split], who)
        return (
            at_least(f"lead of {who}'s words at k = {split}", found.words, NEUTRAL_POSITION, ""),
            at_least(f"{who}'s WER lead at k = {split}", found.wer, -MAX_WER_LAG, ""),
            at_least(f"{who}'s voice position at k = {split}", found.voice, least_voice, ""),
        )

    def holds(offset: Offset) -> tuple[Comparison, ...]:
        return min((leads(offset, speaker, split, -NEUTRAL_POSITION) for split in holds_at), key=_worst)

    def fails(offset: Offset) -> tuple[Comparison, ...]:
        return max((leads(offset, rival, split, NEUTRAL_POSITION) for split in fails_at), key=_worst)

    span, counter = _listed(holds_at), _listed(fails_at)
    return Rule(
        holds=holds,
        fails=fails,
        threshold=f"holds: {speaker} nearer in words and not farther in voice at k = {span}; "
        f"fails: {rival} nearer in both at any of k = {counter}",
        if_holds=Bilingual(
            zh=f"在 k = {span}，內容都更接近 {speaker}，聲音也沒有一處更接近 {rival}。",
            en=f"At k = {span} the words are nearer to {speaker}, the voice nowhere to {rival}.",
        ),
        if_fails=Bilingual(
            zh=f"在 k = {counter} 之中，至少有一處內容與聲音都更接近 {rival}。",
            en=f"At one of k = {counter} at least, both words and voice are nearer to {rival}.",
        ),
        if_open=Bilingual(
            zh=f"在 k = {span}，內容並非處處指向 {speaker}，或聲音與之相反；也沒有一處兩者都指向 {rival}。",
            en=f"At k = {span} the words do not all point to {speaker}, or the voice says the contrary, and "
            f"nowhere do both point to {rival}.",
        ),
    )


def _listed(splits: tuple[int, ...]) -> str:
    return ", ".join(map(str, sorted(splits)))
