"""What cannot work is refused before anything is measured, and what breaks off says what is kept."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from questions.quiz import Bilingual
from solvers.evidence.store import Record, Store
from tests.quizproof.commands import TINY, TRUE, Run, message, write

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("command", ["verify", "list", "lock"])
def test_a_folder_of_clips_that_is_none(run: Run, tmp_path: Path, command: str) -> None:
    (tmp_path / "clip.wav").write_bytes(b"")
    said = "give the folder with the course's files."
    assert message(run(command, "--audio", "nowhere")) == f"--audio nowhere: does not exist; {said}"
    assert message(run(command, "--audio", "clip.wav")) == f"--audio clip.wav: is a file; {said}"
    assert [path.name for path in tmp_path.iterdir()] == ["clip.wav"]


def test_a_file_to_write_into(run: Run, tmp_path: Path) -> None:
    (tmp_path / "proof").write_text("mine")
    assert message(run("verify", "--quiz", TINY)) == (
        "--out proof: is a file; give a folder, which is made where there is none."
    )
    assert (tmp_path / "proof").read_text() == "mine"


def test_a_device_that_is_not_there(run: Run, tmp_path: Path) -> None:
    said = message(run("verify", "q01", "--quiz", TINY, "--device", "cuda:99"))
    assert said.startswith("--device cuda:99: torch cannot use it here (")
    assert message(run("verify", "--quiz", TINY, "--device", "tpu")) == (
        "--device tpu: no such device; allowed: auto, cpu, cuda, cuda:N, mps."
    )
    assert not list(tmp_path.iterdir())


def test_the_real_models_where_none_can_be_reached(tmp_path: Path) -> None:
    """An own cache that is empty, and an address at which nobody answers."""
    done = subprocess.run(
        [sys.executable, "-m", "quizproof", "verify", "q01,q05", "--models", "official"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
        env=os.environ | {
            "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(tmp_path / "cache"), "HF_HUB_OFFLINE": "1",
        },
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line == (
        "--models official: kyutai/mimi is not in the hub's cache, and HF_HUB_OFFLINE forbids to ask the "
        "hub; connect to the network, give --codec FOLDER, or allow the stand-in with --models auto."
    )
    assert not (tmp_path / "proof").exists()


def test_the_rows_come_as_questions_finish_and_the_ending_last(run: Run, tmp_path: Path) -> None:
    key = write(tmp_path / "key.yaml", {"key": TRUE})
    done = run("verify", "--quiz", TINY, "--key", key)
    assert done.exit_code == 0
    *rows, report, ending = done.stdout.splitlines()
    assert [row.split("  ")[:3] for row in rows] == [
        [id_, "✔ confirmed", f"key {', '.join(answer)}"] for id_, answer in TRUE.items()
    ]
    assert report == "Report: proof/report.html"
    assert ending == "4 confirmed · exit 0"
    assert [line.split(",")[0].split(" (")[0] for line in done.stderr.splitlines()] == [
        f"{id_} measured" for id_ in TRUE
    ]
    again = run("verify", "--quiz", TINY, "--key", key)
    assert again.stdout == done.stdout
    assert again.stderr.splitlines() == [f"{id_} kept ({n}/4)" for n, id_ in enumerate(TRUE, 1)]


def test_what_breaks_off_says_what_is_kept(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from solvers.run import measure

    measured = measure._measure

    def broken_off(question: object, *others: object) -> object:
        if question.id == "q06":  # type: ignore[attr-defined]
            raise KeyboardInterrupt
        return measured(question, *others)  # type: ignore[arg-type]

    monkeypatch.setattr(measure, "_measure", broken_off)
    done = run("verify", "--quiz", TINY)
    assert done.exit_code == 130
    assert done.stderr.splitlines()[-1] == (
        "Broken off. Kept in proof: q01, q02. Run the same command again to go on from there."
    )
    assert [row.split("  ")[0] for row in done.stdout.splitlines()] == ["q01", "q02"]
    assert not (tmp_path / "proof" / "report.html").exists()
    monkeypatch.undo()
    monkeypatch.chdir(tmp_path)
    assert "q02 kept (2/4" in run("verify", "--quiz", TINY).stderr


def test_what_failed_keeps_its_last_good_evidence_in_sight_and_out_of_the_count(
    run: Run, tmp_path: Path
) -> None:
    key = write(tmp_path / "key.yaml", {"key": TRUE})
    run("verify", "--quiz", TINY)
    Store(tmp_path / "proof").write(
        Record(question="q01", failure=Bilingual(zh="壞了", en="Measuring failed: it broke.")), {}
    )
    done = run("report", "--quiz", TINY, "--key", key)
    assert done.exit_code == 3
    *_, ending = done.stdout.splitlines()
    assert ending == ("3 confirmed · 1 error · exit 3 because nothing decides q01, next: quizproof verify")
    (row,) = (line for line in done.stdout.splitlines() if line.startswith("q01"))
    assert row.startswith("q01  ! error  key B  evidence –  Measuring failed: it broke. Last good evidence, ")
    assert "which does not count: A fails, B holds, C fails, D fails." in row
    page = (tmp_path / "proof" / "report.html").read_text(encoding="utf-8")
    assert page.count('<details class="more last-good">') == 1
    graded = json.loads(run("report", "--quiz", TINY, "--json").stdout)
    (failed,) = (one for one in graded["questions"] if one["question"] == "q01")
    assert (failed["status"], failed["derived"]) == ("error", None)
