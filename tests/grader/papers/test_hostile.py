"""Files made to stop a class: refused or left out, at the door and in time that grows with the file."""

import os
from pathlib import Path

import pytest

from grader.exports.gradebook import read_gradebook
from grader.papers.class_files import read_class
from grader.papers.paper import read_paper
from grader.papers.raw_csv import MAX_COLUMNS
from questions.common.errors import SourceError, SpecError, SubmissionError
from questions.quiz import QuizSpec
from questions.reading.yaml_reader import read_document
from solvers.resources.lock import find_lock

MARKS = "\u0301\u0316" * 225_000  # two kinds by turns, which a normal form sorts: 900 kB
IDS = ("q01", "q02", "q06", "q10")


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def paper_problems(name: str, content: str, quiz: QuizSpec) -> list[str]:
    Path(name).write_text(content, encoding="utf-8")
    with pytest.raises(SubmissionError) as caught:
        read_paper(Path(name), quiz)
    return caught.value.problems


def class_problems(content: str, quiz: QuizSpec) -> list[str]:
    Path("class.csv").write_text(content, encoding="utf-8")
    with pytest.raises(SubmissionError) as caught:
        read_class([Path("class.csv")], quiz)
    return caught.value.problems


@pytest.mark.parametrize("end", ["", "\\", '"', '"}'])
def test_a_string_of_escapes(quiz: QuizSpec, end: str) -> None:
    """1 MiB of escaped quotes: each was taken for the beginning of another string."""
    (problem,) = paper_problems("a.json", '{"student": "' + '\\"' * 500_000 + end, quiz)[:1]
    assert problem.startswith("a.json:1")


def test_a_json_of_brackets(quiz: QuizSpec) -> None:
    (problem,) = paper_problems("a.json", "[" * 1_000_000, quiz)
    assert problem == "a.json:1:21: nested more than 20 levels deep; at most 20 are allowed"
    (problem,) = paper_problems("b.json", "[" + "[]," * 300_000 + "0]", quiz)
    assert problem == "b.json:1:1: more than 100,000 values; at most 100,000 are allowed"


@pytest.mark.parametrize("name", ["a.yaml", "a.json"])
def test_answers_of_combining_marks(quiz: QuizSpec, name: str) -> None:
    found = [
        *paper_problems(name, f'{{"student": "B1", "answers": {{"q01": "{MARKS}"}}}}', quiz),
        *paper_problems(name, f'{{"student": "B1", "answers": {{"q06": "A{MARKS}"}}}}', quiz),
    ]
    assert [problem.split(": ")[2] for problem in found] == ["student 'B1'"] * 2
    assert max(map(len, found)) < 500
    (found_key,) = paper_problems(name, f'{{"student": "B1", "answers": {{"q{MARKS[:900]}": "A"}}}}', quiz)
    assert "unknown question" in found_key


def test_cells_of_combining_marks(quiz: QuizSpec) -> None:
    rows = [f"B1,A{MARKS}", "B2,B"]
    found = class_problems(
        "student," + ",".join(IDS) + "\n" + "\n".join(f"{row}{',' * 3}" for row in rows), quiz
    )
    assert found == ["class.csv row 2: a cell of 450,001 characters; at most 100,000 are allowed"]


def test_a_canvas_cell_of_combining_marks(quiz: QuizSpec) -> None:
    from grader.papers.option_text import OptionReader, folded, plain

    for id_ in ("q01", "q06"):
        reader = OptionReader(quiz.question(id_))
        assert reader.mask(MARKS) is None
        assert reader.why_not(MARKS).startswith("found 450,000 characters, ")
    assert len(folded(MARKS)) == len(plain(MARKS)) == 450_000 + 450_000 // 30 - 1


def test_skipped_is_only_the_paper_that_is_wrong(quiz: QuizSpec) -> None:
    rows = [f"B1,A{MARKS[:90_000]}", f"B2,A{MARKS}", "B3,B"]
    content = "student," + ",".join(IDS) + "\n" + "".join(f"{row}{',' * 3}\n" for row in rows)
    Path("class.csv").write_text(content, encoding="utf-8")
    files = read_class([Path("class.csv")], quiz, skip_invalid=True)
    assert files.responses.frame["student"].to_list() == ["B3"]
    assert [one.row for one in files.skipped.shown] == [3, 2]
    assert files.skipped.shown[1].text.endswith("; at most 200 are allowed")


@pytest.mark.parametrize("n_columns", [80_000, 1_000_000])
@pytest.mark.parametrize("first", ["student,q01,", "101: x,1.0,"])
def test_columns_without_end(quiz: QuizSpec, n_columns: int, first: str) -> None:
    content = first + "," * (n_columns - 3)
    (found,) = class_problems(f"{content}\n{content}\n", quiz)
    assert found == f"class.csv row 1: {n_columns:,} columns; at most {MAX_COLUMNS:,} are allowed"


def test_columns_that_are_none_of_the_quiz_are_named_up_to_a_limit(quiz: QuizSpec) -> None:
    found = class_problems("student,q01," + ",".join(f"x{n}" for n in range(1_900)) + "\nB1\n", quiz)
    assert len(found) == 51
    assert found[-1] == "class.csv: more than 50 problems; mend these first"
    found = class_problems(",".join(f"{n}: x{n},1.0" for n in range(900)) + "\nB1\n", quiz)
    assert len(found) == 51


def test_a_million_commas_in_a_row(quiz: QuizSpec) -> None:
    found = class_problems("student," + ",".join(IDS) + "\nB1" + "," * 1_000_000 + "\n", quiz)
    assert found == ["class.csv row 2: 1000001 cells, where the header has 5"]


def test_rows_that_all_have_other_cells_than_the_header(quiz: QuizSpec) -> None:
    (found,) = class_problems("student," + ",".join(IDS) + "\n" + "B1\n" * 1_000_000, quiz)
    told = "over 10,000 rows up to here have other cells than the header; export the file again"
    assert found == f"class.csv row 10002: {told}"


def test_a_gradebook_of_columns_without_end() -> None:
    Path("gradebook.csv").write_text("Student,ID,Section\nA,1,1" + "," * 1_000_000, encoding="utf-8")
    with pytest.raises(SubmissionError, match=r"gradebook.csv: row 2: more than 2,000 cells; export"):
        read_gradebook(Path("gradebook.csv"))


def test_a_gradebook_of_broken_rows() -> None:
    Path("gradebook.csv").write_text("Student,ID,Section\n" + "A\n" * 200_000, encoding="utf-8")
    with pytest.raises(SubmissionError) as caught:
        read_gradebook(Path("gradebook.csv"))
    assert len(caught.value.problems) == 51


def test_a_folder_that_leads_back_to_itself(quiz: QuizSpec) -> None:
    folder = Path("papers")
    folder.mkdir()
    for name in ("a.yaml", "b.yaml", "c"):
        (folder / name).symlink_to(".")
    (folder / "B1.yaml").write_text("{student: B1, answers: {q01: B}}")
    files = read_class([folder], quiz)
    assert files.responses.frame["student"].to_list() == ["B1"]
    assert files.notes == ("not read, being neither papers nor CSV: papers/a.yaml, papers/b.yaml, papers/c",)


def test_a_pipe_is_no_file(quiz: QuizSpec) -> None:
    for name in ("pipe", "pipe.csv", "pipe.yaml", "quizproof.lock"):
        os.mkfifo(name)
    for name in ("pipe", "pipe.yaml"):
        with pytest.raises(SpecError, match="cannot be read: it is not a regular file"):
            read_document(Path(name), max_bytes=100)
    with pytest.raises(SubmissionError, match=r"pipe\.csv: cannot be read: it is not a regular file"):
        read_class([Path("pipe.csv")], quiz)
    with pytest.raises(SubmissionError, match=r"pipe\.csv: cannot be read: it is not a regular file"):
        read_gradebook(Path("pipe.csv"))
    with pytest.raises(SourceError, match="no lock can be read there \\(it is not a regular file\\)"):
        find_lock(None)
