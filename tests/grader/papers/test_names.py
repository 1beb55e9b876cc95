"""Odd characters in a name stop nobody's paper; a plain CSV tells what was not shown."""

from pathlib import Path

import pytest

from grader.papers.class_files import ClassFiles, read_class
from questions.common.errors import SubmissionError
from tests.grader.papers.canvas_files import ANN, QUIZ, write_canvas, write_csv


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def read(name: str, **fields: str) -> ClassFiles:
    return read_class([write_canvas(Path("class.csv"), [ANN | {"name": name} | fields], QUIZ)], QUIZ)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ann\nLee", "Ann\\nLee"),
        ("Ann\u202eeeL", "Ann\\u202eeeL"),
        ("Ann\u2066Lee\u2069", "Ann\\u2066Lee\\u2069"),
        ("王\u200b小明", "王\\u200b小明"),
        ("\x1b[2JAnn", "\\x1b[2JAnn"),
        ("Zoë Ångström", "Zoë Ångström"),
    ],
)
def test_a_name_is_shown_with_what_is_not_seen_spelled_out(name: str, shown: str) -> None:
    frame = read(name).responses.frame
    assert frame.select("name", "student").row(0) == (shown, "B11901001")


@pytest.mark.parametrize("field", ["id", "sis_id"])
@pytest.mark.parametrize("odd", ["\u200b", "\u202e", "\n"])
def test_an_id_is_refused(field: str, odd: str) -> None:
    with pytest.raises(SubmissionError) as caught:
        read("Ann Lee", **{field: f"B1{odd}2"})
    (told,) = caught.value.problems
    assert told.endswith(
        f"control characters in the {field} {f'B1{odd}2'!r}; one line of plain text is allowed"
    )


def test_a_name_that_alone_says_who_it_is_is_refused() -> None:
    with pytest.raises(SubmissionError) as caught:
        read("Ann\u202eeeL", id="", sis_id="")
    (told,) = caught.value.problems
    assert told.endswith("control characters in the name 'Ann\\u202eeeL'; one line of plain text is allowed")


def test_a_cell_that_says_not_shown() -> None:
    header = ["student", "q01", "q02", "q06", "q10"]
    rows = [header, ["B1", "A", " Not Shown ", "A", "B"], ["B2", "", "C", "not  shown", "not shown"]]
    rows[2][3] = "not shown"
    files = read_class([write_csv(Path("plain.csv"), rows)], QUIZ)
    masks = files.responses.frame.select("q01", "q02", "q06", "q10").rows()
    assert masks == [(1, None, 1, 0b10), (0, 0b100, None, None)]
    assert files.notes == (
        "plain.csv: not shown to every student, by cells that say 'not shown': q02 to 1, q06 to 1, q10 to 1 "
        "of 2 papers; there a question is no part of the total and of its own statistics",
    )
