"""The command line in an empty folder."""

import sys
from pathlib import Path

import pytest

from quizproof.cli import main as cli
from solvers.run import catalog
from tests.quizproof.commands import Result, Run


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs `quizproof …` in an empty folder, as its entry point does."""
    monkeypatch.chdir(tmp_path)

    def invoke(*arguments: object) -> Result:
        monkeypatch.setattr(sys, "argv", ["quizproof", *map(str, arguments)])
        capsys.readouterr()
        catalog._pack_at.cache_clear()  # a command is a process of its own
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return Result(int(ended.value.code or 0), said.out, said.err)

    return invoke
