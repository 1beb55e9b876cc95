"""`quizproof check` where there is nothing to check a paper by."""

import json
from pathlib import Path

from tests.quizproof.commands import TINY, TRUE, Run, copy_of, edit, message, write, write_evidence


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


def test_why_comes_from_stored_evidence_whether_or_not_a_key_is_given(run: Run, tmp_path: Path) -> None:
    paper = write(tmp_path / "paper.yaml", {"student": "s", "answers": {"q01": "A", "q02": "C"}})
    key = write(tmp_path / "key.yaml", {"key": TRUE})
    write_evidence(tmp_path)
    why = "    C: 2 + 3 = 5. Measured: 5.\n"
    by_evidence = run("check", paper, "--quiz", TINY)
    by_key = run("check", paper, "--quiz", TINY, "--key", key)
    assert f"q02: 0.8 of 0.8 points: C right\n{why}" in by_evidence.stdout
    assert f"q02: 0.8 of 0.8 points: C right\n{why}" in by_key.stdout
    assert by_key.stdout.startswith("Student: s\nq01: 0 of 0.8 points: A wrong\nq02")
    elsewhere = run("check", paper, "--quiz", TINY, "--key", key, "--evidence", "none")
    assert "Measured" not in elsewhere.stdout
    assert "    A: 2 + 3 = 5. Measured: 5.\n" in run("check", paper, "--quiz", TINY, "--reveal").stdout
    revealed = run("check", paper, "--quiz", TINY, "--coarse", "--lang", "zh").stdout
    assert "q02：答對：C 正確\n    C：2 + 3 = 5。測得：5。\n" in revealed


def test_what_a_person_ruled_is_told_as_such(run: Run, tmp_path: Path) -> None:
    paper = write(tmp_path / "paper.yaml", {"student": "s", "answers": {"q02": "A"}})
    key = write(tmp_path / "key.yaml", {"key": TRUE | {"q02": "A"}})
    write_evidence(tmp_path)
    against = ("--option", "A", "--correct", "--reason", "as taught", "--by", "Ann", "--despite-evidence")
    assert run("rule", "q02", *against, "--quiz", TINY).exit_code == 0
    told = run("check", paper, "--quiz", TINY, "--key", key).stdout
    assert "A right\n    A: Ann ruled correct on " in told  # the one right answer: nothing else to tell of
    assert ", despite conclusive evidence: as taught\n" in told
    none = write(tmp_path / "none.yaml", {"rulings": []})
    silent = run("check", paper, "--quiz", TINY, "--key", key, "--rulings", none).stdout
    assert "A right\nq06" in silent  # the evidence says otherwise, so it is no reason


def test_a_ruling_decides_what_the_evidence_leaves_open(run: Run, tmp_path: Path) -> None:
    quiz = copy_of(TINY, tmp_path / "quiz")
    edit(
        quiz / "q01_sum.py",
        "outcome=Outcome.HOLDS if part",
        "outcome=Outcome.UNDETERMINED if part.claim.sum == 23 else Outcome.HOLDS if part",
    )
    assert run("verify", "--quiz", quiz).exit_code == 3
    paper = write(tmp_path / "paper.yaml", {"student": "s", "answers": {"q01": "D", "q02": "C"}})
    asked = ("check", paper, "--quiz", quiz)
    assert "q01: undecided, of 0.8 points: D undecided\n" in run(*asked).stdout
    ruled = ("--option", "D", "--incorrect", "--reason", "23 is no sum", "--by", "Ann")
    assert run("rule", "q01", *ruled, "--quiz", quiz).exit_code == 0
    told = run(*asked).stdout
    assert "q01: 0 of 0.8 points: D wrong\n    D: A person ruled it incorrect.\n" in told
    full = run(*asked, "--reveal").stdout
    assert "correct: B; not the correct option" in full
    assert "    D: Ann ruled incorrect on " in full
    graded = run("grade", paper, "--quiz", quiz, "--key-from-evidence", "--json")
    assert json.loads(graded.stdout)["grades"][0]["questions"][0]["correct"] == ["B"]
