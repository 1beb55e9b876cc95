"""What Q10's numbers decide: one rule a claim, taken at every offset apart, and by all as `rounds` says."""

from collections.abc import Sequence
from typing import Any

from questions.quiz import AnyQuestion, Bilingual, Part
from solvers.evidence import rounds
from solvers.evidence.statistics import tally
from solvers.evidence.verdicts import Finding, Outcome, joined
from solvers.hw10.documented import documented
from solvers.hw10.q10_interleaving.measurements import N_CODEBOOKS, Measurements, Offset
from solvers.hw10.q10_interleaving.rules import Rule, rule_of, worst

UNSEEN = Bilingual(
    zh="編碼本身看不出訓練方式，而題目規格沒有引用文獻。",
    en="Codes do not show how a layer was trained, and the spec cites no source.",
)


def judge(part: Part[Any], measurements: Measurements) -> Finding:
    """By the claim's own rule, whichever split or speaker it names."""
    rule = rule_of(part.claim)
    return documented(part.source, UNSEEN) if rule is None else _decide(rule, measurements.offsets)


def settled(question: AnyQuestion, offsets: Sequence[Offset]) -> bool:
    """Whether every claim of the question that offsets decide is decided by these."""
    rules = [rule_of(part.claim) for option in question.options for part in option.parts]
    return all(
        rounds.settled([rule.at(offset).taken for offset in offsets], _one_word(offsets))
        for rule in rules
        if rule is not None
    )


def _decide(rule: Rule, offsets: tuple[Offset, ...]) -> Finding:
    """The rule at every offset; shown are the comparisons of the weakest offset that says what is decided."""
    at = [rule.at(offset) for offset in offsets]
    outcomes = [one.outcome for one in at]
    decision = rounds.decide([one.taken for one in at], _one_word(offsets))
    outcome, counts = decision.outcome, tally(outcomes)
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
    shown = [one.comparisons for one in at if one.outcome is outcome] or [
        one.comparisons for one in at if one.outcome is not Outcome.HOLDS
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
        threshold=joined((rule.threshold, decision.condition)),
        comparisons=(*decision.counted([one.taken for one in at]), *comparisons),
        reason=reason,
    )


def _one_word(offsets: Sequence[Offset]) -> float:
    """The step of an error rate: one word of the shortest transcript of a pure decode in the first round."""
    first = offsets[: rounds.LOOKS[0].n_trials]  # so that later rounds do not change what it decides
    transcripts = [offset.mixes[split].transcript for offset in first for split in (0, N_CODEBOOKS)]
    return 1 / max(1, min(len(transcript.split()) for transcript in transcripts))
