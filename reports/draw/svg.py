"""Drawing for the report: SVG from a few plain functions, the same bytes for the same numbers.

A plotting library would ask for an import and fonts that the light install has no need of, and could not give
a point its title, its link and its place in the order of keys. Colours come from the page's style sheet, so a
figure follows the theme; every text is of the page, so it is found, read out and translated.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from questions.quiz import Bilingual
from reports.draw.numbers import typeset

N_TICKS = 5
MIN_PAD = 1e-6  # of a scale; nothing that is drawn differs by less


@dataclass(frozen=True)
class Scale:
    """Values from `low` to `high` onto `start` to `end` in the units of a view box."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """Where a value lies; one outside is drawn at the edge."""
        inside = min(max(value, self.low), self.high)
        return self.start + (inside - self.low) / (self.high - self.low) * (self.end - self.start)

    @property
    def ticks(self) -> tuple[float, ...]:
        """Round numbers within the scale, about `N_TICKS` of them."""
        raw = (self.high - self.low) / N_TICKS
        unit = 10.0 ** math.floor(math.log10(raw))
        step = next(unit * factor for factor in (1, 2, 5, 10) if unit * factor >= raw * 0.999)
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return tuple(round(index * step, 10) for index in range(first, last + 1))

    @property
    def named_ticks(self) -> tuple[tuple[float, str], ...]:
        """The ticks with their numbers."""
        return tuple((tick, typeset(f"{tick:g}")) for tick in self.ticks)


def fitted(values: Sequence[float], start: float, end: float, room: float = 0.08) -> Scale:
    """A scale that holds all values with some room at both ends, also where they are all the same."""
    low, high = min(values), max(values)
    pad = room * (high - low)
    if pad < MIN_PAD:
        pad = max(0.2 * abs(high), MIN_PAD)
    return Scale(low - pad, high + pad, start, end)


def element(name: str, *children: str, **attributes: object) -> Markup:
    """An element; children that are not Markup are escaped, and so is every attribute.

    In the name of an attribute `_` stands for `-`, and one at the end for nothing: `class_`, `text_anchor`.
    """
    shown = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(coordinate(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    inner = "".join(escape(child) for child in children)
    return Markup(f"<{name}{shown}>{inner}</{name}>")  # noqa: S704


def coordinate(value: object) -> str:
    """Numbers to a tenth of a unit, which is less than a pixel; anything else as it is."""
    if not isinstance(value, float):
        return str(value)
    shown = f"{value:.1f}".removesuffix(".0")
    return "0" if shown == "-0" else shown


def both(text: Bilingual) -> Markup:
    """A text in both languages within a `text` element, of which the page shows what is asked for."""
    if text.zh == text.en:
        return element("tspan", text.en)
    return (
        element("tspan", text.zh, class_="zh", lang="zh-Hant")
        + element("tspan", " ", class_="gap")
        + element("tspan", text.en, class_="en", lang="en")
    )


def text(content: Markup | str, x: float, y: float, anchor: str = "start", look: str | None = None) -> Markup:
    """A line of text; a plain one has its numbers as print has them."""
    shown = content if isinstance(content, Markup) else typeset(content)
    return element("text", shown, x=x, y=y, text_anchor=anchor, class_=look)


def line(x1: float, y1: float, x2: float, y2: float, look: str) -> Markup:
    """A straight line."""
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=look)


def rect(x: float, y: float, width: float, height: float, look: str, **more: object) -> Markup:
    """A rectangle."""
    return element("rect", x=x, y=y, width=width, height=height, class_=look, **more)


def polyline(points: Sequence[tuple[float, float]], look: str) -> Markup:
    """A line through points."""
    return element("polyline", points=_points(points), class_=look)


def polygon(points: Sequence[tuple[float, float]], look: str) -> Markup:
    """A filled outline."""
    return element("polygon", points=_points(points), class_=look)


def _points(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{coordinate(x)},{coordinate(y)}" for x, y in points)


def said(label: Bilingual | str) -> dict[str, str | None]:
    """What a screen reader says, as attributes: in English, and for the page's script in Chinese."""
    if isinstance(label, str):
        return {"aria_label": label}
    return {"aria_label": label.en, "data_zh": None if label.zh == label.en else label.zh}


def picture(width: int, height: int, *children: Markup, label: Bilingual | str, role: str = "img") -> Markup:
    """A whole figure; a screen reader says `label`, and goes on to the parts where `role` is `group`."""
    return element("svg", *children, viewBox=f"0 0 {width} {height}", width=width, role=role, **said(label))


@dataclass(frozen=True)
class Plot:
    """Two scales within a picture, and their axes."""

    width: int
    height: int
    x: Scale
    y: Scale

    def axes(
        self,
        x_name: Bilingual,
        y_name: Bilingual,
        x_ticks: Sequence[tuple[float, str]] | None = None,
        y_ticks: Sequence[tuple[float, str]] | None = None,
    ) -> Markup:
        """Grid lines with their numbers and what the axes measure; without ticks, the scales' own."""
        drawn = Markup()
        left, right, bottom, top = self.x.start, self.x.end, self.y.start, self.y.end
        for value, shown in self.y.named_ticks if y_ticks is None else y_ticks:
            drawn += line(left, self.y.at(value), right, self.y.at(value), "grid")
            drawn += text(shown, left - 5, self.y.at(value) + 4, "end")
        for value, shown in self.x.named_ticks if x_ticks is None else x_ticks:
            drawn += line(self.x.at(value), bottom, self.x.at(value), bottom + 4, "axis")
            drawn += text(shown, self.x.at(value), bottom + 16, "middle")
        drawn += line(left, bottom, right, bottom, "axis")
        drawn += text(both(x_name), (left + right) / 2, self.height - 4, "middle")
        drawn += text(both(y_name), 2, top - 8)
        return drawn


# Outlines of markers around 0,0, about 9 units wide: each series has a shape of its own beside its colour.
MARKERS = {
    "circle": "M-4,0a4,4 0 1,0 8,0a4,4 0 1,0 -8,0z",
    "square": "M-3.6,-3.6h7.2v7.2h-7.2z",
    "triangle": "M0,-4.8L4.6,3.6H-4.6z",
    "diamond": "M0,-5.2L4.6,0L0,5.2L-4.6,0z",
    "plus": "M-1.6,-4.8h3.2v3.2h3.2v3.2h-3.2v3.2h-3.2v-3.2h-3.2v-3.2h3.2z",
}


def marker(shape: str, x: float, y: float, look: str, *children: Markup, **more: object) -> Markup:
    """A marker at a place."""
    return element(
        "path",
        *children,
        d=MARKERS[shape],
        transform=f"translate({coordinate(x)},{coordinate(y)})",
        class_=look,
        **more,
    )
