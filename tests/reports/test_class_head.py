"""The head of a class report: the key by its digest, the newest paper, what counts; a regrade on top."""

from datetime import datetime, timedelta, timezone
from fractions import Fraction

import pytest

from grader.analysis.class_analysis import ClassAnalysis
from grader.papers.attempts import Attempts
from grader.papers.responses import Deduction
from grader.scores.late import Late, LatePolicy
from questions.amendments import Amendment, Regrading
from questions.key import Key
from questions.quiz import QuizSpec
from reports.class_head import ClassHead, newest_paper
from reports.class_report import render_class
from tests.grader.graded_class import FULL_KEY, graded_class
from tests.reports.test_evidence_report import text_of

KEY = Key(FULL_KEY, name="key.yaml")
DUE = datetime(2026, 1, 9, 23, 59, 59, tzinfo=timezone(timedelta(hours=8)))


@pytest.mark.parametrize(
    ("late", "words"),
    [
        (LatePolicy(), ["no due date"]),
        (LatePolicy(DUE), ["due 2026-01-09T23:59:59+08:00", "late papers count in full"]),
        (
            LatePolicy(DUE, Late.REFUSE, None, {"B1": DUE}),
            ["due 2026-01-09T23:59:59+08:00 (1 extensions)", "late papers do not count"],
        ),
        (
            LatePolicy(DUE, Late.DEDUCT, Deduction(Fraction(1, 10), Fraction(1, 2))),
            ["due 2026-01-09T23:59:59+08:00", "late papers lose 10 % of the points a day, down to 50 %"],
        ),
    ],
)
def test_what_counts_is_said(late: LatePolicy, words: list[str]) -> None:
    head = ClassHead(KEY, Attempts.HIGHEST, late)
    assert [one.en for one in head.policies] == ["the highest attempt counts", *words]


def test_a_deduction_is_said_in_chinese() -> None:
    late = LatePolicy(DUE, Late.DEDUCT, Deduction(Fraction(1, 10), Fraction(1, 2)))
    *_, words = ClassHead(KEY, Attempts.LATEST, late).policies
    assert words.zh == "每遲一天扣可得分數的 10 %，最多扣到剩 50 %"


def test_the_head_has_key_date_version_and_policies(spec: QuizSpec) -> None:
    papers = [
        {"sis_id": "B1", "q01": "A", "submitted": "2026-01-07 12:30:00 UTC"},
        {"sis_id": "B2", "q01": "B", "submitted": "2026-01-08 01:02:03 +0800"},
        {"sis_id": "B3", "q01": "B"},
    ]
    graded = graded_class(spec, papers, FULL_KEY)
    assert newest_paper(graded.every) == "2026-01-07 17:02 UTC"
    head = ClassHead(KEY, Attempts.LATEST, LatePolicy())
    html = render_class(ClassAnalysis.of(graded), head)
    text = text_of(html)
    assert (
        f"Newest paper: 2026-01-07 17:02 UTC · 答案檔 Key key.yaml SHA-256 {KEY.digest[:12]} · quizproof"
        in text
    )
    assert "計最後一次作答 the latest attempt counts · 沒有繳交期限 no due date" in text
    assert render_class(ClassAnalysis.of(graded), head) == html
    assert newest_paper(graded_class(spec, [{"sis_id": "B3", "q01": "B"}], FULL_KEY).every) is None


def test_a_regrade_stands_in_the_head_and_on_its_tiles(spec: QuizSpec) -> None:
    graded = graded_class(spec, [{"q01": "A"}, {"q01": "B"}], {"q01": frozenset("B"), "q02": frozenset("C")})
    old = Key({"q01": frozenset("A"), "q02": frozenset("C")})
    html = render_class(ClassAnalysis.of(graded, old, Regrading.BOTH))
    head = text_of(html.split('aria-label="Summary"')[1].split("</section>")[0])
    assert "↻ 重新評分 Regraded" in head
    assert "key changed: q01 · ▲ 1 份增加 gain · ▼ 0 份減少 lose" in head
    tiles = html.split('aria-label="Questions"')[1].split("</nav>")[0]
    assert ["↻" in tile for tile in tiles.split("<li>")[1:3]] == [True, False]


def test_a_digest_is_of_what_a_key_says() -> None:
    written = Key({"q01": frozenset("AB"), "q02": None}, "a note", name="a.yaml")
    assert written.digest == Key({"q01": frozenset("BA"), "q02": None}, name="b.yaml").digest
    assert written.digest != Key({"q01": frozenset("A"), "q02": None}).digest
    bonus = {"q01": Amendment(reason="too hard", bonus=True)}
    assert written.digest != Key({"q01": frozenset("AB"), "q02": None}, amendments=bonus).digest
