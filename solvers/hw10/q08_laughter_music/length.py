"""Q8's long duration: the same 8 seconds of music, coded whole, as two cuts of 4 s and as four of 2 s."""

from statistics import fmean
from typing import TYPE_CHECKING

from questions.common.frozen import Frozen
from questions.quiz import Bilingual
from solvers.audio.quality import UNIT, UndefinedMetricError, log_mel_distance, normalised, stft_distance
from solvers.evidence.statistics import bootstrap_mean
from solvers.evidence.verdicts import Comparison, Finding, Outcome, at_least, at_most
from solvers.hw10.round_trip import OFFSET_SAMPLES, through_codec

if TYPE_CHECKING:
    from torch import Tensor

    from solvers.hw10.models.codec import Codec

CUT_LENGTHS_S = (2, 4, 8)
N_WINDOWS = 6  # stretches of 8 s, evenly over the clip: 24, 12 and 6 cuts
# A doubling must cost this much. Two doublings are then a tenth of what telephone bandwidth costs, the
# least that would be heard as a reason; cuts of the same music differ by about 0.01 from where they start.
MIN_SLOPE = 0.05
BOOTSTRAP_SEED = 8


class Window(Frozen):
    """The same 8 s of music, coded in cuts of 2, 4 and 8 s: distances of the whole, one a length."""

    start_s: float
    log_mel: tuple[float, float, float]
    stft: tuple[float, float, float]


def slope(distances: tuple[float, float, float]) -> float:
    """Least-squares slope a doubling of the length: of three equally spaced points, half the way up."""
    return (distances[2] - distances[0]) / 2


def cut(music: "Tensor", codec: "Codec") -> tuple[Window, ...]:
    """Windows of 8 s over the music `[N]`, each coded in cuts of every length and put together again.

    Whatever the length of the cuts, the distance is of the same 8 s, so that nothing but the length differs.
    Raises UndefinedMetricError: the clip is too short, or has nothing above 3.5 kHz.
    """
    import torch

    rate_hz, longest_s = codec.sample_rate_hz, max(CUT_LENGTHS_S)
    n = longest_s * rate_hz
    slack = len(music) - n
    if slack < (N_WINDOWS - 1) * OFFSET_SAMPLES:  # the windows' starts then differ in frame phase at least
        needed_s = longest_s + (N_WINDOWS - 1) * OFFSET_SAMPLES / rate_hz
        raise UndefinedMetricError(
            f"the clip lasts {len(music) / rate_hz:.2f} s, and several cuts of {longest_s} s "
            f"need {needed_s:.2f} s"
        )
    starts = [round(i * slack / (N_WINDOWS - 1)) for i in range(N_WINDOWS)]
    windows = torch.stack([music[start : start + n] for start in starts])
    coded = [
        through_codec(windows.reshape(-1, length_s * rate_hz), codec).reshape(N_WINDOWS, n)
        for length_s in CUT_LENGTHS_S
    ]
    found = []
    for start, original, *decoded in zip(starts, windows, *coded, strict=True):
        log_mel = normalised(log_mel_distance, original, rate_hz)
        stft = normalised(stft_distance, original, rate_hz)
        found.append(
            Window(
                start_s=start / rate_hz,
                log_mel=tuple(map(log_mel, decoded)),
                stft=tuple(map(stft, decoded)),
            )
        )
    return tuple(found)


def judge_length(windows: tuple[Window, ...], no_windows: str) -> Finding:
    """Above the bound in both distances it holds, at or below it in both it fails."""
    threshold = f"slope a doubling of the cut's length above {MIN_SLOPE} in both distances (2, 4, 8 s)"
    if not windows:
        return Finding(
            outcome=Outcome.UNDETERMINED,
            measured="–",
            threshold=threshold,
            reason=Bilingual(
                zh=f"無法測量長度的影響：{no_windows}。",
                en=f"What length does could not be measured: {no_windows}.",
            ),
        )
    slopes = {
        "log-mel": [slope(window.log_mel) for window in windows],
        "multi-resolution STFT": [slope(window.stft) for window in windows],
    }
    intervals = {metric: bootstrap_mean(values, BOOTSTRAP_SEED) for metric, values in slopes.items()}
    if all(low > MIN_SLOPE for low, _ in intervals.values()):
        outcome = Outcome.HOLDS
    elif all(high <= MIN_SLOPE for _, high in intervals.values()):
        outcome = Outcome.FAILS
    else:
        outcome = Outcome.UNDETERMINED
    relation = at_most if outcome is Outcome.FAILS else at_least
    comparisons = tuple(
        relation(f"{metric}, slope a doubling", fmean(values), MIN_SLOPE, UNIT, intervals[metric])
        for metric, values in slopes.items()
    )
    return Finding(
        outcome=outcome,
        measured="; ".join(_slope_text(one) for one in comparisons),
        threshold=threshold,
        comparisons=comparisons,
        reason=_length_reason(outcome, comparisons),
    )


def _slope_text(one: Comparison) -> str:
    assert one.interval is not None
    return f"{one.quantity} {one.value:+.3f} [{one.interval[0]:+.3f}, {one.interval[1]:+.3f}]"


def _length_reason(outcome: Outcome, comparisons: tuple[Comparison, ...]) -> Bilingual:
    numbers = "、".join(f"{one.value:+.3f}" for one in comparisons)
    numbers_en = " and ".join(f"{one.value:+.3f}" for one in comparisons)
    match outcome:
        case Outcome.HOLDS:
            return Bilingual(
                zh=f"同一段音樂切得越長，重建距離越大：長度每加倍，兩種距離增加 {numbers}。",
                en=f"The longer the cuts of the same music, the greater the distance: by {numbers_en} "
                "a doubling.",
            )
        case Outcome.FAILS:
            return Bilingual(
                zh=f"同一段音樂切成 2、4、8 秒，重建距離並不隨長度增加：長度每加倍，兩種距離變化 {numbers}。",
                en=f"In cuts of 2, 4 and 8 s the same music is no further off: {numbers_en} a doubling.",
            )
        case Outcome.UNDETERMINED:
            return Bilingual(
                zh=f"長度的影響無法判定：長度每加倍，兩種距離變化 {numbers}，區間跨越門檻或兩者不一致。",
                en=f"What length does stays open: {numbers_en} a doubling; an interval crosses the bound, "
                "or the two distances disagree.",
            )
