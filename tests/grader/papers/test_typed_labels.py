"""Letters and numbers that a person typed before the texts, as quizzes are often put into Canvas."""

from pathlib import Path

import pytest

from grader.papers.class_files import read_class
from grader.papers.option_text import OptionReader, without_number
from tests.grader.papers.canvas_files import ANN, QUIZ, canvas_header, canvas_row, write_csv
from tests.grader.tiny import with_texts

SINGLE, MULTIPLE = QUIZ.question("q01"), QUIZ.question("q06")


@pytest.mark.parametrize(
    "cell",
    [
        "(B) 和是 5",
        "B. 和是 5",
        "Ｂ．和是 5",
        "（Ｂ）和是５",
        "b) The sum is 5",
        "B、和是 5",
        "B: 和是 5",
        "[B] 和是 5",
    ],
)
def test_a_letter_before_a_single_choice(cell: str) -> None:
    assert OptionReader(SINGLE).mask(cell) == 0b0010


def test_a_letter_of_another_option_is_no_reading() -> None:
    reader = OptionReader(SINGLE)
    assert reader.mask("(A) 和是 5") is None
    assert reader.why_not("(A) 和是 5") == "'(A) 和是 5' is no option's text; nearest: B '和是 5'"


@pytest.mark.parametrize(
    "cell",
    [
        "(A) 數 1 小於 4,(B) 數 2 小於 4,(D) 數 3 小於 4",
        "D. The number 3 is below 4,A. The number 1 is below 4,B. The number 2 is below 4",
        "A、數 1 小於 4,數 2 小於 4,(D)數 3 小於 4",
    ],
)
def test_letters_in_a_multiple_answer(cell: str) -> None:
    assert OptionReader(MULTIPLE).mask(cell) == 0b1011


def test_commas_inside_a_text_with_a_letter() -> None:
    question = with_texts(MULTIPLE, ["[1, 32]", "32"])
    assert OptionReader(question).mask("(A) [1\\, 32],(B) 32") == 0b11


def test_a_text_that_begins_like_a_letter_is_read_as_it_is() -> None:
    question = with_texts(SINGLE, ["(B) x", "x"])
    assert OptionReader(question).mask("(B) x") == 0b01


@pytest.mark.parametrize(
    ("typed", "rest"),
    [
        ("7. 下列何者", "下列何者"), ("(7) Which?", "which?"), ("第 7 題：甲", "甲"),
        ("Q7: Which?", "which?"), ("Question 12) x", "x"), ("７、甲", "甲"),
        ("7 下列何者", None), ("Which 7. of", None),
    ],
)  # fmt: skip
def test_a_number_before_a_prompt(typed: str, rest: str | None) -> None:
    assert without_number(typed) == rest


def test_prompts_with_numbers_are_found_by_their_text(tmp_path: Path) -> None:
    header = canvas_header(QUIZ)
    for number, place in enumerate(range(8, 8 + 2 * len(QUIZ.questions), 2), 1):
        id_, text = header[place].split(": ", 1)
        header[place] = f"{id_}: {number}. {text}"
    path = write_csv(tmp_path / "class.csv", [header, canvas_row(ANN | {"q01": "B", "q06": "AD"})])
    frame = read_class([path], QUIZ).responses.frame
    assert frame.select("q01", "q02", "q06", "q10").row(0) == (0b10, 0, 0b1001, 0)
