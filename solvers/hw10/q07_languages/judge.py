"""What question 7's decodes decide: every claim at every start offset, and the reasons in words."""

from collections.abc import Mapping, Sequence

from questions.claims import Claim
from questions.quiz import AnyQuestion, Bilingual, Part
from solvers.evidence import rounds
from solvers.evidence.statistics import Spread, tally
from solvers.evidence.verdicts import Comparison, Finding, Outcome, at_least, at_most
from solvers.hw10.q07_languages.claims import Better, Both, Language, Only
from solvers.hw10.q07_languages.measurements import (
    GOOD_LOSS,
    GOOD_PESQ,
    GOOD_STOI,
    MIN_LOSS_GAP,
    MIN_PESQ_GAP,
    POOR_LOSS,
    POOR_PESQ,
    POOR_STOI,
    Clip,
    Grade,
    Measurements,
    Pair,
    decide_at,
    gaps,
    other_of,
)  # fmt: skip

NAMES: Mapping[Language, Bilingual] = {
    "en": Bilingual(zh="英文", en="English"),
    "zh": Bilingual(zh="中文", en="Chinese"),
}
# Metric: name, whether high is good, the bounds of good and of not good, unit.
BOUNDS: Mapping[str, tuple[Bilingual, bool, float, float, str]] = {
    "stoi": (Bilingual(zh="STOI", en="STOI"), True, GOOD_STOI, POOR_STOI, ""),
    "loss": (Bilingual(zh="字詞損失", en="words lost"), False, GOOD_LOSS, POOR_LOSS, "nat/token"),
    "pesq_wb": (Bilingual(zh="PESQ-WB", en="PESQ-WB"), True, GOOD_PESQ, POOR_PESQ, "MOS"),
}


def judge(part: Part[Claim], found: Measurements) -> Finding:
    """A claim is decided at every offset, and by all of them as `rounds` says."""
    claim = part.claim
    taken = [decide_at(claim, decodes) for decodes in found.pairs]
    decision, outcomes = rounds.decide(taken), [one.outcome for one in taken]
    outcome = decision.outcome
    if isinstance(claim, Better):
        comparisons = _gap_comparisons(claim.better, found)
        threshold = f"PESQ-WB ≥ {MIN_PESQ_GAP} higher and words lost ≥ {MIN_LOSS_GAP} nat/token fewer"
    else:
        comparisons = _grade_comparisons(claim, found)
        threshold = (
            f"good: STOI ≥ {GOOD_STOI}, words lost ≤ {GOOD_LOSS} nat/token, PESQ-WB ≥ {GOOD_PESQ}; "
            f"not good: STOI < {POOR_STOI}, words lost ≥ {POOR_LOSS} or PESQ-WB < {POOR_PESQ}"
        )
    return Finding(
        outcome=outcome,
        measured="; ".join(
            f"{NAMES[language].en}: {_numbers(clip)}" for language, clip in found.clips.items()
        ),
        threshold=f"{threshold}; {decision.condition.en}",
        comparisons=comparisons,
        reason=_reason(claim, outcome, outcomes, found),
    )


def settled(question: AnyQuestion, pairs: Sequence[Pair]) -> bool:
    """Whether every claim of the question is decided by these offsets."""
    claims = [part.claim for option in question.options for part in option.parts]
    return all(rounds.settled([decide_at(claim, decodes) for decodes in pairs]) for claim in claims)


def _numbers(clip: Clip) -> str:
    spreads = {name.en: clip.spread(metric) for metric, (name, *_) in BOUNDS.items()}
    spreads["error rate (shown only)"] = clip.spread("error_rate")
    return ", ".join(f"{name} {spread.text() if spread else '–'}" for name, spread in spreads.items())


def _gap_comparisons(language: Language, found: Measurements) -> tuple[Comparison, ...]:
    pairs = [gaps(language, decodes) for decodes in found.pairs]
    leads = Spread.of([lead for _, lead in pairs])
    known = [gap for gap, _ in pairs if gap is not None]
    lead = at_least(
        f"words lost, {NAMES[other_of(language)].en} − {NAMES[language].en}, median [range] of offsets",
        leads.median, MIN_LOSS_GAP, "nat/token", leads.range,
    )  # fmt: skip
    if not known:
        return (lead,)
    gap = Spread.of(known)
    quantity = f"PESQ-WB, {NAMES[language].en} − {NAMES[other_of(language)].en}, median [range] of offsets"
    return at_least(quantity, gap.median, MIN_PESQ_GAP, "MOS", gap.range), lead


def _grade_comparisons(claim: Claim, found: Measurements) -> tuple[Comparison, ...]:
    """Every metric against the bound that the claim asks of its language."""
    compared = []
    for language, clip in found.clips.items():
        good = claim == Both(both="good") or (isinstance(claim, Only) and claim.only == language)
        for metric, (name, high_is_good, good_bound, poor_bound, unit) in BOUNDS.items():
            spread = clip.spread(metric)
            if spread is not None:
                relation = at_least if high_is_good == good else at_most
                quantity = f"{name.en}, {NAMES[language].en}{'' if good else ' (any of three)'}"
                bound = good_bound if good else poor_bound
                compared.append(relation(quantity, spread.median, bound, unit, spread.range))
    return tuple(compared)


def _reason(claim: Claim, outcome: Outcome, outcomes: Sequence[Outcome], found: Measurements) -> Bilingual:
    what = _gap_words(claim.better, found) if isinstance(claim, Better) else _grade_words(found)
    n, n_so = len(outcomes), outcomes.count(outcome)
    match outcome:
        case Outcome.HOLDS:
            return Bilingual(
                zh=f"{n} 個起點偏移中有 {n_so} 個成立，無一相反：{what.zh}。",
                en=f"Holds at {n_so} of {n} offsets, fails at none: {what.en}.",
            )
        case Outcome.FAILS:
            return Bilingual(
                zh=f"{n} 個起點偏移中有 {n_so} 個不成立，無一相反：{what.zh}。",
                en=f"Fails at {n_so} of {n} offsets, holds at none: {what.en}.",
            )
        case Outcome.UNDETERMINED:
            if set(outcomes) == {Outcome.UNDETERMINED}:
                return Bilingual(
                    zh=f"{n} 個起點偏移全部未定：{what.zh}。", en=f"Open at all {n} offsets: {what.en}."
                )
            counts = tally(outcomes)
            return Bilingual(
                zh=f"{n} 個起點偏移沒有一致的結論（{counts.zh}）：{what.zh}。",
                en=f"No one decision at {n} offsets ({counts.en}): {what.en}.",
            )


def _gap_words(language: Language, found: Measurements) -> Bilingual:
    one, other = NAMES[language], NAMES[other_of(language)]
    pairs = [gaps(language, decodes) for decodes in found.pairs]
    lead = Spread.of([lead for _, lead in pairs]).text()
    known = [gap for gap, _ in pairs if gap is not None]
    missing = _missing(found)
    gap = Spread.of(known).text() if known else "–"
    return Bilingual(
        zh=f"PESQ-WB 差（{one.zh}減{other.zh}）為 {gap}，"
        f"字詞損失差（{other.zh}減{one.zh}）每個 token 為 {lead} nat{missing}",
        en=f"PESQ-WB, {one.en} minus {other.en}, is {gap}; "
        f"words lost, {other.en} minus {one.en}, {lead} nat a token{missing}",
    )


def _grade_words(found: Measurements) -> Bilingual:
    zh, en = [], []
    for language, clip in found.clips.items():
        grades = [decode.grade for decode in clip.decodes]
        good, between, poor = (grades.count(one) for one in Grade)
        zh.append(f"{NAMES[language].zh}良好 {good}、介於兩者之間 {between}、不佳 {poor}")
        en.append(f"{NAMES[language].en} is good at {good}, between at {between}, not good at {poor}")
    missing = _missing(found)
    return Bilingual(zh="；".join(zh) + missing, en="; ".join(en) + missing)


def _missing(found: Measurements) -> str:
    """Which scores there are none of, and why; empty in most runs."""
    said = dict.fromkeys(
        f"{NAMES[language].en}: {one.missing}"
        for language, clip in found.clips.items()
        for decode in clip.decodes
        for one in (decode.pesq_wb, decode.stoi)
        if one.missing
    )
    return f" [{'; '.join(said)}]" if said else ""
