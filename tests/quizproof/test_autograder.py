"""Gradescope's autograder: one results.json where asked, whatever lies beside it or was handed in."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

import quizproof
from questions.common.errors import QuizproofError
from quizproof.cli.main import app
from tests.quizproof.test_export import write_key

Run = Callable[..., Result]
REPOSITORY = Path(quizproof.__file__).parent.parent
# With the tiny quiz's four these make a whole key of the quiz that ships.
OTHERS = dict.fromkeys(("q03", "q04", "q05", "q07", "q08", "q09", "q11", "q12"), "A")
EXAMPLE = REPOSITORY / "examples" / "gradescope"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    write_key(tmp_path, OTHERS)
    for folder in ("submission", "results"):
        Path(folder).mkdir()
    Path("results/stdout").write_text("of an earlier run", encoding="utf-8")
    arguments = ["export", "gradescope", "submission", "--key", "key.yaml", "--language", "en"]
    return lambda *more: CliRunner().invoke(app, [*arguments, "--results", "results/results.json", *more])


def results() -> dict[str, Any]:
    """What was written, and nothing beside it."""
    assert sorted(path.name for path in Path("results").iterdir()) == ["results.json", "stdout"]
    document: dict[str, Any] = json.loads(Path("results/results.json").read_text(encoding="utf-8"))
    return document


def test_one_paper_is_graded(run: Run) -> None:
    Path("submission/paper.yaml").write_text(
        "student: B1\nanswers: {q01: A, q06: [A, B]}\n", encoding="utf-8"
    )
    Path("submission/notes.txt").write_text("my notes", encoding="utf-8")
    result = run("--visibility", "visible")
    assert (result.exit_code, result.stdout) == (0, "results/results.json: one paper.\n")
    found = results()
    assert (found["score"], found["visibility"], len(found["tests"])) == (1.47, "visible", 12)


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"paper.yaml": "student: B1\nanswers: {q01: Z}\n"}, "unknown option 'Z'; allowed: A, B, C, D"),
        ({"paper.yaml": "student: [\n"}, "paper.yaml"),
        ({"paper.json": "{}"}, "student"),
        ({}, "submission: no papers there"),
        ({"essay.pdf": "%PDF"}, "submission: no papers there"),
        (
            {"a.yaml": "student: B1\nanswers: {}\n", "b.yaml": "student: B2\nanswers: {}\n"},
            "found 2 papers; hand in exactly one",
        ),
        ({"a.yaml": "student: B1\nanswers: {}\n", "b.yaml": "x"}, "b.yaml"),
    ],
)
def test_a_paper_that_cannot_be_read_has_score_0_and_is_told_why(
    run: Run, files: dict[str, str], told: str
) -> None:
    for name, content in files.items():
        Path("submission", name).write_text(content, encoding="utf-8")
    assert run().exit_code == 0
    found = results()
    assert (found["score"], found["tests"], found["visibility"]) == (0, [], "after_published")
    assert told in found["output"]


def test_a_second_run_replaces_the_first(run: Run) -> None:
    assert run().exit_code == 0
    Path("submission/paper.yaml").write_text("student: B1\nanswers: {q01: A}\n", encoding="utf-8")
    assert run().exit_code == 0
    assert results()["score"] == 0.8


@pytest.mark.parametrize(
    "more",
    [["--old-key", "key.yaml", "--regrade", "both"], ["--key", "nowhere.yaml"], ["--results", "results"]],
)
def test_what_is_no_student_s_mistake_writes_nothing(run: Run, more: list[str]) -> None:
    result = run(*more)
    assert isinstance(result.exception, QuizproofError)
    assert not Path("results/results.json").exists()


def test_the_example_installs_and_grades(tmp_path: Path) -> None:
    """The wheel is built and installed as Gradescope would, into a folder of its own."""
    code, root, library = tmp_path / "code", tmp_path / "autograder", tmp_path / "library"
    packages = ("questions", "solvers", "grader", "reports", "quizproof")
    for package in packages:
        shutil.copytree(REPOSITORY / package, code / package, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(REPOSITORY / name, code)
    for folder in ("source", "submission", "results"):
        (root / folder).mkdir(parents=True)
    offline = {"PIP_NO_INDEX": "1", "PIP_NO_DEPS": "1", "PIP_TARGET": str(library), "PIP_NO_CACHE_DIR": "1"}
    variables = os.environ | offline | {"AUTOGRADER": str(root), "PYTHON": sys.executable}
    build = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--no-build-isolation",
        "--wheel-dir",
        str(root / "source"),
    ]
    subprocess.run(
        [*build, str(code)], env=os.environ | {"PIP_NO_DEPS": "1"}, check=True, capture_output=True
    )
    write_key(root / "source", OTHERS)
    for name in ("setup.sh", "run_autograder"):
        shutil.copy(EXAMPLE / name, root / "source")
    subprocess.run([root / "source" / "setup.sh"], env=variables, check=True, capture_output=True)
    (root / "submission" / "paper.yaml").write_text("student: B1\nanswers: {q01: A}\n", encoding="utf-8")
    graded = subprocess.run(
        [root / "source" / "run_autograder"],
        env=variables | {"PYTHONPATH": str(library)},
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    )
    assert graded.stdout == f"{root}/results/results.json: one paper.\n"
    found = json.loads((root / "results" / "results.json").read_text(encoding="utf-8"))
    assert (found["score"], found["visibility"]) == (0.8, "after_published")
    assert found["tests"][0]["output"] == "選到正確選項：0.8 分"
