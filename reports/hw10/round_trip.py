"""What the cards of round trips share: a metric's spread over the start offsets, drawn and in words."""

from collections.abc import Iterable, Mapping, Sequence

from markupsafe import Markup

from questions.common.absent import Absent
from questions.quiz import Bilingual
from reports.draw.figures import LegendEntry, Panel, legend_mark
from reports.draw.svg import Scale, both, element, line, marker, picture, rect, text
from solvers.evidence.statistics import Spread

WIDTH = 320
ROW, TOP, BOTTOM = 34, 12, 34
LEFT, RIGHT = 72, WIDTH - 46
SAMPLES_PER_MS = 24
HIGHER = Bilingual(zh="越高越好", en="higher is better")
LOWER = Bilingual(zh="越低越好", en="lower is better")
LENGTH = Bilingual(zh="長度（秒）", en="length (s)")
OFFSET = Bilingual(zh="起點偏移（ms）", en="start offset (ms)")
CLIP = Bilingual(zh="音檔", en="clip")
MEDIAN = Bilingual(
    zh="全部碼本重建後的品質：各起點偏移的中位數 [最小、最大]",
    en="Quality after all codebooks: median [lowest, highest] over the start offsets",
)
EVERY = Bilingual(zh="每個起點偏移的數值", en="Every start offset")


def shown_spread(spread: Spread | None) -> str:
    """Median, lowest and highest."""
    return spread.text() if spread else "–"


def shown(value: float | Absent) -> str:
    """A single number."""
    return "–" if isinstance(value, Absent) else f"{value:.2f}"


def milliseconds(offset_samples: int) -> str:
    """A start offset in whole milliseconds."""
    return f"{offset_samples / SAMPLES_PER_MS:.0f}"


def metric_name(name: str) -> Bilingual:
    """Names of measures stay as they are; only the plain word is translated."""
    return Bilingual(zh="錯誤率" if name == "error rate" else name, en=name)


def legend(names: Iterable[Bilingual]) -> tuple[LegendEntry, ...]:
    """The mark of each clip."""
    looks = (("circle", "dot s-one"), ("diamond", "dot s-two"))
    return tuple(LegendEntry(name, legend_mark(*look)) for name, look in zip(names, looks, strict=False))


def panel(
    title: Bilingual,
    unit: str,
    better: Bilingual,
    rows: Sequence[tuple[Bilingual, Spread | None]],
    bounds: Mapping[str, float],
) -> Panel:
    """A bar a clip to the median of a metric, its range as a whisker, and lines for the bounds."""
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
    label = Bilingual(
        zh=f"{title.zh}："
        + "；".join(f"{name.zh} {spread.text() if spread else '沒有數值'}" for name, spread in rows),
        en=f"{title.en}: "
        + "; ".join(f"{name.en} {spread.text() if spread else 'no value'}" for name, spread in rows),
    )
    named = f" ({unit})" if unit else ""
    return Panel(
        title=Bilingual(zh=title.zh + named, en=title.en + named),
        picture=picture(WIDTH, height, drawn, label=label),
    )
