"""The commands that tell students why, from the folder of stored evidence, as a user types them."""

import json
import zipfile
from pathlib import Path

import pytest

from tests.quizproof.commands import TINY, TRUE, Run, write, write_evidence
from tests.quizproof.test_export import write_class

WHY = "2 + 3 = 5. Measured: 5."


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    """A class, a key, and conclusive evidence on q02 alone, of which C holds."""
    write_class(tmp_path, ["B1", "B", "C", "ABD", "ABDE"], ["B2", "B", "A", "ABD", "ABDE"])
    write(tmp_path / "key.yaml", {"key": TRUE})
    write_evidence(tmp_path)
    return tmp_path


def outputs(folder: str) -> list[str]:
    found = (json.loads(path.read_text(encoding="utf-8")) for path in sorted(Path(folder).glob("*.json")))
    return [one["tests"][1]["output"] for one in found]


@pytest.mark.usefixtures("stored")
def test_gradescope(run: Run) -> None:
    asked = ("export", "gradescope", "class.csv", "--quiz", TINY, "--key", "key.yaml", "--language", "en")
    assert run(*asked).exit_code == 0
    assert outputs("gradescope") == [
        f"the correct option: 0.8 points\nC: {WHY}",
        "not the correct option: 0 points\nA: What was measured is not as it says.",
    ]
    assert run(*asked, "--reveal", "--out", "all").exit_code == 0
    assert outputs("all")[1].count(WHY) == 4
    assert run(*asked, "--evidence", "none", "--out", "without").exit_code == 0
    assert outputs("without")[0] == "the correct option: 0.8 points"


@pytest.mark.usefixtures("stored")
def test_a_quiz_for_canvas(run: Run) -> None:
    asked = ("export", "qti", "--quiz", TINY, "--key", "key.yaml")
    counts = []
    for more in ([], ["--reveal"], ["--evidence", "none"]):
        assert run(*asked, *more).exit_code == 0
        with zipfile.ZipFile("quiz-qti.zip") as package:
            text = "".join(package.read(name).decode() for name in package.namelist())
        counts.append((text.count("<itemfeedback"), text.count(WHY)))
    assert counts == [(4, 1), (4, 4), (0, 0)]


@pytest.mark.usefixtures("stored")
def test_students_pages_and_mail(run: Run) -> None:
    asked = ("export", "pages", "class.csv", "--quiz", TINY, "--key", "key.yaml", "--language", "en")
    assert run(*asked).exit_code == 0
    one, two = sorted(Path("pages").glob("*/index.html"))
    assert WHY in one.read_text(encoding="utf-8")
    assert WHY not in two.read_text(encoding="utf-8")
    mail = Path("pages/mail.csv").read_text(encoding="utf-8-sig")
    assert mail.count(WHY) == 1
    student = (
        "grade",
        "class.csv",
        "--quiz",
        TINY,
        "--key",
        "key.yaml",
        "--student",
        "B2",
        "--out",
        "graded",
    )
    assert run(*student).exit_code == 0
    assert WHY not in Path("graded/student.html").read_text(encoding="utf-8")
    assert run(*student, "--reveal").exit_code == 0
    assert Path("graded/student.html").read_text(encoding="utf-8").count(WHY) == 4
