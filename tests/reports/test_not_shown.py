"""The class report of a quiz with question banks says who was shown a question, and how that is told."""

from pathlib import Path

from grader.analysis.class_analysis import ClassAnalysis
from reports.class_report import render_class
from tests.grader.papers.test_not_shown import graded


def test_the_report_says_who_was_shown_a_question(tmp_path: Path) -> None:
    html = render_class(ClassAnalysis.of(graded(tmp_path)))
    card = html.split('<article class="card" id="q07"')[1].split("</article>")[0]
    assert "Papers that were shown it:" in card
    assert "2 / 4" in card
    assert "neither an answer nor points" in card
    assert "Papers that were shown it:" not in html.split('<article class="card" id="q07"')[0]
