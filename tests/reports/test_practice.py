"""The practice page: what it holds, and what it does in a real browser."""

import json
from collections.abc import Iterator
from fractions import Fraction
from html import unescape
from importlib.util import find_spec
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from grader.key.why import reasons_of
from grader.scores.credit import display
from grader.scores.rules import explain_rule, rule_credit
from questions.amendments import Amendment, Drop, Full
from questions.common.errors import QuizproofError
from questions.key import Key
from questions.quiz import AnyQuestion, CreditRule, QuizSpec
from reports.practice import render_practice
from reports.student_details import student_details
from solvers.evidence.store import Store
from solvers.run import catalog
from tests.grader.tiny import QUIZ
from tests.grader.tiny_evidence import evidence_of
from tests.reports.chromium import BINARY, Tab, chromium
from tests.reports.hw10.full import HOSTILE, full_verification

TRUE = {"q01": "B", "q02": "C", "q06": "ABD", "q10": "ABDE"}
KEY = Key({question: frozenset(options) for question, options in TRUE.items()})
REASONS = reasons_of(QUIZ, evidence_of())
in_browser = pytest.mark.skipif(BINARY is None, reason="no chromium is installed (apt-get install chromium)")


def card(html: str, question: str) -> str:
    return html.split(f'<article class="card practice" id="{question}"')[1].split("</article>", maxsplit=1)[0]


def scoring(html: str, question: str) -> dict[str, Any]:
    text = card(html, question).split('data-scoring="')[1].split('"')[0]
    found: dict[str, Any] = json.loads(unescape(text))
    return found


def subsets(question: AnyQuestion) -> list[frozenset[str]]:
    most = 1 if question.kind == "single" else len(question.options)
    return [frozenset(one) for n in range(most + 1) for one in combinations(question.option_ids, n)]


def test_it_says_that_it_holds_the_key_and_every_option_has_its_reason() -> None:
    html = render_practice(QUIZ, KEY, REASONS)
    assert "Practice: this page holds the correct answers." in html
    assert "練習頁：本頁含正確答案" in html
    told = card(html, "q01")
    assert told.count("2 + 3 = 5. Measured: 5.") == 4
    assert told.count('class="right"') == 1
    assert told.count('class="wrong"') == 3
    assert "<strong>A, B, D</strong>" in card(html, "q06")
    assert html == render_practice(QUIZ, KEY, REASONS)


def test_without_evidence_there_are_answers_and_no_reasons() -> None:
    html = render_practice(QUIZ, KEY)
    assert "Measured" not in html
    assert card(html, "q01").count('class="right"') == 1


def test_a_single_choice_by_hand() -> None:
    html = render_practice(QUIZ, KEY)
    assert 'data-per-point="60" data-possible="216"' in html  # 0.8, thirds and quarters; 3.6 points
    assert scoring(html, "q01") == {
        "rights": [
            {
                "correct": ["B"],
                "earns": {
                    "0 0": {"units": 0, "zh": "沒有作答：0 分", "en": "nothing picked: 0 points"},
                    "0 1": {
                        "units": 0,
                        "zh": "沒有選到正確選項：0 分",
                        "en": "not the correct option: 0 points",
                    },
                    "1 0": {
                        "units": 48,
                        "zh": "選到正確選項：0.8 分",
                        "en": "the correct option: 0.8 points",
                    },
                },
            }
        ]
    }


def test_what_was_amended_counts_as_amended() -> None:
    key = Key(
        {**KEY.answers, "q01": None, "q02": None, "q06": None},
        amendments={
            "q01": Amendment(reason="both were taught", accept=(frozenset("A"), frozenset("B"))),
            "q02": Amendment(reason="unclear", full=Full.ANSWERED),
            "q06": Amendment(reason="broken", drop=Drop.KEEP),
        },
    )
    html = render_practice(QUIZ, key, REASONS)
    assert [one["correct"] for one in scoring(html, "q01")["rights"]] == [["A"], ["B"]]
    assert "both were taught" in card(html, "q01")
    assert card(html, "q01").count('class="undecided"') == 2  # A is right in one answer, wrong in the other
    assert scoring(html, "q02")["answered"]["en"] == "0.8 points"
    assert scoring(html, "q02")["blank"]["units"] == 0
    assert scoring(html, "q06") == {}
    assert "/ 2.60" in html


def test_what_comes_from_outside_is_text() -> None:
    hostile = "'\"><script>alert(1)</script>"
    key = Key(KEY.answers, amendments={"q01": Amendment(reason=hostile)})
    html = render_practice(QUIZ, key)
    assert "<script>alert" not in html
    assert html.count("<script>") == 1


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    with chromium(tmp_path_factory.mktemp("profile")) as tab:
        yield tab


CHECK_ALL = """
((id, subsets) => {
  const card = document.getElementById(id);
  return subsets.map((picks) => {
    for (const one of card.querySelectorAll(".answers input")) {
      one.checked = picks.includes(one.value);
      one.dispatchEvent(new Event("change"));
    }
    card.querySelector(".check button").click();
    return [card.querySelector(".said .en").textContent, document.querySelector(".earned").textContent];
  });
})"""


def with_rule(rule: CreditRule) -> QuizSpec:
    questions = tuple(one.model_copy(update={"credit": rule}) for one in QUIZ.questions)
    return QUIZ.model_copy(update={"questions": questions})


@in_browser
@pytest.mark.parametrize("rule", list(CreditRule))
def test_every_answer_earns_what_the_rule_says(browser: Tab, tmp_path: Path, rule: CreditRule) -> None:
    quiz = with_rule(rule)
    page = tmp_path / "practice.html"
    page.write_text(render_practice(quiz, KEY), encoding="utf-8")
    browser.open(page)
    for question in quiz.questions:
        correct, points = KEY.answers[question.id], Fraction(question.points)
        assert correct is not None
        answers = subsets(question)
        if question.id in {"q06", "q10"}:
            assert len(answers) == 2 ** len(question.options)
        asked = json.dumps([sorted(picked) for picked in answers])
        found = browser.run(f"{CHECK_ALL}({json.dumps(question.id)}, {asked})")
        browser.run("document.querySelector('.again').click()")
        assert found == [
            [
                explain_rule(question, picked, correct, rule, points).en,
                display(rule_credit(question, picked, correct, rule)),
            ]
            for picked in answers
        ]
    assert browser.complaints() == []


@in_browser
def test_the_total_is_exact_and_another_pick_takes_the_check_back(browser: Tab, tmp_path: Path) -> None:
    page = tmp_path / "practice.html"
    page.write_text(render_practice(QUIZ, KEY), encoding="utf-8")
    browser.open(page)
    one = json.dumps([["A", "B"]])
    browser.run(f"{CHECK_ALL}('q06', {one})")
    assert browser.run(f"{CHECK_ALL}('q10', {one})") == [
        ["2 right − 0 wrong, of 4 correct: (2 − 0) × 0.25 = 0.5 points", "1.17"]  # 2/3 + 1/2
    ]
    assert browser.run("document.querySelector('.n-checked').textContent") == "2"
    assert browser.run("document.querySelector('#q10 .answer').open")
    assert browser.run("document.querySelectorAll('#q10 .picked:not([hidden])').length") == 2
    browser.run("document.querySelector('#q10 .answers input').click()")
    assert browser.run("document.querySelector('.earned').textContent") == "0.67"
    assert browser.run("document.querySelector('#q10 .said').textContent") == ""
    browser.run("document.querySelector('.again').click()")
    assert browser.run("document.querySelectorAll('input:checked[name^=q]').length") == 0
    assert browser.run("document.querySelector('.earned').textContent") == "0.00"


@pytest.fixture(scope="module")
def hw10(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """HW10's page, with every figure and sound that a full run on the real thing has."""
    spec, made = catalog.load(), tmp_path_factory.mktemp("practice")
    verification = full_verification(spec, made, transcript=f"heard {HOSTILE}", genuine=True)
    details = student_details(spec, verification.evidence, Store(made), 2**24)
    key = Key({one.id: frozenset("AB" if one.kind == "multiple" else "A") for one in spec.questions})
    page = made / "practice.html"
    html = render_practice(spec, key, reasons_of(spec, verification.evidence), details)
    page.write_text(html, encoding="utf-8")
    return page


@in_browser
def test_a_phone_needs_no_scrolling_sideways(browser: Tab, hw10: Path) -> None:
    browser.resize(390, mobile=True)
    browser.open(hw10)
    browser.run("for (const one of document.querySelectorAll('details')) one.open = true")
    for language in ("zh", "en", "both"):
        browser.run(f"document.getElementById('lang-{language}').click()")
        assert browser.run("document.documentElement.scrollWidth") <= 390
    browser.resize(1100)


@in_browser
def test_without_a_script_the_answers_are_folded_below_each_question(browser: Tab, hw10: Path) -> None:
    browser.send("Emulation.setScriptExecutionDisabled", value=True)
    try:
        browser.open(hw10)
        shown = "[...document.querySelectorAll('{}')].filter(e => e.getClientRects().length).length"
        assert browser.run(shown.format(".practice .answers input")) == 0
        assert browser.run(shown.format(".check")) == browser.run(shown.format(".score")) == 0
        assert browser.run("document.querySelectorAll('.practice details.answer:not([open])').length") == 12
        assert browser.run(shown.format(".answers label")) == 55
    finally:
        browser.send("Emulation.setScriptExecutionDisabled", value=False)


@in_browser
@pytest.mark.parametrize("look", ["light", "dark"])
def test_axe_finds_no_violation(browser: Tab, hw10: Path, look: str) -> None:
    package = find_spec("axe_core_python")
    assert package is not None
    assert package.origin is not None
    browser.open(hw10)
    browser.run(f"document.getElementById('look-{look}').click()")
    browser.run("document.getElementById('lang-both').click()")
    browser.run("for (const q of ['q01', 'q06']) document.querySelector(`#${q} .check button`).click()")
    browser.run(Path(package.origin).with_name("axe.min.js").read_text(encoding="utf-8") + "; 0")
    where = "{include: [['header'], ['.verdict'], ['.score'], ['#q01'], ['#q06'], ['footer']]}"
    found = browser.run(
        f"axe.run({where}).then(r => r.violations.map(v => [v.id, ...v.nodes.slice(0, 3).map(n => n.html)]))"
    )
    assert found == []


@in_browser
def test_it_asks_for_nothing_and_complains_of_nothing(browser: Tab, hw10: Path) -> None:
    browser.open(hw10)
    assert browser.complaints() == []
    assert {address.split(":")[0] for address in browser.requests()} <= {"file", "data"}
    assert len([one for one in browser.requests() if one.startswith("file")]) == 1


@in_browser
def test_a_figure_and_a_sound_stand_in_the_answer(browser: Tab, hw10: Path) -> None:
    browser.open(hw10)
    browser.run("document.querySelector('#q10 .check button').click()")
    assert browser.run("document.querySelectorAll('#q10 .answer .plot').length") == 1
    browser.run("document.querySelector('#q10 .answer > details').open = true")
    browser.run("document.querySelector('#q10-split_4 audio').play()")
    browser.wait_for("document.querySelector('#q10-split_4 audio').currentTime > 0.1")


def test_a_stand_ins_figures_are_not_in_it(tmp_path: Path) -> None:
    spec = catalog.load()
    for genuine, there in ((True, {"q06", "q07", "q08", "q09", "q10", "q11"}), (False, set[str]())):
        verification = full_verification(spec, tmp_path, genuine=genuine)
        details = student_details(spec, verification.evidence, Store(tmp_path), 2**20)
        assert {id_ for id_, one in details.items() if one.figures or one.players.any} == there


def test_what_cannot_be_drawn_is_said(tmp_path: Path) -> None:
    spec = catalog.load()
    evidence = dict(full_verification(spec, tmp_path, genuine=True).evidence)
    evidence["q06"] = evidence["q06"].model_copy(update={"measurements": {"points": 1}})
    with pytest.raises(
        QuizproofError, match=r"^q06: what is stored cannot be drawn .*; run 'quizproof verify"
    ):
        student_details(spec, evidence, Store(tmp_path), 0)
