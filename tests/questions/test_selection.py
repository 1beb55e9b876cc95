"""Questions named on the command line: in capitals or not, apart or with commas between."""

import pytest

from questions.common.errors import QuizproofError
from questions.selection import selected
from tests.grader.tiny import QUIZ


@pytest.mark.parametrize(
    "given", [["q06,q02"], ["Q02", "q06"], ["q02,", "Q06"], ["q02, q06"], ["q06", "q06,Q02"]]
)
def test_questions_are_named_in_capitals_or_with_commas(given: list[str]) -> None:
    assert [question.id for question in selected(QUIZ, given)] == ["q02", "q06"]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (["q02,Q1"], "no question 'q1'; allowed: q01, q02, q06, q10. Did you mean 'q01'?"),
        ([","], "no question ','; allowed: q01, q02, q06, q10"),
        ([""], "no question ''; allowed: q01, q02, q06, q10"),
    ],
)
def test_what_names_no_question_is_refused(given: list[str], sentence: str) -> None:
    with pytest.raises(QuizproofError) as caught:
        selected(QUIZ, given)
    assert str(caught.value) == sentence
