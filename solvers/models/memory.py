"""Work in batches that fit: halved where the device's memory runs out, with a clear word at the end."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from questions.common.errors import SourceError

if TYPE_CHECKING:
    import torch

Result = TypeVar("Result")

# What one batch may take where the device does not say what is free: other programs need some too.
DEFAULT_BUDGET_BYTES = 2 * 2**30
FREE_SHARE = 0.5  # of what a GPU says is free: the allocator holds pieces that do not fit together


def free_bytes(device: "torch.device | str") -> int:
    """What is free on a GPU; 0 where torch cannot use it."""
    import torch

    try:
        free, _total = torch.cuda.mem_get_info(device)
    except (RuntimeError, AssertionError, ValueError):  # no CUDA in this torch, or no such GPU
        return 0
    return free


def batch_size(item_bytes: float, device: "torch.device") -> int:
    """How many items of so many bytes fit into the device's free memory at once; 1 at least."""
    budget: float = DEFAULT_BUDGET_BYTES
    if device.type == "cuda":
        budget = FREE_SHARE * free_bytes(device)
    return max(1, int(budget // item_bytes))


def in_batches(work: Callable[[Any], Result], items: Any, size: int, what: str) -> list[Result]:
    """What `work` makes of at most `size` items at a time, a result a batch, in the items' order.

    `items` has a length and can be sliced, such as a tensor `[B, …]`. A batch that does not fit into the
    device's memory is halved, and so are all after it.
    SourceError: one item alone does not fit; `what` names it. ValueError: a size below 1.
    """
    import torch

    if size < 1:
        raise ValueError(f"A batch of {size} items: it takes 1 at least.")
    results: list[Result] = []
    start = 0
    while start < len(items):
        batch = items[start : start + size]
        try:
            results.append(work(batch))
        except torch.OutOfMemoryError:
            fits = False
        else:
            fits = True
        if fits:
            start += len(batch)
            continue
        # Out of the handler: what the batch held is free only once its traceback is gone.
        if len(batch) == 1:
            raise SourceError(
                f"The device has too little memory for {what}, even one at a time; end other programs that "
                "use it, or give --device cpu."
            )
        size = len(batch) // 2
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
    return results
