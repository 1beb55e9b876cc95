"""Who a paper is of: ids that do not agree are told with both rows and a cause, never made one student."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from grader.papers.attempts import Attempts
from grader.papers.class_files import ClassFiles, read_class
from grader.papers.identity import IDS, bare, known_writers, may_be_rounded_from, why_mangled
from grader.scores.class_grades import grade_class
from questions.common.errors import SubmissionError
from tests.grader.papers.canvas_files import QUIZ, write_canvas, write_csv

KEY = {question.id: frozenset("B") for question in QUIZ.questions}
BLANK = [""] * len(QUIZ.questions)


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def canvas(*papers: dict[str, Any], **options: Any) -> ClassFiles:
    given = [{"submitted": "2026-03-02 08:15:30 UTC", **paper} for paper in papers]
    return read_class([write_canvas(Path("class.csv"), given)], QUIZ, **options)


def plain(columns: list[str], *rows: list[str], **options: Any) -> ClassFiles:
    titles = [*columns, *(question.id for question in QUIZ.questions)]
    table = [titles, *([*row, *BLANK] for row in rows)]
    return read_class([write_csv(Path("plain.csv"), table)], QUIZ, **options)


def problems(read: Any, *arguments: Any) -> list[str]:
    with pytest.raises(SubmissionError) as error:
        read(*arguments)
    return error.value.problems


ROUNDED = [
    {"name": "Ann", "id": "17", "sis_id": "1.2E+10", "attempt": 1, "q01": "B"},
    {"name": "Ben", "id": "18", "sis_id": "1.2E+10", "attempt": 2, "q01": "A"},
    {"name": "Cat", "id": "19", "sis_id": "B3"},
]


def test_two_students_whose_sis_ids_a_spreadsheet_made_one() -> None:
    cause = "a spreadsheet has likely rounded two ids to the same; export the file again"
    assert problems(canvas, *ROUNDED) == [
        "class.csv row 2, student '1.2E+10': the SIS id '1.2E+10' is also that of class.csv row 3, "
        f"but the Canvas id is '17' here and '18' there: {cause}",
        "class.csv row 3, student '1.2E+10': the SIS id '1.2E+10' is also that of class.csv row 2, "
        f"but the Canvas id is '18' here and '17' there: {cause}",
    ]


def test_neither_is_graded_and_both_are_named_where_invalid_papers_are_skipped() -> None:
    files = canvas(*ROUNDED, skip_invalid=True)
    assert files.responses.frame["name"].to_list() == ["Cat"]
    assert (files.skipped.n_rows, [one.row for one in files.skipped.shown]) == (2, [2, 3])


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        (
            {"id": "17", "sis_id": "007"},
            {"id": "17", "sis_id": "7"},
            "row 2, student '007': the Canvas id '17' is also that of class.csv row 3, but the SIS id is "
            "'007' here and '7' there: a spreadsheet has likely changed one of them; export the file again",
        ),
        (
            {"id": "17", "sis_id": "B1"},
            {"id": "18", "sis_id": "B1"},
            "row 2, student 'B1': the SIS id 'B1' is also that of class.csv row 3, but the Canvas id is "
            "'17' here and '18' there: two students with one SIS id, or one with two accounts: mend it",
        ),
        (
            {"id": "17.0", "sis_id": "B1"},
            {"id": "17", "sis_id": "B1"},
            "but the Canvas id is '17.0' here and '17' there: a spreadsheet has likely changed one of them",
        ),
        (
            {"id": "3E+5", "sis_id": "B1"},
            {"id": "299999", "sis_id": "B1"},
            "'3E+5' here and '299999' there: a spreadsheet has rounded it, and other ids may have become",
        ),
    ],
)
def test_every_two_ids_that_disagree(first: dict[str, str], second: dict[str, str], told: str) -> None:
    assert told in problems(canvas, first | {"attempt": 1}, second | {"attempt": 2})[0]


def test_a_login_disagrees_as_the_other_ids_do() -> None:
    told = problems(plain, ["student", "login", "attempt"], ["B1", "ann", "1"], ["B2", "ann", "2"])
    assert len(told) == 2
    assert told[0].startswith(
        "plain.csv row 2, student 'B1': the login 'ann' is also that of plain.csv row 3"
    )


def test_a_rounded_id_with_nothing_beside_it_joins_nobody() -> None:
    told = problems(plain, ["student", "attempt"], ["1.2E+10", "1"], ["1.2E+10", "2"], ["B1", "1"])
    assert len(told) == 2
    assert told[0].endswith(
        "the SIS id '1.2E+10' is also that of plain.csv row 3, and a spreadsheet has rounded it, and other "
        "ids may have become the same: nothing tells whether they are one student; export the file again"
    )


def test_a_name_alone_is_held_against_the_papers_with_ids() -> None:
    told = problems(canvas, {"name": "Ann", "id": "17"}, {"name": "Ann"}, {"name": "Ben"})
    assert told == [
        "class.csv row 3, student 'Ann': there is no id, and the name 'Ann' is also that of class.csv row 2, "
        "which has one: nothing tells whether they are one student; add the id"
    ]


def test_attempts_that_share_one_id_are_of_one_student_although_another_is_missing() -> None:
    files = canvas(
        {"id": "17", "sis_id": "B1", "attempt": 1},
        {"id": "17", "attempt": 2, "q01": "B"},
        {"sis_id": "B1", "attempt": 3},
        {"name": "Ann", "attempt": 1},
        {"name": "Ann", "attempt": 2},
        {"id": "18", "sis_id": "B2", "attempt": 1},
    )
    assert known_writers(files.responses.frame).to_list() == [0, 0, 0, 3, 3, 5]
    counting = grade_class(files.responses, KEY, Attempts.HIGHEST)
    assert counting.responses.frame["row"].to_list() == [3, 6, 7]


def test_who_is_joined_by_many_steps_and_unknown_ones_by_none() -> None:
    ids = [("1", "A", None), (None, "A", "x"), (None, None, "x"), (None, None, None), ("2", None, "y")]
    frame = pl.DataFrame(
        [dict(zip(IDS, row, strict=True)) | {"name": None} for row in ids],
        schema=dict.fromkeys((*IDS, "name"), pl.String),
    )
    assert known_writers(frame).to_list() == [0, 0, 0, None, 4]
    assert known_writers(frame[::-1]).to_list() == [0, None, 2, 2, 2]


def test_ids_that_look_changed_are_named() -> None:
    files = canvas(
        {"id": "17.0", "sis_id": "1.2E+10"}, {"id": "18.0", "sis_id": "'007"}, {"id": "19.5", "sis_id": "B3"}
    )
    assert files.notes == (
        "class.csv: 2 ids look changed by a spreadsheet, such as the Canvas id '17.0' in row 2: "
        "a spreadsheet has taken it for a number and added a decimal",
        "class.csv: 2 ids look changed by a spreadsheet, such as the SIS id '1.2E+10' in row 2: "
        "a spreadsheet has rounded it, and other ids may have become the same",
    )


def test_the_mark_of_a_text_is_taken_off_in_a_plain_csv() -> None:
    files = plain(["student", "name"], ["'007", "'Ann"], ["B2", "Ben"], [" ' 008", "Cat"])
    assert files.responses.frame["student"].to_list() == ["007", "B2", "008"]
    assert files.responses.frame["name"].to_list() == ["'Ann", "Ben", "Cat"]
    assert files.notes == ("plain.csv: an apostrophe before the id was taken off in rows 2, 4",)


@pytest.mark.parametrize(
    ("found", "rest"), [("007", "7"), ("'007", "7"), ("42.0", "42"), ("B01", "b01"), ("4.2", "4.2")]
)
def test_what_is_left_of_an_id(found: str, rest: str) -> None:
    assert bare(found) == rest


@pytest.mark.parametrize(
    ("mangled", "other", "may"),
    [
        ("1.2E+10", "12E9", True),
        ("1.2E+10", "12000000001", True),
        ("1.2E+10", "13000000000", False),
        ("1,2E+10", "12000000001", True),
        ("1.2E+10", "B11901001", False),
        ("12000000000", "12000000000", False),
    ],
)
def test_what_a_rounded_id_may_have_been(mangled: str, other: str, may: bool) -> None:
    assert may_be_rounded_from(mangled, other) is may


def test_an_id_as_it_should_be_has_no_cause() -> None:
    assert [why_mangled(id_) for id_ in ("B11901001", "007", "12E9", "b1.0.2")] == [""] * 4
