"""Canvas's Student Analysis: columns by position, whatever is optional, translated, repeated or moved."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.papers.class_files import ClassFiles, read_class
from grader.papers.option_text import folded
from grader.papers.responses import REPORTED_TOTAL, mask_of, picked_of, reported
from questions.common.errors import SubmissionError
from tests.grader.papers.canvas_files import (
    ANN,
    BEN,
    canvas_header,
    canvas_row,
    write_canvas,
    write_csv,
)
from tests.grader.papers.test_option_text import TEXTS
from tests.grader.tiny import QUIZ, quiz_of, with_texts

PAPERS = [ANN | {"q01": "B", "q06": "ABD", "q10": "A"}, BEN | {"q01": "C", "attempt": 2}]
FIXED = 8  # columns before the first question


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def table(papers: Sequence[dict[str, Any]] = PAPERS, language: str = "zh") -> list[list[str]]:
    return [canvas_header(QUIZ, language), *(canvas_row(paper, QUIZ, language) for paper in papers)]


def read(rows: list[list[str]], **options: Any) -> ClassFiles:
    return read_class([write_csv(Path("class.csv"), rows, **options)], QUIZ)


def answers(files: ClassFiles) -> list[dict[str, str]]:
    """What was picked, without blanks."""
    return [
        {q.id: "".join(picked_of(q, row[q.id])) for q in QUIZ.questions if row[q.id]}
        for row in files.responses.frame.iter_rows(named=True)
    ]


def problems(rows: list[list[str]]) -> list[str]:
    with pytest.raises(SubmissionError) as caught:
        read(rows)
    return caught.value.problems


PICKED = [{"q01": "B", "q06": "ABD", "q10": "A"}, {"q01": "C"}]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("options", [{}, {"delimiter": ";"}, {"bom": True}, {"delimiter": "\t"}])
def test_a_class_as_canvas_writes_it(language: str, options: dict[str, Any]) -> None:
    files = read(table(language=language), **options)
    assert answers(files) == PICKED
    frame = files.responses.frame
    assert frame["row"].to_list() == [2, 3]
    assert frame["student"].to_list() == ["B11901001", "B11901002"]
    assert frame["name"].to_list() == ["Ann Lee", "王小明"]
    assert frame["attempt"].to_list() == [1, 2]
    assert frame["section"].to_list() == [None, None]
    assert files.notes == ()


def test_canvas_s_own_scores_are_kept_beside_ours() -> None:
    paper = ANN | {"q01": "B", "q01_points": "0.8", "q06_points": "0.6666666666666666", "score": "1.4666666"}
    frame = read(table([paper])).responses.frame
    assert frame[reported("q01")].to_list() == [0.8]
    assert frame[reported("q06")].to_list() == [0.6666666666666666]
    assert frame[REPORTED_TOTAL].to_list() == [1.4666666]


def test_questions_may_stand_in_another_order_and_hold_newlines_and_html() -> None:
    rows = [
        [*row[:FIXED], *[c for at in range(14, 7, -2) for c in row[at : at + 2]], *row[-3:]]
        for row in table()
    ]
    rows[0][FIXED] = rows[0][FIXED].replace("? ", "?\n") + "<br>&nbsp;\n"
    assert answers(read(rows)) == PICKED


@pytest.mark.parametrize("dropped", [(2,), (2, 5), (5,), (7,), (2, 5, 7)])
def test_optional_columns_may_be_missing(dropped: tuple[int, ...]) -> None:
    rows = [[cell for at, cell in enumerate(row) if at not in dropped] for row in table()]
    files = read(rows)
    assert answers(files) == PICKED
    assert files.responses.frame["student"].to_list() == (
        ["17", "18"] if 2 in dropped else ["B11901001", "B11901002"]
    )


TRANSLATED = ["姓名", "編號", "學號", "班別", "班別編號", "班別學號", "已提交", "嘗試"]


@pytest.mark.parametrize(
    ("dropped", "students"),
    [
        ((), ["B11901001", "B11901002"]),
        ((7,), ["B11901001", "B11901002"]),
        ((2, 5), ["17", "18"]),
        ((2,), ["17", "18"]),  # five before the date: whether the third is a SIS id is not told
        ((0, 1, 2), ["row 2", "row 3"]),
        ((0, 1, 2, 5, 7), ["row 2", "row 3"]),
    ],
)
def test_translated_titles_are_known_by_position(dropped: tuple[int, ...], students: list[str]) -> None:
    rows = table([paper | {"section": "一班", "section_id": "5", "section_sis_id": "S1"} for paper in PAPERS])
    rows[0][:FIXED] = TRANSLATED
    rows[0][-3:] = ["答對", "答錯", "分數"]
    kept = [[cell for at, cell in enumerate(row) if at not in dropped] for row in rows]
    files = read(kept)
    assert answers(files) == PICKED
    frame = files.responses.frame
    assert frame["student"].to_list() == students
    assert frame["attempt"].to_list() == ([None, None] if 7 in dropped else [1, 2])
    assert frame["submitted"].to_list() == [paper["submitted"] for paper in PAPERS]


def test_titles_that_say_nothing_are_refused() -> None:
    rows = table()
    for row in rows:
        row[:FIXED] = ["a", "b", "c"]
    (told,) = problems(rows)
    assert told == (
        "class.csv row 1: cannot tell what the columns before the first question are: 'a', 'b', 'c'; "
        "allowed, in this order: name, id, sis_id, root_account, section, section_id, section_sis_id, "
        "submitted, attempt; or say what they are in a map (--write-map)"
    )


def test_an_anonymous_report_has_a_student_a_row() -> None:
    files = read([row[3:] for row in table([*PAPERS, ANN])])
    assert files.responses.frame["student"].to_list() == ["row 2", "row 3", "row 4"]
    assert files.notes == ("class.csv: the report is anonymous, so each row counts as a student",)


@pytest.mark.parametrize("name", ["Test Student", "測試學生"])
def test_the_test_student_is_left_out_and_named(name: str) -> None:
    files = read(table([*PAPERS, {"name": name, "id": "99", "q01": "A"}]))
    assert answers(files) == PICKED
    assert files.notes == ("the test student is left out: class.csv row 4",)


def test_a_student_of_that_name_with_a_number_is_none() -> None:
    files = read(table([ANN | {"name": "Test Student"}]))
    assert len(files.responses.frame) == 1


def test_papers_of_nobody_are_kept_and_noted() -> None:
    files = read(table([*PAPERS, {"q01": "A"}]))
    assert files.responses.frame["student"].to_list()[2] == "row 4"
    assert files.notes == ("class.csv: 1 papers name no student, in rows 4",)


def test_an_unknown_question_names_its_column_and_the_nearest() -> None:
    rows = table()
    rows[0][FIXED + 2] = "102: 2 + 4, 下列何者正確? (1.)"
    assert problems(rows) == [
        "class.csv, column 11: '2 + 4, 下列何者正確? (1.)' is no question of the quiz; "
        "nearest: q02 '2 + 3, 下列何者正確? (1.)'; say what it is in a map (--write-map)"
    ]


def test_a_question_twice_is_refused() -> None:
    rows = [[*row[:FIXED], *row[FIXED : FIXED + 2], *row[FIXED:]] for row in table()]
    assert problems(rows) == [
        "class.csv: columns 9, 11 are all of q01; keep the one that was asked, or name them in a map "
        "(--write-map)"
    ]


def test_a_missing_question_is_an_error_unless_the_key_leaves_it_out() -> None:
    rows = [[*row[:FIXED], *row[FIXED + 2 :]] for row in table()]
    assert problems(rows) == [
        "class.csv: no column for q01 '2 + 3 等於多少?'; "
        "if it was not asked, leave it out of the grade by q01: null in the key"
    ]
    files = read_class([Path("class.csv")], QUIZ, ["q01"])
    assert files.responses.absent == ("q01",)
    assert files.responses.has_reported
    assert answers(files) == [{"q06": "ABD", "q10": "A"}, {}]


@pytest.mark.parametrize("place", [FIXED, FIXED + 4, FIXED + 8])
def test_a_text_that_asks_nothing_is_passed_over(place: int) -> None:
    rows = [[*row[:place], "", "", *row[place:]] for row in table()]
    rows[0][place] = "99: Good luck!"
    files = read(rows)
    assert answers(files) == PICKED
    assert REPORTED_TOTAL in files.responses.frame.columns


def test_other_points_are_noted() -> None:
    rows = table()
    rows[0][FIXED + 1] = "1,0"
    assert read(rows).notes == ("class.csv: q01 has 1.0 points there, 0.8 here",)


def test_an_answer_that_is_none_names_row_student_question_and_nearest_option() -> None:
    rows = table()
    rows[2][FIXED + 2] = "正好 5"
    rows[1][FIXED + 4] += ",數 1"
    assert problems(rows) == [
        "class.csv row 2, student 'B11901001', q06: '數 1' is no option's text; nearest: A '數 1 小於 4'",
        "class.csv row 3, student 'B11901002', q02: '正好 5' is no option's text; "
        "nearest: C '正好 5, 不多不少'",
    ]


@pytest.mark.parametrize(
    ("place", "cell", "told"),
    [
        (2, "B1\x1b[2J", "control characters in the sis_id 'B1\\x1b[2J'; one line of plain text is allowed"),
        (2, "B\u202e1", "control characters in the sis_id 'B\\u202e1'; one line of plain text is allowed"),
        (7, "first", "found 'first' as the attempt; allowed: a whole number"),
        (9, "much", "q01: found 'much' as the platform's own points; allowed: a number"),
        (9, "nan", "q01: found 'nan' as the platform's own points; allowed: a number"),
    ],
)
def test_other_cells_that_are_wrong_name_the_row(place: int, cell: str, told: str) -> None:
    rows = table()
    rows[1][place] = cell
    (found,) = problems(rows)
    assert found.startswith("class.csv row 2, student '")
    assert found.endswith(told)


def test_a_class_of_nobody_is_refused() -> None:
    assert problems(table([])) == ["class.csv: there is a header and no paper below it"]


def test_a_file_that_is_something_else_says_what_is_allowed() -> None:
    (told,) = problems([["Student", "ID", "Quiz 1 (4321)"], ["Ann", "17", "9.33"]])
    assert told == (
        "class.csv row 1: found 'Student', 'ID', 'Quiz 1 (4321)'; "
        "allowed: Canvas's Student Analysis (from the quiz's statistics), with a column such as "
        "'101: Which loss?' and one with its points for each question, or a plain CSV with the columns "
        "student, q01, q02, …"
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(TEXTS.filter(lambda texts: not any(text.endswith("\\") for text in texts)), st.data())
def test_a_class_of_any_option_texts_comes_back_as_it_was_written(
    texts: list[str], data: st.DataObject
) -> None:
    """Through the file as well: quotes, newlines, formulas, right-to-left, emoji."""
    quiz = quiz_of(with_texts(QUIZ.question("q01"), texts), with_texts(QUIZ.question("q06"), texts))
    options = quiz.questions[0].option_ids
    papers = data.draw(
        st.lists(
            st.fixed_dictionaries(
                {"q01": st.sampled_from(["", *options]), "q06": st.sets(st.sampled_from(options)).map(sorted)}
            ),
            min_size=1,
            max_size=5,
        )
    )
    assert len({folded(text) for text in texts}) == len(texts)
    path = write_canvas(
        Path("class.csv"),
        [{"id": str(n), "submitted": "2026-03-02 08:15:30 UTC"} | paper for n, paper in enumerate(papers)],
        quiz,
    )
    frame = read_class([path], quiz).responses.frame
    for question in quiz.questions:
        expected = [mask_of(question, frozenset(paper[question.id])) for paper in papers]
        assert frame[question.id].to_list() == expected
