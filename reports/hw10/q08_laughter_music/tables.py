"""Question 8 as tables: a summary, every start offset, the cuts."""

from collections.abc import Mapping, Sequence
from typing import Any

from questions.common.absent import Absent
from questions.quiz import AnyQuestion, Bilingual
from reports.draw.tables import Table
from reports.hw10.round_trip import (
    CLIP,
    EVERY,
    LENGTH,
    MEDIAN,
    OFFSET,
    milliseconds,
    shown,
    shown_spread,
)
from solvers.evidence.statistics import Spread
from solvers.hw10.q08_laughter_music.judge import NAMES
from solvers.hw10.q08_laughter_music.length import Window
from solvers.hw10.q08_laughter_music.measurements import AtOffset, Measurements, Metric

COLUMNS: Mapping[Metric, Bilingual] = {
    "loudness": Bilingual(zh="響度距離", en="loudness distance"),
    "stft": Bilingual(zh="STFT 距離", en="STFT distance"),
    "pesq_wb": Bilingual(zh="PESQ-WB（只供參考）", en="PESQ-WB (shown only)"),
}


def spread(decodes: Sequence[AtOffset], metric: Metric) -> Spread | None:
    """Of a metric over the start offsets; None where no offset has a value."""
    known = [value for one in decodes if (value := one.value(metric)) is not None]
    return Spread.of(known) if known else None


def tables(_question: AnyQuestion, raw: Mapping[str, Any]) -> tuple[Table, ...]:
    """A summary, every start offset, and the cuts where there are any."""
    found = Measurements.model_validate(raw)
    summary = Table(
        caption=MEDIAN,
        columns=(
            CLIP,
            LENGTH,
            *COLUMNS.values(),
        ),
        rows=tuple(
            (
                NAMES[name],
                f"{found.duration_s[name]:.2f}",
                *(shown_spread(spread(decodes, metric)) for metric in COLUMNS),
            )
            for name, decodes in found.clips.items()
        ),
    )
    offsets = Table(
        caption=EVERY,
        columns=(
            OFFSET,
            *(
                Bilingual(zh=f"{NAMES[name].zh} {metric.zh}", en=f"{NAMES[name].en} {metric.en}")
                for name in found.clips
                for metric in COLUMNS.values()
            ),
        ),
        rows=tuple(
            (
                milliseconds(row[0].offset_samples),
                *(shown(getattr(one, metric)) for one in row for metric in COLUMNS),
            )
            for row in zip(*found.clips.values(), strict=True)
        ),
    )
    if isinstance(found.windows, Absent):
        return summary, offsets
    return summary, offsets, _cuts(found.windows)


def _cuts(windows: Sequence[Window]) -> Table:
    names = (COLUMNS["loudness"], COLUMNS["stft"])
    lengths = [(name, length_s) for name in names for length_s in windows[0].lengths_s]
    return Table(
        caption=Bilingual(
            zh="同一段音樂，切成不同長度分別編碼再接回：對原段的距離",
            en="The same music, coded in cuts of each length and put together again: "
            "distance to the original",
        ),
        columns=(
            Bilingual(zh="段落起點（秒）", en="starts at (s)"),
            *(
                Bilingual(zh=f"{name.zh}，{length_s:g} 秒", en=f"{name.en}, {length_s:g} s")
                for name, length_s in lengths
            ),
        ),
        rows=tuple(
            (f"{window.start_s:.3f}", *(f"{value:.3f}" for value in (*window.loudness, *window.stft)))
            for window in windows
        ),
    )
