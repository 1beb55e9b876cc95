"""One thread for what must come out the same however many there are, and many such side by side."""

import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import torch

ItemT = TypeVar("ItemT")
ResultT = TypeVar("ResultT")


@contextmanager
def one_thread() -> Iterator[None]:
    """Keep torch and the numeric libraries to one thread; afterwards they have as many as before.

    Threads share out a sum, so their number sets the order of its terms and with it the last bit. A code that
    is nearly a tie then flips, and UMAP lays out a point that moved a little in quite another place.
    """
    from threadpoolctl import threadpool_limits

    torch = sys.modules.get("torch")  # what has not loaded it has no need of it
    n_threads = torch.get_num_threads() if torch else 1
    with threadpool_limits(1):
        if torch:
            torch.set_num_threads(1)
        try:
            yield
        finally:
            if torch:
                torch.set_num_threads(n_threads)


def on_threads(
    task: Callable[[ItemT], ResultT],
    items: Sequence[ItemT],
    device: "torch.device",
    most: int | None = None,
) -> list[ResultT]:
    """What `task` makes of each item, in their order: each on one thread, as many at once as torch has.

    So it comes out the same however many there are, and sooner than by torch's threads within each item. At
    `most` so many at once, where memory bounds them. Of a device other than the CPU, which one thread keeps
    busy, items come one after another. `task` may change nothing that another may read; what it raises first
    is raised here.
    """
    import torch

    n_threads = torch.get_num_threads() if device.type == "cpu" else 1
    n_threads = min(n_threads, most or n_threads)
    with one_thread(), ThreadPoolExecutor(n_threads, "alone", torch.set_num_threads, (1,)) as pool:
        return list(pool.map(task, items))
