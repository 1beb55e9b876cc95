"""The comparison of devices, of the CPU with itself: no accelerator is needed to know that it can tell."""

import json
from pathlib import Path

import pytest
import torch

from benchmarks import devices
from benchmarks.devices import Codes, Verdicts, compare_codes, differences
from solvers.hw10.models.codec import mimi_config, random_mimi
from tests.conftest import SMALL, small_mimi

CODES = Codes(
    n_tokens=10_000, n_equal=9_990, cpu_encode_s=1.0, device_encode_s=0.1, cpu_decode_s=1.0,
    device_decode_s=0.1, sound_difference=1e-6,
)  # fmt: skip
SAME = Verdicts("q02", "A✘ B✘ C✔ D✘", "A✘ B✘ C✔ D✘", 1.0, 0.1)


def test_without_an_accelerator_one_sentence_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    assert devices.main([]) == 2
    assert capsys.readouterr() == (
        "",
        "There is no accelerator here (neither CUDA nor MPS), so there is nothing to compare.\n",
    )


def test_the_best_accelerator_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert devices.accelerator() == "mps"
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert devices.accelerator() == "cuda"


def test_the_cpu_agrees_with_itself(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    random_mimi(0, mimi_config(**SMALL)).save_pretrained(tmp_path)
    capsys.readouterr()
    arguments = ["--device", "cpu", "--codec", str(tmp_path), "--seconds", "0.4", "--question", "q02", "q05"]
    assert devices.main([*arguments, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["device"], found["codes"]["share"], found["differences"]) == ("cpu", 1.0, [])
    assert found["codes"]["n_tokens"] == 6 * 32 * 5
    assert found["codes"]["sound_difference"] == 0.0
    assert [(one["question"], one["cpu"], one["device"]) for one in found["verdicts"]] == [
        ("q02", "A✘ B✘ C✔ D✘", "A✘ B✘ C✔ D✘"),
        ("q05", "A? B? C? D?", "A? B? C? D?"),
    ]
    assert all(0 < one["busy_share"] <= 1 for one in found["verdicts"])


@pytest.mark.parametrize(
    ("spans", "length"),
    [
        ([], 0.0),
        ([(2.0, 3.0), (0.0, 1.0)], 2.0),
        ([(0.0, 4.0), (1.0, 2.0), (3.0, 6.0)], 6.0),  # one within, one that overlaps
    ],
)
def test_what_runs_at_once_counts_once(spans: list[tuple[float, float]], length: float) -> None:
    assert devices.covered(spans) == length


def test_a_device_that_torch_cannot_use_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert devices.main(["--device", "cuda:99", "--codec", str(tmp_path)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("--device cuda:99: torch cannot use it here (")


def test_other_weights_have_other_codes() -> None:
    found = compare_codes(small_mimi(seed=0), small_mimi(seed=1), seconds=0.2)
    assert found.share < 0.2
    assert found.sound_difference > 0.1
    (said,) = differences(found, [SAME])
    assert said.endswith("of the tokens are equal, and 99.9% are asked for")


@pytest.mark.parametrize(
    ("n_equal", "verdicts", "said"),
    [
        (9_990, SAME, []),
        (9_989, SAME, ["99.890% of the tokens are equal, and 99.9% are asked for"]),
        (10_000, Verdicts("q05", "A✔", "A?", 1.0, 0.1), ["q05: A✔ on the CPU, A? on the device"]),
        # Nothing on both devices is no agreement.
        (10_000, Verdicts("q07", "", "", 1.0, 0.1, "Measuring failed: x"), ["q07: Measuring failed: x"]),
    ],
)
def test_what_differs_is_said(n_equal: int, verdicts: Verdicts, said: list[str]) -> None:
    codes = Codes(**CODES.__dict__ | {"n_equal": n_equal})
    assert differences(codes, [verdicts]) == said
