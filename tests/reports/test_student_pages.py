"""A folder a student with one page in it, and a table for a mail merge."""

import csv
import io
from typing import Any

import pytest

from grader.papers.attempts import Attempts
from grader.scores.class_grades import grade_class
from questions.common.errors import QuizproofError, SubmissionError
from reports.student_pages import PagesExport
from tests.grader.graded_class import FULL_KEY, graded_class
from tests.grader.tiny import QUIZ

PAPERS: list[dict[str, Any]] = [
    {"sis_id": "B1", "name": "Ann Lee", "login": "ann", "q01": "A", "q06": "AB"},
    {"sis_id": "../../B2", "name": "=HYPERLINK(1)", "q01": "B"},
    {"name": "<script>王"},
]


def made(**options: Any) -> dict[str, bytes]:
    export = PagesExport(**{"language": "en", "reveal": False} | options)
    return dict(export.make(graded_class(QUIZ, PAPERS)).files)


def mail(files: dict[str, bytes]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files["mail.csv"].decode("utf-8-sig"))))


def test_a_folder_a_student_named_by_letters_and_digits_alone() -> None:
    names = list(made())
    assert names[-1] == "mail.csv"
    assert [name.rsplit("-", 1)[0] for name in names[:-1]] == ["B1", "B2", "script"]
    assert all(name.endswith("/index.html") and name.count("/") == 1 for name in names[:-1])
    assert all(".." not in name for name in names)


def test_nothing_of_others_is_in_a_page() -> None:
    ann, bo, last, _ = made().values()
    assert b"B1" in ann
    assert b"B2" not in ann
    for page in (bo, last):
        assert b"B1" not in page
        assert b"Ann" not in page
    assert b"<script>\xe7\x8e\x8b" not in last
    alone = dict(PagesExport("en", False).make(graded_class(QUIZ, PAPERS[:1])).files)
    assert ann in alone.values()


def test_the_correct_options_are_there_only_if_revealed() -> None:
    assert b"This page shows the correct options" not in next(iter(made().values()))
    assert b"This page shows the correct options" in next(iter(made(reveal=True).values()))


def test_a_mail_merge_has_who_the_total_and_a_text_a_question() -> None:
    files = made()
    ann, bo, last = mail(files)
    assert (ann["student"], ann["name"], ann["login"]) == ("B1", "Ann Lee", "ann")
    assert (ann["total"], ann["of"]) == ("1.47", "3.60")  # 0.8 + 2/3
    assert ann["page"] == next(iter(files))
    assert ann["q01"] == "q01: 0.8 of 0.8 points: A right"
    assert ann["q06"] == "q06: 2/3 (0.67) of 1 point: A right, B right"
    assert ann["q02"] == "q02: 0 of 0.8 points, not answered"
    assert (bo["name"], bo["student"], bo["total"]) == ("'=HYPERLINK(1)", "../../B2", "0.00")
    assert last["student"] == "<script>王"
    assert mail(made(language="zh"))[0]["q01"] == "q01：0.8 分（滿分 0.8 分）：A 正確"
    assert mail(made(reveal=True))[0]["q01"].endswith("; correct: A; the correct option: 0.8 points")


def test_every_text_of_the_table_is_quoted() -> None:
    lines = made()["mail.csv"].decode("utf-8-sig").splitlines()
    cells = lines[1].split('","')
    assert cells[0] == '"B1'
    assert lines[2].startswith('"../../B2","\'=HYPERLINK(1)",')


def test_what_no_page_can_explain_is_refused() -> None:
    with pytest.raises(QuizproofError, match="The key of q02 is not known, so the pages would hold only"):
        PagesExport("en", False).make(graded_class(QUIZ, PAPERS, FULL_KEY | {"q02": None}))
    twice = graded_class(QUIZ, [{"id": "1", "attempt": 1}, {"id": "1", "attempt": 2, "q01": "A"}])
    average = grade_class(twice.responses, FULL_KEY, Attempts.AVERAGE)
    with pytest.raises(QuizproofError, match="An average of attempts is not explained"):
        PagesExport("en", False).make(average)
    with pytest.raises(SubmissionError, match="two papers of one student"):
        list(PagesExport("en", False).make(twice).files)
