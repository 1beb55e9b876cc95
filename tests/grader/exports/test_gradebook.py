"""A Canvas gradebook filled: every byte but the scores, nobody mistaken for another, nothing lost unsaid."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.exports.gradebook import Gradebook, choose_assignment, read_gradebook
from grader.exports.gradebook_fill import FilledGradebook, fill_gradebook
from questions.common.errors import QuizproofError, SubmissionError
from tests.grader.graded_class import FULL_KEY, graded_class
from tests.grader.tiny import QUIZ

TITLES = "Student,ID,SIS User ID,SIS Login ID,Section,Notes,HW 9 (4320),Quiz 1 (4321),Final Score"
EXPORT = f"""{TITLES}
,,,,,,,Manual Posting,
    Points Possible,,,,,,100,3.6,(read only)
"Lee, Ann",17,B11901001,b11901001,Sec 01,late,91.5,,88.00
"Wang, ""Bo"" T.",18,00042,b11901002,"Sec 01, Sec 02",,80,2.5,77.00
"Chen, Eve",19,B11901003,b11901003,Sec 01,,70,EX,66.00
"Student, Test",99,,0123abcdef,Sec 01,,,,
"""
# 2 × 0.8 + 2 × 1 = 3.6 by FULL_KEY.
FULL: dict[str, Any] = {q.id: "".join(sorted(FULL_KEY[q.id])) for q in QUIZ.questions}


def read(tmp_path: Path, text: str | bytes = EXPORT) -> Gradebook:
    path = tmp_path / "gradebook.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_gradebook(path)


def fill(
    tmp_path: Path, *papers: dict[str, Any], text: str | bytes = EXPORT, **options: Any
) -> FilledGradebook:
    wanted = options.pop("assignment", "Quiz 1")
    return fill_gradebook(read(tmp_path, text), graded_class(QUIZ, papers), wanted, **options)


def problem(tmp_path: Path, *papers: dict[str, Any], **options: Any) -> str:
    with pytest.raises(SubmissionError) as met:
        fill(tmp_path, *papers, **options)
    return str(met.value).replace(str(tmp_path / "gradebook.csv"), "gradebook.csv")


def test_only_the_scores_change(tmp_path: Path) -> None:
    thirds = FULL | {"q06": "AB", "q10": "ABCD", "q01": ""}  # 0.8 + 2/3 + 4/5 = 2.2666…
    filled = fill(tmp_path, {"id": "18", **thirds}, {"id": "17", **FULL}, allow_lower=True)
    assert filled.content.decode() == (
        "Student,ID,SIS User ID,SIS Login ID,Section,Quiz 1 (4321)\n"
        ",,,,,Manual Posting\n"
        "    Points Possible,,,,,3.6\n"
        '"Lee, Ann",17,B11901001,b11901001,Sec 01,3.60\n'
        '"Wang, ""Bo"" T.",18,00042,b11901002,"Sec 01, Sec 02",2.27\n'
        '"Chen, Eve",19,B11901003,b11901003,Sec 01,EX\n'
        '"Student, Test",99,,0123abcdef,Sec 01,\n'
    )
    written = [(cell.row, cell.before, cell.score) for cell in filled.written]
    assert written == [(4, "", "3.60"), (5, "2.5", "2.27")]
    assert [row.number for row in filled.without_paper] == [6, 7]
    assert filled.without_row == filled.kept == ()
    assert not filled.differs


def test_bom_semicolons_and_line_ends_are_kept(tmp_path: Path) -> None:
    text = EXPORT.replace(",", ";").replace("\n", "\r\n")
    text = text.replace("Lee; Ann", "Lee, Ann").replace("2.5", '"2,5"').replace("3.6", '"3,6"')
    filled = fill(tmp_path, {"id": "17", **FULL}, text=b"\xef\xbb\xbf" + text.encode())
    lines = filled.content.split(b"\r\n")
    assert lines[0] == b"\xef\xbb\xbfStudent;ID;SIS User ID;SIS Login ID;Section;Quiz 1 (4321)"
    assert lines[3:5] == [
        b'"Lee, Ann";17;B11901001;b11901001;Sec 01;3.60',
        b'"Wang; ""Bo"" T.";18;00042;b11901002;"Sec 01; Sec 02";"2,5"',
    ]
    assert lines[-1] == b""


@pytest.mark.parametrize(
    ("paper", "row"),
    [
        ({"id": "18"}, 5),
        ({"sis_id": "00042"}, 5),
        ({"sis_id": "b11901002"}, 5),  # some files have the login where others have the SIS id
        ({"name": 'Wang, "Bo" T.'}, 5),
        ({"name": '"Bo" T. Wang'}, 5),
        ({"id": "17", "sis_id": "X", "name": "Ann Li"}, 4),
        ({"id": "5", "sis_id": "B11901001"}, 4),
        ({"id": "5", "sis_id": "X", "name": "Ann Lee"}, 4),
        ({"sis_id": "42"}, None),  # a lost zero is another id
        ({"sis_id": "B11901002"}, None),  # nothing is matched by likeness, not even by case
        ({"id": "017"}, None),
        ({"name": "Ann  Lee"}, None),
    ],
)
def test_students_are_found_by_id_then_sis_ids_then_name(
    tmp_path: Path, paper: dict[str, Any], row: int | None
) -> None:
    filled = fill(tmp_path, {"id": "99"}, {**paper, **FULL})
    assert [cell.row for cell in filled.written if cell.score == "3.60"] == ([row] if row else [])
    assert len(filled.without_row) == (row is None)
    assert filled.differs == (row is None)


def test_a_paper_without_a_row_is_named(tmp_path: Path) -> None:
    filled = fill(tmp_path, {"id": "17"}, {"sis_id": "B99", "name": "Zoe", **FULL})
    assert filled.model_dump(mode="json")["without_row"] == [
        {"student": "B99", "source": "class.csv", "row": 3}
    ]
    assert filled.model_dump(mode="json")["without_paper"] == [
        {"row": 5, "student": "00042"},
        {"row": 6, "student": "B11901003"},
        {"row": 7, "student": "0123abcdef"},
    ]


def test_ambiguous_students_are_refused_all_at_once(tmp_path: Path) -> None:
    text = EXPORT.replace("Chen, Eve", "Lee, Ann")
    papers = [{"name": "Ann Lee"}, {"id": "17", "sis_id": "00042"}, {"id": "99"}, {"sis_id": "0123abcdef"}]
    assert problem(tmp_path, *papers, text=text).splitlines() == [
        "gradebook.csv: rows 4, 6: all are the paper of 'Ann Lee' (row 2 of class.csv) by name; "
        "tell them apart by an id",
        "gradebook.csv: the paper of '00042' (row 3 of class.csv) is row 4 by ID, yet row 5 by SIS User ID",
        "gradebook.csv: row 7: both the paper of '99' (row 4 of class.csv) and the paper of '0123abcdef' "
        "(row 5 of class.csv) are of this student; keep one",
    ]


def test_a_gradebook_of_another_course_is_refused(tmp_path: Path) -> None:
    assert problem(tmp_path, {"id": "1"}) == (
        "gradebook.csv: none of the papers is of a student in it; is it the gradebook of this course?"
    )


@pytest.mark.parametrize(("cell", "differs"), [("EX", False), ("ex", False), ("N/A", True)])
def test_excused_and_not_assigned_are_kept(tmp_path: Path, cell: str, differs: bool) -> None:
    filled = fill(tmp_path, {"id": "19", **FULL}, text=EXPORT.replace(",EX,", f",{cell},"))
    assert f"Sec 01,{cell}\n" in filled.content.decode()
    assert filled.model_dump(mode="json")["kept"] == [
        {"row": 6, "student": "B11901003", "before": cell, "score": "3.60"}
    ]
    assert filled.differs is differs


def test_a_grade_that_is_no_score_is_not_overwritten(tmp_path: Path) -> None:
    assert problem(tmp_path, {"id": "18"}, text=EXPORT.replace(",2.5,", ",A-,")) == (
        "gradebook.csv: row 5: student '00042': found 'A-'; allowed: a score, a blank, EX or N/A"
    )


def test_points_possible_is_left_alone_unless_asked(tmp_path: Path) -> None:
    text = EXPORT.replace(",100,3.6,", ",100,20,")
    filled = fill(tmp_path, {"id": "17"}, text=text)
    assert b"Points Possible,,,,,20\n" in filled.content
    assert filled.points_possible.differ
    assert filled.model_dump(mode="json")["points_possible"] == {
        "before": "20",
        "quiz": "3.6",
        "written": False,
    }
    asked = fill(tmp_path, {"id": "17"}, text=text, points_possible=True)
    assert b"Points Possible,,,,,3.6\n" in asked.content
    assert not asked.differs


@pytest.mark.parametrize(
    ("cell", "differ"), [("3.60", False), ('"3,6"', False), ("", False), ("3.060", True)]
)
def test_points_possible_is_read_as_canvas_reads_numbers(tmp_path: Path, cell: str, differ: bool) -> None:
    filled = fill(tmp_path, {"id": "17"}, text=EXPORT.replace(",100,3.6,", f",100,{cell},"))
    assert filled.points_possible.differ is differ


def test_points_possible_needs_its_row(tmp_path: Path) -> None:
    text = "\n".join(line for line in EXPORT.splitlines() if "Possible" not in line)
    assert fill(tmp_path, {"id": "17"}, text=text).differs is False
    assert "no row 'Points Possible'" in problem(tmp_path, {"id": "17"}, text=text, points_possible=True)


def test_an_incomplete_key_writes_nothing(tmp_path: Path) -> None:
    grades = graded_class(QUIZ, [{"id": "17"}], {**FULL_KEY, "q02": None, "q10": None})
    with pytest.raises(QuizproofError) as met:
        fill_gradebook(read(tmp_path), grades, "Quiz 1")
    assert str(met.value) == (
        "The key of q02, q10 is not known, so the gradebook would hold only 1.8 of 3.6 points; "
        "complete the key first."
    )


@pytest.mark.parametrize("wanted", ["Quiz 1 (4321)", "Quiz 1", "4321"])
def test_an_assignment_is_chosen_by_title_or_id(tmp_path: Path, wanted: str) -> None:
    assert choose_assignment(read(tmp_path), wanted) == 7


THERE = "allowed: HW 9 (4320), Quiz 1 (4321)"
KEPT = "is a title that Canvas keeps for itself and does not import"


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (None, f"say which assignment to fill (--assignment); {THERE}"),
        ("quiz 1", f"no assignment 'quiz 1'; {THERE}. Did you mean 'Quiz 1 (4321)'?"),
        ("432", f"no assignment '432'; {THERE}"),
        ("Final Score", f"'Final Score' {KEPT}; {THERE}"),
        ("SIS User ID", f"'SIS User ID' {KEPT}; {THERE}"),
        ("Notes", f"the column 'Notes' has no id, so Canvas would make a new assignment of it; {THERE}"),
    ],
)
def test_an_assignment_that_is_not_clear_is_refused(tmp_path: Path, wanted: str | None, words: str) -> None:
    assert problem(tmp_path, {"id": "17"}, assignment=wanted) == f"gradebook.csv: {words}"


def test_a_title_that_canvas_drops_is_no_assignment(tmp_path: Path) -> None:
    text = EXPORT.replace("HW 9 (4320)", "My Final Grade essay (4320)")
    message = problem(tmp_path, {"id": "17"}, text=text, assignment="My Final Grade essay (4320)")
    assert "Canvas keeps for itself" in message
    assert message.endswith("allowed: Quiz 1 (4321)")


def test_a_title_of_several_assignments_needs_the_id(tmp_path: Path) -> None:
    text = EXPORT.replace("HW 9 (4320)", "Quiz 1 (4320)")
    assert problem(tmp_path, {"id": "17"}, text=text) == (
        "gradebook.csv: 'Quiz 1' is the title of several assignments; allowed: Quiz 1 (4320), Quiz 1 (4321)"
    )
    assert fill(tmp_path, {"id": "17"}, text=text, assignment="4320").assignment == "Quiz 1 (4320)"


def test_a_read_only_assignment_is_refused(tmp_path: Path) -> None:
    text = EXPORT.replace(",100,3.6,", ",100,(read only),")
    assert "'Quiz 1 (4321)' is read only" in problem(tmp_path, {"id": "17"}, text=text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is not a Canvas gradebook: begins with ''"),
        ("Name,ID\n", "is not a Canvas gradebook: begins with 'Name,ID'"),
        ("Student\tID\tSection\n", "is not a Canvas gradebook"),
        ("Student,SIS User ID,Section,HW (1)\n", "the column 'ID' is missing among the first ones"),
        (EXPORT.replace(",Section,", ",Group,"), "the column 'Section' is missing among the first ones"),
        (EXPORT.replace("SIS Login ID", "ID", 1), "the column 'ID' stands twice"),
        (EXPORT.replace(",88.00", ""), "row 4: found 8 cells, the header has 9"),
        (EXPORT.replace('"Lee, Ann"', '"Lee, Ann'), "row 4: the quotes of a cell do not fit"),
        (EXPORT.encode("utf-16"), "is not UTF-8: byte 0xff at offset 0"),
        ("LastName,ID,Section\n", "the column 'FirstName' is missing among the first ones"),
    ],
)
def test_what_is_no_export_is_one_clear_sentence(tmp_path: Path, text: str | bytes, words: str) -> None:
    with pytest.raises(SubmissionError) as met:
        read(tmp_path, text)
    assert len(met.value.problems) == 1
    assert f"gradebook.csv: {words}" in str(met.value)


def test_a_missing_file_is_one_clear_sentence(tmp_path: Path) -> None:
    with pytest.raises(SubmissionError, match=r"nowhere\.csv: cannot be read: No such file"):
        read_gradebook(tmp_path / "nowhere.csv")


def test_first_and_last_names_in_columns(tmp_path: Path) -> None:
    text = "LastName,FirstName,ID,SIS Login ID,Section,Quiz 1 (4321)\nLee,Ann,17,b1,S,\n\nWang,Bo,18,b2,S,3\n"
    papers = {"name": "Ann Lee", **FULL}, {"name": "Wang, Bo"}
    filled = fill(tmp_path, *papers, text=text, allow_lower=True)
    assert filled.content.decode() == text.replace(",S,3", ",S,0.00").replace(",S,\n", ",S,3.60\n")


NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=10)


@given(st.lists(st.tuples(NAMES, NAMES, NAMES), min_size=1, max_size=5), st.booleans())
def test_what_stands_around_the_scores_survives(
    tmp_path_factory: pytest.TempPathFactory, students: list[tuple[str, str, str]], all_quoted: bool
) -> None:
    """Names and ids with commas, quotes, newlines, formulas or right-to-left marks come back as they were."""
    written = io.StringIO()
    writer = csv.writer(written, quoting=csv.QUOTE_ALL if all_quoted else csv.QUOTE_MINIMAL)
    writer.writerow(["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Quiz 1 (4321)"])
    rows = [
        [f"x{name}", f"{number}", f"s{number}{sis}", f"l{number}", section, ""]
        for number, (name, sis, section) in enumerate(students, start=1000)
    ]
    writer.writerows(rows)
    before = written.getvalue()
    papers = [{"id": row[1], **FULL} for row in rows if "Points Possible" not in row[0]]
    filled = fill(tmp_path_factory.mktemp("gradebook"), *papers, text=before)
    after = list(csv.reader(io.StringIO(filled.content.decode(), newline="")))
    assert after[1:] == [[*row[:-1], "3.60"] for row in rows]
    blanked = filled.content.decode().replace("3.60", '""' if all_quoted else "")
    assert blanked == before or "3.60" in before
