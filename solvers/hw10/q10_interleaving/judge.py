"""What Q10's numbers decide: one rule a claim, taken at every offset apart.

A decision has to come out at most offsets and its contrary at none, else it is undetermined.
"""

from collections.abc import Iterable
from typing import Any

from questions.quiz import Bilingual, Part
from solvers.evidence.statistics import counted, decided, enough, tally
from solvers.evidence.verdicts import Comparison, Finding, Outcome, joined
from solvers.hw10.documented import documented
from solvers.hw10.q10_interleaving.claims import BlurredAt, Dominant, LayerZero, NearerFrom, WithoutLayerZero
from solvers.hw10.q10_interleaving.measurements import N_CODEBOOKS, Measurements, Offset
from solvers.hw10.q10_interleaving.rules import (
    BACK_FAILS,
    BACK_HOLDS,
    FRONT_FAILS,
    FRONT_HOLDS,
    Rule,
    blurred,
    converts_well,
    nearer,
    unintelligible,
    worst,
)

UNSEEN = Bilingual(
    zh="編碼本身看不出訓練方式，而題目規格沒有引用文獻。",
    en="Codes do not show how a layer was trained, and the spec cites no source.",
)


def judge(part: Part[Any], measurements: Measurements) -> Finding:
    """By the claim's own rule, whichever split or speaker it names."""
    match part.claim:
        case LayerZero():
            return documented(part.source, UNSEEN)
        case WithoutLayerZero(without_layer_0="unintelligible"):
            rule = unintelligible()
        case WithoutLayerZero():
            rule = converts_well()
        case BlurredAt(blurred_at=split):
            rule = blurred(split)
        case NearerFrom(nearer_from=first, speaker=speaker):
            splits = tuple(range(first, N_CODEBOOKS + 1))
            rule = nearer(speaker, splits, splits)
        case Dominant(dominant="front"):
            rule = nearer("Alice", FRONT_HOLDS, FRONT_FAILS)
        case Dominant():
            rule = nearer("James", BACK_HOLDS, BACK_FAILS)
        case claim:
            raise TypeError(f"Q10 has no rule for {claim!r}.")
    return _decide(rule, measurements.offsets)


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
    comparisons = min(shown, key=worst)
    n_so = outcomes.count(outcome) or len(offsets)
    weakest = Bilingual(
        zh=f"（{n_so} 個起點位移中最弱者；{counts.zh}）", en=f" (the weakest of {n_so} offsets; {counts.en})"
    )
    numbers = joined(
        Bilingual(zh=f"{one.quantity.zh} {one.value:.2f}", en=f"{one.quantity.en} {one.value:.2f}")
        for one in comparisons
    )
    return Finding(
        outcome=outcome,
        measured=joined((joined((numbers, weakest), "", ""), *rule.beside(offsets))),
        threshold=joined((rule.threshold, enough(len(offsets)))),
        comparisons=(*counted(outcomes), *comparisons),
        reason=reason,
    )


def _at(rule: Rule, offset: Offset) -> tuple[Outcome, tuple[Comparison, ...]]:
    """The outcome at one offset, and the comparisons that gave it; of an open one, what it lacks to hold."""
    holds, fails = rule.holds(offset), rule.fails(offset)
    if _met(holds):
        return Outcome.HOLDS, holds
    if _met(fails):
        return Outcome.FAILS, tuple(one.against() for one in fails)
    return Outcome.UNDETERMINED, holds


def _met(comparisons: Iterable[Comparison]) -> bool:
    return all(one.met for one in comparisons)
