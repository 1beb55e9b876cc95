"""The CI recipe: its form, and its own shell steps run in a folder with committed measurements."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import yaml

from tests.quizproof.commands import TINY, write_evidence

ROOT = Path(__file__).parents[1]
WORKFLOWS = {name: ROOT / ".github" / "workflows" / f"{name}.yml" for name in ("report", "test")}
ACTION = ROOT / "action.yml"
JUDGE = "Hold the key against the evidence"
PINNED = re.compile(r"actions/(checkout|setup-python|upload-artifact)@[0-9a-f]{40} # v\d+\.\d+\.\d+|\./")


def read(path: Path) -> dict[str, Any]:
    # YAML 1.1 reads the key `on` as true.
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {"on" if key is True else key: value for key, value in content.items()}


@pytest.fixture(scope="module")
def workflow() -> dict[str, Any]:
    return read(WORKFLOWS["report"])


@pytest.fixture(scope="module")
def steps() -> dict[str, dict[str, Any]]:
    found = read(ACTION)["runs"]["steps"]
    return {step.get("name", step.get("uses", "").split("@")[0]): step for step in found}


@pytest.fixture
def committed(tmp_path: Path) -> Path:
    """A checkout of a quiz with measurements: C of question 2 holds conclusively, question 1 broke off."""
    (tmp_path / "quizproof.toml").write_text(f'quiz = "{TINY}"\n', encoding="utf-8")
    write_evidence(tmp_path)
    return tmp_path


def shell(script: str, folder: Path, **environment: str) -> tuple[int, str]:
    """A step as the runner starts it; its exit code and output."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=folder,
        env=os.environ | {"PATH": path} | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def run(steps: dict[str, dict[str, Any]], folder: Path, **answers: str) -> tuple[int, str]:
    """The judging step with a key of these answers."""
    given = {name: answer for name, answer in answers.items() if name.startswith("q")}
    (folder / "key.yaml").write_text(yaml.safe_dump({"key": given}), encoding="utf-8")
    return shell(
        steps[JUDGE]["run"],
        folder,
        PROOF=answers.get("proof", "proof"),
        KEY="key.yaml",
        OPEN=answers.get("open", "fail"),
        GITHUB_STEP_SUMMARY=str(folder / "summary.md"),
    )


def test_every_action_is_pinned_to_a_commit() -> None:
    lines = [
        line.strip().removeprefix("- ")
        for path in (ACTION, *WORKFLOWS.values())
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    used = [line.removeprefix("uses: ") for line in lines if line.startswith("uses:")]
    assert len(used) == 8
    assert all(map(PINNED.fullmatch, used))


@pytest.mark.parametrize(
    ("name", "permissions"),
    [("report", {"contents": "read", "pull-requests": "write"}), ("test", {"contents": "read"})],
)
def test_they_may_do_what_they_need_and_no_more(name: str, permissions: dict[str, str]) -> None:
    found = read(WORKFLOWS[name])
    assert found["permissions"] == permissions
    (job,) = found["jobs"].values()
    assert "permissions" not in job
    assert job["steps"][0]["with"] == {"persist-credentials": False}
    assert set(found["on"]) <= {"push", "pull_request", "workflow_dispatch"}  # no pull_request_target
    assert found["concurrency"]["cancel-in-progress"] is True
    assert "secrets." not in WORKFLOWS[name].read_text(encoding="utf-8")


def test_the_workflow_gives_the_action_what_it_takes(workflow: dict[str, Any]) -> None:
    asked = workflow["jobs"]["report"]["steps"][1]
    assert asked["uses"] == "./"
    assert set(asked["with"]) == set(read(ACTION)["inputs"]) - {"token"} == {"proof", "key", "open"}


def test_the_suite_runs_on_every_python_and_leaves_no_test_out() -> None:
    job = read(WORKFLOWS["test"])["jobs"]["test"]
    assert job["strategy"]["matrix"]["python"] == ["3.11", "3.12", "3.13"]
    assert job["steps"][-1]["run"] == "make test PYTHON=python"
    assert "\nexport CI=true" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")  # as GitHub does


def test_texts_from_outside_reach_the_shell_by_environment_alone(steps: dict[str, dict[str, Any]]) -> None:
    scripts = [step["run"] for step in steps.values() if "run" in step]
    assert len(scripts) == 4
    assert not any("${{" in script for script in scripts)


def test_the_light_package_is_installed_and_nothing_is_cached(steps: dict[str, dict[str, Any]]) -> None:
    install = steps["Install what judges and renders"]["run"]
    ending = '--constraint "$GITHUB_ACTION_PATH/constraints.txt" "$GITHUB_ACTION_PATH"'
    assert install.endswith(ending)  # no [solve], so no torch
    assert (ACTION.parent / "constraints.txt").is_file()
    assert "cache" not in steps["actions/setup-python"]["with"]
    assert "actions/cache" not in steps


def test_report_and_key_check_are_kept_whatever_they_say(steps: dict[str, dict[str, Any]]) -> None:
    kept = {name: steps[name] for name in ("Keep the report", "Keep the key check")}
    for step in kept.values():
        assert step["if"] == "${{ !cancelled() && hashFiles('key-check.xml') != '' }}"
        assert step["with"]["if-no-files-found"] == "error"
    assert kept["Keep the report"]["with"]["path"].split() == [
        "${{", "inputs.proof", "}}/report.html", "${{", "inputs.proof", "}}/media",
    ]  # fmt: skip
    assert kept["Keep the key check"]["with"]["path"] == "key-check.xml"


def test_a_contradicted_key_fails_with_both_files(steps: dict[str, dict[str, Any]], committed: Path) -> None:
    code, said = run(steps, committed, q02="A", open="warn")
    assert code == 1, said
    assert "::error::The evidence contradicts the key" in said
    assert (committed / "proof" / "report.html").is_file()
    suite = ET.parse(committed / "key-check.xml").getroot()
    assert suite.attrib["failures"] == "1"
    assert "q02" in (committed / "summary.md").read_text(encoding="utf-8")


def test_what_stays_open_fails_or_warns_as_asked(steps: dict[str, dict[str, Any]], committed: Path) -> None:
    code, said = run(steps, committed, q02="C")
    assert code == 3, said
    assert "::error::Some questions stay open" in said
    code, said = run(steps, committed, q02="C", open="warn")
    assert code == 0, said
    assert "::warning::Some questions stay open" in said


def test_without_measurements_it_says_what_is_missing(
    steps: dict[str, dict[str, Any]], committed: Path
) -> None:
    code, said = run(steps, committed, q02="C", proof="elsewhere")
    assert code == 2, said
    assert "elsewhere: no evidence there; run 'quizproof verify --out elsewhere' first." in said
    assert not (committed / "key-check.xml").exists()


def test_where_nothing_was_committed_before_there_is_nothing_to_compare(
    steps: dict[str, dict[str, Any]], committed: Path
) -> None:
    compare = steps["Compare"]
    before = steps["Fetch what was committed before"]
    assert before["if"] == "github.event_name == 'pull_request'"
    # After the report, whatever that said: it writes what the measurements come to now.
    written = "hashFiles('key-check.xml') != ''"
    assert compare["if"] == f"${{{{ !cancelled() && {before['if']} && {written} }}}}"
    assert list(steps).index(JUDGE) < list(steps).index("Compare")
    assert before["with"]["path"] == ".quizproof-before"
    code, said = shell(compare["run"], committed, PROOF="proof", KEY="key.yaml")
    assert (code, said) == (0, "No measurements were committed before: there is nothing to compare.\n")
    assert (committed / "changes.txt").read_text(encoding="utf-8") == said


@pytest.mark.parametrize(("ends", "code"), [(0, 0), (1, 0), (2, 2)], ids=["same", "differs", "fails"])
def test_two_runs_are_held_against_each_other(
    steps: dict[str, dict[str, Any]], committed: Path, ends: int, code: int
) -> None:
    (committed / ".quizproof-before" / "proof" / "evidence").mkdir(parents=True)
    tool = committed / "bin" / "quizproof"
    tool.parent.mkdir()
    tool.write_text(f'#!/bin/sh\necho "$@"\nexit {ends}\n', encoding="utf-8")
    tool.chmod(0o755)
    path = f"{tool.parent}{os.pathsep}{os.environ['PATH']}"
    ended, said = shell(steps["Compare"]["run"], committed, PROOF="proof", KEY="key.yaml", PATH=path)
    assert ended == code, said
    changes = (committed / "changes.txt").read_text(encoding="utf-8")
    assert changes == "diff .quizproof-before/proof proof --key key.yaml\n"


def test_the_report_and_the_comment_say_what_flipped(
    steps: dict[str, dict[str, Any]], committed: Path
) -> None:
    shutil.copytree(committed / "proof", committed / ".quizproof-before" / "proof")
    assert run(steps, committed / ".quizproof-before", q02="C")[0] == 3
    assert run(steps, committed, q02="A")[0] == 1
    ended, said = shell(steps["Compare"]["run"], committed, PROOF="proof", KEY="key.yaml")
    assert ended == 0, said
    assert "Key check that changed\n  q02: confirmed → contradicted\n" in said
    assert "Key that changed\n  q02: C → A\n" in said
    assert "q02: confirmed → contradicted" in (committed / "proof/report.html").read_text(encoding="utf-8")


class Hub:
    """GitHub's comments of pull request 7, and the requests that changed them."""

    def __init__(self, comments: list[dict[str, Any]]) -> None:
        self.comments = comments
        self.changes: list[tuple[str, str, str]] = []
        self.address = ""


@contextmanager
def hub_with(*comments: tuple[str, str]) -> Iterator[Hub]:
    """A server on 127.0.0.1 that has comments, each by a Bot or a User."""
    hub = Hub([{"id": n, "user": {"type": kind}, "body": body} for n, (kind, body) in enumerate(comments)])

    class Handler(BaseHTTPRequestHandler):
        def _answer(self, document: Any) -> None:
            assert self.headers["Authorization"] == "Bearer t0ken"
            content = json.dumps(document).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def do_GET(self) -> None:
            address, _, query = self.path.partition("?per_page=100&page=")
            assert address == "/repos/course/quiz/issues/7/comments"
            start = 100 * (int(query) - 1)
            self._answer(hub.comments[start : start + 100])

        def _change(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["body"]
            hub.changes.append((self.command, self.path, body))
            self._answer({})

        def do_POST(self) -> None:
            self._change()

        def do_PATCH(self) -> None:
            self._change()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        hub.address = f"http://127.0.0.1:{server.server_port}"
        yield hub
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def comment(steps: dict[str, dict[str, Any]], folder: Path, hub: Hub, text: str) -> tuple[int, str]:
    (folder / "changes.txt").write_text(text, encoding="utf-8")
    return shell(
        steps["Comment what changed"]["run"],
        folder,
        GITHUB_ACTION_PATH=str(ROOT),
        GITHUB_API_URL=hub.address,
        GITHUB_REPOSITORY="course/quiz",
        PULL_REQUEST="7",
        TOKEN="t0ken",
    )


HEAD = "<!-- quizproof -->\n### What this pull request changes in the evidence\n\n"


def test_the_first_comment_is_written(steps: dict[str, dict[str, Any]], tmp_path: Path) -> None:
    with hub_with(("User", HEAD + "not a bot's"), ("Bot", "another bot's")) as hub:
        assert comment(steps, tmp_path, hub, "q01 A holds → fails\n") == (0, "")
    body = HEAD + "```text\nq01 A holds → fails\n```\n"
    assert hub.changes == [("POST", "/repos/course/quiz/issues/7/comments", body)]


def test_the_comment_is_renewed_wherever_it_stands(steps: dict[str, dict[str, Any]], tmp_path: Path) -> None:
    talk = [("User", "hm")] * 130
    with hub_with(*talk, ("Bot", HEAD + "```text\nold\n```\n")) as hub:
        assert comment(steps, tmp_path, hub, "new\n") == (0, "")
    assert hub.changes == [("PATCH", "/repos/course/quiz/issues/comments/130", HEAD + "```text\nnew\n```\n")]


def test_a_text_cannot_leave_its_fence_and_a_long_one_is_cut(
    steps: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    with hub_with() as hub:
        assert comment(steps, tmp_path, hub, "````\n@everyone\n")[0] == 0
        assert comment(steps, tmp_path, hub, "x" * 70_000)[0] == 0
    fenced, cut = (body for _, _, body in hub.changes)
    assert fenced == HEAD + "`````text\n````\n@everyone\n`````\n"
    assert cut == HEAD + "```text\n" + "x" * 60_000 + "\n… (cut; the whole stands in the run's log)\n```\n"


def test_a_refused_comment_fails_the_step(steps: dict[str, dict[str, Any]], tmp_path: Path) -> None:
    with hub_with() as hub:
        pass
    code, said = comment(steps, tmp_path, hub, "x")
    assert code == 1
    assert "Connection refused" in said
