"""Every command's tables reach a stream of any encoding, in UTF-8 and without a traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.quizproof.commands import TINY, TRUE, write

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key, a paper and evidence."""
    folder = tmp_path_factory.mktemp("course")
    write(folder / "key.yaml", {"key": TRUE})
    write(folder / "paper.yaml", {"student": "學生😀", "answers": TRUE})
    assert said(folder, "verify", "--key", "key.yaml").returncode == 0
    return folder


def said(folder: Path, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [sys.executable, "-m", "quizproof", *arguments, "--quiz", str(TINY)],
        cwd=folder, env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
        capture_output=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("encoding", ["cp950", "ascii"])
@pytest.mark.parametrize(
    "command",
    [
        ("verify", "--key", "key.yaml"),
        ("report", "--key", "key.yaml"),
        ("rule",),
        ("list",),
        ("show", "--lang", "zh"),
        ("check", "paper.yaml", "--key", "key.yaml", "--reveal", "--lang", "zh"),
        ("validate", "--key", "key.yaml"),
        ("grade", "paper.yaml", "--key", "key.yaml"),
    ],
    ids=lambda command: command[0],
)
def test_a_command_says_the_same_whatever_the_surroundings_say(
    folder: Path, command: tuple[str, ...], encoding: str
) -> None:
    done = said(folder, *command, PYTHONIOENCODING=encoding)
    assert (done.returncode, b"Traceback" in done.stderr) == (0, False)
    assert done.stdout == said(folder, *command, PYTHONIOENCODING="utf-8").stdout
    assert done.stdout.decode()
