"""Scales hold what they are fitted to, ticks are round, and text stays text."""

from hypothesis import given
from hypothesis import strategies as st

from reports.draw.svg import Scale, coordinate, element, fitted


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=9))
def test_a_fitted_scale_holds_its_values_in_order(values: list[float]) -> None:
    scale = fitted(values, 10, 110)
    places = [scale.at(value) for value in sorted(values)]
    assert places == sorted(places)
    assert all(10 <= place <= 110 for place in places)
    assert all(scale.low - 1e-6 <= tick <= scale.high + 1e-6 for tick in scale.ticks)
    assert 2 <= len(scale.ticks) <= 12


def test_ticks_by_hand() -> None:
    assert Scale(0.0, 1.0, 0, 100).ticks == (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
    assert Scale(-1.07, 0.93, 0, 100).ticks == (-1.0, -0.5, 0.0, 0.5)


def test_elements_escape_texts_and_attributes() -> None:
    assert element("text", "<b>", aria_label='"&') == '<text aria-label="&#34;&amp;">&lt;b&gt;</text>'
    assert [coordinate(value) for value in (1.04, -0.04, 2.0, 7, "a")] == ["1", "0", "2", "7", "a"]
