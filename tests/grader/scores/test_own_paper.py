"""A student's own check: what it shows, and that it shows nothing else."""

import json
from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.papers.paper import Paper
from grader.scores.own_paper import CheckResult, Knowledge, Truth, check
from questions.quiz import AnyQuestion, QuizSpec
from tests.grader.tiny import QUIZ

SINGLE, MULTIPLE = QUIZ.question("q01"), QUIZ.question("q06")  # four and eight options

Picks = frozenset[str]


def quiz_of(*questions: AnyQuestion) -> QuizSpec:
    return QUIZ.model_copy(update={"questions": questions})


def cut(question: AnyQuestion, n_options: int) -> AnyQuestion:
    return question.model_copy(update={"options": question.options[:n_options]})


def checked(
    answers: Mapping[str, str], known: Mapping[str, Knowledge], *, reveal: bool = False, student: str = "B1"
) -> CheckResult:
    paper = Paper(student, {question: frozenset(picks) for question, picks in answers.items()})
    return check(paper, quiz_of(SINGLE, MULTIPLE), known, reveal=reveal)


def keys(single: str | None, multiple: str | None) -> dict[str, Knowledge]:
    return {
        "q01": Knowledge.from_key(SINGLE, None if single is None else frozenset(single)),
        "q06": Knowledge.from_key(MULTIPLE, None if multiple is None else frozenset(multiple)),
    }


def rendered(result: CheckResult) -> bytes:
    """All that can be printed of a result."""
    whole = [
        json.dumps(result.model_dump(mode="json")),
        *result.lines("en"),
        *result.lines("zh"),
        repr(result),
    ]
    return "\n".join(whole).encode()


def possible_keys(question: AnyQuestion) -> list[Picks]:
    largest = 1 if question.kind == "single" else len(question.options)
    return [
        frozenset(chosen)
        for size in range(1, largest + 1)
        for chosen in combinations(question.option_ids, size)
    ]


def visible(question: AnyQuestion, picked: Picks, correct: Picks) -> tuple[Any, ...]:
    """What a student may see, counted here anew: the points, and each pick right or wrong."""
    right = sum(option in correct for option in picked)
    points = Fraction(question.points) * max(0, right - (len(picked) - right)) / len(correct)
    return points, *sorted((option, option in correct) for option in picked)


def assert_nothing_leaks(question: AnyQuestion, picked: Picks) -> None:
    quiz, paper = quiz_of(question), Paper("B1", {question.id: picked})
    seen: defaultdict[tuple[Any, ...], set[bytes]] = defaultdict(set)
    for correct in possible_keys(question):
        result = check(paper, quiz, {question.id: Knowledge.from_key(question, correct)}, reveal=False)
        seen[visible(question, picked, correct)].add(rendered(result))
    assert all(len(renderings) == 1 for renderings in seen.values())
    assert len(set.union(*seen.values())) == len(seen)  # and what may be seen, is


@pytest.mark.parametrize("n_options", range(2, 6))
@pytest.mark.parametrize("question", [SINGLE, MULTIPLE], ids=["single", "multiple"])
def test_keys_that_look_the_same_print_the_same_whatever_is_picked(
    question: AnyQuestion, n_options: int
) -> None:
    asked = cut(question, n_options)
    for picked in [frozenset[str](), *possible_keys(asked)]:
        assert_nothing_leaks(asked, picked)


def test_a_blank_looks_the_same_under_all_255_keys_and_under_none() -> None:
    results = {
        rendered(checked({"q01": "A"}, keys("A", multiple)))
        for multiple in [None, *map("".join, possible_keys(MULTIPLE))]
    }
    assert len(results) == 1


@settings(max_examples=40, deadline=None)
@given(picked=st.frozensets(st.sampled_from(MULTIPLE.option_ids)), n_options=st.integers(6, 8))
def test_keys_of_up_to_eight_options_that_look_the_same_print_the_same(picked: Picks, n_options: int) -> None:
    asked = cut(MULTIPLE, n_options)
    assert_nothing_leaks(asked, picked & frozenset(asked.option_ids))


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_two_keys_of_the_whole_quiz_that_look_the_same_print_the_same(data: st.DataObject) -> None:
    answers, one, other = {}, {}, {}
    for question in QUIZ.questions:
        picked = data.draw(st.sampled_from([frozenset[str](), *possible_keys(question)]))
        correct = data.draw(st.sampled_from(possible_keys(question)))
        alike = [
            key
            for key in possible_keys(question)
            if visible(question, picked, key) == visible(question, picked, correct)
        ]
        answers[question.id] = picked
        one[question.id] = Knowledge.from_key(question, correct)
        other[question.id] = Knowledge.from_key(question, data.draw(st.sampled_from(alike)))
    paper = Paper("B1", answers)
    assert rendered(check(paper, QUIZ, one, reveal=False)) == rendered(
        check(paper, QUIZ, other, reveal=False)
    )


@given(
    picked=st.frozensets(st.sampled_from(MULTIPLE.option_ids)),
    one=st.fixed_dictionaries({option: st.sampled_from(Truth) for option in MULTIPLE.option_ids}),
    other=st.fixed_dictionaries({option: st.sampled_from(Truth) for option in MULTIPLE.option_ids}),
)
def test_evidence_on_options_that_were_not_picked_is_not_seen(
    picked: Picks, one: dict[str, Truth], other: dict[str, Truth]
) -> None:
    paper, quiz = Paper("B1", {"q06": picked}), quiz_of(MULTIPLE)
    agreeing = other | {option: one[option] for option in picked}
    results = [check(paper, quiz, {"q06": Knowledge(known, None)}) for known in (one, agreeing)]
    assert rendered(results[0]) == rendered(results[1])
    assert results[0].questions[0].score == (None if picked else 0)


def test_without_reveal_there_are_points_and_picks_and_nothing_else() -> None:
    result = checked({"q01": "B", "q06": "DAB"}, keys("B", "ABC"))
    assert result.model_dump(mode="json") == {
        "student": "B1",
        "score": "17/15",  # 4/5 + (2 − 1) × 1/3
        "score_rounded": 1.13,
        "points_graded": "1.8",
        "points_in_all": "1.8",
        "left_out": [],
        "dropped": [],
        "questions": [
            {
                "question": "q01",
                "picked": {"B": "right"},
                "score": "0.8",
                "score_rounded": 0.8,
                "points": "0.8",
            },
            {
                "question": "q06",
                "picked": {"A": "right", "B": "right", "D": "wrong"},
                "score": "1/3",
                "score_rounded": 0.33,
                "points": "1",
            },
        ],
    }
    assert result.lines("en") == [
        "Student: B1",
        "q01: 0.8 of 0.8 points: B right",
        "q06: 1/3 (0.33) of 1 point: A right, B right, D wrong",
        "Total: 17/15 (1.13) of 1.8 points",
    ]
    assert result.lines("zh") == [
        "學號：B1",
        "q01：0.8 分（滿分 0.8 分）：B 正確",
        "q06：1/3 (0.33) 分（滿分 1 分）：A 正確、B 正確、D 錯誤",
        "總分：17/15 (1.13) 分（滿分 1.8 分）",
    ]


def test_a_blank_shows_zero_and_nothing_else() -> None:
    result = checked({}, keys("B", None))
    assert result.lines("en") == [
        "Student: B1",
        "q01: 0 of 0.8 points, not answered",
        "q06: 0 of 1 point, not answered",
        "Total: 0 of 1.8 points",
    ]
    assert result.lines("zh")[1] == "q01：0 分（滿分 0.8 分），未作答"
    assert result.model_dump(mode="json")["questions"][0] == {
        "question": "q01",
        "picked": {},
        "score": "0",
        "score_rounded": 0.0,
        "points": "0.8",
    }


PARTLY_KNOWN = Knowledge(
    dict.fromkeys("ABCDEFGH", Truth.UNDECIDED) | {"A": Truth.RIGHT, "H": Truth.WRONG}, correct=None
)


def test_where_the_full_key_is_not_known_the_points_are_undecided() -> None:
    result = checked({"q01": "A", "q06": "ABH"}, keys("B", None) | {"q06": PARTLY_KNOWN})
    assert result.lines("en") == [
        "Student: B1",
        "q01: 0 of 0.8 points: A wrong",
        "q06: undecided, of 1 point: A right, B undecided, H wrong",
        "Total: 0 of 0.8 points decided (1.8 in all); undecided: q06",
    ]
    assert result.lines("zh")[2:] == [
        "q06：未定（滿分 1 分）：A 正確、B 未定、H 錯誤",
        "總分：0 分（滿分 0.8 分），全卷 1.8 分；未定：q06",
    ]
    fields = result.model_dump(mode="json")
    assert (fields["points_graded"], fields["points_in_all"], fields["left_out"]) == ("0.8", "1.8", ["q06"])
    assert fields["questions"][1]["score"] is None


def test_reveal_adds_the_correct_options_and_the_reason() -> None:
    result = checked({"q01": "A", "q06": "ABD"}, keys("B", "ABC"), reveal=True)
    assert result.lines("en") == [
        "Student: B1",
        "q01: 0 of 0.8 points: A wrong",
        "    correct: B; not the correct option: 0 points",
        "q06: 1/3 (0.33) of 1 point: A right, B right, D wrong",
        "    correct: A, B, C; 2 right − 1 wrong, of 3 correct: (2 − 1) × 1/3 = 1/3 point",
        "Total: 1/3 (0.33) of 1.8 points",
    ]
    assert result.lines("zh")[2] == "    正確選項：B；沒有選到正確選項：0 分"
    shown = result.model_dump(mode="json")["questions"][1]
    assert shown["correct"] == ["A", "B", "C"]
    assert shown["options"] == {option: "right" if option in "ABC" else "wrong" for option in "ABCDEFGH"}
    assert shown["words"]["en"] == "2 right − 1 wrong, of 3 correct: (2 − 1) × 1/3 = 1/3 point"


def test_reveal_tells_what_is_known_where_the_full_key_is_not() -> None:
    result = checked({"q06": "A"}, keys("B", None) | {"q06": PARTLY_KNOWN}, reveal=True)
    undecided = ", ".join(f"{option} undecided" for option in "BCDEFG")
    assert (
        result.lines("en")[4]
        == f"    the full key of this question is not known: A right, {undecided}, H wrong"
    )
    assert result.lines("zh")[4].startswith("    這一題的完整答案未定：A 正確、B 未定、")
    assert result.model_dump(mode="json")["questions"][1]["correct"] is None


def test_reveal_changes_no_score() -> None:
    answers = {"q01": "A", "q06": "ABD"}
    hidden, shown = (checked(answers, keys("B", "ABC"), reveal=reveal) for reveal in (False, True))
    assert hidden.score == shown.score
    assert set(hidden.lines("en")) < set(shown.lines("en"))


def test_a_name_stays_text() -> None:
    for student in ("[bold]Ann[/]", "<b>Ann</b>", "=1+1", "../x", "{0}"):
        result = checked({}, keys("A", "A"), student=student)
        assert result.lines("en")[0] == f"Student: {student}"
        assert result.model_dump(mode="json")["student"] == student


def test_knowledge_that_contradicts_itself_is_the_callers_mistake() -> None:
    everything_wrong = dict.fromkeys(SINGLE.option_ids, Truth.WRONG)
    with pytest.raises(ValueError, match="q01: options and key of what is known do not agree"):
        checked({}, keys("A", "A") | {"q01": Knowledge(everything_wrong, frozenset("A"))})
    with pytest.raises(ValueError, match="q01: what is known is not about the question's options"):
        checked({}, keys("A", "A") | {"q01": Knowledge({"A": Truth.RIGHT}, None)})
    with pytest.raises(ValueError, match=r"q01: key .* is more than a single choice has"):
        checked({}, keys("AB", "A"))
