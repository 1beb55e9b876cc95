"""The shape of a figure on a card, and the bar that shows a comparison. Each question's builder fills it."""

import re
from dataclasses import dataclass

from markupsafe import Markup

from questions.quiz import Bilingual
from reports.draw.numbers import typeset
from reports.draw.svg import element, fitted, line, marker, picture, rect, said, text
from solvers.evidence.verdicts import Comparison, Outcome

TRANSFORM = re.compile(r'transform="([^"]*)"')
BAR_WIDTH, TRACK_HEIGHT, BAR_HEIGHT = 240, 24, 38


@dataclass(frozen=True)
class Panel:
    """One picture of a figure, under its own title.

    `zooms`: it has marks too close to point at. `name`: how an option refers to it, as to a sound; the
    link says `label`, or else the title.
    """

    title: Bilingual
    picture: Markup
    zooms: bool = False
    name: str = ""
    label: Bilingual | None = None


@dataclass(frozen=True)
class LegendEntry:
    """What a shape and colour mean. `toggle` is the series, 1 to 8, that a box beside it shows and hides."""

    label: Bilingual
    mark: Markup
    toggle: int | None = None


@dataclass(frozen=True)
class Figure:
    """Pictures side by side with one caption. `plays`: its points lead to sounds."""

    caption: Bilingual
    panels: tuple[Panel, ...]
    legend: tuple[LegendEntry, ...] = ()
    plays: bool = False


def comparison_bar(one: Comparison, outcome: Outcome) -> Markup:
    """The value with its interval against the bound; shaded is the side that it lies on.

    It is green where it speaks for the outcome shown, and of another colour where the outcome is open.
    """
    ends = one.interval or (one.value, one.value)
    scale = fitted((one.value, one.threshold, *ends), 6, BAR_WIDTH - 6, room=0.15)
    bound, value, middle = scale.at(one.threshold), scale.at(one.value), TRACK_HEIGHT / 2
    start, end = (bound, BAR_WIDTH) if (one.relation == "≥") == one.met else (0, bound)
    look = "open" if outcome is Outcome.UNDETERMINED else "speaks"
    drawn = rect(0, 4, BAR_WIDTH, TRACK_HEIGHT - 8, "track")
    drawn += rect(start, 4, end - start, TRACK_HEIGHT - 8, f"side {look}")
    drawn += line(bound, 1, bound, TRACK_HEIGHT - 1, "bound")
    if one.interval:
        low, high = (scale.at(value) for value in one.interval)
        drawn += line(low, middle, high, middle, f"whisker {look}")
        drawn += line(low, middle - 4, low, middle + 4, f"whisker {look}")
        drawn += line(high, middle - 4, high, middle + 4, f"whisker {look}")
    drawn += marker("circle" if one.met else "diamond", value, middle, f"value {look}")
    first, *_, last = scale.ticks
    for at, anchor in ((first, "start"), (last, "end")):
        drawn += text(typeset(f"{at:g}"), scale.at(at), BAR_HEIGHT - 1, anchor)
    label = typeset(f"{one.value:.3g}, {one.relation} {one.threshold:.3g}")
    return element("span", picture(BAR_WIDTH, BAR_HEIGHT, drawn, label=label), class_="compare-bar")


def point(
    named: tuple[Bilingual, Markup],
    index: int,
    *,
    first: bool,
    address: str | None,
    series: int | None = None,
) -> Markup:
    """A mark that can be pointed at and reached by keys; its link opens its sound without a script too."""
    name, mark = named[0], named[1] + _target(named[1])
    # All but the first of a panel are reached by arrow keys: a page of hundreds of tab stops helps nobody.
    shared = {
        "class_": "point" if series is None else f"point series-{series}",
        "data_clip": index,
        "tabindex": 0 if first else -1,
        **said(name),
    }
    if address is None:
        return element("g", mark, role="img", **shared)
    return element("a", mark, href=address, **shared)


def _target(mark: Markup) -> Markup:
    """What can be hit around a mark: 15 units across, more than 12 pixels also on a phone."""
    place = TRANSFORM.search(mark)
    assert place is not None
    return element("circle", r=7.5, class_="hit", transform=place[1])


def legend_mark(shape: str, look: str, **more: object) -> Markup:
    """A marker in a picture of its own, for a legend."""
    return element(
        "svg", marker(shape, 7.0, 7.0, look, **more), viewBox="0 0 14 14", aria_hidden="true", class_="mark"
    )
