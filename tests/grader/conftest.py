"""The quiz that these tests are on."""

import pytest

from questions.quiz import QuizSpec
from tests.grader.tiny import QUIZ


@pytest.fixture(scope="session")
def quiz() -> QuizSpec:
    return QUIZ
