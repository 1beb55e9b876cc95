"""Right, partly right or wrong: what keys that agree on the picked options cannot be told apart by."""

import json
from collections import defaultdict
from itertools import combinations

import pytest

from grader.papers.paper import Paper
from grader.scores.coarse_check import CoarseResult
from grader.scores.own_paper import Knowledge, check
from questions.common.errors import QuizproofError
from questions.quiz import AnyQuestion, QuizSpec


def coarse(quiz: QuizSpec, picks: str, correct: str | None, *, reveal: bool = False) -> CoarseResult:
    """A paper with one answer, to q06, of eight options."""
    known = {one.id: Knowledge.from_key(one, None) for one in quiz.questions}
    known["q06"] = Knowledge.from_key(quiz.question("q06"), None if correct is None else frozenset(correct))
    return CoarseResult.of(check(Paper("B1", {"q06": frozenset(picks)}), quiz, known, reveal=reveal))


@pytest.mark.parametrize(
    ("picks", "correct", "en", "zh"),
    [
        ("ABD", "ABD", "q06: right: A right, B right, D right", "q06：答對：A 正確、B 正確、D 正確"),
        ("AB", "ABD", "q06: partly right: A right, B right", "q06：部分答對：A 正確、B 正確"),
        (
            "ABC",
            "ABD",
            "q06: partly right: A right, B right, C wrong",
            "q06：部分答對：A 正確、B 正確、C 錯誤",
        ),
        ("AC", "ABD", "q06: wrong: A right, C wrong", "q06：答錯：A 正確、C 錯誤"),
        ("", "ABD", "q06: blank", "q06：未作答"),
        ("A", None, "q06: undecided: A undecided", "q06：未定：A 未定"),
    ],
)
def test_how_a_question_went(quiz: QuizSpec, picks: str, correct: str | None, en: str, zh: str) -> None:
    result = coarse(quiz, picks, correct)
    assert en in result.lines("en")
    assert zh in result.lines("zh")
    assert not any("/" in line or "Total" in line for line in result.lines("en"))
    (asked,) = (one for one in result.model_dump(mode="json")["questions"] if one["question"] == "q06")
    assert set(asked) == {"question", "went", "picked", "points"}


def test_keys_that_agree_on_the_picks_look_the_same_unless_nothing_lacks(quiz: QuizSpec) -> None:
    """Every key of q06 against every answer of up to two options: 255 keys, 36 answers."""
    question: AnyQuestion = quiz.question("q06")
    ids = question.option_ids
    keys = [frozenset(key) for n in range(1, len(ids) + 1) for key in combinations(ids, n)]
    for picks in (frozenset(one) for n in range(1, 3) for one in combinations(ids, n)):
        seen: dict[tuple[frozenset[str], bool], set[str]] = defaultdict(set)
        for key in keys:
            result = coarse(quiz, "".join(picks), "".join(key))
            seen[picks & key, picks == key].add(json.dumps(result.model_dump(mode="json")))
        assert all(len(documents) == 1 for documents in seen.values())


def test_what_is_revealed_is_not_hidden(quiz: QuizSpec) -> None:
    with pytest.raises(QuizproofError, match="--coarse hides what --reveal shows; give one of them"):
        coarse(quiz, "A", "AB", reveal=True)
