"""Files of several kinds as one class; nothing invalid is graded, and every mistake names its row."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from grader.papers.class_files import ClassFiles, read_class
from grader.papers.problems import MAX_SHOWN
from grader.papers.responses import picked_of
from questions.common.errors import SubmissionError
from tests.grader.papers.canvas_files import ANN, BEN, QUIZ, write_canvas, write_csv

HEADER = ["student", *(question.id for question in QUIZ.questions)]


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def row(student: str, **answers: str) -> list[str]:
    return [student, *(answers.get(question.id, "") for question in QUIZ.questions)]


def read(*paths: Path | str, **options: Any) -> ClassFiles:
    return read_class([Path(path) for path in paths], QUIZ, **options)


def problems(*paths: Path | str) -> list[str]:
    with pytest.raises(SubmissionError) as caught:
        read(*paths)
    return caught.value.problems


def answers(files: ClassFiles) -> list[dict[str, str]]:
    return [
        {"student": one["student"]}
        | {q.id: "".join(picked_of(q, one[q.id])) for q in QUIZ.questions if one[q.id]}
        for one in files.responses.frame.iter_rows(named=True)
    ]


def plain(rows: Sequence[Sequence[str]], header: Sequence[str] = HEADER, **options: Any) -> Path:
    return write_csv(Path("plain.csv"), [header, *rows], **options)


@pytest.mark.parametrize("options", [{}, {"delimiter": ";", "bom": True}, {"delimiter": "\t"}])
def test_a_plain_csv_with_letters(options: dict[str, Any]) -> None:
    path = plain([row("B1", q01="B", q06="ABD", q02=" c "), row("007", q10="a, D;Ｆ")], **options)
    files = read(path)
    assert answers(files) == [
        {"student": "B1", "q01": "B", "q02": "C", "q06": "ABD"},
        {"student": "007", "q10": "ADF"},
    ]
    assert files.responses.frame["sis_id"].to_list() == ["B1", "007"]
    assert not files.responses.has_reported


def test_a_plain_csv_s_columns_may_stand_in_any_order_with_some_of_identity() -> None:
    header = ["Attempt", *reversed(HEADER[1:]), "NAME", "Student"]
    path = plain([["2", *[""] * 3, "A", "Ann", "B1"]], header)
    assert answers(read(path)) == [{"student": "B1", "q01": "A"}]
    assert read(path).responses.frame.select("name", "attempt").rows() == [("Ann", 2)]


@pytest.mark.parametrize("first", HEADER)
def test_any_column_may_be_the_first(first: str) -> None:
    """Also where a row begins with a blank, and where rows of too few cells are read slowly."""
    header = [first, *(title for title in HEADER if title != first)]
    one, two, three = ({"student": f"B{n}", "q01": "B" * (n % 2), "q02": "C"} for n in (1, 2, 3))
    rows = [[answers_.get(title, "") for title in header] for answers_ in (one, two, three)]
    expected = [{name: text for name, text in one_.items() if text} for one_ in (one, two, three)]
    assert answers(read(plain([*rows, [""] * len(header)], header))) == expected
    assert problems(plain([*rows, ["B"]], header)) == ["plain.csv row 5: 1 cells, where the header has 5"]


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("E", "found 'E'; allowed: A, B, C, D, or nothing for a blank"),
        ("AB", "found 'AB'; a single choice allows one option"),
        ("A A", "found 'A A', where an option stands twice; keep one"),
        ("=1+1", "found '=1+1'; allowed: A, B, C, D, or nothing for a blank"),
    ],
)
def test_a_letter_that_is_none_names_row_student_and_question(cell: str, told: str) -> None:
    path = plain([row("B1"), row("B2", q02=cell)])
    assert problems(path) == [f"plain.csv row 3, student 'B2', q02: {told}"]


def test_a_row_without_a_student_is_refused() -> None:
    assert problems(plain([row(" ", q01="A")])) == [
        "plain.csv row 2, student 'row 2': the student is missing"
    ]


def test_an_unknown_column_is_met_with_the_nearest() -> None:
    (told,) = problems(plain([], [*HEADER, "q1"]))
    assert told.startswith(
        "plain.csv, column 6: unknown column 'q1'; say what it is in a map (--write-map), or allowed: "
        "student, name, id, login, section,"
    )
    assert told.endswith("Did you mean 'q01'?")
    assert problems(plain([], [*HEADER, "q01"])) == [
        "plain.csv row 1: the column 'q01' stands twice; keep one"
    ]


def test_rows_with_other_numbers_of_cells_are_told() -> None:
    path = plain([row("B1"), ["B2", "A"], [*row("B3"), "x", "y"]])
    assert problems(path) == [
        "plain.csv row 3: 2 cells, where the header has 5",
        "plain.csv row 4: 7 cells, where the header has 5",
    ]


def test_a_folder_of_papers_and_tables() -> None:
    folder = Path("class")
    folder.mkdir()
    (folder / "b.yaml").write_text("student: B2\nanswers: {q01: B, q06: [A, B]}\n")
    (folder / "a.json").write_text(json.dumps({"student": "B1", "answers": {"q01": "C"}}))
    write_csv(folder / "c.csv", [HEADER, row("B3", q01="D")])
    (folder / ".hidden.yaml").write_text("not a paper")
    (folder / "notes.txt").write_text("nor this")
    files = read(folder)
    assert answers(files) == [
        {"student": "B1", "q01": "C"},
        {"student": "B2", "q01": "B", "q06": "AB"},
        {"student": "B3", "q01": "D"},
    ]
    assert files.responses.frame["source"].to_list() == ["class/a.json", "class/b.yaml", "class/c.csv"]
    assert files.notes == ("not read, being neither papers nor CSV: class/notes.txt",)


def test_an_empty_folder_is_no_class() -> None:
    Path("class").mkdir()
    assert problems("class") == ["class: no papers there"]


def test_papers_beside_a_canvas_file_have_no_scores_of_its_own() -> None:
    write_canvas(Path("class.csv"), [ANN | {"q01": "B", "q01_points": "0.8"}])
    Path("late.yaml").write_text(yaml.safe_dump({"student": "B9", "answers": {"q01": "B"}}))
    files = read("class.csv", "late.yaml")
    assert files.responses.has_reported
    assert files.responses.frame["q01 reported"].to_list() == [0.8, None]


def test_problems_of_all_files_come_at_once_and_nothing_is_graded() -> None:
    plain([row("B1", q01="E"), row("B2", q02="Z", q06="Z"), row("B3", q01="A")])
    Path("p.yaml").write_text("student: B4\nanswers: {q01: X}\n")
    assert problems("plain.csv", "p.yaml") == [
        "plain.csv row 2, student 'B1', q01: found 'E'; allowed: A, B, C, D, or nothing for a blank",
        "plain.csv row 3, student 'B2', q02: found 'Z'; allowed: A, B, C, D, or nothing for a blank",
        "plain.csv row 3, student 'B2', q06: found 'Z'; "
        "allowed: A, B, C, D, E, F, G, H, or nothing for a blank",
        "p.yaml:2: answers.q01: student 'B4': unknown option 'X'; allowed: A, B, C, D",
    ]


def test_skip_invalid_leaves_out_and_lists() -> None:
    plain([row("B1", q01="E"), row("B2", q02="Z", q06="Z"), row("B3", q01="A"), ["B4"]])
    Path("p.yaml").write_text("student: B5\nanswers: {q01: X}\n")
    files = read("plain.csv", "p.yaml", skip_invalid=True)
    assert answers(files) == [{"student": "B3", "q01": "A"}]
    assert (files.skipped.n_rows, files.skipped.n_problems) == (4, 5)
    assert [one.row for one in files.skipped.shown] == [5, 2, 3, 3, None]


def test_many_problems_are_counted() -> None:
    plain([row(f"B{n}", q01="E") for n in range(MAX_SHOWN + 500)])
    told = problems("plain.csv")
    assert len(told) == 51
    assert told[-1] == "and 1,450 more problems, 1,500 in all, in 1,500 papers"
    assert len(read("plain.csv", skip_invalid=True).skipped.shown) == MAX_SHOWN


def test_a_column_of_other_texts_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grader.papers.cells.MAX_UNREADABLE", 20)
    plain([row(f"B{n}", q02=f"essay {n}") for n in range(100)])
    assert problems("plain.csv") == [
        "plain.csv, q02: over 20 different texts that cannot be read, such as 'essay 20'; is this its column?"
    ]


def test_two_papers_of_a_student_that_nothing_puts_in_order() -> None:
    plain([row("B1", q01="A"), row("B2", q01="A"), row("B1", q01="B")])
    told = "the student has another paper, and no attempt's number tells which is later; keep one"
    assert problems("plain.csv") == [f"plain.csv row {n}, student 'B1': {told}" for n in (2, 4)]
    assert answers(read("plain.csv", skip_invalid=True)) == [{"student": "B2", "q01": "A"}]


@pytest.mark.parametrize("second", [{"attempt": 1}, {"attempt": ""}])
def test_two_files_with_a_student_need_numbered_attempts(second: dict[str, Any]) -> None:
    write_canvas(Path("a.csv"), [ANN, BEN])
    write_canvas(Path("b.csv"), [ANN | second])
    assert [told.split(":")[0] for told in problems("a.csv", "b.csv")] == [
        "a.csv row 2, student 'B11901001'",
        "b.csv row 2, student 'B11901001'",
    ]
    write_canvas(Path("b.csv"), [ANN | {"attempt": 2}])
    assert len(read("a.csv", "b.csv").responses.frame) == 3


def test_a_path_that_is_none_says_so() -> None:
    assert problems("none.csv") == ["none.csv: cannot be read: No such file or directory"]
    assert problems("none.yaml") == ["none.yaml: cannot be read: No such file or directory"]
