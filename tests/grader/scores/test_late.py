"""Averages, due dates and late papers, with numbers by hand; a day that was begun is a day."""

from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from grader.papers.attempts import Attempts
from grader.papers.responses import DAYS_LATE, Deduction
from grader.scores.class_grades import grade_class
from grader.scores.compare import compare
from grader.scores.late import Late, LatePolicy, read_extensions, read_time, timed
from questions.amendments import Amendment, Drop
from questions.common.errors import QuizproofError, SubmissionError
from tests.grader.graded_class import FULL_KEY, graded_class
from tests.grader.tiny import with_singles

QUIZ = with_singles("q03", "q04", "q05", "q07", "q08", "q09", "q11", "q12")
FULL = {id_: "".join(sorted(correct)) for id_, correct in FULL_KEY.items()}
SINGLES = FULL | {"q06": "", "q10": ""}  # 8 points
DUE = read_time("2026-01-09T23:59:59+08:00", "--due")
IN_TIME, LATE_1_S = "2026-01-09 15:59:59 UTC", "2026-01-09 16:00:00 UTC"


def totals(
    papers: list[dict[str, Any]], policy: LatePolicy, attempts: Attempts | None = None, **amended: Amendment
) -> list[Fraction]:
    on_time = timed(graded_class(QUIZ, papers).responses, policy)
    grades = grade_class(on_time.responses, FULL_KEY, attempts, amended)
    return [grades.points(units) for units in grades.frame["total"]]


def losing(per_day: str, floor: str = "0", **more: Any) -> LatePolicy:
    return LatePolicy(DUE, Late.DEDUCT, Deduction(Fraction(per_day), Fraction(floor)), **more)


def test_the_average_is_rounded_to_two_places_as_canvas_does() -> None:
    papers = [
        {"sis_id": "B1", "attempt": 1, "q01": "A"},  # 0.8
        {"sis_id": "B2", "attempt": 1, "q06": "A"},  # 1/3
        {"sis_id": "B1", "attempt": 2, "q01": "A", "q02": "A"},  # 1.6
        {"sis_id": "B1", "attempt": 3, "q06": "A"},  # 1/3
        {"sis_id": "B2", "attempt": 2},
        *({"sis_id": "B3", "attempt": n, "q10": "A" if n == 5 else ""} for n in range(1, 9)),  # 0.2 / 8
    ]
    grades = grade_class(graded_class(QUIZ, papers).responses, FULL_KEY, Attempts.AVERAGE)
    assert grades.frame["student"].to_list() == ["B1", "B2", "B3"]
    # 41/15 / 3 = 0.9111…, 1/6 = 0.1666…, 0.025
    assert [grades.points(units) for units in grades.frame["total"]] == [
        Fraction("0.91"), Fraction("0.17"), Fraction("0.03"),
    ]  # fmt: skip
    by_question = [[grades.points(units) for units in grades.frame[id_]] for id_ in ("q01", "q06", "q10")]
    assert by_question[0] == [Fraction(8, 15), 0, 0]
    assert by_question[1] == [Fraction(1, 9), Fraction(1, 6), 0]
    assert by_question[2] == [0, 0, Fraction(1, 40)]
    assert len(grades.by_paper.frame) == 13
    assert grades.responses.frame["attempt"].to_list() == [3, 2, 8]


def test_an_average_that_64_bits_do_not_hold_is_refused() -> None:
    papers = [
        {"sis_id": f"B{n}", "attempt": attempt, "q06": "A"}
        for n in range(1, 48)
        for attempt in range(1, n + 1)
    ]
    responses = graded_class(QUIZ, papers).responses
    with pytest.raises(
        QuizproofError, match="47 different numbers of attempts, up to 47: too many for exact"
    ):
        grade_class(responses, FULL_KEY, Attempts.AVERAGE)


def test_each_attempt_is_compared_where_the_average_counts() -> None:
    papers = [{"sis_id": "B1", "attempt": n, "q01": "A" if n == 1 else "B"} for n in (1, 2)]
    responses = graded_class(QUIZ, papers).responses
    theirs = {f"{question.id} reported": [0.0, 0.0] for question in QUIZ.questions}
    theirs["q01 reported"] = [0.8, 0.0]
    frame = responses.frame.with_columns(**{name: pl.Series(values) for name, values in theirs.items()})
    grades = grade_class(type(responses)(QUIZ, frame), FULL_KEY, Attempts.AVERAGE)
    assert {one.n_differing for one in compare(grades)} == {0}
    assert {one.n_papers for one in compare(grades)} == {2}


@pytest.mark.parametrize(
    ("submitted", "days"),
    [
        (IN_TIME, 0),
        (LATE_1_S, 1),
        ("2026-01-10 15:59:59 UTC", 1),
        ("2026-01-10 16:00:00 UTC", 2),
        ("2026-01-10T00:00:00+08:00", 1),
        ("2026-01-09T15:59:59Z", 0),
        ("2026-01-09T23:59:59.000+0800", 0),
        ("2026-01-09T23:59+08:00", 0),
        ("2025-12-01 00:00:00 UTC", 0),
        (None, 0),
    ],
)
def test_how_many_days_late(submitted: str | None, days: int) -> None:
    papers = graded_class(QUIZ, [{"sis_id": "B1", "submitted": submitted}]).responses
    found = timed(papers, LatePolicy(DUE))
    assert found.responses.frame[DAYS_LATE].to_list() == [days]
    assert len(found.notes) == (submitted is None)


def test_a_share_of_the_points_a_day_down_to_a_floor() -> None:
    papers = [
        {"sis_id": "B1", **FULL, "submitted": IN_TIME},
        {"sis_id": "B2", **FULL, "submitted": LATE_1_S},
        {"sis_id": "B3", **FULL, "submitted": "2026-01-29 16:00:00 UTC"},  # 21 days
        {"sis_id": "B4", "q01": "A", "submitted": LATE_1_S},
    ]
    assert totals(papers, losing("0.1")) == [10, 9, 0, 0]
    assert totals(papers, losing("0.1", "0.5")) == [10, 9, 5, Fraction(4, 5)]
    assert totals(papers, losing("0.025", "0")) == [10, Fraction(39, 4), Fraction(19, 4), Fraction(11, 20)]
    # Without q02 9.2 points can be had, of which a day costs 0.92.
    dropped = Amendment(reason="x", drop=Drop.KEEP)
    assert totals(papers, losing("0.1"), q02=dropped)[:2] == [Fraction("9.2"), Fraction("8.28")]


def test_what_it_cost_stands_beside_the_total() -> None:
    on_time = timed(graded_class(QUIZ, [{**FULL, "submitted": LATE_1_S}]).responses, losing("0.1"))
    grades = grade_class(on_time.responses, FULL_KEY)
    assert [grades.points(units) for units in grades.frame["late"]] == [1]
    assert (
        grades.frame.select(q.id for q in grades.graded).sum_horizontal()[0] - grades.frame["late"][0]
        == (grades.frame["total"][0])
    )


@pytest.mark.parametrize(
    ("attempts", "policy", "total"),
    [
        (Attempts.HIGHEST, losing("0.1"), 9),  # 10 − 1, more than the 8 in time
        (Attempts.HIGHEST, losing("0.3"), 8),  # 10 − 3 is less
        (Attempts.LATEST, losing("0.3"), 7),
        (Attempts.FIRST, losing("0.3"), 8),
        (Attempts.AVERAGE, losing("0.3"), Fraction(15, 2)),
        (Attempts.LATEST, LatePolicy(DUE, Late.REFUSE), 8),
        (Attempts.LATEST, LatePolicy(DUE), 10),
        (Attempts.LATEST, LatePolicy(), 10),
    ],
)
def test_the_attempt_is_picked_by_what_is_left(
    attempts: Attempts, policy: LatePolicy, total: Fraction
) -> None:
    papers = [
        {"sis_id": "B1", "attempt": 2, **FULL, "submitted": LATE_1_S},
        {"sis_id": "B1", "attempt": 1, **SINGLES, "submitted": IN_TIME},
    ]
    assert totals(papers, policy, attempts) == [total]


def test_an_extension_is_by_any_id_and_nobody_s_is_told() -> None:
    later = datetime.fromisoformat("2026-01-12T00:00:00+08:00")
    policy = losing("0.1", extensions={"B1": later, "18": later, "ann": later, "B99": later})
    papers = [
        {"sis_id": "B1", **FULL, "submitted": LATE_1_S},
        {"sis_id": "B2", "id": "18", **FULL, "submitted": "2026-01-11 16:00:01 UTC"},
        {"login": "ann", **FULL, "submitted": "2026-01-11 16:00:00 UTC"},
        {"sis_id": "B3", **FULL, "submitted": LATE_1_S},
    ]
    assert totals(papers, policy) == [10, 9, 10, 9]
    found = timed(graded_class(QUIZ, papers).responses, policy)
    assert found.notes == ("an extension for 'B99', who has no paper",)


def test_every_refused_paper_is_named() -> None:
    papers = [{"sis_id": "B1", "submitted": LATE_1_S}, {"sis_id": "B2", "submitted": IN_TIME}]
    found = timed(graded_class(QUIZ, papers).responses, LatePolicy(DUE, Late.REFUSE))
    assert found.responses.frame["student"].to_list() == ["B2"]
    assert found.refused == (
        "late, not counted: class.csv row 2, student 'B1', submitted 2026-01-09 16:00:00 UTC",
    )


def test_a_time_that_cannot_be_read_is_an_error_with_its_row() -> None:
    papers = [
        {"sis_id": "B1", "submitted": "yesterday"},
        {"sis_id": "B2", "submitted": "2026-01-09 12:00:00"},
    ]
    with pytest.raises(SubmissionError) as error:
        timed(graded_class(QUIZ, papers).responses, LatePolicy(DUE))
    assert error.value.problems == [
        f"class.csv row {row}, student '{who}': found '{text}' as the time of submission; allowed: a time "
        "with its zone, such as 2026-01-09T23:59:59+08:00"
        for row, who, text in ((2, "B1", "yesterday"), (3, "B2", "2026-01-09 12:00:00"))
    ]


def test_a_due_time_needs_its_zone() -> None:
    with pytest.raises(
        QuizproofError, match="--due: found '2026-01-09T23:59:59'; allowed: a time with its zone"
    ):
        read_time("2026-01-09T23:59:59", "--due")


@pytest.mark.parametrize(
    ("content", "problems"),
    [
        ("who,due\n", ["extensions.csv row 1: found 'who', 'due'; allowed: student,due"]),
        (
            "student,due\nB1,soon\nB1\n,2026-01-10T00:00:00+08:00\n",
            [
                "extensions.csv row 2: found 'soon'; allowed: a time with its zone",
                "extensions.csv row 3: found 1 cells; allowed: a student and a time",
                "extensions.csv row 4: found 2 cells; allowed: a student and a time",
            ],
        ),
        (
            "student,due\nB1,2026-01-10T00:00:00Z\nB1,2026-01-11T00:00:00Z\n",
            ["extensions.csv row 3: 'B1' stands twice; keep one"],
        ),
    ],
)
def test_what_is_wrong_in_extensions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str, problems: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("extensions.csv").write_text(content, encoding="utf-8")
    with pytest.raises(SubmissionError) as error:
        read_extensions(Path("extensions.csv"))
    assert len(error.value.problems) == len(problems)
    assert all(map(str.startswith, error.value.problems, problems))
