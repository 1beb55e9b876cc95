"""The class report and one student's page: complete, deterministic, and silent about anyone else."""

import random
import re
from fractions import Fraction
from html import unescape
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from grader.analysis.class_analysis import ClassAnalysis
from grader.analysis.distribution import Bar
from grader.papers.paper import Paper
from grader.scores.amendment_words import POLICY_WORDS
from grader.scores.one_student import check_student
from grader.scores.own_paper import Knowledge, check
from grader.scores.rules import RULE_WORDS
from questions.amendments import Regrading
from questions.key import Key
from questions.quiz import CreditRule, QuizSpec
from reports.class_figures import WIDTH, Segment, histogram, outcome_bar, percent
from reports.class_report import render_class, write_class_report
from reports.student_page import render_student, write_student_page
from tests.grader.graded_class import FULL_KEY, graded_class
from tests.reports.test_evidence_report import HOSTILE, Page, text_of

KEY_B = FULL_KEY | {"q01": frozenset("B")}
LONG = "W" * 3000


def students(n: int, seed: int = 0) -> list[dict[str, Any]]:
    draw = random.Random(seed)
    papers = []
    for number in range(n):
        picks = {id_: draw.choice("AABC") for id_ in FULL_KEY}
        picks |= {id_: "".join(sorted(draw.sample("ABCDE", draw.randrange(6)))) for id_ in ("q06", "q10")}
        who = {"sis_id": f"B9{number:07}", "id": f"88{number:06}", "name": f"Surname{number:05} Given"}
        papers.append(who | picks)
    return papers


def rendered(spec: QuizSpec, papers: list[dict[str, Any]], **asked: Any) -> str:
    return render_class(ClassAnalysis.of(graded_class(spec, papers, KEY_B), **asked))


EVERYTHING: dict[str, Any] = {"old_key": Key(FULL_KEY), "policy": Regrading.NEW, "rules": tuple(CreditRule)}


@pytest.mark.parametrize("n", [0, 1, 2, 50])
def test_the_page_is_whole_without_a_script_or_the_network(spec: QuizSpec, n: int) -> None:
    html = rendered(spec, students(n), **EVERYTHING)
    page = Page(html)
    assert page.open == []
    assert not {"link", "img", "iframe", "object", "base"} & set(page.tags)
    assert page.tags.count("script") == 1
    assert all(re.fullmatch(r"#(q\d\d|regrade)", source) for source in page.sources)
    assert len(page.ids) == len(set(page.ids))
    assert {question.id for question in spec.questions} < set(page.ids)
    assert "unsafe" not in html
    assert not re.search(
        r"\b(nan|inf|none)\b", text_of(html.split("<main>")[1].replace("from none", "")), re.I
    )


def test_nothing_of_a_single_student_is_in_it(spec: QuizSpec) -> None:
    papers = students(50)
    html = rendered(spec, papers, **EVERYTHING)
    for paper in papers:
        assert not any(paper[field] in html for field in ("sis_id", "id", "name"))
    assert "no student’s name or number" in html


def test_the_same_class_in_another_order_gives_the_same_bytes(spec: QuizSpec, tmp_path: Path) -> None:
    papers = students(40)
    paths = [
        write_class_report(
            tmp_path / str(seed), ClassAnalysis.of(graded_class(spec, order, KEY_B), **EVERYTHING)
        )
        for seed, order in enumerate((papers, papers[::-1]))
    ]
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_counts_and_shares_are_told(spec: QuizSpec) -> None:
    papers = [{"q01": "A"}, {"q01": "B"}, {"q01": "B"}, {}]
    html = rendered(spec, papers)
    text = text_of(html)
    assert "4 份考卷 papers · 平均 mean 0.40 · 中位數 median 0.40 · 滿分 of 10" in text
    card = text_of("<i " + html.split('<article class="card" id="q01"')[1].split("</article>")[0])
    rows = " ".join(card.split())
    assert "B ✔ 正確 correct" in rows
    assert "空白 blank 1 0 0 1 25 %" in rows  # of 0, 0.8, 0.8, 0 the blank is in the lower third
    assert "各組考卷數 papers in the third 2 0 2 4" in rows
    assert 'id="regrade"' not in html
    assert 'id="what-if"' not in html


def test_a_regrade_and_the_rules_are_told(spec: QuizSpec) -> None:
    html = rendered(spec, [{"q01": "A"}, {"q01": "B"}, {"q01": "B", "q06": "AB"}], **EVERYTHING)
    regrade = text_of('<i id="' + html.split('id="regrade"')[1].split("</section>")[0])
    assert POLICY_WORDS[Regrading.NEW].zh in regrade
    assert "current_correct_only" in regrade
    assert "總分 total 2 1 0 +0.27 0.80 0.80" in regrade
    what_if = text_of('<i id="' + html.split('id="what-if"')[1].split("</section>")[0])
    assert all(words.en in unescape(what_if) for words in RULE_WORDS.values())
    means = what_if.split("平均 mean ")[1].split(" 最低")[0].split()
    column = 1 + list(CreditRule).index(CreditRule.ALL_OR_NOTHING)  # behind the quiz's own rules
    assert means[column] == "0.53"  # (0 + 0.8 + 0.8) / 3


def test_what_has_no_value_is_undefined_with_its_reason(spec: QuizSpec) -> None:
    text = text_of(rendered(spec, [{}] * 5))
    assert "無定義 undefined 1" in text
    assert "1 無定義 undefined : 所有考卷在這一題得分相同 every paper has the same score here ." in text
    assert "Cronbach’s α: 無定義 undefined ( 所有考卷的總分相同 every paper has the same total )" in text
    assert "⚠ 得分全同 constant" in text
    assert "With fewer than 44 papers" in text


def test_questions_without_a_key_are_named(spec: QuizSpec) -> None:
    key = KEY_B | {"q05": None}
    html = render_class(ClassAnalysis.of(graded_class(spec, students(3), key)))
    assert "Left out, their key is not known: q05" in text_of(html)
    assert 'id="q05"' not in html


def test_the_bars_fill_their_width(spec: QuizSpec) -> None:
    for item in ClassAnalysis.of(graded_class(spec, students(7), KEY_B)).item_analysis.items:
        segments = outcome_bar(item)
        assert sum(segment.width for segment in segments) == WIDTH
        assert [segment.x for segment in segments] == [
            sum(before.width for before in segments[:index]) for index in range(len(segments))
        ]


def test_a_histogram_row_by_hand() -> None:
    old = [
        Bar(low=Fraction(0), high=Fraction(1), count=4),
        Bar(low=Fraction(1), high=Fraction(3, 2), count=0),
    ]
    new = [
        Bar(low=Fraction(0), high=Fraction(1), count=1),
        Bar(low=Fraction(1), high=Fraction(3, 2), count=3),
    ]
    first, second = histogram([old, new], ["old", "papers"])
    assert (first.label, first.counts) == ("0 ≤ x < 1", (4, 1))
    assert (second.label, second.counts) == ("1 ≤ x ≤ 1.5", (0, 3))
    assert first.bars[0] == (Segment("all", 0, WIDTH), Segment("old", 0, 1000))
    assert second.bars[1][1] == Segment("papers", 0, 750)


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [(0, 0, "–"), (1, 3, "33 %"), (1, 200, "1 %"), (1, 201, "0 %"), (5, 5, "100 %")],
)
def test_percent_is_half_up(part: int, whole: int, shown: str) -> None:
    assert percent(part, whole) == shown


@pytest.mark.parametrize("reveal", [False, True])
def test_a_students_page_has_nothing_of_anyone_else(spec: QuizSpec, tmp_path: Path, reveal: bool) -> None:
    papers = students(60)
    responses = graded_class(spec, papers, KEY_B).responses
    result = check_student(responses, papers[7]["sis_id"], KEY_B, reveal=reveal)
    path = write_student_page(tmp_path, spec, result)
    assert path == tmp_path / "student.html"
    html = path.read_text(encoding="utf-8")
    assert papers[7]["sis_id"] in html
    for other in papers[:7] + papers[8:]:
        assert not any(other[field] in html for field in ("sis_id", "id", "name"))
    # The page of the student alone, in a class of one, is the same.
    alone = graded_class(spec, [papers[7]], KEY_B).responses
    assert render_student(spec, check_student(alone, papers[7]["sis_id"], KEY_B, reveal=reveal)) == html


def page_of(
    spec: QuizSpec, picks: dict[str, str], key: Any, *, reveal: bool = False, name: str = "B1"
) -> str:
    paper = Paper(name, {id_: frozenset(picked) for id_, picked in picks.items()})
    knowledge = {q.id: Knowledge.from_key(q, key.get(q.id)) for q in spec.questions}
    return render_student(spec, check(paper, spec, knowledge, reveal=reveal))


def test_keys_that_look_the_same_to_a_student_give_the_same_page(spec: QuizSpec) -> None:
    # AB picked of six keys with three correct options, A and B among them: 2/3, both right, each time.
    pages = {
        page_of(spec, {"q01": "C", "q06": "AB"}, {"q01": frozenset(single), "q06": frozenset("AB" + third)})
        for third in "CDEFGH"
        for single in "ABD"
    }
    assert len(pages) == 1
    seen = text_of(pages.pop())
    assert "2/3 (0.67) / 1 分 1 point" in seen
    assert "correct:" not in seen
    assert "未選 not picked" not in seen


def test_a_blank_page_is_the_same_for_every_key(spec: QuizSpec) -> None:
    keys = [{"q06": frozenset(chosen)} for chosen in combinations("ABCD", 2)] + [{}]
    assert len({page_of(spec, {}, key) for key in keys}) == 1


def test_a_revealed_page_explains_the_score(spec: QuizSpec) -> None:
    html = page_of(spec, {"q06": "ABD"}, {"q06": frozenset("ABC")}, reveal=True)
    text = text_of(html)
    assert "2 right − 1 wrong, of 3 correct: (2 − 1) × 1/3 = 1/3 point" in text
    assert "答對 2 個，答錯 1 個，正確選項共 3 個" in text
    assert "correct : A, B, C" in text
    picked = ["✔ 正確 right 所選 picked", "✔ 正確 right 所選 picked", "✘ 錯誤 wrong 所選 picked"]
    assert [text.count(one) for one in picked] == [2, 2, 1]
    assert text.count("✘ 漏選：它是正確的 missed: it is right") == 1
    # An option that was rightly not picked has no mark: it is no mistake.
    assert text.count("未選，沒錯 rightly not picked") == 4
    assert text.count("✘") == 2
    assert "This page shows the correct options." in text
    assert Page(html).open == []


def test_a_hostile_or_very_long_name_stays_text(spec: QuizSpec) -> None:
    html = page_of(spec, {"q01": "A"}, FULL_KEY, name=HOSTILE)
    page = Page(html)
    assert page.open == []
    assert page.tags.count("script") == 1
    assert "{{ 7*7 }}" in html
    assert html.count("&lt;script&gt;") == 2  # title and headline
    assert LONG in page_of(spec, {}, FULL_KEY, name=LONG)
