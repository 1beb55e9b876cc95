"""Question 8's figure: a bar a clip, a dash where there is no score."""

from questions.quiz import QuizSpec
from tests.reports.drawn import tree
from tests.reports.hw10.full import drawn


def test_a_missing_score_is_a_dash_not_a_bar(spec: QuizSpec) -> None:
    (figure,) = drawn(spec, "q08")
    pesq = tree(figure.panels[2].picture)
    assert len(pesq.findall("path")) == 1
    assert "music no value" in str(pesq.get("aria-label"))
