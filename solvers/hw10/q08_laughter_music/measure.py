"""Q8: whether laughter or music comes back worse from the codec, and whether length is why.

Three metrics vote at each of 16 start offsets. For the length, the same 8 seconds of music go through the
codec whole, as two cuts of 4 s and as four of 2 s.
"""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Literal

from questions.claims import Because, Claim, Implies, Worst
from questions.quiz import AnyQuestion, Bilingual, Option, Rest
from solvers.audio.quality import (
    METRIC_RATE_HZ,
    UNIT,
    Score,
    UndefinedMetricError,
    log_mel_distance,
    normalised,
    pesq_wb,
    score,
    stft_distance,
)
from solvers.evidence.statistics import Spread, agreed, tally
from solvers.evidence.verdicts import Finding, Findings, Frozen, Outcome, at_least
from solvers.hw10.q08_laughter_music.length import Window, cut, judge_length
from solvers.hw10.round_trip import OFFSETS, load_clip, round_trip
from solvers.run.catalog import Measured

if TYPE_CHECKING:
    from torch import Tensor

    from solvers.hw10.models.codec import Codec
    from solvers.run.session import Bench, OnStep

Name = Literal["laughter", "music"]
Metric = Literal["log_mel", "stft", "pesq_wb"]

VERSION = 2
USES = (Rest.CODEC_WEIGHTS, Rest.COURSE_AUDIO)
NAMES: Mapping[Name, Bilingual] = {
    "laughter": Bilingual(zh="笑聲", en="laughter"),
    "music": Bilingual(zh="音樂", en="music"),
}
METRICS: Mapping[Metric, str] = {
    "log_mel": "log-mel",
    "stft": "multi-resolution STFT",
    "pesq_wb": "PESQ-WB",
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

FOLLOWS: Mapping[Outcome, Bilingual] = {
    Outcome.HOLDS: Bilingual(
        zh="前提成立，因此「可能難以處理」隨之成立。",
        en="The premise holds, and “may be hard” follows from it.",
    ),
    Outcome.FAILS: Bilingual(
        zh="前提不成立，推論也就沒有依據。",
        en="The premise fails, and with it what follows from it.",
    ),
    Outcome.UNDETERMINED: Bilingual(
        zh="前提未定，推論也未定。", en="The premise is open, and so is what follows from it."
    ),
}


class AtOffset(Frozen):
    """A clip decoded from one start offset; distances in units of the clip's own low-pass."""

    offset_samples: int
    log_mel: Score
    stft: Score
    pesq_wb: Score


class Measurements(Frozen):
    """Both clips at every offset, and the music in cuts. Without windows, `no_windows` says why."""

    n_codebooks: int
    duration_s: Mapping[Name, float]
    clips: Mapping[Name, tuple[AtOffset, ...]]
    windows: tuple[Window, ...]
    no_windows: str = ""

    def differences(self, metric: Metric, name: Name) -> list[float | None]:
        """By how much `name` is worse than the other, offset by offset; None where a score is missing."""
        other: Name = "music" if name == "laughter" else "laughter"
        sign = -1 if metric == "pesq_wb" else 1  # PESQ is a score, the others are distances
        pairs = zip(self.clips[name], self.clips[other], strict=True)
        values = [(getattr(one, metric).value, getattr(two, metric).value) for one, two in pairs]
        return [None if None in pair else sign * (pair[0] - pair[1]) for pair in values]


def spec_read(_question: AnyQuestion) -> Mapping[str, tuple[str, ...]]:
    """Measuring takes nothing from the options."""
    return {}


def measure(_question: AnyQuestion, bench: "Bench") -> Measured:
    """Read both files, decode each from 16 offsets and the music in cuts."""
    codec = bench.codec
    clips = {name: load_clip(bench.file(name), codec.sample_rate_hz) for name in NAMES}
    return compare(clips, codec, bench.step)


def compare(
    clips: "Mapping[Name, Tensor]", codec: "Codec", on_step: "OnStep", offsets: tuple[int, ...] = OFFSETS
) -> Measured:
    """Original clips float32 `[N]` at the codec's rate against their decodes."""
    from solvers.audio.sound_files import Sound

    rate_hz = codec.sample_rate_hz
    found: dict[Name, tuple[AtOffset, ...]] = {}
    sounds: list[Sound] = []
    for i, (name, clip) in enumerate(clips.items()):
        on_step(f"decoding the {name} from {len(offsets)} offsets", i / 3)
        decoded = round_trip(clip, codec, offsets)
        found[name] = _score(clip, decoded, rate_hz, offsets)
        sounds += [
            Sound(f"{name}_original", clip.numpy(), rate_hz, seen=True),
            Sound(f"{name}_decoded", decoded[0].numpy(), rate_hz, seen=True),
        ]
    on_step("decoding the music in cuts of 2, 4 and 8 s", 2 / 3)
    try:
        windows, reason = cut(clips["music"], codec), ""
    except UndefinedMetricError as error:
        windows, reason = (), str(error)
    numbers = Measurements(
        n_codebooks=codec.n_codebooks,
        duration_s={name: len(clip) / rate_hz for name, clip in clips.items()},
        clips=found,
        windows=windows,
        no_windows=reason,
    )
    return Measured(numbers, tuple(sounds))


def _score(clip: "Tensor", decoded: "Tensor", rate_hz: int, offsets: tuple[int, ...]) -> tuple[AtOffset, ...]:
    import torch

    from solvers.audio.sound_files import resample

    clean, *coded = resample(torch.cat([clip[None], decoded]), rate_hz, METRIC_RATE_HZ)
    log_mel = normalised(log_mel_distance, clip, rate_hz)
    stft = normalised(stft_distance, clip, rate_hz)
    return tuple(
        AtOffset(
            offset_samples=offset,
            log_mel=score(partial(log_mel, row)),
            stft=score(partial(stft, row)),
            pesq_wb=score(partial(pesq_wb, clean, heard)),
        )
        for offset, row, heard in zip(offsets, decoded, coded, strict=True)
    )


def judge(question: AnyQuestion, measurements: Measurements) -> Findings:
    """The votes decide which is worst, the slope whether length is why; the rest follows or is judgement."""
    return {
        option.id: tuple(_finding(part.claim, option, measurements) for part in option.parts)
        for option in question.options
    }


def _finding(claim: Claim, option: Option[Claim], found: Measurements) -> Finding:
    match claim:
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
            return _implied(option, found)
        case _:
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
    outcome = agreed(outcomes)
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
        threshold="log-mel, multi-resolution STFT and PESQ-WB all name it, at every offset",
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
    n = len(outcomes)
    other: Name = "music" if name == "laughter" else "laughter"
    if outcome is not Outcome.UNDETERMINED:
        worse = name if outcome is Outcome.HOLDS else other
        return Bilingual(
            zh=f"在全部 {n} 個起點偏移下，三項指標都認為{NAMES[worse].zh}重建得較差。",
            en=f"At all {n} offsets the three metrics name {NAMES[worse].en} as the worse.",
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
        zh=f"三項指標沒有在全部 {n} 個起點偏移下一致（{tally(outcomes).zh}）：{'；'.join(zh)}"
        + (f"。缺少的票：{missing}。" if missing else "。"),
        en=f"The three metrics do not agree at all {n} offsets ({tally(outcomes).en}): {'; '.join(en)}"
        + (f". Votes are missing: {missing}." if missing else "."),
    )


def _implied(option: Option[Claim], found: Measurements) -> Finding:
    """Hedged so weakly ("may be hard") that its premise, the option's own `worst`, carries it."""
    premise = next((part.claim for part in option.parts if isinstance(part.claim, Worst)), None)
    if premise is None:
        return Finding(
            outcome=Outcome.UNDETERMINED,
            measured="–",
            threshold="the option's own premise",
            reason=Bilingual(
                zh="這個選項沒有「何者最差」的前提可以依據。",
                en="The option has no `worst` part to follow from.",
            ),
        )
    found_premise = _worst(premise.worst, found)
    return Finding(
        outcome=found_premise.outcome,
        measured=found_premise.measured,
        threshold="follows from the option's own premise",
        reason=FOLLOWS[found_premise.outcome],
    )
