"""Q7 and Q8 drawn: each metric's median and range over the start offsets, clip beside clip."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from questions.quiz import AnyQuestion, Bilingual
from reports.draw.figures import Figure, LegendEntry, Panel, legend_mark
from reports.draw.svg import Scale, both, element, line, marker, picture, rect, text
from solvers.audio.quality import Score
from solvers.evidence.statistics import Spread
from solvers.hw10.q07_languages import grades as q07_grades
from solvers.hw10.q07_languages import measure as q07_languages
from solvers.hw10.q08_laughter_music import measure as q08_laughter_music

WIDTH = 320
ROW, TOP, BOTTOM = 34, 12, 34
LEFT, RIGHT = 72, WIDTH - 46


def figures(question: AnyQuestion, raw: Mapping[str, Any], _media: Mapping[str, str]) -> tuple[Figure, ...]:
    """One panel a metric."""
    return (_q07(raw) if question.id == "q07" else _q08(raw),)


def _q07(raw: Mapping[str, Any]) -> Figure:
    found = q07_grades.Measurements.model_validate(raw)
    panels = []
    for metric, (name, high_is_good, good, poor, unit) in q07_languages.BOUNDS.items():
        rows = [
            (q07_languages.NAMES[language], clip.spread(metric)) for language, clip in found.clips.items()
        ]
        better = Bilingual(zh="越高越好", en="higher is better") if high_is_good else LOWER
        title = Bilingual(zh="錯誤率" if name == "error rate" else name, en=name)
        panels.append(_panel(title, unit, better, rows, {"good": good, "poor": poor}))
    n_offsets = len(found.pairs)
    return Figure(
        caption=Bilingual(
            zh=f"全部碼本重建後，{n_offsets} 個起點偏移的中位數與範圍。實線：良好的界線；虛線：不佳的界線。",
            en=f"After all codebooks: median and range of {n_offsets} start offsets. "
            "Solid line: the bound of good; dashed: that of not good.",
        ),
        panels=tuple(panels),
        legend=_legend(q07_languages.NAMES[language] for language in found.clips),
    )


LOWER = Bilingual(zh="越低越好", en="lower is better")


def _q08(raw: Mapping[str, Any]) -> Figure:
    found = q08_laughter_music.Measurements.model_validate(raw)
    panels = []
    for metric, name in q08_laughter_music.METRICS.items():
        rows = [
            (q08_laughter_music.NAMES[clip], _of([getattr(decode, metric) for decode in decodes]))
            for clip, decodes in found.clips.items()
        ]
        is_score = metric == "pesq_wb"
        better = Bilingual(zh="越高越好", en="higher is better") if is_score else LOWER
        unit = "MOS" if is_score else ""
        panels.append(_panel(Bilingual(zh=name, en=name), unit, better, rows, {}))
    return Figure(
        caption=Bilingual(
            zh="三項指標的中位數與範圍（各起點偏移）；距離以該檔對其 3.5 kHz 低通版本的距離為單位。",
            en="The three votes: median and range over the start offsets; distances in units of the clip's "
            "own distance to its 3.5 kHz low-pass.",
        ),
        panels=tuple(panels),
        legend=_legend(q08_laughter_music.NAMES[clip] for clip in found.clips),
    )


def _legend(names: Any) -> tuple[LegendEntry, ...]:
    looks = (("circle", "dot s-one"), ("diamond", "dot s-two"))
    return tuple(LegendEntry(name, legend_mark(*look)) for name, look in zip(names, looks, strict=False))


def _of(scores: Sequence[Score]) -> Spread | None:
    known = [one.value for one in scores if one.value is not None]
    return Spread.of(known) if known else None


def _panel(
    title: Bilingual,
    unit: str,
    better: Bilingual,
    rows: Sequence[tuple[Bilingual, Spread | None]],
    bounds: Mapping[str, float],
) -> Panel:
    height = TOP + ROW * len(rows) + BOTTOM
    known = [spread for _, spread in rows if spread]
    most = max([*(spread.range[1] for spread in known), *bounds.values(), 0.0])
    least = min([*(spread.range[0] for spread in known), 0.0])
    scale = Scale(least, most * 1.08 if most > least else least + 1, LEFT, RIGHT)
    bottom = TOP + ROW * len(rows)
    drawn = Markup()
    for tick in scale.ticks:
        drawn += line(scale.at(tick), TOP, scale.at(tick), bottom, "grid")
        drawn += text(f"{tick:g}", scale.at(tick), bottom + 14, "middle")
    for number, (name, spread) in enumerate(rows):
        look, shape = (("s-one", "circle"), ("s-two", "diamond"))[number % 2]
        middle = TOP + ROW * (number + 0.5)
        drawn += text(both(name), LEFT - 6, middle + 4, "end", "name")
        if spread is None:
            drawn += text("–", LEFT + 6, middle + 4)
            continue
        low, high = spread.range
        title_of = element("title", f"{name.en}: {spread.text()}")
        drawn += rect(scale.at(0.0), middle - 8, scale.at(spread.median) - scale.at(0.0), 16, f"bar {look}")
        drawn += line(scale.at(low), middle, scale.at(high), middle, "whisker")
        drawn += marker(shape, scale.at(spread.median), middle, f"dot {look}", title_of)
        drawn += text(f"{spread.median:.2f}", RIGHT + 6, middle + 4)
    for look, bound in bounds.items():
        drawn += line(scale.at(bound), TOP - 4, scale.at(bound), bottom + 2, f"bound {look}")
    drawn += text(both(better), (LEFT + RIGHT) / 2, height - 4, "middle")
    label = f"{title.en}: " + "; ".join(
        f"{name.en} {spread.text() if spread else 'no value'}" for name, spread in rows
    )
    named = f" ({unit})" if unit else ""
    return Panel(
        title=Bilingual(zh=title.zh + named, en=title.en + named),
        picture=picture(WIDTH, height, drawn, label=label),
    )
