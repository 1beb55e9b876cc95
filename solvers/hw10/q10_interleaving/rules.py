"""Q10's rules: what a claim asks of one start offset."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from questions.quiz import Bilingual
from solvers.evidence.rounds import Taken
from solvers.evidence.verdicts import Comparison, Outcome, at_least, at_most
from solvers.hw10.q10_interleaving.claims import BlurredAt, Dominant, LayerZero, NearerFrom, WithoutLayerZero
from solvers.hw10.q10_interleaving.measurements import MAX_WER_LAG, N_CODEBOOKS, Offset, Speaker, other
from solvers.models.speaker.scale import NEUTRAL_POSITION

Limit = tuple[Callable[[Bilingual, float, float, str], Comparison], float]

# What is lost of a speaker's words: docs/decisions/codec-families.md.
LOST = Bilingual(zh="WER 與可能性損失的較小者", en="the lesser of WER and of what their likelihood lost")
LEAST_LOST = Bilingual(zh="沒有第零層時最低的字詞損失", en="least of the words lost without layer 0")
MOST_LOST = Bilingual(zh="沒有第零層時最高的字詞損失", en="most of the words lost without layer 0")

# Speech that cannot be understood keeps hardly a word of five; with one of three wrong it still can.
UNINTELLIGIBLE_WER = 0.8
INTELLIGIBLE_WER = 0.3
# Converted well: a word or two of twenty wrong; certainly not so with every other one wrong.
GOOD_WER = 0.15
BAD_WER = 0.5
# Less than one word of any clip of the quiz: "above" and "below" are then exact.
ABOVE = 0.01
# Half a word of twenty: two splits that lose so nearly the same are one as bad as the other.
AS_MANY = 0.025

# Splits that decide which layers dominate. The first of each is where the front (3 of 8) or the back
# (3 of 8) is a minority, the others those up to an even share.
FRONT_HOLDS, FRONT_FAILS = (3, 4, 5, 6), (4, 5, 6)
BACK_HOLDS, BACK_FAILS = (5, 2, 3, 4), (2, 3, 4)


@dataclass(frozen=True)
class AtOffset:
    """The outcome at one offset, and the comparisons that gave it; of an open one, what it lacks to hold."""

    outcome: Outcome
    comparisons: tuple[Comparison, ...]

    @property
    def taken(self) -> Taken:
        """The outcome with its margin."""
        return Taken(self.outcome, worst(self.comparisons))


@dataclass(frozen=True)
class Rule:
    """A claim's two questions to one offset, and what they mean in words.

    Each gives the comparisons of its nearest miss; the answer is yes if all of them are met.
    """

    holds: Callable[[Offset], tuple[Comparison, ...]]
    fails: Callable[[Offset], tuple[Comparison, ...]]
    threshold: Bilingual
    if_holds: Bilingual
    if_fails: Bilingual
    if_open: Bilingual
    beside: Callable[[tuple[Offset, ...]], tuple[Bilingual, ...]] = lambda _offsets: ()

    def at(self, offset: Offset) -> AtOffset:
        """The answer at one offset."""
        holds, fails = self.holds(offset), self.fails(offset)
        if _met(holds):
            return AtOffset(Outcome.HOLDS, holds)
        if _met(fails):
            return AtOffset(Outcome.FAILS, tuple(one.against() for one in fails))
        return AtOffset(Outcome.UNDETERMINED, holds)


def rule_of(claim: Any) -> Rule | None:
    """None for a claim that is not measured."""
    match claim:
        case LayerZero():
            return None
        case WithoutLayerZero(without_layer_0="unintelligible"):
            return unintelligible()
        case WithoutLayerZero():
            return converts_well()
        case BlurredAt(blurred_at=split):
            return blurred(split)
        case NearerFrom(nearer_from=first, speaker=speaker):
            splits = tuple(range(first, N_CODEBOOKS + 1))
            return nearer(speaker, splits, splits)
        case Dominant(dominant="front"):
            return nearer("Alice", FRONT_HOLDS, FRONT_FAILS)
        case Dominant():
            return nearer("James", BACK_HOLDS, BACK_FAILS)
        case claim:
            raise TypeError(f"Q10 has no rule for {claim!r}.")


def _met(comparisons: Iterable[Comparison]) -> bool:
    return all(one.met for one in comparisons)


def _random_codes(offsets: tuple[Offset, ...]) -> tuple[Bilingual, ...]:
    """What random codes in layer 0 do, which the exercise does not ask and no rule reads."""
    rates = [one.wer for offset in offsets for one in offset.random_first]
    if not rates:
        return ()
    least, most = f"{min(rates):.2f}", f"{max(rates):.2f}"
    return (
        Bilingual(
            zh=f"另外：第零層換成隨機 codes 時 WER {least} 至 {most}",
            en=f"beside: with random codes in layer 0 WER {least} to {most}",
        ),
    )


def worst(comparisons: Iterable[Comparison]) -> float:
    """The margin of the comparison that is nearest to a miss, or farthest beyond it."""
    return min(one.margin for one in comparisons)


def unintelligible() -> Rule:
    """The least error rate of both ways, which has to be high."""
    return _without_layer_zero(
        min,
        holds=(at_least, UNINTELLIGIBLE_WER),
        fails=(at_most, INTELLIGIBLE_WER),
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
    )


def converts_well() -> Rule:
    """The highest error rate of both ways, which has to be low."""
    return _without_layer_zero(
        max,
        holds=(at_most, GOOD_WER),
        fails=(at_least, BAD_WER),
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
    )


def _without_layer_zero(
    of: Callable[[Iterable[float]], float], holds: Limit, fails: Limit, **words: Bilingual
) -> Rule:
    """The least or the highest error rate of the two ways, `of` both, against one limit each."""
    quantity = LEAST_LOST if of is min else MOST_LOST

    def compared(limit: Limit) -> Callable[[Offset], tuple[Comparison, ...]]:
        compare, threshold = limit
        return lambda offset: (compare(quantity, of(offset.lost_without_first), threshold, ""),)

    return Rule(
        holds=compared(holds),
        fails=compared(fails),
        threshold=Bilingual(
            zh=f"成立：第零層換成另一人的，保留者的字詞損失（{LOST.zh}）兩個方向都 {_spelt(holds)}；"
            f"不成立：任一方向 {_spelt(fails)}",
            en=f"holds: {_spelt(holds)} of the kept speaker's words lost ({LOST.en}) with layer 0 the other "
            f"speaker's, both ways; fails: {_spelt(fails)} in either",
        ),
        beside=_random_codes,
        **words,
    )


def _spelt(limit: Limit) -> str:
    compare, threshold = limit
    return f"{'≥' if compare is at_least else '≤'} {threshold}"


def blurred(split: int) -> Rule:
    """Among the two of the nine splits that lose the most words, and worse than both pure ones."""

    def holds(offset: Offset) -> tuple[Comparison, ...]:
        here, lost = offset.lost[split], offset.lost
        second_worst = sorted(lost[:split] + lost[split + 1 :])[-2]
        return (
            at_least(
                Bilingual(
                    zh=f"k = {split} 的字詞損失減其他八個中的次差者",
                    en=f"words lost at k = {split}, less the second worst other",
                ),
                here - second_worst, -AS_MANY, "",
            ),
            at_least(
                Bilingual(zh="它高出 k = 0 與 k = 8 多少", en="its rise above k = 0 and k = 8"),
                here - max(lost[0], lost[-1]), ABOVE, "",
            ),
        )  # fmt: skip

    def fails(offset: Offset) -> tuple[Comparison, ...]:
        median = sorted(offset.lost)[len(offset.lost) // 2]
        quantity = Bilingual(
            zh=f"中位數減 k = {split} 的字詞損失", en=f"median less the words lost at k = {split}"
        )
        return (at_least(quantity, median - offset.lost[split], ABOVE, ""),)

    return Rule(
        holds=holds,
        fails=fails,
        threshold=Bilingual(
            zh=f"成立：字詞損失（{LOST.zh}，取較近的一人）在九個中最差或次差（相差 {AS_MANY} 以內視為相同），"
            "且高於 k = 0 與 8；不成立：低於九個的中位數",
            en=f"holds: the words lost ({LOST.en}, of the nearer speaker) are the most or second most of the "
            f"nine (within {AS_MANY} is as many) and above those at k = 0 and 8; fails: below the median of "
            "the nine",
        ),
        if_holds=Bilingual(
            zh=f"k = {split} 損失的字詞是九個切分點中最多或次多，且多於 k = 0 與 k = 8。",
            en=f"Of the nine splits k = {split} is the worst or second worst understood, "
            "and worse than k = 0 and k = 8.",
        ),
        if_fails=Bilingual(
            zh=f"k = {split} 損失的字詞少於九個切分點的中位數。",
            en=f"k = {split} is understood better than the median of the nine splits.",
        ),
        if_open=Bilingual(
            zh=f"k = {split} 既不在最差的兩個之中，也不優於中位數。",
            en=f"k = {split} is neither among the two worst understood nor better than the median.",
        ),
    )


def nearer(speaker: Speaker, holds_at: tuple[int, ...], fails_at: tuple[int, ...]) -> Rule:
    """`speaker` nearer in words, and not farther in voice, at all of `holds_at`.

    It fails where the other is nearer in both at any of `fails_at`. A voice in the neutral third decides
    nothing: then the words do.
    """
    rival = other(speaker)

    def leads(offset: Offset, who: Speaker, split: int, least_voice: float) -> tuple[Comparison, ...]:
        found = offset.leads(offset.mixes[split], who)
        return (
            at_least(
                Bilingual(
                    zh=f"k = {split} 時 {who} 的內容領先", en=f"lead of {who}'s words at k = {split}"
                ),
                found.words, NEUTRAL_POSITION, "",
            ),
            at_least(
                Bilingual(zh=f"k = {split} 時 {who} 的 WER 領先", en=f"{who}'s WER lead at k = {split}"),
                found.wer, -MAX_WER_LAG, "",
            ),
            at_least(
                Bilingual(
                    zh=f"k = {split} 時 {who} 的聲音位置", en=f"{who}'s voice position at k = {split}"
                ),
                found.voice, least_voice, "",
            ),
        )  # fmt: skip

    def holds(offset: Offset) -> tuple[Comparison, ...]:
        return min((leads(offset, speaker, split, -NEUTRAL_POSITION) for split in holds_at), key=worst)

    def fails(offset: Offset) -> tuple[Comparison, ...]:
        return max((leads(offset, rival, split, NEUTRAL_POSITION) for split in fails_at), key=worst)

    span, counter = _listed(holds_at), _listed(fails_at)
    return Rule(
        holds=holds,
        fails=fails,
        threshold=Bilingual(
            zh=f"成立：k = {span} 時內容都更接近 {speaker}，聲音不更遠；"
            f"不成立：k = {counter} 之中任一處兩者都更接近 {rival}",
            en=f"holds: {speaker} nearer in words and not farther in voice at k = {span}; "
            f"fails: {rival} nearer in both at any of k = {counter}",
        ),
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
