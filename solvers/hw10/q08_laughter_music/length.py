"""Q8's long duration: the same stretch of music, coded whole, in halves and in quarters.

The stretch is as long as the clip allows, 8 s at most.
"""

import math
from collections.abc import Mapping
from statistics import fmean
from typing import TYPE_CHECKING

from questions.common.absent import Absent
from questions.common.frozen import Frozen
from questions.quiz import Bilingual
from solvers.evidence.statistics import bootstrap_mean
from solvers.evidence.verdicts import Finding, Outcome, at_least, at_most
from solvers.hw10.q08_laughter_music.distances import Deciding, log_ratio, loudness_distance
from solvers.hw10.round_trip import FRAME_SAMPLES, OFFSET_SAMPLES, through_codec
from solvers.models.threads import one_thread

if TYPE_CHECKING:
    from torch import Tensor

    from solvers.hw10.models.codec import Codec

N_CUTS = (4, 2, 1)  # of a stretch: each as long as two of the one before
# Frames of a quarter. At most 2 s, as long as the course's shorter clip; under half a second a cut is mostly
# edges, and says nothing of length.
MIN_QUARTER, MAX_QUARTER = 7, 25
N_WINDOWS = 6  # stretches, evenly over the clip: 24, 12 and 6 cuts
# A doubling must make it worse by this factor. Two doublings are then 1.2, still less than the 1.35 by which
# two sounds must differ for one to be the worse; cuts of the same music differ by 1.01 from where they start.
MIN_FACTOR = 1.1
BOOTSTRAP_SEED = 8


class Window(Frozen):
    """The same music coded in cuts of three lengths: distances of the whole stretch, one a length."""

    start_s: float
    lengths_s: tuple[float, float, float]
    loudness: tuple[float, float, float]
    stft: tuple[float, float, float]

    @property
    def slope(self) -> float:
        """Natural logarithm of the factor by which a doubling of the length makes it worse.

        By least squares: of three equally spaced points that is half the way up.
        """
        return log_ratio(self._distances(-1), self._distances(0)) / 2

    def _distances(self, length: int) -> Mapping[Deciding, float]:
        return {"loudness": self.loudness[length], "stft": self.stft[length]}


def cut(music: "Tensor", codec: "Codec") -> tuple[Window, ...]:
    """Stretches of the music `[N]`, each coded in cuts of every length and put together again.

    Whatever the length of the cuts, the distance is of the same stretch, so that nothing but it differs.
    Raises UndefinedMetricError: the clip is too short.
    """
    import torch

    from solvers.audio.quality import UndefinedMetricError, stft_distance

    rate_hz = codec.sample_rate_hz
    needed = (N_WINDOWS - 1) * OFFSET_SAMPLES  # the stretches' starts then differ in frame phase at least
    quarter = min((len(music) - needed) // (max(N_CUTS) * FRAME_SAMPLES), MAX_QUARTER)
    if quarter < MIN_QUARTER:
        needed += MIN_QUARTER * max(N_CUTS) * FRAME_SAMPLES
        raise UndefinedMetricError(
            f"the clip lasts {len(music) / rate_hz:.2f} s, and cuts of which the shortest has half a second "
            f"need {needed / rate_hz:.2f} s"
        )
    n = quarter * max(N_CUTS) * FRAME_SAMPLES
    slack = len(music) - n
    starts = [round(i * slack / (N_WINDOWS - 1)) for i in range(N_WINDOWS)]
    windows = torch.stack([music[start : start + n] for start in starts])
    coded = [through_codec(windows.reshape(-1, n // cuts), codec).reshape(N_WINDOWS, n) for cuts in N_CUTS]
    lengths_s = tuple(n / cuts / rate_hz for cuts in N_CUTS)
    found = []
    with one_thread():
        for start, original, *decoded in zip(starts, windows, *coded, strict=True):
            loudness, stft = loudness_distance(original, rate_hz), stft_distance(original, rate_hz)
            found.append(
                Window(
                    start_s=start / rate_hz,
                    lengths_s=lengths_s,
                    loudness=tuple(map(loudness, decoded)),
                    stft=tuple(map(stft, decoded)),
                )
            )
    return tuple(found)


def judge_length(windows: tuple[Window, ...] | Absent) -> Finding:
    """It holds where the interval of the slope's mean lies above the bound, fails where below or on it."""
    threshold = Bilingual(
        zh=f"切段長度每加倍，變差超過 {MIN_FACTOR} 倍",
        en=f"worse by a factor above {MIN_FACTOR} with every doubling of the cuts' length",
    )
    if isinstance(windows, Absent):
        return Finding(
            outcome=Outcome.UNDETERMINED,
            measured="–",
            threshold=threshold,
            reason=Bilingual(
                zh=f"無法測量長度的影響，程式訊息：「{windows.because}」。",
                en=f"What length does could not be measured: {windows.because}.",
            ),
        )
    slopes = [window.slope for window in windows]
    low, high = bootstrap_mean(slopes, BOOTSTRAP_SEED)
    bound = math.log(MIN_FACTOR)
    if low > bound:
        outcome = Outcome.HOLDS
    elif high <= bound:
        outcome = Outcome.FAILS
    else:
        outcome = Outcome.UNDETERMINED
    relation = at_most if outcome is Outcome.FAILS else at_least
    compared = relation(
        Bilingual(zh="長度加倍時變差幾倍", en="how many times worse with a doubling of the length"),
        math.exp(fmean(slopes)), MIN_FACTOR, "×", (math.exp(low), math.exp(high)), wholly=True,
    )  # fmt: skip
    numbers = f"{compared.value:.3f} [{math.exp(low):.3f}, {math.exp(high):.3f}]"
    return Finding(
        outcome=outcome,
        measured=Bilingual(zh=f"每加倍 × {numbers}", en=f"× {numbers} a doubling"),
        threshold=Bilingual(
            zh=f"{threshold.zh}（切成 {_listed(windows[0], '、')} 秒）",
            en=f"{threshold.en} (cuts of {_listed(windows[0])} s)",
        ),
        comparisons=(compared.against() if outcome is Outcome.FAILS else compared,),
        reason=_length_reason(outcome, numbers, windows[0]),
    )


def _listed(window: Window, separator: str = ", ") -> str:
    return separator.join(f"{length_s:.2f}".rstrip("0").rstrip(".") for length_s in window.lengths_s)


def _length_reason(outcome: Outcome, numbers: str, window: Window) -> Bilingual:
    zh = f"同一段音樂切成 {_listed(window, '、')} 秒，長度每加倍，重建距離成為 {numbers} 倍"
    en = (
        f"In cuts of {_listed(window)} s the same music comes back {numbers} times as far off "
        "with every doubling of the length"
    )
    match outcome:
        case Outcome.HOLDS:
            return Bilingual(zh=f"{zh}：切得越長越差。", en=f"{en}: the longer, the worse.")
        case Outcome.FAILS:
            return Bilingual(zh=f"{zh}：並不隨長度明顯變差。", en=f"{en}: not clearly worse for it.")
        case Outcome.UNDETERMINED:
            return Bilingual(
                zh=f"{zh}：區間跨越門檻 {MIN_FACTOR}，無法判定。",
                en=f"{en}: the interval crosses the bound of {MIN_FACTOR}, so it stays open.",
            )
