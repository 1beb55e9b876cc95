"""What is written of a class: nothing a spreadsheet would run, nothing lost."""

import csv
import json
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.analysis.class_summary import summarise
from grader.papers.responses import IDENTITY, Responses, mask_of
from grader.scores.class_grades import grade_class
from grader.scores.graded import ClassGrades
from grader.scores.grades import Status
from grader.scores.results import for_data_frames, for_people, guarded, json_of, write_results
from questions.key import Answers
from tests.grader.tiny import QUIZ

KEY = {question.id: frozenset("B" if question.kind == "single" else "ABD") for question in QUIZ.questions}


def graded(*papers: dict[str, str], key: Answers | None = None) -> ClassGrades:
    rows = [
        dict.fromkeys(IDENTITY)
        | {"source": "class.csv", "row": n, "student": paper.get("sis_id", f"row {n}")}
        | {name: paper.get(name) for name in ("name", "id", "sis_id")}
        | {q.id: mask_of(q, frozenset(paper.get(q.id, ""))) for q in QUIZ.questions}
        for n, paper in enumerate(papers, 2)
    ]
    types = dict.fromkeys(IDENTITY, pl.String()) | {"row": pl.UInt32(), "attempt": pl.Int64()}
    frame = pl.DataFrame(rows, schema=types | {q.id: pl.UInt32() for q in QUIZ.questions})
    return grade_class(Responses(QUIZ, frame), key or KEY)


ANN = {"name": "李安", "sis_id": "007", "q01": "B", "q06": "A", "q10": "ABCD"}  # 0.8 + 1/3 + 2/3
BEN = {"name": "=cmd|' /C calc'!A1", "sis_id": "B2", "q02": "A"}


def test_the_csv_for_people(tmp_path: Path) -> None:
    write_results(graded(ANN, BEN), tmp_path)
    content = (tmp_path / "results.csv").read_bytes()
    assert content.startswith(b'\xef\xbb\xbf"student","name","section","q01",')
    assert b'\n"007","' in content
    rows = list(csv.DictReader(content.decode("utf-8-sig").splitlines()))
    assert rows[0]["student"] == "007"
    assert [rows[0][name] for name in ("name", "q01", "q02", "q06", "q10", "total")] == [
        "李安", "0.80", "0.00", "0.33", "0.67", "1.80",
    ]  # fmt: skip
    assert rows[1]["name"] == "'=cmd|' /C calc'!A1"


def test_a_total_without_some_question_says_so() -> None:
    frame = for_people(graded(ANN, key=KEY | {"q02": None, "q06": None}))
    assert frame.columns[-1] == "total of 1.8"
    assert "q06" not in frame.columns


@given(st.text(min_size=1))
def test_no_text_begins_as_a_formula(text: str) -> None:
    (cell,) = pl.DataFrame({"name": [text]}).select(guarded("name"))["name"]
    assert cell[0] not in "=+-@\t\r\n＝＋－＠"
    if ";" not in text:
        assert cell in {text, "'" + text}
    assert (cell == text) == (text[0] not in "=+-@\t\r\n＝＋－＠")


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1"])
def test_each_beginning_of_a_formula_is_guarded(text: str) -> None:
    assert pl.DataFrame({"name": [text]}).select(guarded("name"))["name"].to_list() == ["'" + text]


@pytest.mark.parametrize(
    ("text", "guarded_text"),
    [
        ("x;=1+1;y", "x;'=1+1;y"),
        ('x; "@A1', "x; \"'@A1"),
        ("a;;-1;＝2", "a;;'-1;'＝2"),
        ("=1;=2", "'=1;'=2"),
        ("Ann; Ben", "Ann; Ben"),
        ("a-b, -c", "a-b, -c"),
    ],
)
def test_what_a_semicolon_would_make_a_formula_is_guarded_too(text: str, guarded_text: str) -> None:
    assert pl.DataFrame({"name": [text]}).select(guarded("name"))["name"].to_list() == [guarded_text]


def test_parquet_keeps_types_and_texts(tmp_path: Path) -> None:
    grades = graded(ANN, BEN, key=KEY | {"q02": None})
    write_results(grades, tmp_path)
    frame = pl.read_parquet(tmp_path / "results.parquet")
    assert frame.equals(for_data_frames(grades))
    assert frame["name"].to_list() == ["李安", "=cmd|' /C calc'!A1"]
    assert frame["q10 picked"].to_list() == ["A,B,C,D", ""]
    assert frame["q06"].to_list() == [pytest.approx(1 / 3), 0.0]
    assert frame["total exact"].to_list() == ["1.8", "0"]
    assert "q02 picked" in frame.columns
    assert "q02" not in frame.columns


def test_json_is_one_document_with_exact_scores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grader.scores.results.ROWS_AT_ONCE", 1)
    document = json.loads("".join(json_of({"notes": ["ü"]}, graded(ANN, BEN))))
    assert document["notes"] == ["ü"]
    first, second = document["grades"]
    assert (first["student"], first["score"], first["score_rounded"]) == ("007", "1.8", 1.8)
    assert (first["scores"]["q06"], first["picked"]["q10"], first["picked"]["q02"]) == ("1/3", "A,B,C,D", "")
    assert second["name"] == "=cmd|' /C calc'!A1"


@pytest.mark.parametrize("key", [dict.fromkeys(KEY), KEY])
def test_json_without_scores_or_without_papers(key: Answers) -> None:
    assert json.loads("".join(json_of({}, graded(key=key)))) == {"grades": []}
    assert json.loads("".join(json_of({}, graded(ANN, key=key))))["grades"][0]["student"] == "007"


def test_a_summary_keeps_blank_and_wrong_apart() -> None:
    summary = summarise(graded(ANN, BEN, {"q06": "CE"}, {"q06": "ABD"}))
    assert summary is not None
    assert summary.n_papers == 4
    q06 = summary.questions[2]
    assert q06.papers == {Status.PARTLY_RIGHT: 1, Status.BLANK: 1, Status.WRONG: 1, Status.RIGHT: 1}
    assert q06.model_dump(mode="json")["mean"] == "1/3"  # (1/3 + 0 + 0 + 1) / 4
    assert summarise(graded()) is None
