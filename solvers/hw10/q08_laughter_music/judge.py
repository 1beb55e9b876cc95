"""What question 8's decodes decide: three votes on which is worst, the slope over the length, judgement."""

from collections.abc import Mapping

from questions.claims import Claim
from questions.quiz import Bilingual, Part
from solvers.audio.quality import (
    UNIT,
)
from solvers.evidence.statistics import Spread, decided, enough, tally
from solvers.evidence.verdicts import Finding, Outcome, at_least
from solvers.hw10.q08_laughter_music.claims import Because, Implies, Worst
from solvers.hw10.q08_laughter_music.length import judge_length
from solvers.hw10.q08_laughter_music.measurements import METRICS, AtOffset, Measurements, Metric, Name

NAMES: Mapping[Name, Bilingual] = {
    "laughter": Bilingual(zh="笑聲", en="laughter"),
    "music": Bilingual(zh="音樂", en="music"),
}

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
    threshold="none: it can only be entailed",
    reason=Bilingual(
        zh="這一部分無法測量，只能由前提推得；請在題目規格中寫 basis: entailed。",
        en="No measurement decides this part, it can only follow: give it the basis 'entailed' in the spec.",
    ),
)


def judge(part: Part[Claim], found: Measurements) -> Finding:
    """The votes decide which is worst, the slope whether length is why; the rest is judgement."""
    match part.claim:
        case Worst(worst=name):
            return _worst(name, found)
        case Because(because="long_duration"):
            return judge_length(found.windows, found.no_windows)
        case Because(because=why):
            return Finding(
                outcome=Outcome.UNDETERMINED,
                measured="–",
                threshold="none: a judgement",
                reason=JUDGEMENT[why],
            )
        case Implies():
            return NOT_MEASURED
        case claim:
            raise TypeError(f"Q8 has no rule for {type(claim).__name__}.")


def _worst(name: Name, found: Measurements) -> Finding:
    """All three metrics name the clip at an offset, or all three the other; else that offset is open."""
    differences = {metric: found.differences(metric, name) for metric in METRICS}
    outcomes = []
    for votes in zip(*differences.values(), strict=True):
        known = [vote for vote in votes if vote is not None]
        if len(known) == len(votes) and min(known) > 0:
            outcomes.append(Outcome.HOLDS)
        elif len(known) == len(votes) and max(known) < 0:
            outcomes.append(Outcome.FAILS)
        else:
            outcomes.append(Outcome.UNDETERMINED)
    outcome = decided(outcomes)
    comparisons = tuple(
        at_least(
            f"{METRICS[metric]}, by how much {name} is worse, median [range] of offsets",
            spread.median, 0.0, "MOS" if metric == "pesq_wb" else UNIT, spread.range,
        )
        for metric, values in differences.items()
        if (spread := _spread(values))
    )  # fmt: skip
    return Finding(
        outcome=outcome,
        measured="; ".join(f"{clip}: {_numbers(found.clips[clip])}" for clip in NAMES),
        threshold=f"log-mel, multi-resolution STFT and PESQ-WB all name it; {enough(len(outcomes)).en}",
        comparisons=comparisons,
        reason=_worst_reason(name, outcome, outcomes, differences, found),
    )


def _spread(values: list[float | None]) -> Spread | None:
    known = [value for value in values if value is not None]
    return Spread.of(known) if known else None


def _numbers(decodes: tuple[AtOffset, ...]) -> str:
    spreads = {
        METRICS[metric]: _spread([getattr(decode, metric).value for decode in decodes]) for metric in METRICS
    }
    return ", ".join(f"{name} {spread.text() if spread else '–'}" for name, spread in spreads.items())


def _worst_reason(
    name: Name,
    outcome: Outcome,
    outcomes: list[Outcome],
    differences: Mapping[Metric, list[float | None]],
    found: Measurements,
) -> Bilingual:
    n, n_so = len(outcomes), outcomes.count(outcome)
    other: Name = "music" if name == "laughter" else "laughter"
    if outcome is not Outcome.UNDETERMINED:
        worse = name if outcome is Outcome.HOLDS else other
        return Bilingual(
            zh=f"{n} 個起點偏移中有 {n_so} 個三項指標都認為{NAMES[worse].zh}重建得較差，無一相反。",
            en=f"At {n_so} of {n} offsets all three metrics name {NAMES[worse].en} as the worse.",
        )
    zh, en = [], []
    for metric, values in differences.items():
        known = [value for value in values if value is not None]
        for_name, for_other = sum(value > 0 for value in known), sum(value < 0 for value in known)
        zh.append(f"{METRICS[metric]} 指{NAMES[name].zh} {for_name} 次、{NAMES[other].zh} {for_other} 次")
        en.append(f"{METRICS[metric]} names {name} {for_name} times, {other} {for_other} times")
    missing = "; ".join(
        dict.fromkeys(
            f"{clip}: {one.missing}"
            for clip, decodes in found.clips.items()
            for decode in decodes
            for one in (decode.log_mel, decode.stft, decode.pesq_wb)
            if one.missing
        )
    )
    return Bilingual(
        zh=f"三項指標在 {n} 個起點偏移下不夠一致（{tally(outcomes).zh}）：{'；'.join(zh)}"
        + (f"。缺少的票：{missing}。" if missing else "。"),
        en=f"The three metrics agree at too few of {n} offsets ({tally(outcomes).en}): {'; '.join(en)}"
        + (f". Votes are missing: {missing}." if missing else "."),
    )
