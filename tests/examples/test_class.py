"""The example class: what its own script makes of its key, to the byte, and that it says what it is."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.example_class import CLASS, GRADED, KEY, N_STUDENTS, SHOWN
from questions.key import load_key
from questions.quiz import QuizSpec
from tests.quizproof.commands import Run

EXAMPLE = Path(__file__).parents[2] / "examples" / "class"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("class")
    shutil.copy(EXAMPLE / KEY, folder)
    subprocess.run([sys.executable, "-m", "benchmarks.example_class", folder], check=True)
    return folder


def test_the_committed_files_are_those_that_are_shown() -> None:
    assert {path.name for path in EXAMPLE.iterdir()} == {KEY, CLASS, GRADED}
    assert {path.name for path in (EXAMPLE / GRADED).iterdir()} == set(SHOWN)


@pytest.mark.parametrize("name", [CLASS, *(f"{GRADED}/{name}" for name in SHOWN)])
def test_each_is_made_again_to_the_byte(made: Path, name: str) -> None:
    """Renew them with `python -m benchmarks.example_class`."""
    assert (made / name).read_bytes() == (EXAMPLE / name).read_bytes()


def test_the_key_says_that_it_is_invented(spec: QuizSpec) -> None:
    key = load_key(EXAMPLE / KEY, spec)
    assert key.note == "Invented for the example class. NOT the course's key."
    assert "THIS IS NOT THE COURSE'S KEY" in (EXAMPLE / KEY).read_text(encoding="utf-8")
    assert key.unknown == ()


def test_canvas_would_have_scored_the_class_alike(run: Run) -> None:
    result = run("grade", EXAMPLE / CLASS, "--key", EXAMPLE / KEY, "--compare", "--json")
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert len(document["grades"]) == N_STUDENTS == 40
    assert document["n_superseded"] == 7
    assert {one["n_differing"] for one in document["comparison"]} == {0}


def test_the_reports_tell_of_no_other_student() -> None:
    """The class report names nobody; a student's page names that student alone, and not what is correct."""
    rows = (EXAMPLE / GRADED / "results.csv").read_text(encoding="utf-8-sig").splitlines()[1:]
    ids = [row.split(",")[0].strip('"') for row in rows]
    class_report, page = ((EXAMPLE / GRADED / name).read_text(encoding="utf-8") for name in SHOWN[:2])
    assert len(set(ids)) == N_STUDENTS
    assert [one for one in ids if one in class_report] == []
    assert [one for one in ids if one in page] == ["B11900007"]
