"""A quiz whose solver is missing, misspelt, of another pack or deaf to its claims decides nothing."""

from pathlib import Path

import pytest

from tests.quizproof.commands import TINY, TRUE, Run, copy_of, edit, message, write

OF_ANOTHER_COURSE = """\
id: q02
solver: q02_frame_count
section: numbers
kind: single
points: "0.8"
title: {zh: "轉置", en: "A transpose"}
prompt: {zh: "torch.zeros(3, 4).T 的最後一軸?", en: "Last axis of torch.zeros(3, 4).T?"}
rests_on: []
options:
  - {id: A, text: {zh: "三", en: "3"}, claim: {frames: 3}}
  - {id: B, text: {zh: "一百", en: "hundred"}, claim: {frames: 100}}
"""


@pytest.fixture
def quiz(run: Run, tmp_path: Path) -> Path:
    """The tiny quiz, to be spoilt, beside a key and a paper."""
    write(tmp_path / "key.yaml", {"key": TRUE})
    write(tmp_path / "paper.yaml", {"student": "B1", "answers": {"q01": "B"}})
    return copy_of(TINY, tmp_path / "quiz")


@pytest.mark.parametrize(
    "command",
    [
        ["verify", "q01"],
        ["report"],
        ["list"],
        ["lock"],
        ["grade", "paper.yaml", "--key", "key.yaml"],
        ["check", "paper.yaml", "--key", "key.yaml"],
        ["export", "qti", "--key", "key.yaml"],
        ["export", "schema"],
        ["fetch", "emovdb"],
    ],
    ids=" ".join,
)
def test_no_command_goes_on(run: Run, quiz: Path, command: list[str]) -> None:
    edit(quiz / "q02.yaml", "solver: q01_sum", "solver: q01_sun")
    if command == ["report"]:
        (quiz.parent / "proof" / "evidence").mkdir(parents=True)
    before = sorted(quiz.parent.rglob("*"))
    assert message(run(*command, "--quiz", "quiz")) == (
        "quiz/q02.yaml:2: solver: unknown solver 'q01_sun'; allowed: q01_sum, q06_below. "
        "Did you mean 'q01_sum'?"
    )
    assert [path for path in sorted(quiz.parent.rglob("*")) if "__pycache__" not in path.parts] == before


def test_a_question_without_one_is_said(run: Run, quiz: Path) -> None:
    edit(quiz / "q02.yaml", "solver: q01_sum\n", "")
    assert message(run("verify", "--quiz", "quiz")) == "quiz/q02.yaml:1: the field 'solver' is missing"


def test_one_whose_file_is_gone_is_said(run: Run, quiz: Path) -> None:
    (quiz / "q06_below.py").unlink()
    assert message(run("verify", "--quiz", "quiz")).splitlines() == [
        f"quiz/{question}.yaml:2: solver: unknown solver 'q06_below'; allowed: q01_sum"
        for question in ("q06", "q10")
    ]


def test_one_of_another_pack_is_not_found_by_its_name(run: Run, quiz: Path) -> None:
    """HW10's frame counter says nothing of a question of another course that happens to be a q02 too."""
    (quiz / "q02.yaml").write_text(OF_ANOTHER_COURSE, encoding="utf-8")
    assert message(run("verify", "--quiz", "quiz")) == (
        "quiz/q02.yaml:2: solver: unknown solver 'q02_frame_count'; allowed: q01_sum, q06_below"
    )
    assert not (quiz.parent / "proof").exists()


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (
            "q02.yaml",
            "claim: {sum: 1}",
            "claim: {frames: 8}",
            "quiz/q02.yaml:10: options[0].claim: unknown field 'frames'; allowed: sum",
        ),
        (
            "q02.yaml",
            "claim: {sum: 1}",
            "claim: {summ: 1}",
            "quiz/q02.yaml:10: options[0].claim: unknown field 'summ'; allowed: sum. Did you mean 'sum'?",
        ),
        (
            "quiz.yaml",
            "\ntotal:",
            "\npack: hw01\ntotal:",
            "quiz/quiz.yaml:9: pack: no pack 'hw01' ships; allowed: hw10. Did you mean 'hw10'?",
        ),
        (
            "q01_sum.py",
            "SOLVER = Solver(",
            "SOLVER = dict(",
            "quiz/q01.yaml:2: solver: quiz/q01_sum.py: SOLVER is no Solver; give one, as "
            "docs/new_question.md shows",
        ),
        (
            "q01_sum.py",
            "\nSOLVER = ",
            "\nraise RuntimeError('no')\nSOLVER = ",
            "quiz/q01.yaml:2: solver: quiz/q01_sum.py: cannot be imported (RuntimeError: no)",
        ),
    ],
    ids=["another's claim", "a misspelt claim", "a misspelt pack", "no solver in it", "does not import"],
)
def test_one_that_does_not_fit_is_said(
    run: Run, quiz: Path, file: str, old: str, new: str, said: str
) -> None:
    edit(quiz / file, old, new)
    result = run("verify", "--quiz", "quiz")
    assert said in message(result).splitlines()
    assert not (quiz.parent / "proof").exists()
