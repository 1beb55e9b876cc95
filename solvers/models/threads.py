"""One thread for what must come out the same however many there are."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


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
