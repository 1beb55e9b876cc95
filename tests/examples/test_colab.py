"""The notebook for Colab, run cell by cell as far as that goes without a network, on the stand-in codec."""

import json
import os
import re
import shlex
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
import soundfile

from solvers.hw10 import standin

NOTEBOOK = Path(__file__).parents[2] / "examples" / "colab.ipynb"
ROOT = NOTEBOOK.parents[1]
AUDIO = Path(standin.__file__).parent / "audio"


@pytest.fixture(scope="module")
def notebook() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    return document


@pytest.fixture(scope="module")
def cells(notebook: dict[str, Any]) -> dict[str, str]:
    return {cell["id"]: "".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"}


class Machine:
    """What a notebook's kernel does with a cell: `{NAME}` in lines for the shell, Python for the rest."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.names: dict[str, Any] = {"__name__": "__main__"}

    def run(self, cell: str) -> tuple[int, str]:
        """The exit code and output of a cell of one shell line; of Python, nothing."""
        if not cell.startswith("!"):
            exec(compile(cell, "cell", "exec"), self.names)
            return 0, ""
        command = self.filled(cell.removeprefix("!"))
        assert command[0] == "quizproof"
        done = subprocess.run(
            [sys.executable, "-m", *command],
            cwd=self.folder,
            env=os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "200"},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    def filled(self, line: str) -> list[str]:
        """The words of a line for the shell."""
        return shlex.split(re.sub(r"\{(\w+)\}", lambda name: str(self.names[name[1]]), line))


@pytest.fixture
def machine(cells: dict[str, str], tmp_path: Path) -> Machine:
    """After the cell of settings, edited: question 1 alone, on files in a folder here."""
    audio = tmp_path / "audiofiles"
    audio.mkdir()
    for name in ("2sAudio", "4sAudio"):
        samples, rate_hz = soundfile.read(AUDIO / f"{name}.flac")
        soundfile.write(audio / f"{name}.wav", samples, rate_hz)
    machine = Machine(tmp_path)
    machine.run(cells["settings"])
    assert machine.names["AUDIO"] == "/content/audiofiles"
    assert (machine.names["MODELS"], machine.names["QUESTIONS"], machine.names["KEY"]) == ("official", "", "")
    machine.names |= {
        "AUDIO": audio,
        "PROOF": str(tmp_path / "proof"),
        "MODELS": "standin",
        "QUESTIONS": "q01",
    }
    return machine


def test_it_is_a_notebook_as_it_is_before_it_has_run(notebook: dict[str, Any]) -> None:
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    ids = [cell["id"] for cell in notebook["cells"]]
    assert len(set(ids)) == len(ids)
    for cell in notebook["cells"]:
        assert set(cell) - {"execution_count", "outputs"} == {"cell_type", "id", "metadata", "source"}
        if cell["cell_type"] == "code":
            assert (cell["execution_count"], cell["outputs"]) == (None, [])


def test_it_installs_what_measures(machine: Machine, cells: dict[str, str]) -> None:
    """The one cell that needs a network: pip is only told what it would be told."""
    machine.names["SOURCE"] = ROOT.as_uri()
    words = machine.filled(cells["install"].removeprefix("%"))
    assert words == ["pip", "install", "--quiet", f"quizproof[solve] @ {ROOT.as_uri()}"]


def test_its_cells_measure_and_show(
    machine: Machine, cells: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert list(cells) == ["settings", "install", "look", "verify", "show", "keep"]
    code, said = machine.run(cells["look"])
    assert code == 0, said
    assert re.search(r"found +2sAudio.wav: 24000 Hz, mono, 2.0 s", said)
    assert re.search(r"missing +laughter.wav", said)

    code, said = machine.run(cells["verify"])
    assert code == 3, said  # eleven questions are not measured
    assert re.search(r"q01 +✔ decided +key – +evidence A✘ B✔ C✘ D✘", said)

    machine.run(cells["show"])
    address = capsys.readouterr().out.strip()
    with urlopen(address) as answer:
        page = answer.read().decode()
    machine.names["server"].shutdown()
    machine.names["server"].server_close()
    assert page == (machine.folder / "proof" / "report.html").read_text(encoding="utf-8")
    assert re.search("<title>.*Homework 10.*</title>", page)

    machine.run(cells["keep"])
    archive = capsys.readouterr().out.strip()
    with zipfile.ZipFile(archive) as kept:
        assert {"report.html", "evidence/q01.json"} <= set(kept.namelist())
