"""Question 8 drawn: each metric's median and range over the start offsets, clip beside clip."""

from collections.abc import Mapping
from typing import Any

from questions.quiz import AnyQuestion, Bilingual
from reports.draw.figures import Figure
from reports.hw10.q08_laughter_music.tables import COLUMNS, spread
from reports.hw10.round_trip import HIGHER, LOWER, legend, panel
from solvers.hw10.q08_laughter_music.judge import NAMES
from solvers.hw10.q08_laughter_music.measurements import Measurements


def figures(_question: AnyQuestion, raw: Mapping[str, Any], _media: Mapping[str, str]) -> tuple[Figure, ...]:
    """One panel a metric."""
    found = Measurements.model_validate(raw)
    panels = []
    for metric, name in COLUMNS.items():
        rows = [(NAMES[clip], spread(decodes, metric)) for clip, decodes in found.clips.items()]
        is_score = metric == "pesq_wb"
        better = HIGHER if is_score else LOWER
        unit = "MOS" if is_score else ""
        panels.append(panel(name, unit, better, rows, {}))
    return (
        Figure(
            caption=Bilingual(
                zh="兩種距離與 PESQ-WB 的中位數與範圍（各起點偏移）；只有距離參與判定。",
                en="Both distances and PESQ-WB: median and range over the start offsets; the distances "
                "alone decide.",
            ),
            panels=tuple(panels),
            legend=legend(NAMES[clip] for clip in found.clips),
        ),
    )
