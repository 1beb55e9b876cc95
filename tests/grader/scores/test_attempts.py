"""Which attempt counts, by number or by the order of the file, and never two papers of one student."""

from pathlib import Path
from typing import Any

import pytest

from grader.papers.attempts import Attempts
from grader.papers.class_files import read_class
from grader.scores.class_grades import grade_class
from tests.grader.papers.canvas_files import ANN, BEN, QUIZ, write_canvas, write_csv

KEY = {question.id: frozenset("B") for question in QUIZ.questions}
CAT = {"name": "Cat", "id": "19", "submitted": "2026-03-02 08:00:00 UTC"}


def counting(tmp_path: Path, papers: list[dict[str, Any]], policy: str) -> list[int]:
    """The rows that count."""
    responses = read_class([write_canvas(tmp_path / "class.csv", papers)], QUIZ).responses
    return grade_class(responses, KEY, Attempts(policy)).responses.frame["row"].to_list()


NUMBERED = [
    ANN | {"attempt": 3, "q01": "B"},  # row 2: 0.8
    BEN | {"attempt": 1},
    ANN | {"attempt": 1, "q01": "B", "q02": "B"},  # row 4: 1.6
    ANN | {"attempt": 2, "q01": "B", "q02": "B"},  # row 5: 1.6, and later
    CAT | {"attempt": 1},
]


@pytest.mark.parametrize(
    ("policy", "rows"), [("latest", [2, 3, 6]), ("highest", [5, 3, 6]), ("first", [4, 3, 6])]
)
def test_by_number_whatever_the_order(tmp_path: Path, policy: str, rows: list[int]) -> None:
    assert counting(tmp_path, NUMBERED, policy) == rows


WITHOUT = [
    ANN | {"q01": "B"},  # row 2, the newest: 0.8
    BEN,
    ANN | {"q06": "B"},  # row 4: 1
    ANN | {"q10": "B"},  # row 5, the first: 1 too
]


@pytest.mark.parametrize(("policy", "rows"), [("latest", [2, 3]), ("highest", [4, 3]), ("first", [5, 3])])
def test_by_the_order_of_the_file_newest_first(tmp_path: Path, policy: str, rows: list[int]) -> None:
    assert counting(tmp_path, [paper | {"attempt": ""} for paper in WITHOUT], policy) == rows


def test_papers_of_nobody_known_all_count(tmp_path: Path) -> None:
    assert counting(tmp_path, [{"q01": "A"}, ANN, {"q01": "B"}], "latest") == [2, 3, 4]


def test_a_plain_csv_has_attempts_by_number(tmp_path: Path) -> None:
    rows = [["student", "attempt", *KEY], ["B1", "1", *[""] * 4], ["B1", "2", *[""] * 4]]
    responses = read_class([write_csv(tmp_path / "plain.csv", rows)], QUIZ).responses
    assert grade_class(responses, KEY, Attempts.LATEST).responses.frame["attempt"].to_list() == [2]


def test_the_highest_is_by_our_key_and_not_by_the_platform_s_score(tmp_path: Path) -> None:
    papers = [
        ANN | {"attempt": 1, "q01": "B"},
        ANN | {"attempt": 2, "q01": "A", "q01_points": "0.8", "score": "0.8"},
    ]
    assert counting(tmp_path, papers, "highest") == [2]
