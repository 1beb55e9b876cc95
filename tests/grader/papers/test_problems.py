"""No paper is left out without a line that names it, however many there are."""

from pathlib import Path

import pytest

from grader.papers.class_files import read_class
from grader.papers.problems import MAX_SHOWN, ONE_MORE, Problems, RowProblem
from tests.grader.papers.canvas_files import QUIZ, write_csv

HEADER = ["student", *(question.id for question in QUIZ.questions)]
BLANK = [""] * (len(QUIZ.questions) - 1)


def test_every_paper_that_is_left_out_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    first = [[f"A{n}", "Z", *BLANK] for n in range(MAX_SHOWN - 5)]
    second = [
        *([f"B{n}", "Z", *BLANK] for n in range(20)),
        ["C1", "A", *BLANK],
        ["C1", "A", *BLANK],
        ["D1"],
        ["E1", "A", *BLANK],
    ]
    for name, rows in (("first.csv", first), ("second.csv", second)):
        write_csv(tmp_path / name, [HEADER, *rows])
    files = read_class([Path("first.csv"), Path("second.csv")], QUIZ, skip_invalid=True)
    assert files.responses.frame["student"].to_list() == ["E1"]
    lines = list(files.skipped.every_line())
    assert len(lines) == files.skipped.n_rows == MAX_SHOWN - 5 + 20 + 2 + 1
    named = "\n".join(lines)
    assert all(f"student '{row[0]}'" in named for row in (*first, *second[:22]))
    assert "second.csv row 24: 1 cells, where the header has 5" in lines
    assert f"second.csv row 21, student 'B19': {ONE_MORE}" in lines


def test_a_paper_with_many_problems_is_named_once_more_by_none() -> None:
    problems = Problems()
    told = [RowProblem("a.csv", 2, "B1", "q01", str(n)) for n in range(MAX_SHOWN + 1)]
    problems.add(told, n_problems=len(told), n_rows=1, rows=[("a.csv", 2, "B1")])
    assert (len(problems.shown), problems.rows) == (MAX_SHOWN, [])
