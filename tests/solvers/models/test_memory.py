"""Batches that fit, on a device whose memory is counted in items."""

from types import SimpleNamespace

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


class Elsewhere:
    """A model on a device that is no CPU, of which the codec asks where it is and how fast it samples."""

    device = SimpleNamespace(type="mps")
    config = SimpleNamespace(sampling_rate=24_000)

    def eval(self) -> "Elsewhere":
        return self


def test_the_codec_takes_the_batches_that_fit_on_a_device_of_its_own() -> None:
    work = Small(2)
    clips = torch.arange(5)
    done = Codec(Elsewhere(), ())._each(work, clips, n_samples=24_000, what="encoding a clip")
    assert torch.equal(done, clips * 2)
    assert work.sizes == [5, 2, 2, 1]


def test_on_a_cpu_every_clip_has_a_thread_to_itself(mimi: Codec, monkeypatch: pytest.MonkeyPatch) -> None:
    audio = torch.randn(5, 1, 3840, generator=torch.Generator().manual_seed(0)) * 0.1
    before = torch.get_num_threads()
    seen: list[tuple[int, int]] = []
    found = []

    def noted(method: str) -> None:
        whole = getattr(mimi.model, method)

        def inner(batch: torch.Tensor, **named: object) -> object:
            seen.append((len(batch), torch.get_num_threads()))
            return whole(batch, **named)

        monkeypatch.setattr(mimi.model, method, inner)

    noted("encode")
    noted("decode")
    try:
        for n_threads in (1, 2, 3):
            torch.set_num_threads(n_threads)
            codes = mimi.encode(audio)
            found.append((codes, mimi.decode(codes)))
    finally:
        torch.set_num_threads(before)
    assert seen == [(1, 1)] * 30
    for codes, sound in found[1:]:
        assert torch.equal(codes, found[0][0])
        assert torch.equal(sound, found[0][1])


def test_a_batch_takes_the_budget_and_never_less_than_one() -> None:
    cpu = torch.device("cpu")
    assert batch_size(DEFAULT_BUDGET_BYTES / 4, cpu) == 4
    assert batch_size(DEFAULT_BUDGET_BYTES / 4 + 1, cpu) == 3
    assert batch_size(10 * DEFAULT_BUDGET_BYTES, cpu) == 1


def test_a_gpu_is_asked_what_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda _device: (80_000, 100_000))
    assert batch_size(1_000, torch.device("cuda")) == 40
