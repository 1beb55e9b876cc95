"""Question 8 as tables: a summary, every start offset, the cuts."""

from collections.abc import Mapping
from typing import Any

from questions.quiz import AnyQuestion, Bilingual
from reports.draw.tables import Table
from reports.hw10.round_trip import (
    CLIP,
    EVERY,
    LENGTH,
    MEDIAN,
    OFFSET,
    metric_of,
    milliseconds,
    shown,
    shown_spread,
    spread_of,
)
from solvers.hw10.q08_laughter_music.judge import NAMES
from solvers.hw10.q08_laughter_music.length import CUT_LENGTHS_S
from solvers.hw10.q08_laughter_music.measurements import METRICS, Measurements


def tables(_question: AnyQuestion, raw: Mapping[str, Any]) -> tuple[Table, ...]:
    """A summary, every start offset, and the cuts where there are any."""
    found = Measurements.model_validate(raw)
    summary = Table(
        caption=Bilingual(
            zh=f"{MEDIAN.zh}；距離以該檔對其 3.5 kHz 低通版本的距離為單位",
            en=f"{MEDIAN.en}; distances in units of the clip's own distance to its 3.5 kHz low-pass",
        ),
        columns=(
            CLIP,
            LENGTH,
            *(Bilingual(zh=name, en=name) for name in METRICS.values()),
        ),
        rows=tuple(
            (
                name,
                f"{found.duration_s[name]:.2f}",
                *(shown_spread(spread_of([getattr(one, metric) for one in decodes])) for metric in METRICS),
            )
            for name, decodes in found.clips.items()
        ),
    )
    offsets = Table(
        caption=EVERY,
        columns=(
            OFFSET,
            *(metric_of(NAMES[name], metric) for name in found.clips for metric in METRICS.values()),
        ),
        rows=tuple(
            (
                milliseconds(row[0].offset_samples),
                *(shown(getattr(one, metric)) for one in row for metric in METRICS),
            )
            for row in zip(*found.clips.values(), strict=True)
        ),
    )
    return (summary, offsets, _cuts(found)) if found.windows else (summary, offsets)


def _cuts(found: Measurements) -> Table:
    lengths = [(name, length_s) for name in ("log-mel", "STFT") for length_s in CUT_LENGTHS_S]
    return Table(
        caption=Bilingual(
            zh="同一段 8 秒的音樂，切成不同長度分別編碼再接回：對原段的距離",
            en="The same 8 s of music, coded in cuts of each length and put together again: "
            "distance to the original",
        ),
        columns=(
            Bilingual(zh="段落起點（秒）", en="starts at (s)"),
            *(
                Bilingual(zh=f"{name}，{length_s} 秒", en=f"{name}, {length_s} s")
                for name, length_s in lengths
            ),
        ),
        rows=tuple(
            (f"{window.start_s:.3f}", *(f"{value:.3f}" for value in (*window.log_mel, *window.stft)))
            for window in found.windows
        ),
    )
