"""`quizproof check` where there is nothing to check a paper by."""

from pathlib import Path

from tests.quizproof.commands import TINY, Run, message, write, write_evidence


def test_with_neither_key_nor_evidence_it_says_what_to_ask_for(run: Run, tmp_path: Path) -> None:
    paper = write(tmp_path / "paper.yaml", {"student": "s", "answers": {"q02": "C", "q06": "AB"}})
    assert message(run("check", paper, "--quiz", TINY, "--evidence", "theirs")) == (
        "theirs: no evidence there, and no --key was given, so nothing tells what is right. Ask the course's "
        "staff for the folder that 'quizproof verify' wrote and give it as --evidence DIR, or run "
        "'quizproof verify' yourself."
    )
    write_evidence(tmp_path)
    checked = run("check", paper, "--quiz", TINY)
    assert checked.exit_code == 0
    assert "C right" in checked.stdout
