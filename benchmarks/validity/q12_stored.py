"""Tensors of a small Mimi in a CSM's files and in the codec's own, one side altered, and what that proves.

A value that differs by any amount settles the premises of Q12's options A and B; a tensor that one side
lacks, or that is only rounded, leaves nothing to find.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from benchmarks.validity.puzzle import Solved, Truth, judged
from benchmarks.validity.q01_q05 import SMALL
from questions.quiz import AnyQuestion
from solvers.hw10.models.codec import mimi_config, random_mimi
from solvers.hw10.models.stored_codec import StoredComparison, compare
from solvers.hw10.q12_csm_tokens import SOLVER
from solvers.hw10.q12_csm_tokens.measurements import Measurements
from tests.solvers.hw10.models.small_csm import save, small_csm

if TYPE_CHECKING:
    from torch import Tensor

Tensors = dict[str, "Tensor"]

SEED = 12
INSIDE = "codec_model."
NAME = "decoder.layers.0.conv.weight"
OTHER_NAME = "decoder.layers.3.block.1.conv.weight"
# A: same tokens. B: post-trained.
SAME = {"A.1": Truth.HOLDS, "B.1": Truth.FAILS}
DIFFERS = {"A.1": Truth.FAILS, "B.1": Truth.HOLDS}
UNPROVED = {"A.1": Truth.NOTHING, "B.1": Truth.NOTHING}


@dataclass(frozen=True)
class Stored:
    """What is done to the tensors of CSM's files and to those of the codec's, in place; and what is true."""

    name: str
    truth: Mapping[str, Truth]
    csm: Callable[[Tensors], None] = lambda _tensors: None
    codec: Callable[[Tensors], None] = lambda _tensors: None


def _added(value: float, *names: str) -> Callable[[Tensors], None]:
    """One value of each tensor changed."""

    def change(tensors: Tensors) -> None:
        for name in names:
            tensors[name].view(-1)[3] += value

    return change


def _nudged(tensors: Tensors) -> None:
    """One value by the least that its dtype can tell."""
    import torch

    flat = tensors[INSIDE + NAME].view(-1)
    flat[3] = torch.nextafter(flat[3], torch.tensor(torch.inf))


def _trained(tensors: Tensors) -> None:
    """Every codec tensor moved a little, as further training would."""
    import torch

    generator = torch.Generator().manual_seed(SEED)
    for name, tensor in tensors.items():
        if name.startswith(INSIDE) and tensor.is_floating_point():
            tensor.add_(1e-4 * torch.randn(tensor.shape, generator=generator))


def _without(*names: str) -> Callable[[Tensors], None]:
    def change(tensors: Tensors) -> None:
        for name in names:
            del tensors[name]

    return change


def _without_codec(tensors: Tensors) -> None:
    _without(*(name for name in list(tensors) if name.startswith(INSIDE)))(tensors)


def _extra(name: str) -> Callable[[Tensors], None]:
    def change(tensors: Tensors) -> None:
        import torch

        tensors[name] = torch.ones(3)

    return change


def _reshaped(tensors: Tensors) -> None:
    tensors[INSIDE + NAME] = tensors[INSIDE + NAME][:1].contiguous()


def _transposed(tensors: Tensors) -> None:
    """The same values in the same number under another shape."""
    tensors[INSIDE + NAME] = tensors[INSIDE + NAME].transpose(0, 1).contiguous()


def _as(dtype: str, *names: str, also: float = 0.0) -> Callable[[Tensors], None]:
    """Tensors in another dtype, and before that with one value changed by `also`."""

    def change(tensors: Tensors) -> None:
        import torch

        for name in names:
            if also:
                tensors[name].view(-1)[3] += also
            tensors[name] = tensors[name].to(getattr(torch, dtype))

    return change


def _all_as(dtype: str) -> Callable[[Tensors], None]:
    def change(tensors: Tensors) -> None:
        _as(dtype, *(name for name, tensor in tensors.items() if tensor.is_floating_point()))(tensors)

    return change


def _together(*changes: Callable[[Tensors], None]) -> Callable[[Tensors], None]:
    def change(tensors: Tensors) -> None:
        for one in changes:
            one(tensors)

    return change


OURS = INSIDE + NAME
STORED = (
    Stored("equal", SAME),
    Stored("other tensors of CSM changed", SAME, _added(1.0, "lm_head.weight")),
    Stored("wider dtype, equal values", SAME, _as("float64", OURS)),
    Stored("one value by 1e-3", DIFFERS, _added(1e-3, OURS)),
    Stored("one value by 1e-3 in the codec's file", DIFFERS, codec=_added(1e-3, NAME)),
    Stored("one value by its last bit", DIFFERS, _nudged),
    Stored("two tensors by 1e-3", DIFFERS, _added(1e-3, OURS, INSIDE + OTHER_NAME)),
    Stored("all tensors trained on", DIFFERS, _trained),
    Stored("another shape", DIFFERS, _reshaped),
    Stored("transposed", DIFFERS, _transposed),
    Stored("one tensor lacking in CSM", UNPROVED, _without(OURS)),
    Stored("one tensor lacking in the codec's file", UNPROVED, codec=_without(NAME)),
    Stored("one tensor more in CSM", UNPROVED, _extra(f"{INSIDE}decoder.adapter.weight")),
    Stored("one tensor more in the codec's file", UNPROVED, codec=_extra("decoder.adapter.weight")),
    Stored("no codec in CSM", UNPROVED, _without_codec),
    Stored("one tensor rounded to bfloat16", UNPROVED, _as("bfloat16", OURS)),
    Stored("all tensors rounded to float16", UNPROVED, codec=_all_as("float16")),
    Stored("rounded after a change of 0.1", DIFFERS, _as("bfloat16", OURS, also=0.1)),
    Stored(
        "one lacking, another changed", DIFFERS, _together(_without(OURS), _added(1e-3, INSIDE + OTHER_NAME))
    ),
)


@cache
def _folders() -> tuple[TemporaryDirectory[str], Path, Path]:
    """A small Mimi's folder and that of a small CSM with the same one inside."""
    kept = TemporaryDirectory()
    model = random_mimi(SEED, mimi_config(**SMALL | {"num_quantizers": 2, "codebook_size": 4}))
    codec = Path(kept.name) / "codec"
    model.save_pretrained(codec)
    return kept, save(small_csm(model), Path(kept.name) / "csm"), codec


def solve(question: AnyQuestion, one: Stored) -> Solved:
    _, csm, codec = _folders()
    with TemporaryDirectory() as folder:
        altered = (
            _altered(csm, Path(folder) / "csm", one.csm),
            _altered(codec, Path(folder) / "codec", one.codec),
        )
        stored = compare(*altered)
    return judged(SOLVER, question, Measurements(stored=stored, dtype="float32"))


def untouched() -> StoredComparison:
    """Both as they are."""
    _, csm, codec = _folders()
    return compare(csm, codec)


def _altered(source: Path, folder: Path, change: Callable[[Tensors], None]) -> Path:
    from safetensors.torch import load_file, save_file

    folder.mkdir()
    (folder / "config.json").write_bytes((source / "config.json").read_bytes())
    tensors = {name: tensor.clone() for name, tensor in load_file(source / "model.safetensors").items()}
    change(tensors)
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    return folder
