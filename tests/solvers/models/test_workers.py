"""The same bytes from one process, two and a Dask cluster, also where one of them dies or hangs."""

import json
import os
import warnings
from collections.abc import Iterator
from pathlib import Path

import joblib
import numpy as np
import pytest

from questions.common.errors import SourceError
from solvers.hw10.q06_emotion_umap.layout import Cloud, layouts
from solvers.models.workers import HERE, Workers
from tests.local_cluster import local_cluster
from tests.solvers.models.worker_tasks import (
    always_dies,
    dies_once,
    doubled,
    fails_at_two,
    hangs_once,
    where,
)

RECORD = Path(__file__).parents[1] / "hw10" / "records" / "q06.json"
EXPECTED = [0, 2, 4, 6, 8, 10]
HUNG_S = 8  # what a test waits for a task; starting a process on a busy machine takes some of it


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """A Dask cluster of two processes on this machine, with one thread each."""
    with warnings.catch_warnings(), local_cluster(2) as address:
        yield address


@pytest.fixture
def on_cluster(cluster: str) -> Iterator[Workers]:
    with Workers(cluster=cluster) as workers:
        yield workers


@pytest.fixture
def two() -> Workers:
    return Workers(jobs=2)


def test_all_cores_unless_fewer_are_asked_for() -> None:
    assert Workers().n_processes == joblib.cpu_count()
    assert Workers(jobs=3).n_processes == 3


def test_results_come_in_the_items_order(two: Workers, on_cluster: Workers) -> None:
    for workers in (HERE, two, on_cluster):
        assert list(workers.map(doubled, range(6))) == EXPECTED
        assert list(workers.map(doubled, [])) == []
        with pytest.raises(ZeroDivisionError, match="two"):
            list(workers.map(fails_at_two, range(4)))


def test_umap_of_the_standins_emotions_is_the_same_wherever_it_runs(
    two: Workers, on_cluster: Workers
) -> None:
    """Layers' first layouts, as they were measured, laid out anew: 180 clips, two layers, five seeds."""
    stored = json.loads(RECORD.read_text(encoding="utf-8"))["measurements"]["layouts"]
    clouds = [Cloud(np.array(layer["first"]), (0, 1, 2, 3, 4)) for layer in stored[:2]]
    one, others = ([placed.tobytes() for placed in layouts(clouds, workers)] for workers in (HERE, two))
    assert one == others
    assert one == [placed.tobytes() for placed in layouts(clouds, on_cluster)]


def test_processes_end_with_the_command() -> None:
    with Workers(jobs=2) as workers:
        working = set(workers.map(where, range(8)))
    assert os.getpid() not in working
    for process in working:
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)


@pytest.mark.parametrize("task", [dies_once, hangs_once])
def test_what_a_lost_worker_had_is_given_out_again(tmp_path: Path, task: object) -> None:
    workers = Workers(jobs=2, max_task_s=HUNG_S)
    work = [(tmp_path / "mark", number) for number in range(6)]
    assert list(workers.map(task, work)) == EXPECTED  # type: ignore[arg-type]
    assert (tmp_path / "mark").exists()


@pytest.mark.parametrize("task", [dies_once, hangs_once])
def test_what_a_lost_worker_of_a_cluster_had_is_given_out_again(
    tmp_path: Path, cluster: str, task: object
) -> None:
    with Workers(cluster=cluster, max_task_s=HUNG_S) as workers:
        work = [(tmp_path / "mark", number) for number in range(6)]
        assert list(workers.map(task, work)) == EXPECTED  # type: ignore[arg-type]
    assert (tmp_path / "mark").exists()


def test_work_that_no_worker_survives_ends_in_a_sentence(two: Workers) -> None:
    with pytest.raises(SourceError, match="died or took longer than 300 s, 3 times over"):
        list(two.map(always_dies, range(2)))


def test_the_libraries_that_call_joblib_themselves_are_left_alone(two: Workers) -> None:
    before = joblib.effective_n_jobs()
    results = two.map(doubled, range(6))
    assert next(results) == 0
    assert joblib.effective_n_jobs() == before
    assert list(results) == EXPECTED[1:]


@pytest.mark.parametrize(
    "address", ["", "localhost", "http://127.0.0.1:8786", "tcp://127.0.0.1", "tcp://me:secret@host:8786"]
)
def test_an_address_that_is_none_is_refused_and_not_repeated(address: str) -> None:
    with pytest.raises(SourceError) as refused:
        Workers(cluster=address)
    assert str(refused.value) == (
        "--cluster: not the address of a scheduler; allowed: tcp://HOST:PORT, tls://HOST:PORT."
    )


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "tls://127.0.0.1:1"])
def test_a_cluster_that_does_not_answer_is_named_and_its_key_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], address: str
) -> None:
    dask = pytest.importorskip("dask")
    monkeypatch.setattr("solvers.models.workers.CONNECT_S", 1)
    key = tmp_path / "key-of-the-client.pem"
    key.write_text("-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n", encoding="utf-8")
    options = {"distributed.comm.tls.client.key": str(key), "distributed.comm.tls.client.cert": str(key)}
    with dask.config.set(options), pytest.raises(SourceError) as refused:
        Workers(cluster=address).connect()
    said = str(refused.value)
    assert said.startswith(f"--cluster {address}: no scheduler with a worker answers there (")
    assert refused.value.__suppress_context__
    for text in (said, *capfd.readouterr()):
        assert "PRIVATE KEY" not in text
        assert "c2VjcmV0" not in text
        assert key.name not in text
