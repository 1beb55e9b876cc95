"""A Dask cluster of this machine."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

import pytest


@contextmanager
def local_cluster(n_workers: int) -> Iterator[str]:
    """Gives the scheduler's address; each worker is a process of one thread."""
    distributed = pytest.importorskip("distributed")
    # Dask leaves MKL_NUM_THREADS=1 and its like in the process that starts workers, for all tests after.
    with (
        patch.dict(os.environ),
        distributed.LocalCluster(
            n_workers=n_workers, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
        ) as started,
    ):
        yield str(started.scheduler_address)
