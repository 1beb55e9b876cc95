"""Why, on a student's own page and in the table for a mail merge."""

import csv
import io
import re
from typing import Any

from markupsafe import Markup

from grader.key.why import reasons_of
from grader.scores.one_student import check_at
from questions.quiz import Bilingual
from reports.details import Details
from reports.draw.figures import Figure, Panel
from reports.players import Player, Players
from reports.student_details import is_real
from reports.student_page import render_student
from reports.student_pages import PagesExport
from tests.grader.graded_class import graded_class
from tests.grader.tiny import QUIZ
from tests.grader.tiny_evidence import STANDIN, evidence_of, judged

FIGURE = Figure(Bilingual(zh="圖", en="A figure"), ())
TRUE = {"q01": "B", "q02": "C", "q06": "ABD", "q10": "ABDE"}
KEY = {question: frozenset(options) for question, options in TRUE.items()}
REASONS = reasons_of(QUIZ, evidence_of())
PAPER: dict[str, Any] = {"sis_id": "B1", "q01": "A", "q02": "C"}
SUM = '<p class="small soft"><span class="zh" lang="zh-Hant">2 + 3 = 5。測得：5。</span> '


def page(*, reveal: bool, figures: tuple[Any, ...] = ()) -> str:
    graded = graded_class(QUIZ, [PAPER], KEY)
    result = check_at(graded.responses, 0, graded.marking, reveal=reveal, reasons=REASONS)
    return render_student(QUIZ, result, details={"q01": Details(figures=figures)} if figures else {})


def card(html: str, question: str) -> str:
    return html.split(f'<article class="card" id="{question}"')[1].split("</article>", maxsplit=1)[0]


def test_a_page_tells_why_of_what_was_picked_alone() -> None:
    html = page(reveal=False)
    assert SUM in card(html, "q02")
    assert "5" not in card(html, "q01").split("picks")[1]  # what is measured tells the right answer
    assert '<span class="en" lang="en">What was measured is not as it says.</span>' in card(html, "q01")
    assert "What was measured is told in full with the correct answers" in html
    assert card(html, "q06").count("<p class") == 1  # not answered


def test_revealed_it_tells_why_of_every_option_with_its_figure() -> None:
    html = page(reveal=True, figures=(FIGURE,))
    assert card(html, "q01").count(SUM) == 4
    assert 'id="q01-figure-1"' in card(html, "q01")
    assert "media-src" in html
    assert "What was measured is told in full" not in html


def test_a_figure_tells_of_every_option_and_is_not_shown_without_reveal() -> None:
    html = page(reveal=False, figures=(FIGURE,))
    assert 'id="q01-figure-1"' not in html
    assert html == page(reveal=False)


PANELS = tuple(Panel(Bilingual(zh=name, en=name), Markup("<svg></svg>"), name=name) for name in ("c", "all"))
SHOWN = Details(
    question="q02",
    figures=(Figure(Bilingual(zh="圖", en="A figure"), PANELS),),
    players=Players(
        others=tuple(
            Player(f"q02-{name}", Bilingual(zh="聲音", en="A sound"), None, 1.0, "") for name in "xy"
        )
    ),
    own={"A": ("x",), "C": ("y", "c", "nowhere")},
)


def test_what_belongs_to_an_option_stands_with_it() -> None:
    """Without reveal the picked option's alone, with it every option's beside its own why."""
    reasons = REASONS.model_copy(update={"own": {"q02": SHOWN.own}})
    graded = graded_class(QUIZ, [PAPER], KEY)
    found = {}
    for reveal in (False, True):
        result = check_at(graded.responses, 0, graded.marking, reveal=reveal, reasons=reasons)
        html = card(render_student(QUIZ, result, details={"q02": SHOWN}), "q02")
        links = re.findall('<a href="#([^"]*)">(.)', html)
        ids = re.findall('<(?:figure|div) class="(?:player|panel)" id="([^"]*)"', html)
        found[reveal] = (links, sorted(ids))
    of_c = [("q02-y", "▶"), ("q02-c", "▦")]
    assert found[False] == (of_c, ["q02-c", "q02-y"])
    assert found[True] == ([("q02-x", "▶"), *of_c], ["q02-all", "q02-c", "q02-x", "q02-y"])
    wrong = graded_class(QUIZ, [{"sis_id": "B1", "q02": "A"}], KEY)
    result = check_at(wrong.responses, 0, wrong.marking, reveal=False, reasons=reasons)
    html = render_student(QUIZ, result, details={"q02": SHOWN})
    assert "q02-x" not in html
    assert "q02-y" not in html


def test_a_stand_ins_figures_are_shown_to_no_student() -> None:
    assert is_real(judged(QUIZ.question("q01")))
    assert not is_real(judged(QUIZ.question("q01"), (STANDIN,)))


def mail(*, reveal: bool = False, language: Any = "en") -> dict[str, str]:
    export = PagesExport(language, reveal, REASONS)
    files = dict(export.make(graded_class(QUIZ, [PAPER], KEY)).files)
    (row,) = csv.DictReader(io.StringIO(files["mail.csv"].decode("utf-8-sig")))
    return row


def test_the_mail_tells_why() -> None:
    row = mail()
    assert row["q01"] == "q01: 0 of 0.8 points: A wrong; A: What was measured is not as it says."
    assert row["q02"] == "q02: 0.8 of 0.8 points: C right; C: 2 + 3 = 5. Measured: 5."
    assert mail(language="zh")["q02"] == "q02：0.8 分（滿分 0.8 分）：C 正確；C：2 + 3 = 5。測得：5。"
    told = " ".join(f"{option}: 2 + 3 = 5. Measured: 5." for option in "ABCD")
    assert mail(reveal=True)["q02"] == (
        f"q02: 0.8 of 0.8 points: C right; correct: C; the correct option: 0.8 points; {told}"
    )


def test_the_mail_says_what_is_on_the_page_of_an_option() -> None:
    """By its label, as the page's links have it; of what is not on the page there is no word."""
    graded = graded_class(QUIZ, [PAPER], KEY)
    own = REASONS.model_copy(update={"own": {"q02": SHOWN.own}})
    texts = []
    for language, reasons in (("en", own), ("zh", own), ("en", REASONS)):
        export = PagesExport(language, False, reasons, {"q02": SHOWN})
        (row,) = csv.DictReader(io.StringIO(dict(export.make(graded).files)["mail.csv"].decode("utf-8-sig")))
        texts.append(row["q02"])
    en, zh, plain = texts
    assert plain == "q02: 0.8 of 0.8 points: C right; C: 2 + 3 = 5. Measured: 5."
    assert en == f"{plain} C, on the page: A sound, c"
    assert zh == "q02：0.8 分（滿分 0.8 分）：C 正確；C：2 + 3 = 5。測得：5。C，見頁面：聲音、c"


def test_what_was_measured_is_text_in_a_page() -> None:
    hostile = "<img src=x onerror=alert(1)>"
    why = REASONS.by_question["q02"]["C"]
    words = Bilingual(zh=hostile, en=hostile)
    by_question = {"q02": {"C": why.model_copy(update={"words": words})}}
    graded = graded_class(QUIZ, [PAPER], KEY)
    told = REASONS.model_copy(update={"by_question": by_question})
    html = render_student(QUIZ, check_at(graded.responses, 0, graded.marking, reveal=False, reasons=told))
    assert "<img" not in html
    assert "&lt;img src=x onerror=alert(1)&gt;" in html
