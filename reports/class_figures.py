"""The bars of the class report: rectangles in thousandths of the width, reckoned in whole numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

from grader.analysis.distribution import Bar
from grader.analysis.items import Item
from grader.scores.credit import exact
from grader.scores.marking import Status

WIDTH = 1000  # what a full bar measures; the page stretches it
SEGMENTS = {
    Status.RIGHT: "right",
    Status.PARTLY_RIGHT: "partly",
    Status.WRONG: "wrong",
    Status.BLANK: "all",
}


@dataclass(frozen=True, slots=True)
class Segment:
    """A rectangle from `x`, `width` long, in thousandths; `look` is its class in the style sheet."""

    look: str
    x: int
    width: int


@dataclass(frozen=True, slots=True)
class Row:
    """A bar of a histogram as a row: its scores, its papers, and how long it is beside the highest."""

    label: str
    counts: tuple[int, ...]
    bars: tuple[tuple[Segment, ...], ...]


def histogram(series: Sequence[Sequence[Bar]], looks: Sequence[str]) -> tuple[Row, ...]:
    """One row a range of scores; of several series of the same ranges, one bar under the other."""
    highest = max((bar.count for bars in series for bar in bars), default=0)
    rows = []
    for same_range in zip(*series, strict=True):
        bars = tuple(
            (Segment("all", 0, WIDTH), Segment(look, 0, _thousandths(bar.count, highest)))
            for look, bar in zip(looks, same_range, strict=True)
        )
        last = same_range[0] is series[0][-1]
        rows.append(Row(_range(same_range[0], last=last), tuple(bar.count for bar in same_range), bars))
    return tuple(rows)


def outcome_bar(item: Item) -> tuple[Segment, ...]:
    """Right, partly right, wrong and blank in a row; together they fill the bar."""
    n = sum(item.outcomes.values())
    segments, upto = [], 0
    for status, look in SEGMENTS.items():
        start = _thousandths(upto, n)
        upto += item.outcomes[status]
        segments.append(Segment(look, start, _thousandths(upto, n) - start))
    return tuple(segments)


def percent(part: int, whole: int) -> str:
    """Half up, without decimals; a dash where there is nothing to share."""
    return f"{(200 * part + whole) // (2 * whole)} %" if whole else "–"


def _thousandths(part: int, whole: int) -> int:
    return (2 * WIDTH * part + whole) // (2 * whole) if whole else 0


def _range(bar: Bar, *, last: bool) -> str:
    """The scores of a bar, as intervals are written: 1 ≤ x < 2."""
    return f"{exact(bar.low)} ≤ x {'≤' if last else '<'} {exact(bar.high)}"
