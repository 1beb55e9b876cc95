"""One thread inside, and as many as before outside."""

from collections.abc import Iterator

import pytest
import torch
from threadpoolctl import threadpool_info

from solvers.models.threads import one_thread


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
