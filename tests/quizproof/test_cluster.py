"""`verify --cluster`: met before any work, said in a sentence, and joined where it answers."""

import os
from pathlib import Path

import pytest

from tests.local_cluster import local_cluster
from tests.quizproof.commands import TINY, Run, message


def test_what_is_no_address_is_refused_and_not_repeated(run: Run, tmp_path: Path) -> None:
    said = message(run("verify", "q02", "--quiz", TINY, "--cluster", "tcp://me:secret@host:8786"))
    assert said == ("--cluster: not the address of a scheduler; allowed: tcp://HOST:PORT, tls://HOST:PORT.")
    assert not (tmp_path / "proof").exists()


def test_a_cluster_that_does_not_answer_is_met_before_any_work(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr("solvers.models.workers.CONNECT_S", 1)
    said = message(run("verify", "q02", "--quiz", TINY, "--cluster", "tcp://127.0.0.1:1"))
    assert said.startswith("--cluster tcp://127.0.0.1:1: no scheduler with a worker answers there (")
    assert "\n" not in said
    assert not (tmp_path / "proof").exists()


def test_verify_on_a_local_cluster(run: Run, tmp_path: Path) -> None:
    before = dict(os.environ)
    with local_cluster(1) as address:
        result = run("verify", "q02", "--quiz", TINY, "--cluster", address, "--allow-open")
    assert dict(os.environ) == before
    assert result.exit_code == 0
    assert (tmp_path / "proof" / "evidence" / "q02.json").exists()
