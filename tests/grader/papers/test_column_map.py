"""A map of columns and texts: written from the files, edited by a person, and read again."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from grader.papers.class_files import ClassFiles, read_class
from grader.papers.column_map import BY_RULE, ColumnMap, load_map
from grader.papers.table_form import FIELDS, map_of
from questions.common.errors import QuizproofError, SubmissionError
from tests.grader.papers.canvas_files import ANN, BEN, QUIZ, canvas_header, canvas_row, write_csv

FIXED, PAPER = 8, ANN | {"q01": "B", "q02": "C", "q06": "AD", "q01_points": 0.8}
MASKS = ("q01", "q02", "q06", "q10")


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def table(*papers: Mapping[str, Any]) -> list[list[str]]:
    return [canvas_header(QUIZ), *(canvas_row(paper) for paper in papers or (PAPER,))]


def read(rows: Sequence[Sequence[str]], column_map: ColumnMap, **options: Any) -> ClassFiles:
    return read_class([write_csv(Path("class.csv"), rows)], QUIZ, column_map=column_map, **options)


def problem(rows: Sequence[Sequence[str]], column_map: ColumnMap) -> str:
    with pytest.raises(SubmissionError) as caught:
        read(rows, column_map)
    (told,) = caught.value.problems
    return told


def loaded(text: str) -> ColumnMap:
    Path("map.yaml").write_text(text)
    return load_map(Path("map.yaml"), QUIZ, FIELDS)


def test_a_map_is_written_edited_and_read() -> None:
    rows = table()
    rows[0][FIXED] = "101: How many?"  # an older wording
    rows[0][FIXED + 2 : FIXED + 2] = ["150: A trial question", "1.0"]
    rows[1][FIXED + 2 : FIXED + 2] = ["something", "1.0"]
    rows[1][FIXED + 6] = "數 1 小於 4,數三小於 4"
    written, n_undecided = map_of([write_csv(Path("class.csv"), rows)], QUIZ, None, BY_RULE)
    assert n_undecided == 3
    assert written.split("\n", 5)[5] == (
        'columns:\n'
        '  "101: How many?": "?"  # nearest: \'q01 How much is 2 + 3?\'\n'
        '  "150: A trial question": "?"  # nearest: \'q01 Two and three\'\n'
        '  "102: 2 + 3, 下列何者正確? (1.)": q02\n'
        '  "103: 下列哪些數小於 4? (多選)": q06\n'
        '  "104: 哪些數小於 4? <b>全部</b>選出": q10\n'
        'options:\n'
        '  q06:\n'
        '    "數三小於 4": "?"  # nearest: \'A 數 1 小於 4\'\n'
    )  # fmt: skip
    text = written.replace('How many?": "?"', 'How many?": q01').replace(
        'question": "?"', 'question": ignore'
    )
    column_map = loaded(text.replace('數三小於 4": "?"', '數三小於 4": D'))
    frame = read(rows, column_map).responses.frame
    assert frame.select(*MASKS, "q01 reported").row(0) == (0b10, 0b100, 0b1001, 0, 0.8)


def test_what_is_undecided_or_wrong_is_named_with_its_line() -> None:
    text = 'columns:\n  "a": "?"\n  "b": q1\noptions:\n  q06: {x: Z}\n  q99: {}\nmore: 1\n'
    with pytest.raises(QuizproofError) as caught:
        loaded(text)
    allowed = (
        "allowed: q01, q02, q06, q10, student, name, id, login, section, submitted, attempt, sis_id, "
        "root_account, section_id, section_sis_id, ignore"
    )
    assert caught.value.problems == [
        "map.yaml:7: more: unknown field; allowed: columns, options",
        f"map.yaml:2: columns.a: is not decided yet; {allowed}",
        f"map.yaml:3: columns.b: found 'q1'; {allowed}. Did you mean 'q01'?",
        "map.yaml:5: options.q06.x: found 'Z'; allowed: A, B, C, D, E, F, G, H",
        "map.yaml:6: options.q99: unknown question; allowed: q01, q02, q06, q10",
    ]


def test_a_question_put_in_again_is_read_from_either_column() -> None:
    rows = table(PAPER, BEN | {"q01": "C"})
    rows[0][FIXED + 2 : FIXED + 2] = ["199: 2 + 3 等於多少?", "0.8"]
    rows[1][FIXED : FIXED + 2] = ["", ""]
    rows[1][FIXED + 2 : FIXED + 2] = ["和是 5", "0.8"]
    rows[2][FIXED + 2 : FIXED + 2] = ["", "0.0"]
    column_map = ColumnMap({"101: 2 + 3 等於多少?": "q01", "199: 2 + 3 等於多少?": "q01"})
    frame = read(rows, column_map).responses.frame
    assert frame.select("q01", "q01 reported").rows() == [(0b10, 0.8), (0b100, 0.0)]
    rows[2][FIXED + 2] = "和是 4"
    assert problem(rows, column_map) == (
        "class.csv row 3, student 'B11901002', q01: found '和是 6', '和是 4' in the columns of the question "
        "and of the one put in for it; keep one"
    )
    rows[2][FIXED + 2] = "no text"
    assert problem(rows, column_map) == (
        "class.csv row 3, student 'B11901002', q01: 'no text' is no option's text; nearest: A 'The sum is 4'"
    )


def test_a_plain_csv_with_other_titles_and_words() -> None:
    rows = [["Student number", "e-mail", "Sum", "q02", "q06", "q10"], ["B1", "a@b.c", "5", "x", "1/2", ""]]
    column_map = ColumnMap(
        {"Student number": "student", "e-mail": "ignore", "Sum": "q01"},
        {"q01": {"5": "B"}, "q02": {"X": "C"}, "q06": {"1": "A", "2": "B"}},
    )
    frame = read(rows, column_map).responses.frame
    assert frame.select("sis_id", *MASKS).row(0) == ("B1", 0b10, 0b100, 0b11, 0)
    written, n_undecided = map_of([Path("class.csv")], QUIZ, None, BY_RULE)
    assert n_undecided == 3
    assert '"Student number": "?"  # nearest: \'student\'\n' in written


def test_columns_before_the_questions_that_nothing_tells() -> None:
    rows = table()
    for row, cell in zip(rows, ("mail", "a@b.c"), strict=True):
        row.insert(1, cell)
    written, n_undecided = map_of([write_csv(Path("class.csv"), rows)], QUIZ, None, BY_RULE)
    assert (n_undecided, '"mail": "?"\n' in written, '"name": name\n' in written) == (1, True, True)
    frame = read(rows, ColumnMap({"mail": "ignore"})).responses.frame
    assert frame.select("name", "id", "sis_id", "q01").row(0) == ("Ann Lee", "17", "B11901001", 0b10)


def test_long_titles_and_odd_characters_come_back_as_they_were() -> None:
    title = "101: " + "long " * 300 + '"\u202e\n\\ #: x'
    rows = table()
    rows[0][FIXED] = title
    written, _ = map_of([write_csv(Path("class.csv"), rows)], QUIZ, None, BY_RULE)
    assert loaded(written.replace(': "?"', ": q01")).columns[title] == "q01"


def test_what_a_map_says_already_is_kept_in_the_next() -> None:
    given = ColumnMap({"101: 2 + 3 等於多少?": "ignore"}, {"q06": {"old": "A"}})
    written, n_undecided = map_of([write_csv(Path("class.csv"), table())], QUIZ, None, given)
    assert n_undecided == 0
    assert loaded(written).columns["101: 2 + 3 等於多少?"] == "ignore"
    assert loaded(written).options == {"q06": {"old": "A"}}
