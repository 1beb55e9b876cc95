"""The table on a small Mimi: what comes out right, and that a codec of another size is said to be one."""

import json
from pathlib import Path

import pytest

from benchmarks import official_size
from solvers.hw10.models.codec import mimi_config, random_mimi
from tests.conftest import SMALL


def test_a_small_mimi_is_not_the_official_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    random_mimi(0, mimi_config(**SMALL)).save_pretrained(tmp_path)
    capsys.readouterr()
    arguments = ["--codec", str(tmp_path), "--device", "cpu", "--question", "q02", "q05", "--json"]
    assert official_size.main(arguments) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["device"] == "cpu"
    assert [(row["question"], row["verdicts"], row["problems"]) for row in found["rows"]] == [
        ("q02", "A✘ B✘ C✔ D✘", ["what follows from the architecture is a rehearsal"]),
        ("q05", "A? B? C? D?", []),
    ]
    assert official_size.main([*arguments[:-3], "q05"]) == 0
    assert "what follows" not in capsys.readouterr().out
