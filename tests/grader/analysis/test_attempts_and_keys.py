"""Several attempts under several keys: each attempt is scored under each key, then one is picked there."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.analysis.regrade import regrade, what_if
from grader.analysis.score_changes import ScoreChanges
from grader.papers.attempts import Attempts
from grader.scores.class_grades import grade_class
from grader.scores.credit import display
from questions.amendments import Amendment, Drop, Regrading
from questions.quiz import AnyQuestion, CreditRule
from tests.grader.graded_class import FULL_KEY, graded_class
from tests.grader.tiny import with_singles

# Ten single choices of 0.8 and two multiple answers of 1: ten points.
QUIZ = with_singles("q03", "q04", "q05", "q07", "q08", "q09", "q11", "q12")

OLD = FULL_KEY | {"q06": frozenset("AB")}
NEW = OLD | {"q01": frozenset("B")}
RIGHT = {id_: "".join(sorted(correct)) for id_, correct in OLD.items()}
# Attempt 1: 10 by the old key, 9.2 by the new. Attempt 2 has B in q01 and a wrong pick in q06, which costs
# 1/2: 10 − 0.8 − 0.5 = 8.7 by the old key, 9.5 by the new.
ANN = [
    {"sis_id": "B1", "attempt": 1, **RIGHT},
    {"sis_id": "B1", "attempt": 2, **RIGHT, "q01": "B", "q06": "ABC"},
]
BEN = {"sis_id": "B2", "attempt": 1, "q01": "B"}


def totals(changes: ScoreChanges) -> list[tuple[str, Fraction, Fraction]]:
    """A student's total before and after."""
    return [(who, old * changes.unit, new * changes.unit) for who, old, new, _ in changes.frame.iter_rows()]


@pytest.mark.parametrize(
    ("attempts", "policy", "before", "after"),
    [
        (Attempts.HIGHEST, Regrading.BOTH, "10", "10"),
        (Attempts.HIGHEST, Regrading.NEW, "10", "9.5"),
        (Attempts.HIGHEST, Regrading.FULL, "10", "10"),
        (Attempts.HIGHEST, Regrading.NONE, "10", "10"),
        (Attempts.LATEST, Regrading.BOTH, "8.7", "9.5"),
        (Attempts.LATEST, Regrading.NEW, "8.7", "9.5"),
        (Attempts.FIRST, Regrading.BOTH, "10", "10"),
        (Attempts.FIRST, Regrading.NEW, "10", "9.2"),
        (Attempts.FIRST, Regrading.FULL, "10", "10"),
    ],
)
def test_the_attempt_is_picked_under_each_key(
    attempts: Attempts, policy: Regrading, before: str, after: str
) -> None:
    papers = graded_class(QUIZ, [ANN[1], BEN, ANN[0]]).responses
    found = regrade(papers, OLD, NEW, policy, attempts)
    (ann, ben) = totals(found.changes)
    assert ann == ("B1", Fraction(before), Fraction(after))
    assert ben[0] == "B2"


def test_what_the_new_key_does_not_count_is_told_where_no_score_was_to_be_reduced() -> None:
    papers = graded_class(QUIZ, [ANN[0], BEN]).responses
    drop = {"q02": Amendment(reason="the file was missing", drop=Drop.KEEP)}
    found = regrade(papers, OLD, NEW, Regrading.BOTH, amended=({}, drop))
    # Ann loses the 0.8 of q02 and nothing by the policy; Ben gains the 0.8 of q01.
    assert totals(found.changes) == [
        ("B1", Fraction(10), Fraction("9.2")),
        ("B2", Fraction(0), Fraction("0.8")),
    ]
    assert found.lowered_otherwise is not None
    assert found.lowered_otherwise.en == (
        "Totals that are lower all the same, by what the new key does not count (q02): 1"
    )
    assert regrade(papers, OLD, NEW, Regrading.BOTH).lowered_otherwise is None
    assert regrade(papers, OLD, NEW, Regrading.NEW, amended=({}, drop)).lowered_otherwise is None


def test_the_attempt_is_picked_under_each_rule() -> None:
    # The key of q10 is A to E: AB earns 2/5, and by all or nothing 0.
    papers = [
        {"sis_id": "B1", "attempt": 1, "q10": "AB", "q01": "A"},  # 1.2, then 0.8
        {"sis_id": "B1", "attempt": 2, "q02": "A"},  # 0.8, then 0.8
        {"sis_id": "B1", "attempt": 3, "q10": "ABCDE"},  # 1, then 1
    ]
    grades = grade_class(graded_class(QUIZ, papers).responses, FULL_KEY, Attempts.HIGHEST)
    assert grades.responses.frame["attempt"].to_list() == [1]
    changes = what_if(grades, CreditRule.ALL_OR_NOTHING)
    assert totals(changes) == [("B1", Fraction(6, 5), Fraction(1))]
    assert changes.after.responses.frame["attempt"].to_list() == [3]


def test_gradings_by_other_attempts_cannot_be_compared() -> None:
    papers = graded_class(QUIZ, ANN).responses
    one, other = (grade_class(papers, OLD, policy) for policy in (Attempts.FIRST, Attempts.LATEST))
    with pytest.raises(ValueError, match="not of the same papers"):
        ScoreChanges(one, other)


def keys_of(question: AnyQuestion) -> st.SearchStrategy[frozenset[str]]:
    if question.kind == "single":
        return st.sampled_from(question.option_ids).map(frozenset)
    return st.frozensets(st.sampled_from(question.option_ids), min_size=1)


ASKED = [QUIZ.question(id_) for id_ in ("q01", "q02", "q06", "q10")]
any_key = st.fixed_dictionaries({question.id: keys_of(question) for question in ASKED})
any_answers = st.fixed_dictionaries(
    {q.id: st.one_of(st.just(frozenset()), keys_of(q)).map("".join) for q in ASKED}
)
any_class = st.lists(st.lists(any_answers, min_size=1, max_size=3), max_size=4)


def papers_of(students: list[list[dict[str, str]]]) -> list[Mapping[str, Any]]:
    return [
        {"sis_id": f"B{number}", "attempt": attempt, **answers}
        for number, papers in enumerate(students)
        for attempt, answers in enumerate(papers, start=1)
    ]


@settings(max_examples=60, deadline=None)
@given(students=any_class, old=any_key, new=any_key, attempts=st.sampled_from(Attempts))
def test_for_any_attempts_keys_and_policies(
    students: list[list[dict[str, str]]], old: Any, new: Any, attempts: Attempts
) -> None:
    papers = graded_class(QUIZ, papers_of(students)).responses
    for policy in Regrading:
        changes = regrade(papers, old, new, policy, attempts).changes
        assert [who for who, _, _ in totals(changes)] == [f"B{number}" for number in range(len(students))]
        if policy in {Regrading.BOTH, Regrading.FULL, Regrading.NONE}:
            assert all(after >= before for _, before, after in totals(changes)), "no score is reduced"
        for grades in (changes.before, changes.after):
            by_question = grades.frame.select(question.id for question in grades.graded)
            sums = [grades.points(units) for units in by_question.sum_horizontal()]
            if attempts is Attempts.AVERAGE:
                sums = [Fraction(display(one)) for one in sums]
            assert [grades.points(units) for units in grades.frame["total"]] == sums
    again = regrade(papers, new, new, Regrading.NEW, attempts)
    assert again.changed == ()
    assert not any(again.changes.frame["change"])
    once = regrade(papers, old, new, Regrading.NEW, attempts).changes.after
    assert once.frame["total"].to_list() == grade_class(papers, new, attempts).frame["total"].to_list()
