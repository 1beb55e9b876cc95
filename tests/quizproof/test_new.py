"""`quizproof new`: what it writes works as it stands, and nothing is written over."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.kills import content_of
from solvers.run.trial import outcomes
from tests.quizproof.commands import TINY, Run, copy_of, edit, message, write


def own_tests(folder: Path) -> subprocess.CompletedProcess[str]:
    """The quiz's own tests, run as its author runs them."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(folder)]
    return subprocess.run(
        command, cwd=folder.parent, capture_output=True, text=True, timeout=120, check=False
    )


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@pytest.fixture
def quiz(run: Run, tmp_path: Path) -> Path:
    assert run("new", "quiz", "mine").exit_code == 0
    return tmp_path / "mine"


def test_a_new_quiz_works_as_it_stands(run: Run, tmp_path: Path) -> None:
    result = run("new", "quiz", "mine")
    assert result.stdout.splitlines() == [
        "mine/quiz.yaml",
        "mine/q01.yaml",
        "mine/q01_item_count.py",
        "mine/test_q01_item_count.py",
        "Next: make it your own, then quizproof verify --quiz mine",
    ]
    tested = own_tests(tmp_path / "mine")
    assert (tested.returncode, "1 passed" in tested.stdout) == (0, True), tested.stdout
    assert run("validate", "--quiz", "mine").stdout == "1 questions, 3 options, 1 point: all in order.\n"
    assert run("verify", "--quiz", "mine").exit_code == 0
    for letter, code in (("B", 0), ("A", 1)):
        key = write(tmp_path / "key.yaml", {"key": {"q01": letter}})
        assert run("verify", "--quiz", "mine", "--key", key).exit_code == code


def test_its_test_notices_another_claim(quiz: Path) -> None:
    edit(quiz / "q01.yaml", "claim: {items: 7}", "claim: {items: 9}")
    tested = own_tests(quiz)
    assert (tested.returncode, "1 failed" in tested.stdout) == (1, True), tested.stdout


def test_a_quiz_is_not_written_into_a_folder_with_files(run: Run, quiz: Path) -> None:
    before = contents(quiz)
    assert message(run("new", "quiz", "mine")) == ("mine: is there already and not empty; name a new folder.")
    assert contents(quiz) == before


def test_a_new_question_brings_its_solver_and_a_test(run: Run, quiz: Path) -> None:
    result = run("new", "question", "mine", "--id", "q07", "--solver", "q07_parity", "--json")
    assert json.loads(result.stdout) == {
        "folder": "mine",
        "files": ["mine/q07.yaml", "mine/q07_parity.py", "mine/test_q07_parity.py", "mine/quiz.yaml"],
    }
    assert run("new", "question", "mine", "--id", "q08").exit_code == 0  # its solver is named after it
    assert (quiz / "q08_item_count.py").is_file()
    tested = own_tests(quiz)
    assert (tested.returncode, "3 passed" in tested.stdout) == (0, True), tested.stdout
    assert run("validate", "--quiz", "mine").stdout == "3 questions, 9 options, 3 points: all in order.\n"
    assert run("verify", "--quiz", "mine").exit_code == 0


def test_a_known_solver_is_used_again_on_a_copy_of_its_question(run: Run, tmp_path: Path) -> None:
    quiz = copy_of(TINY, tmp_path / "mine")
    before = contents(quiz)
    result = run("new", "question", "mine", "--id", "q03", "--solver", "q06_below", "--json")
    assert json.loads(result.stdout)["files"] == ["mine/q03.yaml", "mine/quiz.yaml"]
    after = contents(quiz)
    assert set(after) - set(before) == {"q03.yaml"}
    assert after["q03.yaml"] == before["q06.yaml"].replace(b"id: q06\n", b"id: q03\n")
    assert {name for name in before if after[name] != before[name]} == {"quiz.yaml"}
    assert after["quiz.yaml"] == before["quiz.yaml"].replace(b'"3.6"', b'"4.6"').replace(
        b", q10]", b", q10, q03]"
    )
    assert run("validate", "--quiz", "mine").exit_code == 0
    assert [letter for letter, outcome in outcomes(quiz, "q03").items() if outcome == "holds"] == [
        "A",
        "B",
        "D",
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("mine", "--id", "q01"), "mine: has a question q01; give another --id."),
        (("mine", "--id", "q7"), "--id 'q7': allowed: q and two digits, such as q07."),
        (("mine", "--id", "../q07"), "--id '../q07': allowed: q and two digits, such as q07."),
        (
            ("mine", "--id", "q07", "--solver", "../q07"),
            "--solver '../q07': allowed: small letters, digits and underscores, such as q07_item_count.",
        ),
        (
            ("hw10", "--id", "q13"),
            "hw10: no quiz's folder, since it has no quiz.yaml; start one with 'quizproof new quiz DIR'.",
        ),
    ],
)
def test_what_cannot_be_added_is_said_and_nothing_is_written(
    run: Run, quiz: Path, arguments: tuple[str, ...], said: str
) -> None:
    before = contents(quiz)
    assert message(run("new", "question", *arguments)) == said
    assert contents(quiz) == before


def test_no_other_file_is_written_over(run: Run, quiz: Path) -> None:
    (quiz / "words.py").write_text('WORDS = ("a", "b")\n', encoding="utf-8")
    before = contents(quiz)
    assert message(run("new", "question", "mine", "--id", "q02", "--solver", "words")) == (
        "mine/words.py: is there already; give another --solver."
    )
    assert contents(quiz) == before


def test_a_list_over_several_lines_is_added_to(run: Run, quiz: Path) -> None:
    edit(quiz / "quiz.yaml", "questions: [q01]", "questions: [\n  q01,\n]")
    edit(quiz / "quiz.yaml", 'total: "1"', 'total: "1"  # points')
    assert run("new", "question", "mine", "--id", "q02").exit_code == 0
    assert run("validate", "--quiz", "mine").stdout == "2 questions, 6 options, 2 points: all in order.\n"


@pytest.mark.parametrize("questions", ["questions:\n  - q01", "questions: [\n  q01  # the first\n]"])
def test_a_list_that_cannot_be_added_to_is_left_alone(run: Run, quiz: Path, questions: str) -> None:
    edit(quiz / "quiz.yaml", "questions: [q01]", questions)
    before = contents(quiz)
    assert message(run("new", "question", "mine", "--id", "q02")) == (
        "mine/quiz.yaml: write 'questions: [q01, …]' and 'total: …' on a line each, with no comment among "
        "them, so that q02 can be added."
    )
    assert contents(quiz) == before


def test_a_broken_quiz_is_not_added_to(run: Run, quiz: Path) -> None:
    edit(quiz / "q01.yaml", "kind: single", "kind: singel")
    before = contents(quiz)
    assert "Did you mean 'single'?" in message(run("new", "question", "mine", "--id", "q02"))
    assert contents(quiz) == before


def test_what_a_killed_run_left_of_a_question_is_taken_up_and_what_was_written_by_hand_is_not(
    run: Run,
) -> None:
    """The question, its solver and its test are written, and quiz.yaml does not list it yet."""
    run("new", "quiz", "primes")
    before = Path("primes/quiz.yaml").read_bytes()
    add = ("new", "question", "primes", "--id", "q02", "--solver", "q02_more")
    assert run(*add).exit_code == 0
    whole = content_of(Path("primes"))
    Path("primes/quiz.yaml").write_bytes(before)
    assert run(*add).exit_code == 0
    assert content_of(Path("primes")) == whole
    Path("primes/quiz.yaml").write_bytes(before)
    Path("primes/q02.yaml").write_text("id: q02\n", encoding="utf-8")
    assert message(run(*add)) == "primes: has a question q02; give another --id."
    assert Path("primes/q02.yaml").read_text(encoding="utf-8") == "id: q02\n"
