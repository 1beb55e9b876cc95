"""Batches that fit, on a device whose memory is counted in items."""

import pytest
import torch

from questions.common.errors import SourceError
from solvers.hw10.models.codec import Codec
from solvers.models.memory import DEFAULT_BUDGET_BYTES, batch_size, in_batches


class Small:
    """A device that takes `room` items at a time."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.sizes: list[int] = []

    def __call__(self, batch: torch.Tensor) -> torch.Tensor:
        self.sizes.append(len(batch))
        if len(batch) > self.room:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return batch * 2


@pytest.mark.parametrize(
    ("room", "sizes"),
    [(24, [24]), (12, [24, 12, 12]), (5, [24, 12, 6, *[3] * 8]), (1, [24, 12, 6, 3, *[1] * 24])],
)
def test_batches_are_halved_until_they_fit(room: int, sizes: list[int]) -> None:
    work = Small(room)
    done = torch.cat(in_batches(work, torch.arange(24), 24, "a clip"))
    assert torch.equal(done, torch.arange(24) * 2)
    assert work.sizes == sizes


def test_what_does_not_fit_at_all_is_said() -> None:
    with pytest.raises(SourceError) as found:
        in_batches(Small(0), torch.arange(4), 4, "encoding a clip")
    assert str(found.value) == (
        "The device has too little memory for encoding a clip, even one at a time; end other programs that "
        "use it, or give --device cpu."
    )
    with pytest.raises(ValueError, match="A batch of 0 items"):
        in_batches(Small(1), [1], 0, "a clip")


def test_the_codec_encodes_and_decodes_in_the_batches_that_fit(
    mimi: Codec, monkeypatch: pytest.MonkeyPatch
) -> None:
    audio = torch.randn(4, 1, 3840, generator=torch.Generator().manual_seed(0)) * 0.1
    codes = mimi.encode(audio)
    sound = mimi.decode(codes)

    def limited(method: str) -> None:
        whole = getattr(mimi.model, method)

        def inner(batch: torch.Tensor, **named: object) -> object:
            if len(batch) > 1:
                raise torch.OutOfMemoryError("CUDA out of memory")
            return whole(batch, **named)

        monkeypatch.setattr(mimi.model, method, inner)

    limited("encode")
    limited("decode")
    assert torch.equal(mimi.encode(audio), codes)
    torch.testing.assert_close(mimi.decode(codes), sound, atol=1e-5, rtol=0)


def test_a_batch_takes_the_budget_and_never_less_than_one() -> None:
    cpu = torch.device("cpu")
    assert batch_size(DEFAULT_BUDGET_BYTES / 4, cpu) == 4
    assert batch_size(DEFAULT_BUDGET_BYTES / 4 + 1, cpu) == 3
    assert batch_size(10 * DEFAULT_BUDGET_BYTES, cpu) == 1


def test_a_gpu_is_asked_what_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda _device: (80_000, 100_000))
    assert batch_size(1_000, torch.device("cuda")) == 40
