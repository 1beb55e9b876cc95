"""`quizproof export canvas-api` as typed: a dry run by default, and a run that was killed goes on."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.grader.exports.canvas_api.server import TOKEN, Attempt, FakeCanvas, serving
from tests.grader.papers.canvas_files import write_canvas
from tests.quizproof.commands import TINY, Run, message
from tests.quizproof.test_export import write_key

STUDENTS = range(17, 21)
QUESTIONS = ("101", "102", "103", "104")
COMMAND = ("export", "canvas-api", "class.csv", "--quiz", TINY, "--key", "key.yaml", "--language", "en")


@pytest.fixture
def canvas() -> Iterator[FakeCanvas]:
    attempts = {user: {1: Attempt(dict.fromkeys(QUESTIONS, 0.0))} for user in STUDENTS}
    with serving(FakeCanvas(attempts)) as served:
        yield served


@pytest.fixture
def export(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command in a folder with four papers, each with the first question right."""
    monkeypatch.delenv("CANVAS_TOKEN", raising=False)
    write_key(tmp_path, {})
    papers = [{"name": f"S {n}", "id": n, "sis_id": f"B{n}", "submitted": "", "q01": "A"} for n in STUDENTS]
    write_canvas(tmp_path / "class.csv", papers)
    return lambda *arguments: run(*COMMAND, *arguments)


def sending(canvas: FakeCanvas) -> tuple[str, ...]:
    return ("--send", "--canvas", canvas.address, "--course", "5", "--quiz-id", "9")


def scores(canvas: FakeCanvas) -> list[float]:
    return [canvas.attempts[user][1].score for user in STUDENTS]


def test_nothing_is_sent_unless_that_is_asked(export: Run, canvas: FakeCanvas) -> None:
    result = export()
    assert (result.exit_code, result.stdout, result.stderr) == (0, "canvas-api.jsonl: 4 students.\n", "")
    first = json.loads(Path("canvas-api.jsonl").read_text(encoding="utf-8").splitlines()[0])
    assert first["user_id"] == 17
    assert first["body"]["quiz_submissions"][0]["questions"]["101"]["score"] == 0.8
    assert canvas.requests == []
    assert not Path("canvas-api.jsonl.sent").exists()


def test_what_is_sent_is_in_canvas(export: Run, canvas: FakeCanvas, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANVAS_TOKEN", f" {TOKEN}\n")
    result = export(*sending(canvas))
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "canvas-api.jsonl: 4 students; 4 sent, 0 were sent before, 0 failed.\n"
    assert scores(canvas) == [0.8] * 4
    assert canvas.attempts[17][1].comments["101"] == "the correct option: 0.8 points"
    document = json.loads(export(*sending(canvas), "--json").stdout)
    assert (document["sent"], document["sent_before"], document["failed"]) == (0, 4, {})
    for path in Path().iterdir():
        assert TOKEN.encode() not in path.read_bytes()


def test_a_student_that_canvas_refuses_is_named(
    export: Run, canvas: FakeCanvas, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CANVAS_TOKEN", TOKEN)
    canvas.attempts[18][1].points["105"] = 1.0
    del canvas.attempts[20]
    result = export(*sending(canvas))
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "not sent: 'B18': Canvas counts 1.8 points instead of 0.8; look at it there",
        "not sent: 'B20': user 20 has no submission in this quiz",
    ]
    assert result.stdout.endswith("2 sent, 0 were sent before, 2 failed.\n")


def test_what_sending_needs(export: Run, canvas: FakeCanvas, monkeypatch: pytest.MonkeyPatch) -> None:
    assert message(export("--send", "--course", "5")) == "--send needs --canvas, --quiz-id too."
    assert message(export("--course", "5")) == "--course: nothing is sent without --send."
    assert "put it in the variable CANVAS_TOKEN" in message(export(*sending(canvas)))
    monkeypatch.setenv("CANVAS_TOKEN", "7~wrong")
    plain = ("--send", "--canvas", "http://cool.ntu.edu.tw", "--course", "5", "--quiz-id", "9")
    assert "by which anyone could read the token" in message(export(*plain))
    assert not Path("canvas-api.jsonl").exists()
    told = message(export(*sending(canvas)))
    assert told.startswith(f"{canvas.address}: does not accept the token (401)")
    assert told.endswith("0 of 4 students were accepted; run the same command again to go on.")
    assert "7~wrong" not in told


def test_a_run_that_is_killed_goes_on_where_it_was(
    export: Run, canvas: FakeCanvas, monkeypatch: pytest.MonkeyPatch
) -> None:
    third, killed = threading.Event(), threading.Event()

    def hold_the_third(method: str, path: str) -> Any:
        if method == "PUT" and path.endswith("/1019") and not killed.is_set():
            third.set()
            killed.wait(60)
            return 503, b"", {}
        return None

    canvas.before = hold_the_third
    command = [sys.executable, "-m", "quizproof", *map(str, COMMAND), *sending(canvas)]
    root = str(Path(__file__).parents[2])
    process = subprocess.Popen(command, env=os.environ | {"CANVAS_TOKEN": TOKEN, "PYTHONPATH": root})
    assert third.wait(120)
    process.send_signal(signal.SIGKILL)
    process.wait()
    killed.set()
    assert scores(canvas) == [0.8, 0.8, 0.0, 0.0]
    canvas.requests.clear()
    monkeypatch.setenv("CANVAS_TOKEN", TOKEN)
    result = export(*sending(canvas))
    assert result.stdout == "canvas-api.jsonl: 4 students; 2 sent, 2 were sent before, 0 failed.\n"
    assert scores(canvas) == [0.8] * 4
    assert [path[-4:] for method, path in canvas.requests if method == "PUT"] == ["1019", "1020"]
