"""A copy of the quiz that a test edits."""

import shutil
from pathlib import Path

import pytest

from tests.questions.copied import QUIZ_DIR


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the quiz with the solvers that ship, named from the working directory in messages."""
    copy = tmp_path / "questions"
    copy.mkdir()
    for path in QUIZ_DIR.glob("*.yaml"):
        shutil.copy(path, copy)
    with (copy / "quiz.yaml").open("a", encoding="utf-8") as file:
        file.write("pack: hw10\n")
    monkeypatch.chdir(tmp_path)
    return copy
