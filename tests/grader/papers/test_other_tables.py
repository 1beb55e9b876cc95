"""Workbooks and CSVs in other encodings are read as the CSV in UTF-8 that they say; New Quizzes is named."""

import datetime
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from grader.papers.class_files import ClassFiles, read_class
from grader.papers.other_tables import MAX_WORKBOOK_BYTES
from grader.papers.responses import picked_of
from questions.common.errors import SubmissionError
from tests.grader.papers.canvas_files import ANN, BEN, QUIZ, canvas_header, canvas_row

PAPERS = [ANN | {"q01": "B", "q06": "ABD", "q01_points": 0.8}, BEN | {"q01": "C", "q02": "A"}]
PICKED = [("B", "", "ABD"), ("C", "A", "")]


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def workbook(sheets: dict[str, Sequence[Sequence[Any]]], path: str = "class.xlsx") -> Path:
    """A workbook as a spreadsheet saves it: numbers as numbers, dates as dates."""
    book = xlsxwriter.Workbook(path)
    day = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                form = [day] if isinstance(cell, datetime.datetime) else []
                sheet.write(row, column, cell, *form)
    book.close()
    return Path(path)


def picked(files: ClassFiles) -> list[tuple[str, ...]]:
    return [
        tuple("".join(picked_of(QUIZ.question(id_), row[id_])) for id_ in ("q01", "q02", "q06"))
        for row in files.responses.frame.iter_rows(named=True)
    ]


def problem(*paths: str, **options: Any) -> str:
    with pytest.raises(SubmissionError) as caught:
        read_class([Path(path) for path in paths], QUIZ, **options)
    (told,) = caught.value.problems
    return told


def test_a_workbook_of_canvas_s_analysis() -> None:
    rows = [canvas_header(QUIZ), *(canvas_row(paper) for paper in PAPERS)]
    for row in rows[1:]:
        row[1] = int(row[1])  # type: ignore[call-overload]  # ids and points are numbers there
        row[9] = float(row[9])  # type: ignore[call-overload]
    path = workbook({"Sheet1": rows, "Notes": []})
    files = read_class([path], QUIZ)
    assert picked(files) == PICKED
    frame = files.responses.frame
    assert frame.select("source", "row", "id", "sis_id", "q01 reported").rows() == [
        ("class.xlsx", 2, "17", "B11901001", 0.8),
        ("class.xlsx", 3, "18", "B11901002", 0.0),
    ]


def test_a_workbook_of_letters_counts_rows_as_the_spreadsheet_does() -> None:
    header = ["student", "submitted", *(question.id for question in QUIZ.questions)]
    at = datetime.datetime(2026, 3, 2, 8, 15, 30)
    path = workbook(
        {"a": [header, ["007", at, "B", "", "A, D", ""], [], [12000000000, at, "C", "A", "", ""]]}
    )
    frame = read_class([path], QUIZ).responses.frame
    assert frame.select("row", "student", "submitted", "q06").rows() == [
        (2, "007", "2026-03-02 08:15:30", 0b1001),
        (4, "12000000000", "2026-03-02 08:15:30", 0),
    ]


def test_workbooks_that_do_not_tell_which_sheet_or_are_none() -> None:
    workbook({"one": [["student"]], "two": [["x"]]})
    assert problem("class.xlsx") == (
        "class.xlsx: the sheets 'one', 'two' have something in them; keep the one with the papers, or save "
        "it as CSV in UTF-8"
    )
    workbook({"one": []}, "empty.xlsx")
    assert problem("empty.xlsx") == (
        "empty.xlsx: it is empty; keep the one with the papers, or save it as CSV in UTF-8"
    )
    Path("no.xlsx").write_bytes(b"student,q01\nB1,A\n")
    assert problem("no.xlsx") == "no.xlsx: is no workbook (.xlsx); save it as CSV in UTF-8"
    with Path("big.xlsx").open("wb") as file:
        file.truncate(MAX_WORKBOOK_BYTES + 1)
    assert problem("big.xlsx") == ("big.xlsx: a workbook has at most 67,108,864 bytes; save it as CSV")


@pytest.mark.parametrize("encoding", ["cp950", "big5", "utf-16", "gb18030", "utf-8"])
def test_a_csv_in_another_encoding(encoding: str) -> None:
    rows = [canvas_header(QUIZ), *(canvas_row(paper) for paper in PAPERS)]
    text = "\n".join(",".join(f'"{cell}"' for cell in row) for row in rows)
    Path("class.csv").write_bytes(text.encode(encoding))
    files = read_class([Path("class.csv")], QUIZ, encoding=encoding)
    assert picked(files) == PICKED
    assert files.responses.frame["name"].to_list() == ["Ann Lee", "王小明"]


def test_without_it_the_likely_one_is_named() -> None:
    Path("class.csv").write_bytes("student,name,q01\nB1,王小明,A\n".encode("cp950"))
    assert problem("class.csv", left_out=["q02", "q06", "q10"]) == (
        "class.csv row 2: the byte 0xa4 is not UTF-8; give --encoding cp950 or big5hkscs or gb18030, or save "
        "the file as CSV in UTF-8"
    )


def test_a_csv_that_is_not_in_the_encoding_given() -> None:
    Path("class.csv").write_bytes("student,q01\nB1,王\n".encode())
    told = problem("class.csv", encoding="utf-16")
    assert told.startswith("class.csv: is not utf-16: ")
    assert told.endswith("allowed with --encoding: utf-8, utf-16, cp950, big5, big5hkscs, gb18030, cp1252")


NEW = (
    "looks like a report of New Quizzes; allowed: the Student Analysis of a Classic Quiz, or a plain CSV "
    "with the columns student, q01, q02, … and the letters picked in its cells"
)


def test_a_report_of_new_quizzes_is_named() -> None:
    Path("new.csv").write_text("Name,SIS ID,Item ID,Item Type,Which?,Earned Points\n")
    assert problem("new.csv") == f"new.csv: {NEW}"
    Path("new.json").write_text(json.dumps([{"student_data": {"name": "Ann"}, "item_responses": []}]))
    assert problem("new.json") == f"new.json: {NEW}"
