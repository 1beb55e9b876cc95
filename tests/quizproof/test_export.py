"""`quizproof export` and `validate` as a user types them: what is written, what is said, how it ends."""

import json
import zipfile
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from tests.quizproof.commands import TINY, Run, message, write, write_evidence

# Any key will do; this one is not what is true.
KEY = {"q01": "A", "q02": "A", "q06": ["A", "B", "C"], "q10": ["A", "B", "C", "D", "E"]}
FULL = ["A", "A", "ABC", "ABCDE"]
GRADEBOOK = """Student,ID,SIS User ID,SIS Login ID,Section,Quiz 1 (4321),Final Score
    Points Possible,,,,,3.6,(read only)
"Lee, Ann",17,B11901001,b11901001,S,,
"Wang, Bo",18,00042,b11901002,S,1,
"""
INTO = ("--gradebook", "canvas.csv", "--assignment")


@pytest.fixture
def export(run: Run) -> Run:
    return lambda kind, *arguments: run("export", kind, "--quiz", TINY, *arguments)


@pytest.fixture
def validate(run: Run) -> Run:
    return partial(run, "validate", "--quiz", TINY, "--key")


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return write_key(tmp_path, {})


def write_key(folder: Path, changed: Mapping[str, Any]) -> Path:
    return write(folder / "key.yaml", {"key": {**KEY, **changed}})


def write_class(folder: Path, *rows: list[str]) -> Path:
    path = folder / "class.csv"
    path.write_text("".join(",".join(row) + "\n" for row in (["student", *KEY], *rows)), encoding="utf-8")
    return path


def test_a_class_fills_the_gradebook(export: Run, tmp_path: Path, key: Path) -> None:
    (tmp_path / "canvas.csv").write_text(GRADEBOOK, encoding="utf-8")
    papers = write_class(tmp_path, ["B11901001", *FULL], ["00042", *FULL[:2], "", ""])
    command = (
        "gradebook",
        papers,
        "--gradebook",
        "canvas.csv",
        "--assignment",
        "Quiz 1",
        "--key",
        key,
    )
    result = export(*command)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "gradebook-import.csv: 2 scores in 'Quiz 1 (4321)'.\n"
    assert (tmp_path / "gradebook-import.csv").read_text() == (
        "Student,ID,SIS User ID,SIS Login ID,Section,Quiz 1 (4321)\n"
        "    Points Possible,,,,,3.6\n"
        '"Lee, Ann",17,B11901001,b11901001,S,3.60\n'
        '"Wang, Bo",18,00042,b11901002,S,1.60\n'
    )
    document = json.loads(export(*command, "--json").stdout)
    assert document["written"][1] == {"row": 4, "student": "00042", "before": "1", "score": "1.60"}


def test_a_paper_without_a_row_ends_with_1(export: Run, tmp_path: Path, key: Path) -> None:
    (tmp_path / "canvas.csv").write_text(GRADEBOOK, encoding="utf-8")
    papers = write_class(tmp_path, ["B11901001", *FULL], ["B99", *FULL])
    result = export("gradebook", papers, *INTO, "4321", "--key", key)
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "not in the gradebook: the paper of 'B99' (row 3 of class.csv)",
        "without a paper: row 4, '00042'",
    ]
    assert (tmp_path / "gradebook-import.csv").is_file()


def test_nothing_is_written_while_anything_is_wrong(export: Run, tmp_path: Path, key: Path) -> None:
    (tmp_path / "canvas.csv").write_text(GRADEBOOK, encoding="utf-8")
    papers = write_class(tmp_path, ["B11901001", *FULL], ["00042", "Z", *FULL[1:]])
    command = [
        "gradebook",
        papers,
        "--gradebook",
        "canvas.csv",
        "--assignment",
        "4321",
        "--key",
        key,
    ]
    assert "class.csv row 3, student '00042', q01" in message(export(*command))
    assert "is not overwritten" in message(export(*command, "--out", "./canvas.csv"))
    assert (tmp_path / "canvas.csv").read_text() == GRADEBOOK
    assert not (tmp_path / "gradebook-import.csv").exists()
    allowed = export(*command, "--skip-invalid")
    assert allowed.exit_code == 1
    assert "left out: class.csv row 3, student '00042', q01" in allowed.stderr
    assert "17,B11901001,b11901001,S,3.60" in (tmp_path / "gradebook-import.csv").read_text()
    assert "18,00042,b11901002,S,1" in (tmp_path / "gradebook-import.csv").read_text()


@pytest.mark.parametrize("kind", ["gradebook", "gradescope", "qti"])
def test_an_incomplete_key_is_refused(export: Run, tmp_path: Path, kind: str) -> None:
    (tmp_path / "canvas.csv").write_text(GRADEBOOK, encoding="utf-8")
    papers = write_class(tmp_path, ["B11901001", *FULL])
    arguments = {
        "gradebook": [papers, *INTO, "4321"],
        "gradescope": [papers],
        "qti": [],
    }
    incomplete = write_key(tmp_path, {"q02": None, "q10": None})
    before = set(tmp_path.iterdir())
    told = message(export(kind, *arguments[kind], "--key", incomplete))
    assert told.startswith("The key of q02, q10 is not known")
    assert set(tmp_path.iterdir()) == before


def test_gradescope_has_a_file_a_paper(export: Run, tmp_path: Path, key: Path) -> None:
    papers = write_class(tmp_path, ["B11901001", *FULL], ["../B2", *[""] * 4])
    result = export("gradescope", papers, "--key", key, "--json")
    assert result.exit_code == 0
    names = json.loads(result.stdout)["files"]
    assert sorted(path.name for path in (tmp_path / "gradescope").iterdir()) == sorted(names)
    scores = {name[:2]: json.loads((tmp_path / "gradescope" / name).read_text())["score"] for name in names}
    assert scores == {"B1": 3.6, "B2": 0.0}
    assert export("gradescope", papers, "--key", key).stdout == "gradescope: 2 files.\n"


def test_gradescope_does_not_mix_two_classes(export: Run, tmp_path: Path, key: Path) -> None:
    export("gradescope", write_class(tmp_path, ["B1", *FULL]), "--key", key)
    told = message(export("gradescope", write_class(tmp_path, ["B2", *FULL]), "--key", key))
    assert told.startswith("gradescope: has other files, such as 'B1-")
    assert len(list((tmp_path / "gradescope").iterdir())) == 1


def test_qti_is_a_zip_in_the_language_asked(export: Run, tmp_path: Path, key: Path) -> None:
    assert export("qti", "--key", key).stdout == "quiz-qti.zip: 4 questions, 3.6 points.\n"
    assert export("qti", "--key", key, "--language", "en", "--out", "en.zip").exit_code == 0
    for name, title in (("quiz-qti.zip", "小測驗"), ("en.zip", "A tiny quiz")):
        with zipfile.ZipFile(tmp_path / name) as package:
            assert title in package.read(package.namelist()[1]).decode()


def test_one_key_is_needed(export: Run, key: Path) -> None:
    for arguments in ([], ["--key", key, "--key-from-evidence"]):
        assert message(export("qti", *arguments)) == "Give either --key FILE or --key-from-evidence."
    assert message(export("junit")).startswith("Give --key FILE")


@pytest.mark.parametrize(("correct", "code", "failures"), [("C", 3, "0"), ("A", 1, "1")])
def test_junit_ends_as_report_does(
    export: Run, tmp_path: Path, correct: str, code: int, failures: str
) -> None:
    key = write_key(tmp_path, {"q02": correct})
    assert "no evidence there" in message(export("junit", "--key", key))
    write_evidence(tmp_path)
    result = export("junit", "--key", key, "--json")
    assert result.exit_code == code
    counts_said = json.loads(result.stdout)["questions"]
    assert (counts_said["open"], counts_said["error"], sum(counts_said.values())) == (2, 1, 4)
    first = (tmp_path / "key-check.xml").read_bytes()
    counts = {name: ET.fromstring(first).attrib[name] for name in ("tests", "failures", "errors", "skipped")}
    assert counts == {"tests": "4", "failures": failures, "errors": "1", "skipped": "2"}
    allowed = export("junit", "--key", key, "--allow-open")
    assert allowed.exit_code == (1 if code == 1 else 0)
    assert (tmp_path / "key-check.xml").read_bytes() == first


def test_every_export_speaks_json_alone(export: Run, tmp_path: Path) -> None:
    result = export("schema", "--json")
    assert json.loads(result.stdout) == {"folder": "schema"}
    assert (tmp_path / "schema").is_dir()


def test_validate_warns_of_a_key(validate: Run, tmp_path: Path) -> None:
    key = write_key(tmp_path, {"q06": list("ABCDE")})
    result = validate(key)
    assert result.exit_code == 0
    assert result.stderr.splitlines() == [
        "q06: warning: by this key, picking every option earns 0.4 points.",
        "q10: warning: by this key, picking every option earns 0.6 points.",
    ]
    assert result.stdout == "4 questions, 23 options, 3.6 points: 2 to look at.\n"


def test_validate_holds_a_key_against_stored_evidence(validate: Run, tmp_path: Path) -> None:
    write_evidence(tmp_path)
    assert validate(write_key(tmp_path, {"q02": "C", "q10": "A"})).exit_code == 0
    result = validate(write_key(tmp_path, {"q02": "B", "q10": "A"}), "--json")
    assert result.exit_code == 1
    (finding,) = json.loads(result.stdout)["findings"]
    assert (finding["severity"], finding["question"]) == ("contradicted", "q02")
    assert set(finding["words"]) == {"zh", "en"}


def test_stale_evidence_contradicts_nothing(validate: Run, tmp_path: Path) -> None:
    write_evidence(tmp_path)
    path = tmp_path / "proof" / "evidence" / "q02.json"
    path.write_text(path.read_text().replace('"solver_version": 1', '"solver_version": 0'))
    assert validate(write_key(tmp_path, {"q02": "B", "q10": "A"})).exit_code == 0


def test_validate_lists_what_is_wrong_in_a_key(validate: Run, tmp_path: Path) -> None:
    result = validate(write_key(tmp_path, {"q01": "AB", "q02": "Z"}), "--json")
    assert result.exit_code == 2
    document: dict[str, Any] = json.loads(result.stdout)
    assert (document["valid"], len(document["problems"]), document["findings"]) == (False, 2, [])


def test_gradescope_goes_on_after_a_kill(export: Run, tmp_path: Path, key: Path) -> None:
    """A temporary file of a run that was killed is no file of another class."""
    papers = write_class(tmp_path, ["B11901001", *FULL])
    (tmp_path / "gradescope").mkdir()
    (tmp_path / "gradescope" / ".quizproof-0123456789abcdef.tmp").write_bytes(b"half")
    (tmp_path / "gradescope" / ".quizproof.held").write_bytes(b"process 1 on nowhere")
    result = export("gradescope", papers, "--key", key)
    assert result.exit_code == 0, result.output
    (file,) = (tmp_path / "gradescope").iterdir()
    assert file.suffix == ".json"
    (tmp_path / "gradescope" / "other.json").write_bytes(b"{}")
    assert "has other files, such as 'other.json'" in message(export("gradescope", papers, "--key", key))
