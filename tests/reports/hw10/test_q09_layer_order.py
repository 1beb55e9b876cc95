"""Question 9's heat map: a row an order, a cell a sentence, the best one framed."""

from questions.quiz import QuizSpec
from tests.reports.drawn import tree
from tests.reports.hw10.full import drawn


def test_q9_has_24_rows_of_4_cells_the_best_one_framed(spec: QuizSpec) -> None:
    (figure,) = drawn(spec, "q09")
    root = tree(figure.panels[0].picture)
    cells = [text.findall("title")[0].tail for text in root.findall("text[@class='cell']")]
    assert len(cells) == 24 * 4
    assert cells[:4] == ["−3.00", "−0.50", "−3.50", "−4.00"]
    assert len(root.findall("rect[@class='chosen']")) == 1
    assert root.get("aria-label", "").endswith("is order 0 1 2 3 with option B")
    shades = [float(rect.attrib["fill-opacity"]) for rect in root.findall("rect[@class='heat']")]
    assert max(shades) == 0.75
    assert min(shades) == 0.0
