"""A mended key: Canvas's four options by hand, and what must hold for any two keys."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.analysis.regrade import CANVAS_NAMES, Regrade, regrade, what_if
from grader.analysis.score_changes import ScoreChanges
from grader.papers.responses import Responses
from grader.scores.amendment_words import POLICY_WORDS
from grader.scores.class_grades import grade_class
from questions.amendments import Regrading
from questions.quiz import AnyQuestion, CreditRule
from tests.grader.graded_class import FULL_KEY, graded_class
from tests.grader.tiny import QUIZ

POINT8 = Fraction(4, 5)


def responses(*papers: Mapping[str, Any], absent: tuple[str, ...] = ()) -> Responses:
    frame = graded_class(QUIZ, papers).responses.frame
    return Responses(QUIZ, frame, absent)


def points(found: Regrade | ScoreChanges, column: str) -> list[Fraction]:
    changes = found.changes if isinstance(found, Regrade) else found
    return [units * changes.unit for units in changes.frame[column].to_list()]


@pytest.mark.parametrize(
    ("policy", "after"),
    [
        (Regrading.BOTH, [POINT8, POINT8, 0, 0]),
        (Regrading.NEW, [0, POINT8, 0, 0]),
        (Regrading.FULL, [POINT8] * 4),  # the blank too, as in Canvas
        (Regrading.NONE, [POINT8, 0, 0, 0]),
    ],
)
def test_a_single_choice_whose_key_was_a_and_is_b(policy: Regrading, after: list[Fraction]) -> None:
    class_ = responses({"q01": "A"}, {"q01": "B"}, {"q01": "C"}, {})
    found = regrade(class_, FULL_KEY, FULL_KEY | {"q01": frozenset("B")}, policy)
    assert found.changed == ("q01",)
    assert points(found, "before") == [POINT8, 0, 0, 0]
    assert points(found, "after") == after
    assert points(found, "change") == [new - old for new, old in zip(after, [POINT8, 0, 0, 0], strict=True)]


@pytest.mark.parametrize(
    ("policy", "after"),
    [
        # old A B C, new A B: ABC has 1, then (2 − 1)/2; AB has 2/3, then 1; D has 0, then 0
        (Regrading.BOTH, [Fraction(1), Fraction(1), Fraction(0)]),
        (Regrading.NEW, [Fraction(1, 2), Fraction(1), Fraction(0)]),
        (Regrading.FULL, [Fraction(1), Fraction(1), Fraction(1)]),
        (Regrading.NONE, [Fraction(1), Fraction(2, 3), Fraction(0)]),
    ],
)
def test_a_multiple_choice_that_loses_an_option(policy: Regrading, after: list[Fraction]) -> None:
    class_ = responses({"q06": "ABC"}, {"q06": "AB"}, {"q06": "D"})
    found = regrade(class_, FULL_KEY, FULL_KEY | {"q06": frozenset("AB")}, policy)
    assert points(found, "before") == [1, Fraction(2, 3), 0]
    assert points(found, "after") == after


def test_who_gains_and_who_loses_in_numbers() -> None:
    class_ = responses({"q01": "A"}, {"q01": "B"}, {"q01": "C"}, {"q01": "B", "q02": "A"})
    found = regrade(class_, FULL_KEY, FULL_KEY | {"q01": frozenset("B")}, Regrading.NEW)
    moved = found.changes.total
    assert (moved.gain, moved.lose, moved.same) == (2, 1, 1)
    assert (moved.mean_change, moved.largest_gain, moved.largest_loss) == (POINT8 / 4, POINT8, POINT8)
    assert {id_ for id_, one in found.changes.by_question.items() if one.gain or one.lose} == {"q01"}
    told = found.summary.model_dump(mode="json")
    assert (told["canvas"], told["changed"], told["gain"]) == ("current_correct_only", ["q01"], 2)
    assert told["mean_change"] == {"exact": "0.2", "rounded": 0.2}
    assert told["before"]["maximum"] == {"exact": "0.8", "rounded": 0.8}
    assert told["after"]["maximum"] == {"exact": "1.6", "rounded": 1.6}


def test_questions_that_one_key_alone_knows_are_named_and_not_touched_by_the_policy() -> None:
    class_ = responses({"q01": "A", "q02": "A"})
    old, new = FULL_KEY | {"q01": None}, FULL_KEY | {"q02": None}
    found = regrade(class_, old, new, Regrading.FULL)
    assert (found.changed, found.added, found.dropped) == ((), ("q01",), ("q02",))
    assert points(found, "before") == points(found, "after") == [POINT8]
    assert found.changes.by_question["q01"].gain == found.changes.by_question["q02"].lose == 1
    assert found.changes.after.left_out == ("q02",)


def test_nobody_is_given_points_for_a_question_that_was_not_asked() -> None:
    class_ = responses({"q02": "A"}, absent=("q01",))
    found = regrade(class_, FULL_KEY, FULL_KEY | {"q01": frozenset("B")}, Regrading.FULL)
    assert found.changed == ()
    assert points(found, "change") == [0]


def test_without_papers_there_is_no_mean() -> None:
    found = regrade(responses(), FULL_KEY, FULL_KEY | {"q01": frozenset("B")}, Regrading.BOTH)
    assert found.changes.total.mean_change is None
    assert found.summary.model_dump(mode="json")["mean_change"] is None


def test_two_gradings_of_other_papers_cannot_be_compared() -> None:
    one, other = (graded_class(QUIZ, [{"q01": "A"}]) for _ in range(2))
    with pytest.raises(ValueError, match="not of the same papers"):
        ScoreChanges(one, other)


def test_every_policy_has_canvass_name_and_words() -> None:
    assert set(CANVAS_NAMES) == set(POLICY_WORDS) == set(Regrading)


def keys_of(question: AnyQuestion) -> st.SearchStrategy[frozenset[str]]:
    if question.kind == "single":
        return st.sampled_from(question.option_ids).map(frozenset)
    return st.frozensets(st.sampled_from(question.option_ids), min_size=1)


def answers_to(question: AnyQuestion) -> st.SearchStrategy[str]:
    return st.one_of(st.just(frozenset()), keys_of(question)).map("".join)


ASKED = [QUIZ.question(id_) for id_ in ("q01", "q02", "q06", "q10")]
any_key = st.fixed_dictionaries({question.id: keys_of(question) for question in ASKED})
any_class = st.lists(
    st.fixed_dictionaries({question.id: answers_to(question) for question in ASKED}), max_size=6
)


@settings(max_examples=40, deadline=None)
@given(papers=any_class, old=any_key, new=any_key)
def test_whatever_the_keys(papers: list[dict[str, str]], old: Any, new: Any) -> None:
    class_ = responses(*papers)
    by = {policy: regrade(class_, old, new, policy) for policy in Regrading}
    after = {policy: points(found, "after") for policy, found in by.items()}
    before = points(by[Regrading.NEW], "before")
    assert after[Regrading.NONE] == before
    graded = grade_class(class_, new)
    assert after[Regrading.NEW] == [graded.points(units) for units in graded.frame["total"].to_list()]
    rows = zip(before, after[Regrading.NEW], after[Regrading.BOTH], after[Regrading.FULL], strict=True)
    for was, only_new, both, full in rows:
        assert max(was, only_new) <= both <= full
    for found in by.values():
        changes = found.changes
        moved = [
            one.mean_change * len(papers)
            for one in changes.by_question.values()
            if one.mean_change is not None
        ]
        assert sum(moved) == sum(points(changes, "change"))
        assert changes.total.gain + changes.total.lose + changes.total.same == len(papers)


@settings(max_examples=40, deadline=None)
@given(papers=any_class, key=any_key)
def test_other_rules_keep_single_choices_and_order(papers: list[dict[str, str]], key: Any) -> None:
    grades = grade_class(responses(*papers), key)
    by = {rule: what_if(grades, rule) for rule in CreditRule}
    assert points(by[CreditRule.NET], "change") == [0] * len(papers)
    assert all(change <= 0 for change in points(by[CreditRule.ALL_OR_NOTHING], "change"))
    assert all(change >= 0 for change in points(by[CreditRule.EACH_ANSWER], "change"))
    assert all(change >= 0 for change in points(by[CreditRule.COVERAGE], "change"))
    for changes in by.values():
        singles = (changes.by_question[id_] for id_ in ("q01", "q02"))
        assert all(not moved.gain and not moved.lose for moved in singles)
