"""The bar of a comparison: the side that meets the bound is shaded, and shape tells what colour does."""

import pytest

from reports.draw.figures import comparison_bar
from reports.draw.svg import MARKERS
from solvers.evidence.verdicts import Outcome, at_least, at_most
from tests.reports.drawn import tree


def test_a_bar_shades_the_side_that_meets_its_bound() -> None:
    # 0.5 with 0.4 to 0.6 against at least 0.3: the scale runs from 0.255 to 0.645 over 6 … 234.
    bar = comparison_bar(at_least("q", 0.5, 0.3, "", (0.4, 0.6)), Outcome.HOLDS)
    met = tree(bar)[0]
    side = met.findall("rect[@class='side speaks']")[0]
    bound = 6 + (0.3 - 0.255) / 0.39 * 228
    assert float(side.attrib["x"]) == pytest.approx(bound, abs=0.05)
    assert float(side.attrib["width"]) == pytest.approx(240 - bound, abs=0.1)
    assert len(met.findall("line[@class='whisker speaks']")) == 3
    assert met.findall("path")[0].get("d") == MARKERS["circle"]
    assert [one.text for one in met.findall("text")] == ["0.3", "0.6"]  # what the axis runs over


def test_a_missed_condition_is_on_the_other_side_and_green_only_where_it_decides() -> None:
    missed = at_most("q", 0.5, 0.3, "")
    for outcome, look in ((Outcome.FAILS, "speaks"), (Outcome.UNDETERMINED, "open")):
        bar = comparison_bar(missed, outcome)
        drawn = tree(bar)[0]
        (side,) = drawn.findall(f"rect[@class='side {look}']")
        assert float(side.attrib["x"]) + float(side.attrib["width"]) == pytest.approx(240, abs=0.1)
        assert float(side.attrib["x"]) > 6
        assert MARKERS["diamond"] in bar
        assert "0.5, ≤ 0.3" in bar
