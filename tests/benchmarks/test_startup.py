"""Every quick command is measured beside an interpreter that does nothing."""

import json

import pytest

from benchmarks import startup


def test_every_command_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    assert startup.main(["--rounds", "1", "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert [one["command"] for one in figures] == [startup.NOTHING, *startup.COMMANDS]
    assert figures[0]["ratio"] == 1
    assert all(one["cpu_s"] > 0 and one["wall_s"] > 0 for one in figures)
