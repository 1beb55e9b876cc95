"""A panel taken off its page: one document, one language, nothing of the page's script."""

from xml.etree import ElementTree as ET

import pytest
from markupsafe import Markup

from questions.quiz import Bilingual, QuizSpec
from reports.draw.alone import alone
from reports.draw.figures import Figure, LegendEntry, Panel, legend_mark, point
from reports.draw.svg import both, marker, picture, text
from solvers.run import catalog
from tests.reports.hw10.full import drawn

SVG = "{http://www.w3.org/2000/svg}"
NAME = Bilingual(zh="名 <&>", en="name <&>")
MARK = point((NAME, marker("circle", 10.0, 10.0, "dot")), 0, first=True, address="media/a.mp3")
PANEL = Panel(NAME, picture(100, 40, MARK, text(both(NAME), 1, 2), label=NAME))
LEGEND = (LegendEntry(NAME, legend_mark("circle", "dot")), LegendEntry(NAME, legend_mark("plus", "dot")))


def test_the_legend_stands_below_and_the_texts_are_in_one_language() -> None:
    for language, name in (("zh", NAME.zh), ("en", NAME.en)):
        root = ET.fromstring(alone(PANEL, Figure(NAME, (PANEL,), LEGEND), language))  # type: ignore[arg-type]
        assert root.tag == f"{SVG}svg"
        assert (root.attrib["viewBox"], root.attrib["width"], root.attrib["height"]) == (
            "0 0 100 88",  # 40, 8 between and two lines of 20
            "100",
            "88",
        )
        assert ["".join(one.itertext()) for one in root.iter(f"{SVG}text")] == [name] * 3
        marks = [one for one in root.findall(f"{SVG}svg") if one.get("class") == "mark"]
        assert [(one.get("x"), one.get("y")) for one in marks] == [("8", "48"), ("8", "68")]


def test_nothing_leads_out_of_it_and_it_needs_no_theme() -> None:
    content = alone(PANEL, Figure(NAME, (PANEL,)), "en").decode()
    for absent in ("href", "tabindex", "data-", "aria-label", "light-dark", "<a ", "media/a.mp3", "名"):
        assert absent not in content
    assert "--ink: #1a1d23;" in content
    assert 'viewBox="0 0 100 40"' in content


def test_what_xml_has_no_way_to_write_is_replaced() -> None:
    hostile = Panel(NAME, picture(10, 10, text("\x0b]]>", 0, 0), label="\x00"))
    root = ET.fromstring(alone(hostile, Figure(NAME, (hostile,)), "en"))
    assert ["".join(one.itertext()) for one in root.iter(f"{SVG}text")] == ["\ufffd]]>"]


@pytest.fixture(scope="module")
def spec() -> QuizSpec:
    return catalog.load()


@pytest.mark.parametrize("id_", ["q06", "q07", "q08", "q09", "q10", "q11"])
def test_every_panel_of_the_course_can_stand_alone(spec: QuizSpec, id_: str) -> None:
    for figure in drawn(spec, id_):
        for panel in figure.panels:
            root = ET.fromstring(alone(panel, figure, "zh"))
            assert isinstance(panel.picture, Markup)
            assert len(root.findall(f"{SVG}svg")) == 1 + len(figure.legend)
            assert not [one for one in root.iter() if one.get("class") == "en"]
