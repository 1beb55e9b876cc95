"""Question 8's numbers: distances of each clip at every start offset, PESQ beside."""

from collections.abc import Mapping, Sequence
from typing import Literal

from questions.common.absent import Absent
from questions.common.frozen import Frozen
from questions.quiz import Bilingual
from solvers.hw10.q08_laughter_music.distances import Deciding, log_ratio
from solvers.hw10.q08_laughter_music.length import Window

Name = Literal["laughter", "music"]
Metric = Literal["loudness", "stft", "pesq_wb"]
METRICS: Mapping[Metric, Bilingual] = {
    "loudness": Bilingual(zh="響度距離", en="loudness distance"),
    "stft": Bilingual(zh="多解析度 STFT 距離", en="multi-resolution STFT distance"),
    "pesq_wb": Bilingual(zh="PESQ-WB（只供參考）", en="PESQ-WB (shown only)"),
}


class AtOffset(Frozen):
    """A clip decoded from one start offset. PESQ is made for speech: it is shown and decides nothing."""

    offset_samples: int
    loudness: float
    stft: float
    pesq_wb: float | Absent

    @property
    def distances(self) -> Mapping[Deciding, float]:
        """What decides."""
        return {"loudness": self.loudness, "stft": self.stft}

    def value(self, metric: Metric) -> float | None:
        """A metric's number, if there is one."""
        found: float | Absent = getattr(self, metric)
        return None if isinstance(found, Absent) else found


class Measurements(Frozen):
    """Both clips at the same offsets, and the music in cuts; `rounds`: how many offsets each round had."""

    n_codebooks: int
    duration_s: Mapping[Name, float]
    clips: Mapping[Name, tuple[AtOffset, ...]]
    windows: tuple[Window, ...] | Absent
    rounds: tuple[int, ...] = ()


def log_ratios(clips: Mapping[Name, Sequence[AtOffset]], name: Name) -> list[float]:
    """By how much `name` is worse than the other, offset by offset."""
    pairs = zip(clips[name], clips[other_of(name)], strict=True)
    return [log_ratio(one.distances, other.distances) for one, other in pairs]


def other_of(name: Name) -> Name:
    return "music" if name == "laughter" else "laughter"
