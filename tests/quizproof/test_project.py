"""`quizproof.toml`: found upwards, its paths from its own folder, and the command line wins over it."""

import json
from pathlib import Path

import pytest

from quizproof.cli.project_file import defaults_of
from tests.quizproof.commands import TINY, TRUE, Run, copy_of, message, write


@pytest.fixture
def course(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course's folder with a quiz, its key and a quizproof.toml; the command runs two folders below."""
    folder = tmp_path / "course"
    copy_of(TINY, folder / "quiz")
    write(folder / "key.yaml", {"key": TRUE})
    (folder / "quizproof.toml").write_text(
        'quiz = "quiz"\nkey = "key.yaml"\nout = "kept"\n', encoding="utf-8"
    )
    below = folder / "weeks" / "10"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    return folder


def test_it_is_found_upwards_and_its_paths_are_from_its_own_folder(run: Run, course: Path) -> None:
    result = run("verify", "--json")
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert document["report"] == str(course / "kept" / "report.html")
    assert {one["question"]: one["status"] for one in document["questions"]} == dict.fromkeys(
        TRUE, "confirmed"
    )
    assert not list(Path.cwd().iterdir())


def test_the_evidence_is_where_verify_put_it_for_every_command(run: Run, course: Path) -> None:
    run("verify")
    assert run("report").exit_code == 0
    assert run("export", "junit", "--json").exit_code == 0
    write(Path("paper.yaml"), {"student": "B1", "answers": {"q01": "B"}})
    (course / "quizproof.toml").write_text('quiz = "quiz"\nout = "kept"\n', encoding="utf-8")  # and no key
    (graded,) = json.loads(run("grade", "paper.yaml", "--key-from-evidence", "--json").stdout)["grades"]
    assert (graded["score"], graded["points_graded"]) == ("0.8", "3.6")


def test_the_command_line_wins(run: Run, course: Path) -> None:
    wrong = write(Path("wrong.yaml"), {"key": TRUE | {"q01": "A"}})
    assert run("verify", "--key", wrong, "--out", "here").exit_code == 1
    assert Path("here/report.html").is_file()
    assert not (course / "kept").exists()
    assert run("validate", "--quiz", "hw10", "--key", Path("none.yaml")).exit_code == 2


def test_the_nearest_one_counts(run: Run, course: Path) -> None:
    Path("quizproof.toml").write_text('out = "near"\n', encoding="utf-8")
    assert run("verify", "q01", "--quiz", course / "quiz", "--allow-open").exit_code == 0
    assert Path("near/report.html").is_file()


def test_every_command_takes_what_it_has_an_option_for() -> None:
    fields = {"audio": "/clips", "out": "/kept", "key": "/key"}
    common = {"key": "/key", "audio": "/clips", "evidence": "/kept"}
    assert defaults_of(fields, "verify") == common | {"out": "/kept"}
    assert defaults_of(fields, "report") == common | {"out": "/kept"}
    assert defaults_of(fields, "grade") == common  # its --out is for the grades
    assert defaults_of(fields, "fetch") == common | {"out": "/clips"}  # it belongs to the course's files
    assert defaults_of({}, "verify") == {}


def test_a_command_under_another_gets_what_it_has_an_option_for(run: Run, course: Path) -> None:
    assert run("export", "qti", "--json", "--out", "quiz.zip").exit_code == 0  # by the project's key and quiz
    (course / "quizproof.toml").write_text('quiz = "quiz"\n', encoding="utf-8")
    assert "--key" in message(run("export", "qti", "--out", "quiz.zip"))


def test_one_that_is_wrong_does_not_keep_help_and_version_from_their_say(run: Run) -> None:
    Path("quizproof.toml").write_text("quizz = 1\n", encoding="utf-8")
    assert (run("--help").exit_code, run("--version").exit_code, run("verify").exit_code) == (0, 0, 2)


def test_list_shows_it(run: Run, course: Path) -> None:
    shown = {"quiz": course / "quiz", "key": course / "key.yaml", "out": course / "kept"}
    document = json.loads(run("list", "--json").stdout)
    assert document["project"] == {
        "file": str(course / "quizproof.toml"),
        **{name: str(path) for name, path in shown.items()},
    }
    assert document["quiz"] == str(course / "quiz")
    lines = run("list").stdout.splitlines()
    assert lines[0] == "A tiny quiz (quiz)"
    assert lines[1].split() == ["file:", str(course / "quizproof.toml")]
    assert [line.split() for line in lines[2:5]] == [[f"{name}:", str(path)] for name, path in shown.items()]


def test_list_without_one_shows_none(run: Run) -> None:
    assert json.loads(run("list", "--models", "standin", "--json").stdout)["project"] is None


def test_a_quiz_that_ships_goes_by_its_name(run: Run) -> None:
    Path("hw10").mkdir()
    Path("quizproof.toml").write_text('quiz = "hw10"\nmodels = "standin"\ndevice = "cpu"\n', encoding="utf-8")
    assert run("validate").stdout == "12 questions, 55 options, 10 points: all in order.\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            'quizz = "x"\n',
            "quizproof.toml: unknown field 'quizz'; allowed: quiz, key, audio, models, device, out. "
            "Did you mean 'quiz'?",
        ),
        (
            "key = 3\nmodels = 'fake'\n",
            "quizproof.toml: key: found 3; allowed: a text\n"
            "quizproof.toml: models: found 'fake'; allowed: auto, official, standin",
        ),
        ("quiz = [\n", "quizproof.toml: no TOML ("),
        ("quiz = 'hw01'\n", "--quiz 'hw01': no such quiz; allowed: a folder, hw10. Did you mean 'hw10'?"),
        ("#" * 65_537, "quizproof.toml: over 65,536 bytes; it needs a few lines"),
    ],
    ids=["unknown", "kinds", "no TOML", "no quiz", "large"],
)
def test_what_is_wrong_in_it_is_said_and_nothing_runs(run: Run, content: str, said: str) -> None:
    Path("quizproof.toml").write_text(content, encoding="utf-8")
    assert said in message(run("verify"))
    assert [path.name for path in Path.cwd().iterdir()] == ["quizproof.toml"]
