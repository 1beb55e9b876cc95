"""`quizproof export` and `validate` as a user types them: what is written, what is said, how it ends."""

import json
import sys
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import yaml
from typer.testing import CliRunner, Result

from questions.load import load_quiz
from questions.quiz import Bilingual, Rest
from quizproof.cli import main as cli
from solvers.evidence.store import Record, RunInputs, Store
from solvers.evidence.verdicts import Provenance, Source
from solvers.hw10 import q02_frame_count
from tests.grader.graded_class import FULL_KEY

QUIZ = load_quiz()
Run = Callable[..., Result]

GRADEBOOK = """Student,ID,SIS User ID,SIS Login ID,Section,Quiz 1 (4321),Final Score
    Points Possible,,,,,10,(read only)
"Lee, Ann",17,B11901001,b11901001,S,,
"Wang, Bo",18,00042,b11901002,S,3,
"""
INTO = ("--gradebook", "canvas.csv", "--assignment")
FULL = [("".join(sorted(FULL_KEY[q.id])) if q.kind == "multiple" else "A") for q in QUIZ.questions]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command in an empty folder, and tells a QuizproofError as main() does."""
    monkeypatch.chdir(tmp_path)

    def invoke(*arguments: object) -> Result:
        result = CliRunner().invoke(cli.app, [str(argument) for argument in arguments])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            assert isinstance(result.exception, cli.QuizproofError), result.exception
            monkeypatch.setattr(sys, "argv", ["quizproof", *map(str, arguments)])
            with pytest.raises(SystemExit) as ended:
                cli.main()
            assert ended.value.code == 2
        return result

    return invoke


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return write_key(tmp_path, {})


def write_key(folder: Path, changed: Mapping[str, str | None]) -> Path:
    path = folder / "key.yaml"
    answers = {id_: sorted(correct) if len(correct) > 1 else "A" for id_, correct in FULL_KEY.items()}
    path.write_text(yaml.safe_dump({"key": {**answers, **changed}}), encoding="utf-8")
    return path


def write_class(folder: Path, *rows: list[str]) -> Path:
    path = folder / "class.csv"
    header = ["student", *(question.id for question in QUIZ.questions)]
    path.write_text("".join(",".join(row) + "\n" for row in (header, *rows)), encoding="utf-8")
    return path


def write_evidence(folder: Path) -> None:
    """Conclusive evidence that C of question 2 holds, and a measurement of question 1 that broke off."""
    source = Source(role=Rest.ARCHITECTURE, origin="library", name="Mimi", genuine=True)
    inputs = RunInputs(
        solver_version=q02_frame_count.VERSION, spec={}, sources=(source,), device="cpu", seed=0
    )
    provenance = Provenance(
        sources=(source,), libraries={}, device="cpu", dtype="float32", seed=0, wall_time_s=1.0
    )
    numbers = {"n_samples": 192_000, "shape": [1, 32, 100], "announced_frames": 100}
    store = Store(folder / "proof")
    store.write(Record(question="q02", inputs=inputs, measurements=numbers, provenance=provenance), {})
    store.write(Record(question="q01", failure=Bilingual(zh="測量失敗", en="Measuring failed: x")), {})


def message(result: Result) -> str:
    return str(result.exception)


def test_a_class_fills_the_gradebook(run: Run, tmp_path: Path, key: Path) -> None:
    (tmp_path / "canvas.csv").write_text(GRADEBOOK, encoding="utf-8")
    papers = write_class(tmp_path, ["B11901001", *FULL], ["00042", *FULL[:5], *[""] * 7])
    command = (
        "export",
        "gradebook",
        papers,
        "--gradebook",
        "canvas.csv",
        "--assignment",
        "Quiz 1",
        "--key",
        key,
    )
    result = run(*command)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "gradebook-import.csv: 2 scores in 'Quiz 1 (4321)'.\n"
    assert (tmp_path / "gradebook-import.csv").read_text() == (
        "Student,ID,SIS User ID,SIS Login ID,Section,Quiz 1 (4321)\n"
        "    Points Possible,,,,,10\n"
        '"Lee, Ann",17,B11901001,b11901001,S,10.00\n'
        '"Wang, Bo",18,00042,b11901002,S,4.00\n'
    )
    document = json.loads(run(*command, "--json").stdout)
    assert document["written"][1] == {"row": 4, "student": "00042", "before": "3", "score": "4.00"}


def test_a_paper_without_a_row_ends_with_1(run: Run, tmp_path: Path, key: Path) -> None:
    (tmp_path / "canvas.csv").write_text(GRADEBOOK, encoding="utf-8")
    papers = write_class(tmp_path, ["B11901001", *FULL], ["B99", *FULL])
    result = run("export", "gradebook", papers, *INTO, "4321", "--key", key)
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "not in the gradebook: the paper of 'B99' (row 3 of class.csv)",
        "without a paper: row 4, '00042'",
    ]
    assert (tmp_path / "gradebook-import.csv").is_file()


def test_nothing_is_written_while_anything_is_wrong(run: Run, tmp_path: Path, key: Path) -> None:
    (tmp_path / "canvas.csv").write_text(GRADEBOOK, encoding="utf-8")
    papers = write_class(tmp_path, ["B11901001", *FULL], ["00042", "Z", *FULL[1:]])
    command = [
        "export",
        "gradebook",
        papers,
        "--gradebook",
        "canvas.csv",
        "--assignment",
        "4321",
        "--key",
        key,
    ]
    assert "class.csv row 3, student '00042', q01" in message(run(*command))
    assert "is not overwritten" in message(run(*command, "--out", "./canvas.csv"))
    assert (tmp_path / "canvas.csv").read_text() == GRADEBOOK
    assert not (tmp_path / "gradebook-import.csv").exists()
    allowed = run(*command, "--skip-invalid")
    assert allowed.exit_code == 1
    assert "left out: class.csv row 3, student '00042', q01" in allowed.stderr
    assert "17,B11901001,b11901001,S,10.00" in (tmp_path / "gradebook-import.csv").read_text()
    assert "18,00042,b11901002,S,3" in (tmp_path / "gradebook-import.csv").read_text()


@pytest.mark.parametrize("kind", ["gradebook", "gradescope", "qti"])
def test_an_incomplete_key_is_refused(run: Run, tmp_path: Path, kind: str) -> None:
    (tmp_path / "canvas.csv").write_text(GRADEBOOK, encoding="utf-8")
    papers = write_class(tmp_path, ["B11901001", *FULL])
    arguments = {
        "gradebook": [papers, *INTO, "4321"],
        "gradescope": [papers],
        "qti": [],
    }
    incomplete = write_key(tmp_path, {"q05": None, "q12": None})
    before = set(tmp_path.iterdir())
    told = message(run("export", kind, *arguments[kind], "--key", incomplete))
    assert told.startswith("The key of q05, q12 is not known")
    assert set(tmp_path.iterdir()) == before


def test_gradescope_has_a_file_a_paper(run: Run, tmp_path: Path, key: Path) -> None:
    papers = write_class(tmp_path, ["B11901001", *FULL], ["../B2", *[""] * 12])
    result = run("export", "gradescope", papers, "--key", key, "--json")
    assert result.exit_code == 0
    names = json.loads(result.stdout)["files"]
    assert sorted(path.name for path in (tmp_path / "gradescope").iterdir()) == sorted(names)
    scores = {name[:2]: json.loads((tmp_path / "gradescope" / name).read_text())["score"] for name in names}
    assert scores == {"B1": 10.0, "B2": 0.0}
    assert run("export", "gradescope", papers, "--key", key).stdout == "gradescope: 2 files.\n"


def test_gradescope_does_not_mix_two_classes(run: Run, tmp_path: Path, key: Path) -> None:
    run("export", "gradescope", write_class(tmp_path, ["B1", *FULL]), "--key", key)
    told = message(run("export", "gradescope", write_class(tmp_path, ["B2", *FULL]), "--key", key))
    assert told.startswith("gradescope: has other files, such as 'B1-")
    assert len(list((tmp_path / "gradescope").iterdir())) == 1


def test_qti_is_a_zip_in_the_language_asked(run: Run, tmp_path: Path, key: Path) -> None:
    assert run("export", "qti", "--key", key).stdout == "quiz-qti.zip: 12 questions, 10 points.\n"
    assert run("export", "qti", "--key", key, "--language", "en", "--out", "en.zip").exit_code == 0
    for name, title in (("quiz-qti.zip", "作業十:Speech Generation"), ("en.zip", "Homework 10")):
        with zipfile.ZipFile(tmp_path / name) as package:
            assert title in package.read(package.namelist()[1]).decode()


def test_one_key_is_needed(run: Run, key: Path) -> None:
    for arguments in ([], ["--key", key, "--key-from-evidence"]):
        assert message(run("export", "qti", *arguments)) == "Give either --key FILE or --key-from-evidence."
    assert message(run("export", "junit")).startswith("Give --key FILE")


@pytest.mark.parametrize(("correct", "code", "failures"), [("C", 3, "0"), ("A", 1, "1")])
def test_junit_ends_as_report_does(run: Run, tmp_path: Path, correct: str, code: int, failures: str) -> None:
    key = write_key(tmp_path, {"q02": correct})
    assert "no evidence there" in message(run("export", "junit", "--key", key))
    write_evidence(tmp_path)
    result = run("export", "junit", "--key", key, "--json")
    assert result.exit_code == code
    assert json.loads(result.stdout)["questions"]["unverified"] == 11
    first = (tmp_path / "key-check.xml").read_bytes()
    counts = {name: ET.fromstring(first).attrib[name] for name in ("tests", "failures", "errors", "skipped")}
    assert counts == {"tests": "12", "failures": failures, "errors": "1", "skipped": "10"}
    allowed = run("export", "junit", "--key", key, "--allow-unverified")
    assert allowed.exit_code == (1 if code == 1 else 0)
    assert (tmp_path / "key-check.xml").read_bytes() == first


def test_every_export_speaks_json_alone(run: Run, tmp_path: Path) -> None:
    result = run("export", "schema", "--json")
    assert json.loads(result.stdout) == {"folder": "schema"}
    assert (tmp_path / "schema").is_dir()


def test_validate_warns_of_a_key(run: Run, tmp_path: Path) -> None:
    key = write_key(tmp_path, {"q06": list("ABCDE")})
    result = run("validate", "--key", key)
    assert result.exit_code == 0
    assert result.stderr.splitlines() == [
        "q06: warning: by this key, picking every option earns 0.4 points.",
        "q10: warning: by this key, picking every option earns 0.6 points.",
    ]
    assert result.stdout == "12 questions, 55 options, 10 points: 2 to look at.\n"


def test_validate_holds_a_key_against_stored_evidence(run: Run, tmp_path: Path) -> None:
    write_evidence(tmp_path)
    assert run("validate", "--key", write_key(tmp_path, {"q02": "C", "q10": "A"})).exit_code == 0
    result = run("validate", "--key", write_key(tmp_path, {"q02": "B", "q10": "A"}), "--json")
    assert result.exit_code == 1
    (finding,) = json.loads(result.stdout)["findings"]
    assert (finding["severity"], finding["question"]) == ("contradicted", "q02")
    assert set(finding["words"]) == {"zh", "en"}


def test_stale_evidence_contradicts_nothing(run: Run, tmp_path: Path) -> None:
    write_evidence(tmp_path)
    path = tmp_path / "proof" / "evidence" / "q02.json"
    path.write_text(path.read_text().replace('"solver_version": 1', '"solver_version": 0'))
    assert run("validate", "--key", write_key(tmp_path, {"q02": "B", "q10": "A"})).exit_code == 0


def test_validate_lists_what_is_wrong_in_a_key(run: Run, tmp_path: Path) -> None:
    result = run("validate", "--key", write_key(tmp_path, {"q01": "AB", "q02": "Z"}), "--json")
    assert result.exit_code == 2
    document: dict[str, Any] = json.loads(result.stdout)
    assert (document["valid"], len(document["problems"]), document["findings"]) == (False, 2, [])


def test_gradescope_goes_on_after_a_kill(run: Run, tmp_path: Path, key: Path) -> None:
    """A temporary file of a run that was killed is no file of another class."""
    papers = write_class(tmp_path, ["B11901001", *FULL])
    (tmp_path / "gradescope").mkdir()
    (tmp_path / "gradescope" / ".quizproof-0123456789abcdef.tmp").write_bytes(b"half")
    (tmp_path / "gradescope" / ".quizproof.held").write_bytes(b"process 1 on nowhere")
    result = run("export", "gradescope", papers, "--key", key)
    assert result.exit_code == 0, result.output
    (file,) = (tmp_path / "gradescope").iterdir()
    assert file.suffix == ".json"
    (tmp_path / "gradescope" / "other.json").write_bytes(b"{}")
    assert "has other files, such as 'other.json'" in message(
        run("export", "gradescope", papers, "--key", key)
    )
