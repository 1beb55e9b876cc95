"""Edits to a copy of the quiz, and what is then wrong with it."""

from pathlib import Path

import pytest

from questions.common.errors import SpecError
from solvers.run import catalog

QUIZ_DIR = catalog.find_quiz("hw10")


def edit(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {name}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def problems_of(folder: Path) -> list[str]:
    with pytest.raises(SpecError) as caught:
        catalog.load(folder)
    return caught.value.problems
