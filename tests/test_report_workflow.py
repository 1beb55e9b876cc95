"""The CI recipe: its form, and its own shell steps run in a folder with committed measurements."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import yaml

from tests.quizproof.commands import TINY, write_evidence

WORKFLOW = Path(__file__).parents[1] / ".github" / "workflows" / "report.yml"
JUDGE = "Hold the key against the evidence"
PINNED = re.compile(r"actions/(checkout|setup-python|upload-artifact)@[0-9a-f]{40} # v\d+\.\d+\.\d+")


@pytest.fixture(scope="module")
def workflow() -> dict[str, Any]:
    # YAML 1.1 reads the key `on` as true.
    content = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))
    return {"on" if key is True else key: value for key, value in content.items()}


@pytest.fixture(scope="module")
def steps(workflow: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found = workflow["jobs"]["report"]["steps"]
    return {step.get("name", step.get("uses", "").split("@")[0]): step for step in found}


@pytest.fixture
def committed(tmp_path: Path) -> Path:
    """A checkout of a quiz with measurements: C of question 2 holds conclusively, question 1 broke off."""
    (tmp_path / "quizproof.toml").write_text(f'quiz = "{TINY}"\n', encoding="utf-8")
    write_evidence(tmp_path)
    return tmp_path


def run(steps: dict[str, dict[str, Any]], folder: Path, **answers: str) -> tuple[int, str]:
    """The judging step as the runner starts it; its exit code and output."""
    given = {name: answer for name, answer in answers.items() if name.startswith("q")}
    (folder / "key.yaml").write_text(yaml.safe_dump({"key": given}), encoding="utf-8")
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PROOF": answers.get("proof", "proof"),
        "KEY": "key.yaml",
        "UNVERIFIED": answers.get("unverified", "fail"),
        "GITHUB_STEP_SUMMARY": str(folder / "summary.md"),
    }
    shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", steps[JUDGE]["run"]]
    done = subprocess.run(shell, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_every_action_is_pinned_to_a_commit() -> None:
    used = [line.strip() for line in WORKFLOW.read_text(encoding="utf-8").splitlines() if "uses:" in line]
    assert len(used) == 4
    assert all(PINNED.fullmatch(line.removeprefix("- ").removeprefix("uses: ")) for line in used)


def test_it_may_read_and_no_more(workflow: dict[str, Any], steps: dict[str, dict[str, Any]]) -> None:
    assert workflow["permissions"] == {"contents": "read"}
    assert "permissions" not in workflow["jobs"]["report"]
    assert steps["actions/checkout"]["with"] == {"persist-credentials": False}
    assert set(workflow["on"]) == {"push", "pull_request", "workflow_dispatch"}  # no pull_request_target
    assert workflow["concurrency"]["cancel-in-progress"] is True
    assert "secrets." not in WORKFLOW.read_text(encoding="utf-8")


def test_texts_from_outside_reach_the_shell_by_environment_alone(steps: dict[str, dict[str, Any]]) -> None:
    scripts = [step["run"] for step in steps.values() if "run" in step]
    assert len(scripts) == 2
    assert not any("${{" in script for script in scripts)


def test_the_light_package_is_installed_and_nothing_is_cached(steps: dict[str, dict[str, Any]]) -> None:
    install = steps["Install what judges and renders"]["run"]
    assert install.endswith("--constraint constraints.txt .")  # no [solve], so no torch
    assert (WORKFLOW.parents[2] / "constraints.txt").is_file()
    assert "cache" not in steps["actions/setup-python"]["with"]
    assert "actions/cache" not in steps


def test_report_and_key_check_are_kept_whatever_they_say(steps: dict[str, dict[str, Any]]) -> None:
    kept = {name: steps[name] for name in ("Keep the report", "Keep the key check")}
    for step in kept.values():
        assert step["if"] == "${{ !cancelled() && hashFiles('key-check.xml') != '' }}"
        assert step["with"]["if-no-files-found"] == "error"
    assert kept["Keep the report"]["with"]["path"].split() == [
        "${{", "env.PROOF", "}}/report.html", "${{", "env.PROOF", "}}/media",
    ]  # fmt: skip
    assert kept["Keep the key check"]["with"]["path"] == "key-check.xml"


def test_a_contradicted_key_fails_with_both_files(steps: dict[str, dict[str, Any]], committed: Path) -> None:
    code, said = run(steps, committed, q02="A", unverified="warn")
    assert code == 1, said
    assert "::error::The evidence contradicts the key" in said
    assert (committed / "proof" / "report.html").is_file()
    suite = ET.parse(committed / "key-check.xml").getroot()
    assert suite.attrib["failures"] == "1"
    assert "q02" in (committed / "summary.md").read_text(encoding="utf-8")


def test_what_stays_unverified_fails_or_warns_as_asked(
    steps: dict[str, dict[str, Any]], committed: Path
) -> None:
    code, said = run(steps, committed, q02="C")
    assert code == 3, said
    assert "::error::Some questions stay unverified" in said
    code, said = run(steps, committed, q02="C", unverified="warn")
    assert code == 0, said
    assert "::warning::Some questions stay unverified" in said


def test_without_measurements_it_says_what_is_missing(
    steps: dict[str, dict[str, Any]], committed: Path
) -> None:
    code, said = run(steps, committed, q02="C", proof="elsewhere")
    assert code == 2, said
    assert "elsewhere: no evidence there; run 'quizproof verify --out elsewhere' first." in said
    assert not (committed / "key-check.xml").exists()
