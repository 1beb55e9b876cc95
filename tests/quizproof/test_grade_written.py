"""`quizproof grade --out`: it says what it wrote, and opens the page."""

from pathlib import Path

import pytest

from tests.quizproof.commands import TINY, Run, message, write

KEY = {"key": {"q01": "B", "q02": "C", "q06": "ABD", "q10": "ABDE"}}
TABLE = "student,q01,q02,q06,q10\nB1,B,C,ABD,ABDE\nB2,B,A,AB,\n"


@pytest.fixture
def grade(run: Run, tmp_path: Path) -> tuple[object, ...]:
    write(tmp_path / "key.yaml", KEY)
    (tmp_path / "class.csv").write_text(TABLE, encoding="utf-8")
    write(tmp_path / "paper.yaml", {"student": "B1", "answers": {"q01": "B"}})
    return ("grade", "--quiz", TINY, "--key", "key.yaml")


@pytest.mark.parametrize(
    ("more", "names"),
    [
        (["class.csv"], ["class.html", "items.csv", "results.csv", "results.parquet", "grades.json"]),
        (
            ["class.csv", "--student", "B2"],
            ["student.html", "class.html", "items.csv", "results.csv", "results.parquet", "grades.json"],
        ),
        (
            ["class.csv", "--old-key", "key.yaml", "--regrade", "both"],
            [
                "class.html", "items.csv", "regrade.csv", "results.csv", "results.parquet", "grades.json",
            ],
        ),
        (["paper.yaml"], ["results.csv", "results.parquet", "grades.json"]),
    ],
    ids=["class", "student", "regrade", "paper"],
)  # fmt: skip
def test_it_says_what_it_wrote(
    run: Run, grade: tuple[object, ...], tmp_path: Path, more: list[str], names: list[str]
) -> None:
    said = run(*grade, *more, "--out", "graded")
    assert said.exit_code == 0
    assert said.stdout.splitlines()[-1] == f"Written in graded: {', '.join(names)}"
    assert sorted(path.name for path in (tmp_path / "graded").iterdir()) == sorted(names)
    assert "Written in" not in run(*grade, *more, "--out", "graded", "--json").stdout


@pytest.mark.parametrize(
    ("more", "page"), [(["class.csv"], "class.html"), (["class.csv", "--student", "B2"], "student.html")]
)
def test_it_opens_the_page_that_was_asked_for(
    run: Run,
    grade: tuple[object, ...],
    tmp_path: Path,
    more: list[str],
    page: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", lambda address: not opened.append(address))
    assert run(*grade, *more, "--out", "graded", "--open").exit_code == 0
    assert opened == [(tmp_path / "graded" / page).as_uri()]


def test_there_has_to_be_a_page(run: Run, grade: tuple[object, ...], tmp_path: Path) -> None:
    assert message(run(*grade, "class.csv", "--open")) == (
        "--open shows the page that is written: give --out DIR."
    )
    assert message(run(*grade, "paper.yaml", "--open", "--out", "graded")) == (
        "--open shows a page: of papers given one by one, give --student ID too."
    )
    assert not (tmp_path / "graded").exists()
