"""What question 8's decodes decide: which is worst, whether its length is why; the rest is judgement."""

import math
from collections.abc import Mapping, Sequence

from questions.claims import Claim
from questions.quiz import AnyQuestion, Bilingual, Part
from solvers.evidence import rounds
from solvers.evidence.rounds import Taken
from solvers.evidence.statistics import Spread, tally
from solvers.evidence.verdicts import Finding, Outcome, at_least, at_most, joined
from solvers.hw10.q08_laughter_music.claims import Because, Implies, Worst
from solvers.hw10.q08_laughter_music.length import judge_length
from solvers.hw10.q08_laughter_music.measurements import (
    METRICS,
    AtOffset,
    Measurements,
    Name,
    log_ratios,
    other_of,
)

NAMES: Mapping[Name, Bilingual] = {
    "laughter": Bilingual(zh="笑聲", en="laughter"),
    "music": Bilingual(zh="音樂", en="music"),
}

# So many times further off is plainly worse. Equal degradations of different sounds differ by less than this
# in half of all cases; of planted ones that a class of quality sets apart 1 % come out the wrong way round.
MIN_FACTOR = 1.35

JUDGEMENT: Mapping[str, Bilingual] = {
    "paralinguistics_unrecognised": Bilingual(
        zh="沒有測量能決定這個解釋：重建品質不說明模型是否「辨識」副語言訊號，留給助教判斷。",
        en="No measurement decides this explanation: how a sound is reconstructed does not say whether "
        "a model recognises paralinguistic signals. It is left to the TA.",
    ),
    "only_for_speech": Bilingual(
        zh="沒有測量能決定這個解釋：一個笑聲檔案不足以說明所有非語言聲音，留給助教判斷。",
        en="No measurement decides this explanation: one file of laughter does not speak for all non-verbal "
        "sounds. It is left to the TA.",
    ),
}

# What something may mean for later models follows from what was measured, and is marked as entailed.
NOT_MEASURED = Finding(
    outcome=Outcome.UNDETERMINED,
    measured="–",
    threshold=Bilingual(zh="無：只能推得", en="none: it can only be entailed"),
    reason=Bilingual(
        zh="這一部分無法測量，只能由前提推得；請在題目規格中寫 basis: entailed。",
        en="No measurement decides this part, it can only follow: give it the basis 'entailed' in the spec.",
    ),
)


def judge(part: Part[Claim], found: Measurements) -> Finding:
    """The distances decide which is worst, their slope whether length is why; the rest is judgement."""
    match part.claim:
        case Worst(worst=name):
            return _worst(name, found)
        case Because(because="long_duration"):
            return judge_length(found.windows)
        case Because(because=why):
            return Finding(
                outcome=Outcome.UNDETERMINED,
                measured="–",
                threshold=Bilingual(zh="無：屬於判斷", en="none: a judgement"),
                reason=JUDGEMENT[why],
            )
        case Implies():
            return NOT_MEASURED
        case claim:
            raise TypeError(f"Q8 has no rule for {type(claim).__name__}.")


def settled(question: AnyQuestion, clips: Mapping[Name, Sequence[AtOffset]]) -> bool:
    """Whether these offsets decide which clip is worst, wherever the question asks for it."""
    claims = [part.claim for option in question.options for part in option.parts]
    return all(
        rounds.settled(_taken(log_ratios(clips, claim.worst))) for claim in claims if isinstance(claim, Worst)
    )


def _taken(ratios: Sequence[float]) -> list[Taken]:
    """At an offset the clip is the worse by `MIN_FACTOR`, or the other is; else that offset is open."""
    bound = math.log(MIN_FACTOR)
    return [
        Taken(Outcome.UNDETERMINED, 0.0)
        if abs(ratio) < bound
        else Taken(Outcome.HOLDS if ratio > 0 else Outcome.FAILS, abs(ratio) - bound)
        for ratio in ratios
    ]


def _worst(name: Name, found: Measurements) -> Finding:
    ratios = log_ratios(found.clips, name)
    taken = _taken(ratios)
    decision, outcomes = rounds.decide(taken), [one.outcome for one in taken]
    outcome = decision.outcome
    factor = Spread.of([math.exp(ratio) for ratio in ratios])
    times = Bilingual(
        zh=f"{NAMES[name].zh}的距離是{NAMES[other_of(name)].zh}的幾倍，各偏移的中位數 [範圍]",
        en=f"how many times further off {name} is than {other_of(name)}, median [range] of offsets",
    )
    if outcome is Outcome.FAILS:
        compared = at_most(times, factor.median, 1 / MIN_FACTOR, "×", factor.range).against()
    else:
        compared = at_least(times, factor.median, MIN_FACTOR, "×", factor.range)
    return Finding(
        outcome=outcome,
        measured=joined(_numbers(clip, found.clips[clip]) for clip in NAMES),
        threshold=joined((
            Bilingual(
                zh=f"距離是另一者的 {MIN_FACTOR} 倍", en=f"{MIN_FACTOR} times further off than the other"
            ),
            decision.condition,
        )),
        comparisons=(*decision.counted(taken), compared),
        reason=_worst_reason(name, outcome, outcomes, ratios),
    )  # fmt: skip


def _numbers(clip: Name, decodes: tuple[AtOffset, ...]) -> Bilingual:
    texts = []
    for metric, name in METRICS.items():
        known = [value for one in decodes if (value := one.value(metric)) is not None]
        spread = Spread.of(known).text() if known else "–"
        texts.append(Bilingual(zh=f"{name.zh} {spread}", en=f"{name.en} {spread}"))
    numbers = joined(texts, "、", ", ")
    return Bilingual(zh=f"{NAMES[clip].zh}：{numbers.zh}", en=f"{NAMES[clip].en}: {numbers.en}")


def _worst_reason(
    name: Name, outcome: Outcome, outcomes: Sequence[Outcome], ratios: Sequence[float]
) -> Bilingual:
    n, n_so = len(outcomes), outcomes.count(outcome)
    if outcome is Outcome.UNDETERMINED:
        factor, counts = Spread.of([math.exp(ratio) for ratio in ratios]).text(), tally(outcomes)
        one, other = NAMES[name], NAMES[other_of(name)]
        return Bilingual(
            zh=f"{one.zh}的重建距離是{other.zh}的 {factor} 倍，{n} 個起點偏移中差到 {MIN_FACTOR} 倍的"
            f"不夠多（{counts.zh}），所以未定。",
            en=f"The {one.en} comes back {factor} times as far off as the {other.en}; too few of {n} offsets "
            f"differ by a factor of {MIN_FACTOR} one way ({counts.en}), so it stays open.",
        )
    sign, worse = (1, name) if outcome is Outcome.HOLDS else (-1, other_of(name))
    factor = Spread.of([math.exp(sign * ratio) for ratio in ratios]).text()
    one, other = NAMES[worse], NAMES[other_of(worse)]
    return Bilingual(
        zh=f"{one.zh}的重建距離是{other.zh}的 {factor} 倍；{n} 個起點偏移中有 {n_so} 個達 {MIN_FACTOR} 倍，"
        "無一相反。",
        en=f"The {one.en} comes back {factor} times as far off as the {other.en}, by {MIN_FACTOR} or more "
        f"at {n_so} of {n} offsets, the other way at none.",
    )
