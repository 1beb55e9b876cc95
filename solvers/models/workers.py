"""Work that is many times the same, on the cores of this machine or on a Dask cluster, through joblib.

What comes out does not depend on where it ran: a task is a function of its item alone, on one thread, and the
results are in the items' order. See docs/scale.md.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, Self, TypeVar

from questions.common.errors import SourceError

# `tls://` takes its certificate and key from Dask's own configuration: neither is ever read or shown here.
ADDRESS = re.compile(r"(tcp|tls)://([A-Za-z0-9._-]+|\[[0-9A-Fa-f:]+\]):[0-9]{1,5}")
CONNECT_S = 10
# A task takes a second; one that takes so long hangs, and is given out again.
MAX_TASK_S = 300.0
MAX_ATTEMPTS = 3  # without a single result in between

ItemT = TypeVar("ItemT")
ResultT = TypeVar("ResultT")


class WorkerLostError(Exception):
    """A process died or hung while it worked; what it had is to be given out again."""


class Workers:
    """Processes of this machine, as many as there are cores unless `jobs` says less, or those of a cluster.

    Nothing is started before the first work. Close it, or use it as a context.
    Raises SourceError for an address that is none.
    """

    def __init__(
        self, jobs: int | None = None, cluster: str | None = None, max_task_s: float = MAX_TASK_S
    ) -> None:
        if cluster is not None and not ADDRESS.fullmatch(cluster):
            raise SourceError(
                "--cluster: not the address of a scheduler; allowed: tcp://HOST:PORT, tls://HOST:PORT."
            )
        self._jobs = jobs
        self._cluster = cluster
        self._max_task_s = max_task_s
        self._client: Any = None
        self._has_processes = False

    def map(self, task: Callable[[ItemT], ResultT], items: Sequence[ItemT]) -> Iterator[ResultT]:
        """What `task` makes of each item, in their order, as it comes in.

        `task` is a function of a module, or a partial of one. What a task raises is raised here.
        SourceError: workers died or hung `MAX_ATTEMPTS` times over one item, or there is no cluster.
        """
        if self._cluster is None and (self.n_processes == 1 or len(items) == 1):
            yield from map(task, items)
            return
        n_done = attempts = 0
        while n_done < len(items):
            try:
                for result in self._given_out(task, items[n_done:]):
                    yield result
                    n_done, attempts = n_done + 1, 0
            except WorkerLostError:
                attempts += 1
                if attempts == MAX_ATTEMPTS:
                    raise SourceError(
                        f"A worker died or took longer than {self._max_task_s:g} s, {MAX_ATTEMPTS} times "
                        "over the same work: give --jobs 1 to see why, or fewer jobs if memory is short."
                    ) from None

    @property
    def n_processes(self) -> int:
        """On this machine."""
        import joblib

        n_cores: int = joblib.cpu_count()
        return n_cores if self._jobs is None else self._jobs

    def connect(self) -> None:
        """Find the cluster, if there is to be one. SourceError: it does not answer."""
        if self._cluster is None or self._client is not None:
            return
        try:
            from distributed import Client
        except ImportError:
            raise SourceError(
                "--cluster needs a package that is not installed; run pip install 'quizproof[cluster]'."
            ) from None
        # Whatever it says may hold what Dask's configuration holds: its kind is enough.
        try:
            self._client = Client(self._cluster, timeout=CONNECT_S, set_as_default=False)
            self._client.wait_for_workers(1, timeout=CONNECT_S)
        except Exception as error:  # noqa: BLE001  the boundary to another program
            raise SourceError(
                f"--cluster {self._cluster}: no scheduler with a worker answers there "
                f"({type(error).__name__}); start them with 'dask scheduler' and 'dask worker'."
            ) from None

    def _given_out(self, task: Callable[[ItemT], ResultT], items: Sequence[ItemT]) -> Iterator[ResultT]:
        """Raises WorkerLostError."""
        import multiprocessing

        from joblib import Parallel, delayed
        from joblib.externals.loky.process_executor import TerminatedWorkerError

        lost: tuple[type[Exception], ...] = (TerminatedWorkerError, multiprocessing.TimeoutError)
        if self._cluster is not None:
            from distributed import KilledWorker

            lost = (*lost, KilledWorker, TimeoutError)  # the last where no worker is left
        self.connect()
        self._has_processes = self._cluster is None
        with self._backend():  # left before the first result: it is the whole thread's, not this work's
            run = Parallel(return_as="generator", batch_size=1, max_nbytes=None, timeout=self._max_task_s)
        try:
            yield from run(delayed(task)(item) for item in items)
        except lost as error:
            raise WorkerLostError from error

    def _backend(self) -> AbstractContextManager[Any]:
        from joblib import cpu_count, parallel_config

        threads = max(1, cpu_count() // self.n_processes)
        found: AbstractContextManager[Any] = (
            parallel_config(backend="loky", n_jobs=self.n_processes, inner_max_num_threads=threads)
            if self._cluster is None
            else parallel_config(backend=_cluster_backend(self._client), n_jobs=-1)
        )
        return found

    def close(self) -> None:
        """Leave the cluster, end the processes of this machine."""
        client, self._client = self._client, None
        if client is not None:
            client.close()
        if self._has_processes:
            from joblib.externals.loky import get_reusable_executor

            get_reusable_executor(reuse=True).shutdown(wait=True)
            self._has_processes = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.close()


def _cluster_backend(client: Any) -> Any:
    from joblib._dask import DaskDistributedBackend

    class ClusterBackend(DaskDistributedBackend):  # type: ignore[misc]  # joblib ships no types
        """joblib's own, which takes the work into this process where a single worker is there, or left."""

        def effective_n_jobs(self, n_jobs: int) -> int:
            n_threads: int = super().effective_n_jobs(n_jobs)
            return max(2, n_threads)

    return ClusterBackend(client=client)


HERE = Workers(jobs=1)
