"""The commands as a user types them, in a process of their own where start-up is the point."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from solvers.hw10.models.codec import mimi_config, random_mimi
from solvers.run import catalog
from tests.conftest import SMALL
from tests.quizproof.commands import TINY, TRUE, Run, copy_of_hw10, edit, message, write
from tests.solvers.evidence.edited import edit_record

HW10 = catalog.find_quiz("hw10")
EXAMPLE_KEY = HW10 / "key.example.yaml"
PAPER = {"student": "B11901001", "answers": {"q01": "B", "q06": ["A", "B", "D"]}}
IDS = ["q01", "q02", "q06", "q10"]


@pytest.fixture
def proof(run: Run, tmp_path: Path) -> Path:
    """Evidence of two questions of the tiny quiz; the other two are not measured."""
    result = run("verify", "q02", "q06", "--quiz", TINY, "--out", "proof")
    assert result.exit_code == 3, result.output
    return tmp_path / "proof"


@pytest.fixture
def rehearsed(run: Run, tmp_path: Path) -> Path:
    """Evidence of two questions of HW10, measured on a small Mimi in the hub's format: rehearsals."""
    codec = tmp_path / "mimi"
    random_mimi(0, mimi_config(**SMALL)).save_pretrained(codec)
    result = run("verify", "q02", "q05", "--models", "standin", "--codec", codec, "--out", "proof")
    assert result.exit_code == 3, result.output
    return tmp_path / "proof"


def test_validate_says_all_is_in_order(run: Run) -> None:
    result = run("validate", "--key", EXAMPLE_KEY)
    assert (result.exit_code, result.output) == (0, "12 questions, 55 options, 10 points: all in order.\n")


def test_validate_lists_every_problem_at_once(run: Run, tmp_path: Path) -> None:
    folder = copy_of_hw10(tmp_path / "edited")
    edit(folder / "q07.yaml", "{better: zh}", "{beter: zh}")
    edit(folder / "q02.yaml", "kind: single", "kind: singel")
    result = run("validate", "--quiz", folder, "--json")
    assert result.exit_code == 2
    problems = json.loads(result.stdout)["problems"]
    assert len(problems) == 2
    assert "q02.yaml" in problems[0]
    assert "Did you mean 'single'?" in problems[0]
    assert "Did you mean 'better'?" in problems[1]


def test_verify_writes_evidence_and_report(run: Run, proof: Path) -> None:
    assert sorted(path.name for path in (proof / "evidence").iterdir()) == ["q02.json", "q06.json"]
    html = (proof / "report.html").read_text(encoding="utf-8")
    assert all(f'id="{id_}"' in html for id_ in IDS)
    assert "Not measured yet" in html


def test_report_is_byte_identical_and_needs_no_models(run: Run, proof: Path) -> None:
    first = (proof / "report.html").read_bytes()
    assert run("report", "--quiz", TINY, "--out", proof).exit_code == 3
    assert (proof / "report.html").read_bytes() == first
    assert run("report", "--quiz", TINY, "--out", proof, "--allow-open").exit_code == 0


def test_report_opens_the_page_or_says_where_it_lies(
    run: Run, proof: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", lambda address: not opened.append(address))
    assert run("report", "--quiz", TINY, "--out", proof, "--open").exit_code == 3
    assert opened == [(proof / "report.html").resolve().as_uri()]
    monkeypatch.setattr("webbrowser.open", lambda address: False)
    assert (
        "No browser could be opened; the report lies in"
        in run("report", "--quiz", TINY, "--out", proof, "--open").stderr
    )


def test_measurements_that_no_longer_belong_are_said_and_the_others_go_on(run: Run, proof: Path) -> None:
    report = ("report", "--quiz", TINY, "--out", proof, "--json")
    before = json.loads(run(*report).stdout)["evidence"]
    edit_record(proof / "evidence" / "q06.json", '"solver_version": 1', '"solver_version": 0')
    result = run(*report)
    assert result.exit_code == 3
    after = json.loads(result.stdout)["evidence"]
    assert after["q06"]["failure"]["en"] == (
        "q06: measured by version 0 of its solver, now 1; run 'quizproof verify q06' to measure again."
    )
    assert (before["q06"]["failure"], after["q06"]["verdicts"]) == (None, [])
    assert {**before, "q06": None} == {**after, "q06": None}
    assert "measured by version 0 of its solver" in (proof / "report.html").read_text(encoding="utf-8")


def test_report_without_evidence_says_what_to_run(run: Run) -> None:
    assert message(run("report", "--out", "nowhere")) == (
        "nowhere: no evidence there; run 'quizproof verify --out nowhere' first."
    )


def test_verify_speaks_json_alone_on_stdout(run: Run) -> None:
    result = run("verify", "q02", "--quiz", TINY, "--json")
    document = json.loads(result.stdout)
    assert [one["question"] for one in document["questions"]] == IDS
    assert [one["status"] for one in document["questions"]] == ["open", "decided", *["open"] * 2]
    assert document["evidence"]["q02"]["verdicts"][2]["outcome"] == "holds"


@pytest.mark.parametrize(
    ("wrong", "code"), [({}, 0), ({"q10": "A"}, 1), ({"q06": None}, 0)], ids=["right", "wrong", "not known"]
)
def test_verify_ends_as_the_key_fares(run: Run, tmp_path: Path, wrong: dict[str, object], code: int) -> None:
    key = write(tmp_path / "key.yaml", {"key": TRUE | wrong})
    assert run("verify", "--quiz", TINY, "--key", key).exit_code == code


def test_verify_in_the_light_install_says_what_to_install(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = {"torch", "transformers"}
    monkeypatch.setattr("quizproof.cli.usage.find_spec", lambda name: None if name in missing else object())
    assert message(run("verify", "q02")) == (
        "verify needs packages that are not installed: torch, transformers; "
        "run pip install 'quizproof[solve]', or 'quizproof report' for stored evidence."
    )
    assert not (tmp_path / "proof").exists()


def test_an_unknown_question_is_met_before_any_work(run: Run) -> None:
    assert message(run("verify", "q3")).startswith("no question 'q3'; allowed: q01, q02,")


def test_a_broken_key_is_met_before_any_work(run: Run, tmp_path: Path) -> None:
    key = write(tmp_path / "key.yaml", {"key": {"q01": "E"}})
    result = run("verify", "q02", "--quiz", TINY, "--key", key)
    assert "key.q01: found 'E'; allowed: A, B, C, D" in message(result)
    assert not (tmp_path / "proof").exists()


def test_grade_in_exact_fractions(run: Run, tmp_path: Path) -> None:
    key = write(tmp_path / "key.yaml", {"key": {"q01": "B", "q06": ["A", "B", "C"], "q02": "A"}})
    paper = write(tmp_path / "paper.yaml", PAPER)
    result = run("grade", paper, "--quiz", TINY, "--key", key, "--json", "--out", "grades")
    (grade,) = json.loads(result.stdout)["grades"]
    by_id = {one["question"]: one for one in grade["questions"]}
    assert (by_id["q01"]["score"], by_id["q01"]["status"]) == ("0.8", "right")
    assert (by_id["q06"]["score"], by_id["q06"]["score_rounded"]) == ("1/3", 0.33)
    assert by_id["q02"]["status"] == "blank"
    assert by_id["q10"]["status"] == "key unknown"
    assert (grade["score"], grade["score_rounded"], grade["points_graded"]) == ("17/15", 1.13, "2.6")
    assert json.loads((tmp_path / "grades" / "grades.json").read_text()) == json.loads(result.stdout)


def test_grade_shows_names_as_text_and_warns_of_select_all(run: Run, tmp_path: Path) -> None:
    key = write(tmp_path / "key.yaml", {"key": {"q06": list("ABCDE")}})
    paper = write(tmp_path / "paper.yaml", PAPER | {"student": "[bold]<b>=1+1"})
    result = run("grade", paper, "--quiz", TINY, "--key", key)
    assert "Student [bold]<b>=1+1" in result.stdout
    assert "q06: warning: by this key, picking every option earns 0.4 points." in result.stderr


def test_grade_writes_nothing_when_any_paper_is_wrong(run: Run, tmp_path: Path) -> None:
    key = write(tmp_path / "key.yaml", {"key": TRUE})
    good = write(tmp_path / "good.yaml", PAPER)
    bad = write(tmp_path / "bad.yaml", {"student": "X1", "answers": {"q01": ["A", "B"], "q13": "A"}})
    result = run("grade", good, bad, "--quiz", TINY, "--key", key, "--out", "grades")
    assert len(message(result).splitlines()) == 2
    assert not (tmp_path / "grades").exists()


def test_grade_takes_one_key(run: Run, tmp_path: Path) -> None:
    paper = write(tmp_path / "paper.yaml", PAPER)
    for arguments in ([], ["--key", EXAMPLE_KEY, "--key-from-evidence"]):
        assert message(run("grade", paper, *arguments)) == "Give either --key FILE or --key-from-evidence."


def test_the_key_from_evidence_takes_conclusive_verdicts_only(
    run: Run, tmp_path: Path, rehearsed: Path
) -> None:
    """The small Mimi's verdicts are rehearsals, so they are no key."""
    paper = write(tmp_path / "paper.yaml", PAPER)
    result = run("grade", paper, "--key-from-evidence", "--evidence", rehearsed, "--json")
    assert json.loads(result.stdout)["grades"][0]["left_out"] == [f"q{n:02}" for n in range(1, 13)]


def test_the_key_from_evidence_is_what_was_measured(run: Run, tmp_path: Path, proof: Path) -> None:
    paper = write(tmp_path / "paper.yaml", PAPER)
    result = run("grade", paper, "--quiz", TINY, "--key-from-evidence", "--evidence", proof, "--json")
    (grade,) = json.loads(result.stdout)["grades"]
    assert (grade["left_out"], grade["score"], grade["points_graded"]) == (["q01", "q10"], "1", "1.8")


def test_check_shows_picks_alone(run: Run, tmp_path: Path) -> None:
    key = write(tmp_path / "key.yaml", {"key": {"q01": "A", "q06": ["A", "B"]}})
    paper = write(tmp_path / "paper.yaml", PAPER)
    check = ("check", paper, "--quiz", TINY, "--key")
    result = run(*check, key)
    lines = result.stdout.splitlines()
    assert lines[1] == "q01: 0 of 0.8 points: B wrong"
    assert lines[3] == "q06: 0.5 of 1 point: A right, B right, D wrong"
    other = write(tmp_path / "other.yaml", {"key": {"q01": "D", "q06": ["A", "B"]}})
    assert run(*check, other).stdout == result.stdout
    revealed = run(*check, key, "--reveal").stdout
    assert "correct: A" in revealed


def test_list_names_what_is_at_hand(run: Run) -> None:
    result = run("list", "--models", "standin", "--json")
    rows = {row["question"]: row for row in json.loads(result.stdout)["questions"]}
    assert len(rows) == 12
    assert rows["q01"]["rests_on"] == {"architecture": "transformers' MimiModel"}
    assert rows["q05"]["rests_on"] == {"codec-weights": "stand-in codec"}
    assert rows["q09"]["rests_on"]["course-audio"] == "audio_codes_shuffled.pt (stand-in)"


def test_export_schema_writes_every_schema(run: Run, tmp_path: Path) -> None:
    assert run("export", "schema", "--out", "schemas").exit_code == 0
    shipped = {path.name: path.read_text() for path in (HW10 / "schema").iterdir()}
    assert {path.name: path.read_text() for path in (tmp_path / "schemas").iterdir()} == shipped


def python(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, timeout=60, check=False)


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["validate"], ["list", "--models", "standin"], ["check", "paper.yaml"], ["report"]],
    ids=lambda arguments: arguments[0],
)
def test_what_does_not_solve_does_not_import_torch(
    tmp_path: Path, rehearsed: Path, arguments: list[str]
) -> None:
    write(tmp_path / "paper.yaml", PAPER)
    result = python("-X", "importtime", "-m", "quizproof", *arguments, cwd=tmp_path)
    assert result.returncode in {0, 3}, result.stderr[-2000:]
    imported = {line.rsplit("|", 1)[-1].strip() for line in result.stderr.splitlines()}
    assert "quizproof.cli.main" in imported
    heavy = {"torch", "transformers", "whisper", "umap", "sklearn", "numba", "numpy", "soundfile"}
    assert not imported & heavy


@pytest.mark.parametrize("arguments", [["--help"], ["check", "paper.yaml", "--key", str(EXAMPLE_KEY)]])
def test_help_and_check_import_nothing_slow(tmp_path: Path, arguments: list[str]) -> None:
    """What each of these takes to import is more than all the rest; seconds would tell of the machine."""
    write(tmp_path / "paper.yaml", PAPER)
    result = python("-X", "importtime", "-m", "quizproof", *arguments, cwd=tmp_path)
    assert result.returncode == 0
    imported = {line.rsplit("|", 1)[-1].strip() for line in result.stderr.splitlines()}
    assert "quizproof.cli.main" in imported
    slow = {"torch", "transformers", "numpy", "polars", "jinja2", "huggingface_hub", "safetensors"}
    assert not imported & slow


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"- a\n- b\n", "a paper is a mapping"),
        (b"student: X\nanswers: {q01: B, q01: C}\n", "q01"),
        (b"student: X\nanswers: {q01: [A, B]}\n", "single choice"),
        (b"student: X\nanswers: {q99: A}\n", "unknown question"),
        (b"student: X\nanswers: {q01: E}\n", "unknown option"),
    ],
)
def test_a_bad_paper_is_one_clear_sentence(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "paper.yaml").write_bytes(content)
    result = python("-m", "quizproof", "grade", "paper.yaml", "--key", str(EXAMPLE_KEY), cwd=tmp_path)
    assert (result.returncode, result.stdout) == (2, "")
    assert len(result.stderr.strip().splitlines()) == 1
    assert "paper.yaml" in result.stderr
    assert words in result.stderr
    assert "Traceback" not in result.stderr


def test_fifty_megabytes_are_refused_unread(tmp_path: Path) -> None:
    with (tmp_path / "paper.yaml").open("wb") as file:
        file.truncate(50 * 2**20)
    result = python("-m", "quizproof", "grade", "paper.yaml", "--key", str(EXAMPLE_KEY), cwd=tmp_path)
    assert result.returncode == 2
    assert "paper.yaml" in result.stderr


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [
        ("--jobs", "100000", "'--jobs': Input should be less than or equal to 1024"),
        ("--jobs", "0", "'--jobs': Input should be greater than or equal to 1"),
        ("--seed", "9" * 23, "'--seed': Input should be less than or equal to 4294967295"),
        ("--device", "cpu:5", "--device cpu:5: no such device; allowed: auto, cpu, cuda, cuda:N, mps."),
        ("--device", "cuda:x", "--device cuda:x: no such device; allowed: auto, cpu, cuda, cuda:N, mps."),
    ],
)
def test_options_out_of_range_are_refused(run: Run, option: str, value: str, told: str) -> None:
    result = run("verify", "q02", "--models", "standin", option, value, "--json")
    assert result.exit_code == 2
    assert told in result.output


def test_a_coarse_check_shows_no_score(run: Run, tmp_path: Path) -> None:
    write(tmp_path / "paper.yaml", PAPER)
    result = run("check", "paper.yaml", "--key", EXAMPLE_KEY, "--coarse", "--json")
    assert result.exit_code == 0
    assert "score" not in result.stdout
    assert message(run("check", "paper.yaml", "--key", EXAMPLE_KEY, "--coarse", "--reveal")) == (
        "--coarse hides what --reveal shows; give one of them."
    )
