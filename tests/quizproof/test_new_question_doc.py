"""`docs/new_question.md` done by its words: every file and command of it, in order."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.quizproof.commands import Run, edit

DOC = Path(__file__).parents[2] / "docs" / "new_question.md"
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# Where the reader is told to put what; what is not named here is shown and not written.
FILES = {
    "id: q01": "primes/q01.yaml",
    '"""The primes below': "primes/q01_primes.py",
    "id: q02": "primes/q02.yaml",
    "key: {": "key.yaml",
    "quiz = ": "quizproof.toml",
    '"""numpy': "primes/resources/numpy_library.py",
    '"""What the report': "primes/cards/q01_primes.py",
}


def blocks() -> list[tuple[str, str]]:
    return BLOCK.findall(DOC.read_text(encoding="utf-8"))


@pytest.fixture
def walked(run: Run) -> list[tuple[str, int]]:
    """The commands of the page and how each ended."""
    ended = []
    for language, text in blocks():
        if language:
            for start, name in FILES.items():
                if text.startswith(start):
                    Path(name).parent.mkdir(parents=True, exist_ok=True)
                    Path(name).write_text(text, encoding="utf-8")
            continue
        for line in text.splitlines():
            program, *arguments = shlex.split(line)
            if program == "quizproof":
                ended.append((line, run(*arguments).exit_code))
            else:
                command = [sys.executable, *arguments, "-p", "no:cacheprovider"]
                ended.append((line, subprocess.run(command, timeout=120, check=False).returncode))
    return ended


def test_every_step_of_the_page_works(walked: list[tuple[str, int]], run: Run) -> None:
    assert walked == [
        ("quizproof new quiz primes --solver q01_primes", 0),
        ("python -m pytest primes", 0),
        ("python -m pytest primes", 0),
        ("quizproof new question primes --id q02 --solver q01_primes", 0),
        ("quizproof validate --quiz primes --key key.yaml", 0),
        ("quizproof verify --quiz primes --key key.yaml", 0),
    ]
    # By quizproof.toml, with the resource and the card of the last two steps.
    verified = json.loads(run("verify", "--json").stdout)
    assert {one["question"]: one["status"] for one in verified["questions"]} == {
        "q01": "confirmed",
        "q02": "confirmed",
    }
    assert "Every number is divided by all below it." in Path("proof/report.html").read_text(encoding="utf-8")

    # The resource is one file, and a question that rests on it says so.
    rest_on_the_resource()
    said = subprocess.run(
        [sys.executable, "-m", "quizproof", "verify", "q01", "--out", "anew", "--json"],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    (source,) = json.loads(said.stdout)["evidence"]["q01"]["provenance"]["sources"]
    assert (source["resource"], source["name"], source["genuine"]) == ("numpy-library", "numpy", True)


def rest_on_the_resource() -> None:
    """What the page tells to write where a verdict rests on a resource."""
    edit(Path("primes/q01.yaml"), "rests_on: []", "rests_on: [numpy-library]")
    solver = Path("primes/q01_primes.py")
    edit(solver, "\nLIMIT", "\nfrom .resources.numpy_library import RESOURCE as NUMPY\n\nLIMIT")
    edit(solver, "uses=()", "uses=(NUMPY,)")
    edit(solver, "_session: S", "session: S")
    edit(solver, "    found = [n for", "    session.use(NUMPY)\n    found = [n for")


def test_every_file_of_the_page_has_its_place() -> None:
    starts = [text for language, text in blocks() if language]
    placed = [text for text in starts if text.startswith(tuple(FILES))]
    assert (len(starts), len(placed)) == (len(FILES) + 1, len(FILES))  # and one that is an example
