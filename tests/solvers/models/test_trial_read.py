"""Weights that kill whoever reads them are refused; what torch refuses goes on to who says why."""

from pathlib import Path

import pytest
import torch

from questions.common.errors import SourceError
from solvers.audio.bounded import BoundedChild
from solvers.models import trial_read
from solvers.models.speaker.encoder import XVectors
from solvers.models.trial_read import check_survived
from solvers.models.whisper.weights import load


def test_what_can_be_read_and_what_torch_refuses_pass(tmp_path: Path) -> None:
    torch.save({"a": torch.zeros(3)}, tmp_path / "good.pt")
    (tmp_path / "torn.pt").write_bytes((tmp_path / "good.pt").read_bytes()[:-40])
    check_survived(tmp_path / "good.pt")
    check_survived(tmp_path / "torn.pt")
    assert trial_read.CHILD._child is None


def test_a_deadly_checkpoint_is_refused_wherever_it_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trial_read, "CHILD", BoundedChild("tests.solvers.audio.dying", 60.0, 2**29))
    for name in ("crash.pt", "crash.bin"):
        torch.save({}, tmp_path / name)
    for given, read in (
        ("crash.pt", lambda: load(str(tmp_path / "crash.pt"))),
        ("crash.bin", lambda: XVectors.load(tmp_path, "cpu")),
    ):
        with pytest.raises(SourceError) as found:
            read()
        assert str(found.value) == (
            f"{tmp_path / given}: reading it broke down (SIGSEGV); give another file of weights."
        )
