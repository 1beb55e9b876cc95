"""One thread inside, and as many as before outside; and many such side by side."""

import time
from collections.abc import Iterator
from threading import Barrier, Lock

import pytest
import torch
from threadpoolctl import threadpool_info

from solvers.models.threads import on_threads, one_thread

CPU = torch.device("cpu")


@pytest.fixture
def two_threads() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


@pytest.mark.usefixtures("two_threads")
def test_one_thread_inside_and_two_again_after_an_error() -> None:
    def fail() -> None:
        with one_thread():
            assert torch.get_num_threads() == 1
            assert {library["num_threads"] for library in threadpool_info()} == {1}
            raise ValueError("inside")

    with pytest.raises(ValueError, match="inside"):
        fail()
    assert torch.get_num_threads() == 2


@pytest.mark.usefixtures("two_threads")
def test_a_function_may_be_kept_to_one_thread() -> None:
    assert one_thread()(torch.get_num_threads)() == 1
    assert torch.get_num_threads() == 2


@pytest.mark.usefixtures("two_threads")
def test_items_side_by_side_have_one_thread_each_and_come_back_in_order() -> None:
    both_there = Barrier(2, timeout=30)  # breaks unless two items are worked on at once

    def count(item: int) -> tuple[int, int, set[int]]:
        both_there.wait()
        return item, torch.get_num_threads(), {library["num_threads"] for library in threadpool_info()}

    found = on_threads(count, [3, 1, 4, 1], CPU)
    assert found == [(item, 1, {1}) for item in (3, 1, 4, 1)]
    assert torch.get_num_threads() == 2


@pytest.mark.usefixtures("two_threads")
def test_a_device_of_its_own_has_one_item_at_a_time_and_so_has_little_memory() -> None:
    at_once = Lock()

    def alone(item: int) -> int:
        assert at_once.acquire(blocking=False)
        time.sleep(0.01)
        at_once.release()
        return -item

    assert on_threads(alone, range(5), torch.device("cuda")) == [0, -1, -2, -3, -4]
    assert on_threads(alone, range(5), CPU, most=1) == [0, -1, -2, -3, -4]


@pytest.mark.usefixtures("two_threads")
def test_what_an_item_raises_is_raised_and_the_threads_are_as_before() -> None:
    with pytest.raises(ZeroDivisionError):
        on_threads(lambda item: 1 / item, [1, 0, 2], CPU)
    assert torch.get_num_threads() == 2


def test_a_product_of_matrices_is_the_same_on_however_many_threads() -> None:
    generator = torch.Generator().manual_seed(0)
    factors = [torch.randn(300, 300, generator=generator) for _ in range(6)]
    before = torch.get_num_threads()
    found = []
    for n_threads in (1, 2, 3):
        torch.set_num_threads(n_threads)
        found.append(torch.stack(on_threads(lambda one: one @ one.T, factors, CPU)))
    torch.set_num_threads(before)
    assert torch.equal(found[0], found[1])
    assert torch.equal(found[0], found[2])
