"""Question 8's numbers: three metrics of each clip at every start offset."""

from collections.abc import Mapping
from typing import Literal

from questions.common.frozen import Frozen
from solvers.audio.quality import (
    Score,
)
from solvers.hw10.q08_laughter_music.length import Window

Name = Literal["laughter", "music"]
Metric = Literal["log_mel", "stft", "pesq_wb"]
METRICS: Mapping[Metric, str] = {
    "log_mel": "log-mel",
    "stft": "multi-resolution STFT",
    "pesq_wb": "PESQ-WB",
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
