"""What question 7's decodes decide: every claim at every start offset, and the reasons in words."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from questions.claims import Claim
from questions.common.absent import Absent
from questions.quiz import AnyQuestion, Bilingual, Part
from solvers.evidence import rounds
from solvers.evidence.statistics import Spread, tally
from solvers.evidence.verdicts import Comparison, Finding, Outcome, at_least, at_most, joined
from solvers.hw10.q07_languages.claims import Better, Both, Language, Only
from solvers.hw10.q07_languages.measurements import (
    GOOD_LOSS,
    GOOD_PESQ,
    GOOD_STOI,
    IN_SPEC,
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


class Missing(NamedTuple):
    """What is said of missing scores; empty where there are all."""

    zh: str
    en: str


def judge(part: Part[Claim], found: Measurements) -> Finding:
    """A claim is decided at every offset, and by all of them as `rounds` says."""
    claim = part.claim
    taken = [decide_at(claim, decodes) for decodes in found.pairs]
    decision, outcomes = rounds.decide(taken), [one.outcome for one in taken]
    outcome = decision.outcome
    if isinstance(claim, Better):
        conditions = _gap_conditions(claim.better, outcome, found)
        threshold = Bilingual(
            zh=f"PESQ-WB 高 {MIN_PESQ_GAP} 以上，且字詞損失少 {MIN_LOSS_GAP} nat/token 以上",
            en=f"PESQ-WB ≥ {MIN_PESQ_GAP} higher and words lost ≥ {MIN_LOSS_GAP} nat/token fewer",
        )
    else:
        conditions = _grade_conditions(claim, outcome, found)
        threshold = Bilingual(
            zh=f"良好：STOI ≥ {GOOD_STOI}、字詞損失 ≤ {GOOD_LOSS} nat/token、PESQ-WB ≥ {GOOD_PESQ}；"
            f"不佳：STOI < {POOR_STOI}、字詞損失 ≥ {POOR_LOSS} 或 PESQ-WB < {POOR_PESQ}",
            en=f"good: STOI ≥ {GOOD_STOI}, words lost ≤ {GOOD_LOSS} nat/token, PESQ-WB ≥ {GOOD_PESQ}; "
            f"not good: STOI < {POOR_STOI}, words lost ≥ {POOR_LOSS} or PESQ-WB < {POOR_PESQ}",
        )
    return Finding(
        outcome=outcome,
        measured=joined(_numbers(language, clip) for language, clip in found.clips.items()),
        threshold=joined((threshold, decision.condition)),
        comparisons=(*decision.counted(taken), *conditions),
        reason=_reason(claim, outcome, outcomes, found),
    )


def settled(question: AnyQuestion, pairs: Sequence[Pair]) -> bool:
    """Whether every claim of the question is decided by these offsets."""
    claims = [part.claim for option in question.options for part in option.parts]
    return all(rounds.settled([decide_at(claim, decodes) for decodes in pairs]) for claim in claims)


def _numbers(language: Language, clip: Clip) -> Bilingual:
    spreads = [(name, clip.spread(metric)) for metric, (name, *_) in BOUNDS.items()]
    spreads.append(
        (Bilingual(zh="錯誤率（只供參考）", en="error rate (shown only)"), clip.spread("error_rate"))
    )
    texts = [(name, spread.text() if spread else "–") for name, spread in spreads]
    numbers = joined(
        (Bilingual(zh=f"{name.zh} {text}", en=f"{name.en} {text}") for name, text in texts), "、", ", "
    )
    name, whose = NAMES[language], clip.reference_by
    whose_zh = "題目規格的文字" if whose == IN_SPEC else f"{whose} 的文字"
    return Bilingual(
        zh=f"{name.zh}：{numbers.zh}（字詞依{whose_zh}）", en=f"{name.en}: {numbers.en}, words by {whose}"
    )


def _gap_conditions(language: Language, outcome: Outcome, found: Measurements) -> tuple[Comparison, ...]:
    """By how much the language leads in the middle of the offsets: where it fails, what is too little."""
    pairs = [gaps(language, decodes) for decodes in found.pairs]
    one, other = NAMES[language], NAMES[other_of(language)]
    lost = Bilingual(
        zh=f"字詞損失，{other.zh} − {one.zh}，各偏移的中位數 [範圍]",
        en=f"words lost, {other.en} − {one.en}, median [range] of offsets",
    )
    pesq = Bilingual(
        zh=f"PESQ-WB，{one.zh} − {other.zh}，各偏移的中位數 [範圍]",
        en=f"PESQ-WB, {one.en} − {other.en}, median [range] of offsets",
    )
    leads, known = [lead for _, lead in pairs], [gap for gap, _ in pairs if gap is not None]
    conditions = []
    for quantity, values, bound, unit in (
        (pesq, known, MIN_PESQ_GAP, "MOS"),
        (lost, leads, MIN_LOSS_GAP, "nat/token"),
    ):
        if values:
            spread = Spread.of(values)
            needed = at_least(quantity, spread.median, bound, unit, spread.range)
            short = at_most(quantity, spread.median, bound, unit, spread.range).against()
            conditions.append(short if outcome is Outcome.FAILS else needed)
    return tuple(one for one in conditions if one.met or outcome is not Outcome.FAILS)


def _grade_conditions(claim: Claim, outcome: Outcome, found: Measurements) -> tuple[Comparison, ...]:
    """What keeps each language where the claim has it or, where the claim fails, where it has it not."""
    conditions = []
    for language, clip in found.clips.items():
        good = claim == Both(both="good") or (isinstance(claim, Only) and claim.only == language)
        if outcome is not Outcome.FAILS:
            conditions += _conditions_of(language, clip, good=good)
            continue
        contrary = _conditions_of(language, clip, good=not good)
        conditions += [one.against() for one in contrary if all(other.met for other in contrary)]
    return tuple(conditions)


def _conditions_of(language: Language, clip: Clip, *, good: bool) -> list[Comparison]:
    """Every metric against its bound; of not good one is enough, so those that are met, if any."""
    conditions = []
    for metric, (name, high_is_good, good_bound, poor_bound, unit) in BOUNDS.items():
        spread = clip.spread(metric)
        if spread is not None:
            relation = at_least if high_is_good == good else at_most
            quantity = Bilingual(
                zh=f"{name.zh}，{NAMES[language].zh}{'' if good else '（三者之一即可）'}",
                en=f"{name.en}, {NAMES[language].en}{'' if good else ' (any of three)'}",
            )
            bound = good_bound if good else poor_bound
            conditions.append(relation(quantity, spread.median, bound, unit, spread.range))
    return conditions if good else [one for one in conditions if one.met] or conditions


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
        f"字詞損失差（{other.zh}減{one.zh}）每個 token 為 {lead} nat{missing.zh}",
        en=f"PESQ-WB, {one.en} minus {other.en}, is {gap}; "
        f"words lost, {other.en} minus {one.en}, {lead} nat a token{missing.en}",
    )


def _grade_words(found: Measurements) -> Bilingual:
    zh, en = [], []
    for language, clip in found.clips.items():
        grades = [decode.grade for decode in clip.decodes]
        good, between, poor = (grades.count(one) for one in Grade)
        zh.append(f"{NAMES[language].zh}良好 {good}、介於兩者之間 {between}、不佳 {poor}")
        en.append(f"{NAMES[language].en} is good at {good}, between at {between}, not good at {poor}")
    missing = _missing(found)
    return Bilingual(zh="；".join(zh) + missing.zh, en="; ".join(en) + missing.en)


def _missing(found: Measurements) -> Missing:
    """Which scores there are none of, and why; empty in most runs."""
    said = dict.fromkeys(
        (language, one.because)
        for language, clip in found.clips.items()
        for decode in clip.decodes
        for one in (decode.pesq_wb, decode.stoi)
        if isinstance(one, Absent)
    )
    if not said:
        return Missing("", "")
    return Missing(
        zh="".join(f"（{NAMES[language].zh}沒有分數，程式訊息：「{why}」）" for language, why in said),
        en=f" [{'; '.join(f'{NAMES[language].en}: {why}' for language, why in said)}]",
    )
