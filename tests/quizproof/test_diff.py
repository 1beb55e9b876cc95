"""`quizproof diff`: two folders, each with its summary or judged now."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.quizproof.commands import TINY, TRUE, Run, copy_of, edit, message, write


@pytest.fixture
def measured(run: Run, tmp_path: Path) -> Path:
    """A quiz of one's own, measured under a key into proof/ and copied from there to before/."""
    quiz = copy_of(TINY, tmp_path / "quiz")
    write(Path("key.yaml"), {"key": TRUE})
    assert run("verify", "--quiz", "quiz", "--key", "key.yaml").exit_code == 0
    shutil.copytree("proof", "before")
    return quiz


def diff(run: Run, *arguments: str, ends: int = 0) -> str:
    result = run("diff", "before", "proof", "--quiz", "quiz", *arguments)
    assert result.exit_code == ends, result.output
    return result.stdout


@pytest.mark.usefixtures("measured")
def test_verify_and_report_write_the_same_summary_and_it_has_no_difference(run: Run) -> None:
    first = Path("proof/summary.json").read_bytes()
    assert json.loads(first)["questions"][0]["options"][1]["outcome"] == "holds"
    assert run("report", "--quiz", "quiz", "--key", "key.yaml").exit_code == 0
    assert Path("proof/summary.json").read_bytes() == first
    assert diff(run) == "The two runs are the same.\n"
    assert diff(run, "--lang", "zh") == "兩次執行沒有不同。\n"
    document = json.loads(diff(run, "--json"))
    assert document.pop("flipped") is False
    assert not any(document.values())


def test_a_solver_that_measures_otherwise_flips_verdicts(run: Run, measured: Path) -> None:
    edit(measured / "q01_sum.py", "Measurements(total=2 + 3)", "Measurements(total=6)")
    # In a process of its own, which imports the solver as it is now.
    again = [sys.executable, "-m", "quizproof", "verify", "--quiz", "quiz", "--key", "key.yaml"]
    assert subprocess.run(again, capture_output=True, check=False).returncode == 1
    told = diff(run, ends=1)
    assert told == (
        "Verdicts that flipped\n"
        "  q01 B: holds (conclusive) → fails (conclusive)\n"
        "  q01 C: fails (conclusive) → holds (conclusive)\n"
        "  q02 C: holds (conclusive) → fails (conclusive)\n"
        "Key check that changed\n"
        "  q01: confirmed → contradicted\n"
        "  q02: confirmed → contradicted\n"
    )
    document = json.loads(diff(run, "--json", ends=1))
    assert document["flipped"] is True
    assert document["verdicts"][0] == {
        "question": "q01",
        "option": "B",
        "before": ["holds", "conclusive"],
        "after": ["fails", "conclusive"],
    }


@pytest.mark.usefixtures("measured")
def test_another_key_changes_the_check_and_a_folder_without_a_summary_is_judged(run: Run) -> None:
    write(Path("other.yaml"), {"key": TRUE | {"q01": "A"}})
    assert run("report", "--quiz", "quiz", "--key", "other.yaml").exit_code == 1
    expected = "Key check that changed\n  q01: confirmed → contradicted\nKey that changed\n  q01: B → A\n"
    assert diff(run, ends=1) == expected
    Path("before/summary.json").unlink()
    assert diff(run, "--key", "key.yaml", ends=1) == expected


def test_old_evidence_that_no_version_judges_any_more_is_compared_as_it_was_judged_then(
    run: Run, measured: Path
) -> None:
    edit(measured / "q06_below.py", "version=1", "version=2")
    assert run("verify", "--quiz", "quiz", "--key", "key.yaml").exit_code == 0
    assert diff(run) == "The two runs are the same.\n"
    Path("before/summary.json").unlink()
    told = diff(run, "--key", "key.yaml", ends=1)
    assert "q06: error → confirmed" in told


def test_what_is_no_run_is_said(run: Run, measured: Path) -> None:
    assert message(run("diff", "nowhere", "proof")) == (
        "nowhere: no run there; give the --out of 'quizproof verify' or 'report'."
    )
    Path("before/summary.json").write_text('{"version": 1}')
    assert message(run("diff", "before", "proof")) == (
        "before/summary.json: is no summary that can be read (quizproof: Field required); run 'quizproof "
        "report --out before' to write it anew."
    )
    Path("before/summary.json").write_bytes(b" " * (16 * 2**20 + 1))
    assert message(run("diff", "before", "proof")).startswith("before/summary.json: over 16,777,216 bytes")
    assert measured.is_dir()


@pytest.mark.usefixtures("measured")
def test_nothing_of_a_summary_steers_the_terminal(run: Run) -> None:
    path = Path("before/summary.json")
    path.write_text(path.read_text().replace('"quizproof": "', '"quizproof": "\\u001b[31m[bold]'))
    told = diff(run)
    assert "\x1b" not in told
    assert "quizproof: \ufffd[31m[bold]" in told


@pytest.mark.usefixtures("measured")
def test_the_report_shows_what_changed_since_another_run_and_since_its_own_last(run: Run) -> None:
    write(Path("other.yaml"), {"key": TRUE | {"q01": "A"}})
    report = ("report", "--quiz", "quiz", "--key", "other.yaml")
    assert run(*report, "--against", "before").exit_code == 1
    html = Path("proof/report.html").read_text(encoding="utf-8")
    section = html.split('<section class="changes"')[1].split("</section>")[0]
    assert '<span class="en" lang="en">q01: confirmed → contradicted</span>' in section
    assert '<span class="zh" lang="zh-Hant">q01：證實 → 矛盾</span>' in section
    assert run(*report, "--against", "proof").exit_code == 1
    same = Path("proof/report.html").read_text(encoding="utf-8").split('<section class="changes"')[1]
    assert "The two runs are the same." in same
    assert run(*report).exit_code == 1
    assert '<section class="changes"' not in Path("proof/report.html").read_text(encoding="utf-8")


def test_a_key_that_is_no_other_but_for_its_name_is_not_a_change(run: Run, measured: Path) -> None:
    shutil.copy("key.yaml", "renamed.yaml")
    assert run("report", "--quiz", measured, "--key", "renamed.yaml").exit_code == 0
    assert diff(run) == "The two runs are the same.\n"


def test_a_run_that_broke_off_has_no_summary_of_the_one_before(
    run: Run, measured: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("reports.evidence_report.write_report", stop)
    assert run("verify", "--quiz", measured, "--key", "key.yaml").exit_code == 130
    assert not Path("proof/summary.json").exists()
    assert diff(run, "--key", "key.yaml") == "The two runs are the same.\n"
