"""Mutants of a quiz's own files: a quiz, or every problem in sentences."""

import shutil
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from questions.common.errors import SpecError
from solvers.run import catalog
from tests.fuzz.mutate import LEAVES, mutants, places, with_value, without

FEW = settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
NAMES = ("quiz", "q01", "q06", "q10")
MAX_CHARS = 60_000


@pytest.fixture(scope="module")
def quiz(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("quiz") / "hw10"
    shutil.copytree(catalog.find_quiz("hw10"), folder)
    with (folder / "quiz.yaml").open("a", encoding="utf-8") as file:
        file.write("pack: hw10\n")
    return folder


def held(folder: Path, name: str, content: bytes) -> None:
    """Load the quiz with one file changed, and put the file back."""
    path = folder / f"{name}.yaml"
    before = path.read_bytes()
    path.write_bytes(content)
    problems: list[str] = []
    try:
        catalog.load(folder)
    except SpecError as error:
        problems = error.problems
    finally:
        path.write_bytes(before)
    assert all(line.isprintable() for line in problems)
    assert len("\n".join(problems)) < MAX_CHARS


@FEW
@given(data=st.data())
def test_bytes(quiz: Path, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(NAMES))
    held(quiz, name, data.draw(mutants(((quiz / f"{name}.yaml").read_bytes(),))))


@FEW
@given(data=st.data())
def test_values(quiz: Path, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(NAMES))
    document = yaml.safe_load((quiz / f"{name}.yaml").read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.sampled_from(list(places(document))))
        if data.draw(st.booleans()):
            document = with_value(document, place, data.draw(st.sampled_from(LEAVES)))
        else:
            document = without(document, place)
    held(quiz, name, yaml.safe_dump(document, allow_unicode=True).encode())
