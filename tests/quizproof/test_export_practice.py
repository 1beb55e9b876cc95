"""`quizproof export practice` as a user types it."""

import json
from pathlib import Path

import pytest

from tests.quizproof.commands import TINY, TRUE, Run, message, write, write_evidence


@pytest.fixture
def practice(run: Run, tmp_path: Path) -> Run:
    write(tmp_path / "key.yaml", {"key": TRUE})
    return lambda *arguments: run("export", "practice", "--quiz", TINY, *arguments)


def test_it_says_in_the_terminal_and_on_top_that_it_holds_the_key(practice: Run, tmp_path: Path) -> None:
    write_evidence(tmp_path)
    assert practice("--key", "key.yaml").stdout == (
        "practice.html: 4 questions, why for 4 of 23 options. It holds the correct answers: give it to "
        "students after the release only.\n"
    )
    html = Path("practice.html").read_text(encoding="utf-8")
    assert "this page holds the correct answers" in html.split("<article")[0]
    assert html.count("2 + 3 = 5. Measured: 5.") == 4
    document = json.loads(practice("--key", "key.yaml", "--json", "--out", "other.html").stdout)
    assert document == {
        "file": "other.html",
        "holds_the_key": True,
        "options": 23,
        "reasons": 4,
        "despite_evidence": None,
    }
    assert Path("other.html").read_bytes() == Path("practice.html").read_bytes()


def test_a_key_that_the_evidence_contradicts_writes_nothing(practice: Run, tmp_path: Path) -> None:
    write_evidence(tmp_path)
    write(tmp_path / "key.yaml", {"key": TRUE | {"q02": "A"}})
    assert practice("--key", "key.yaml").exit_code == 1
    assert not Path("practice.html").exists()
    assert practice("--key", "key.yaml", "--despite-evidence", "as taught").exit_code == 0


def test_it_needs_a_key_and_no_evidence(practice: Run) -> None:
    assert message(practice()) == "Give either --key FILE or --key-from-evidence."
    assert practice("--key", "key.yaml").exit_code == 0
