"""Graded papers: totals by hand, statuses that are never conflated, and JSON that stays exact."""

import json
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.papers.paper import Paper
from grader.scores.grades import NO_KEY, PaperGrade, QuestionGrade, Status, grade
from tests.grader.tiny import QUIZ

# Any key will do for the arithmetic; this one is not the true one.
KEY = {question.id: frozenset("A") for question in QUIZ.questions} | {
    "q06": frozenset("ABC"),
    "q10": frozenset("ABCDE"),
}
TOTAL = Fraction(36, 10)  # 2 × 0.8 + 2 × 1


def graded(answers: dict[str, str], **changed_key: frozenset[str] | None) -> PaperGrade:
    paper = Paper("B11901001", {question: frozenset(picks) for question, picks in answers.items()})
    return grade(paper, QUIZ, KEY | changed_key)


def of(paper: PaperGrade, question_id: str) -> QuestionGrade:
    return next(asked for asked in paper.questions if asked.question == question_id)


def test_a_full_paper_is_exactly_the_total() -> None:
    full = graded({question: "".join(correct) for question, correct in KEY.items()})
    assert full.score == full.points_graded == full.points_in_all == TOTAL
    assert full.model_dump(mode="json")["score"] == "3.6"
    assert {asked.status for asked in full.questions} == {Status.RIGHT}


def test_a_paper_by_hand() -> None:
    paper = graded({"q01": "A", "q02": "B", "q06": "ABD", "q10": "ABCDEFG"})
    # 0.8 + 0 + (2 − 1) × 1/3 + (5 − 2) × 1/5
    assert paper.score == Fraction(8, 10) + Fraction(1, 3) + Fraction(3, 5)
    assert [asked.question for asked in paper.questions] == ["q01", "q02", "q06", "q10"]
    assert paper.left_out == ()


@pytest.mark.parametrize(
    ("picked", "status"),
    [
        ("", Status.BLANK),
        ("ABC", Status.RIGHT),
        ("AB", Status.PARTLY_RIGHT),
        ("ABCD", Status.PARTLY_RIGHT),
        ("AD", Status.WRONG),  # 1 − 1: something right was picked, and nothing earned
        ("D", Status.WRONG),
    ],
)
def test_status_of_a_question(picked: str, status: Status) -> None:
    assert of(graded({"q06": picked}), "q06").status is status


def test_a_question_is_told_in_full() -> None:
    asked = of(graded({"q06": "DBA"}), "q06")
    assert asked.model_dump(mode="json") == {
        "question": "q06",
        "status": "partly right",
        "picked": ["A", "B", "D"],
        "correct": ["A", "B", "C"],
        "right": ["A", "B"],
        "wrong": ["D"],
        "score": "1/3",
        "score_rounded": 0.33,
        "points": "1",
        "words": {
            "zh": "答對 2 個，答錯 1 個，正確選項共 3 個：(2 − 1) × 1/3 = 1/3 分",
            "en": "2 right − 1 wrong, of 3 correct: (2 − 1) × 1/3 = 1/3 point",
        },
    }


@pytest.mark.parametrize("picked", ["", "AB"])
def test_an_unknown_key_is_neither_blank_nor_wrong(picked: str) -> None:
    paper = graded({"q01": "A", "q06": picked}, q06=None)
    asked = of(paper, "q06")
    assert asked.status is Status.KEY_UNKNOWN
    assert asked.picked == tuple(picked)
    assert asked.correct is asked.right is asked.wrong is asked.score is None
    assert asked.words == NO_KEY
    assert paper.left_out == ("q06",)
    assert (paper.score, paper.points_graded, paper.points_in_all) == (
        Fraction(4, 5),
        Fraction(26, 10),
        TOTAL,
    )
    fields = asked.model_dump(mode="json")
    assert (fields["score"], fields["score_rounded"]) == (None, None)


def test_a_question_that_the_key_does_not_name_is_left_out() -> None:
    paper = grade(Paper("s", {"q01": frozenset("A")}), QUIZ, {"q01": frozenset("A")})
    assert paper.score == paper.points_graded == Fraction(4, 5)
    assert paper.left_out == ("q02", "q06", "q10")


def test_totals_in_json() -> None:
    fields = graded({"q01": "A", "q06": "AB"}, q10=None).model_dump(mode="json")
    del fields["questions"]
    assert fields == {
        "student": "B11901001",
        "score": "22/15",  # 4/5 + 2/3
        "score_rounded": 1.47,
        "points_graded": "2.6",
        "points_in_all": "3.6",
        "left_out": ["q10"],
        "dropped": [],
    }


def test_a_question_without_points_is_still_right_or_wrong() -> None:
    free = QUIZ.question("q01").model_copy(update={"points": "0"})
    quiz = QUIZ.model_copy(update={"questions": (free,)})
    for picked, status in {"A": Status.RIGHT, "B": Status.WRONG, "": Status.BLANK}.items():
        paper = grade(Paper("s", {"q01": frozenset(picked)}), quiz, KEY)
        assert (of(paper, "q01").status, paper.score) == (status, 0)


@pytest.mark.parametrize(
    "student", ["<script>alert(1)</script>", '=cmd|"/c"!A1', "[red]x[/]", "../../x", "王小明"]
)
def test_hostile_names_stay_text(student: str) -> None:
    fields = json.loads(json.dumps(grade(Paper(student, {}), QUIZ, KEY).model_dump(mode="json")))
    assert fields["student"] == student


def test_a_paper_or_key_that_does_not_fit_the_quiz_is_refused() -> None:
    with pytest.raises(ValueError, match="q01: answer"):
        graded({"q01": "Z"})
    with pytest.raises(ValueError, match=r"q01: answer \['A', 'B'\] is more than a single choice has"):
        graded({"q01": "AB"})
    with pytest.raises(ValueError, match=r"q01: key .* is more than a single choice has"):
        graded({}, q01=frozenset("AB"))
    with pytest.raises(ValueError, match="q06: a key without a correct option"):
        graded({}, q06=frozenset())


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_every_paper_keeps_its_bounds_and_its_totals(data: st.DataObject) -> None:
    key = {
        question.id: data.draw(
            st.none()
            | st.frozensets(
                st.sampled_from(question.option_ids),
                min_size=1,
                max_size=1 if question.kind == "single" else None,
            )
        )
        for question in QUIZ.questions
    }
    answers = {
        question.id: data.draw(
            st.frozensets(
                st.sampled_from(question.option_ids), max_size=1 if question.kind == "single" else None
            )
        )
        for question in QUIZ.questions
    }
    paper = grade(Paper("s", answers), QUIZ, key)
    assert 0 <= paper.score <= paper.points_graded <= paper.points_in_all == TOTAL
    assert set(paper.left_out) == {question for question, correct in key.items() if correct is None}
    assert (
        sum(
            Fraction(asked["score"]) for asked in paper.model_dump(mode="json")["questions"] if asked["score"]
        )
        == paper.score
    )
    for asked in paper.questions:
        blank, known = not answers[asked.question], key[asked.question] is not None
        assert (asked.status is Status.BLANK) == (blank and known)
        assert (asked.status is Status.KEY_UNKNOWN) == (not known)
        assert (asked.status is Status.RIGHT) == (known and answers[asked.question] == key[asked.question])
