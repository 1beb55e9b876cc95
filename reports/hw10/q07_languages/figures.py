"""Question 7 drawn: each metric's median and range over the start offsets, clip beside clip."""

from collections.abc import Mapping
from typing import Any

from questions.quiz import AnyQuestion, Bilingual
from reports.draw.figures import Figure
from reports.hw10.round_trip import HIGHER, LOWER, legend, panel
from solvers.hw10.q07_languages.judge import BOUNDS, NAMES
from solvers.hw10.q07_languages.measurements import Measurements


def figures(_question: AnyQuestion, raw: Mapping[str, Any], _media: Mapping[str, str]) -> tuple[Figure, ...]:
    """One panel a metric."""
    found = Measurements.model_validate(raw)
    panels = []
    for metric, (name, high_is_good, good, poor, unit) in BOUNDS.items():
        rows = [(NAMES[language], clip.spread(metric)) for language, clip in found.clips.items()]
        better = HIGHER if high_is_good else LOWER
        panels.append(panel(name, unit, better, rows, {"good": good, "poor": poor}))
    n_offsets = len(found.pairs)
    return (
        Figure(
            caption=Bilingual(
                zh=f"全部碼本重建後，{n_offsets} 個起點偏移的中位數與範圍。"
                "實線：良好的界線；虛線：不佳的界線。",
                en=f"After all codebooks: median and range of {n_offsets} start offsets. "
                "Solid line: the bound of good; dashed: that of not good.",
            ),
            panels=tuple(panels),
            legend=legend(NAMES[language] for language in found.clips),
        ),
    )
