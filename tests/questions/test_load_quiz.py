"""Every mistake in quiz.yaml and between the files of a quiz, and the exact sentence it earns."""

from pathlib import Path

import pytest

from tests.questions.copied import edit, problems_of

# file, what is replaced, by what, the sentences
MISTAKES: dict[str, tuple[str, str, str, list[str]]] = {
    "unknown pack": (
        "quiz.yaml",
        "pack: hw10",
        "pack: hw01",
        ["quiz.yaml:22: pack: no pack 'hw01' ships; allowed: hw10. Did you mean 'hw10'?"],
    ),
    "points that do not add up": (
        "q07.yaml",
        'points: "0.8"',
        'points: "0.9"',
        ["quiz.yaml:16: total: the total is 10, the questions' points add up to 10.1"],
    ),
    "a wrong total": (
        "quiz.yaml",
        'total: "10"',
        'total: "12"',
        ["quiz.yaml:16: total: the total is 12, the questions' points add up to 10.0"],
    ),
    "a question that is not listed": (
        "quiz.yaml",
        ", q12]",
        "]",
        [
            "q12.yaml: is not listed under 'questions' in questions/quiz.yaml",
            "quiz.yaml:16: total: the total is 10, the questions' points add up to 9.2",
        ],
    ),
    "a question listed twice": (
        "quiz.yaml",
        "q02,",
        "q02, q02,",
        ["quiz.yaml:21: questions[2]: q02 is listed twice; keep one"],
    ),
    "a question nobody knows": (
        "quiz.yaml",
        "q12]",
        "q12, q1 2]",
        [
            "quiz.yaml:21: questions[12]: found 'q1 2'; allowed: q and two digits, such as q07",
            "quiz.yaml:21: questions[12]: 'q1 2.yaml' does not exist in this folder",
        ],
    ),
    "a question without a file": (
        "quiz.yaml",
        "q12]",
        "q12, q13]",
        ["quiz.yaml:21: questions[12]: 'q13.yaml' does not exist in this folder"],
    ),
    "a question misspelt": (
        "quiz.yaml",
        "q11, q12]",
        "q11, Q12]",
        [
            "quiz.yaml:21: questions[11]: found 'Q12'; allowed: q and two digits, such as q07",
            "quiz.yaml:21: questions[11]: 'Q12.yaml' does not exist in this folder. Did you mean 'q12'?",
            "q12.yaml: is not listed under 'questions' in questions/quiz.yaml",
            "quiz.yaml:16: total: the total is 10, the questions' points add up to 9.2",
        ],
    ),
    "another rule": (
        "quiz.yaml",
        "name: net",
        "name: gross",
        ["quiz.yaml:9: rule.name: found 'gross'; allowed: net, all-or-nothing, each-answer, coverage"],
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_and_its_sentence(folder: Path, name: str) -> None:
    file, old, new, sentences = MISTAKES[name]
    edit(folder, file, old, new)
    assert problems_of(folder) == [f"questions/{sentence}" for sentence in sentences]
