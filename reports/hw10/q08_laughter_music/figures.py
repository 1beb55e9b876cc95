"""Question 8 drawn: each metric's median and range over the start offsets, clip beside clip."""

from collections.abc import Mapping
from typing import Any

from questions.quiz import AnyQuestion, Bilingual
from reports.draw.figures import Figure
from reports.hw10.round_trip import HIGHER, LOWER, legend, panel, spread_of
from solvers.hw10.q08_laughter_music.judge import NAMES
from solvers.hw10.q08_laughter_music.measurements import METRICS, Measurements


def figures(_question: AnyQuestion, raw: Mapping[str, Any], _media: Mapping[str, str]) -> tuple[Figure, ...]:
    """One panel a metric."""
    found = Measurements.model_validate(raw)
    panels = []
    for metric, name in METRICS.items():
        rows = [
            (NAMES[clip], spread_of([getattr(decode, metric) for decode in decodes]))
            for clip, decodes in found.clips.items()
        ]
        is_score = metric == "pesq_wb"
        better = HIGHER if is_score else LOWER
        unit = "MOS" if is_score else ""
        panels.append(panel(Bilingual(zh=name, en=name), unit, better, rows, {}))
    return (
        Figure(
            caption=Bilingual(
                zh="三項指標的中位數與範圍（各起點偏移）；距離以該檔對其 3.5 kHz 低通版本的距離為單位。",
                en="The three votes: median and range over the start offsets; distances in units of the "
                "clip's own distance to its 3.5 kHz low-pass.",
            ),
            panels=tuple(panels),
            legend=legend(NAMES[clip] for clip in found.clips),
        ),
    )
