"""The families by name, and how their tables lie on disk. `S` codewords, `D` latent.

`split-W`: layer 0 codes the latent z alone and counts W; the others code z − W·Pz, P being the linear guess
of layer 0's codeword from z. With 0.3 they carry what is said, with 0.8 layer 0 does. `words`: layer 0 alone
has the moving envelope, the others the harmonics and the mean. `mdct`: a chain on the waveform's own
transform. `reversed`: today's chain, its last layer first.

Tables are whole numbers of 8 bits times a step, one a layer: finer by far than what a codeword stands for.
"""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.validity import models
from benchmarks.validity.families.latents import Envelope, LogMel, Mdct
from benchmarks.validity.families.layered import Group, Latent, Layered
from benchmarks.validity.q10_interleaving import Reversed
from solvers.hw10.models.codec import Codec

if TYPE_CHECKING:
    from torch import Tensor

FITTED = Path(__file__).parent / "fitted"
REVERSED = "reversed"
WEIGHTS = (0.3, 0.5, 0.8)
LATENTS = {f"split-{weight}": LogMel for weight in WEIGHTS} | {"words": Envelope, "mdct": Mdct}
NAMES = (*LATENTS, REVERSED)


@cache
def latent(name: str) -> Latent:
    """What the family's layers code."""
    return LATENTS[name]()


@cache
def codec(name: str) -> Codec:
    """A family's codec of eight layers. KeyError: no such family."""
    if name == REVERSED:
        return Reversed(models.codec().model, ())
    return load(FITTED / f"{name}.safetensors", latent(name))


@cache
def short_codec(name: str) -> Codec:
    """Likewise for question 9, whose four layers are to be understood: the chain reversed is the fine one."""
    return Reversed(models.fine_codec().model, ()) if name == REVERSED else codec(name)


def stepped(table: "Tensor") -> tuple["Tensor", "Tensor"]:
    """Codewords `[S, D]` in int8, and the step that they count in."""
    step = table.abs().max().clamp_min(1e-12) / 127
    return (table / step).round().char(), step


def on_steps(table: "Tensor") -> "Tensor":
    """The codewords as they will be read from disk."""
    whole, step = stepped(table)
    return whole * step


def save(groups: tuple[Group, ...], file: Path) -> None:
    """Write a codec's tables in place of those in `file`."""
    import torch
    from safetensors.torch import save_file

    tensors: dict[str, Tensor] = {}
    for number, group in enumerate(groups):
        tables = [stepped(table) for table in group.codebooks]
        tensors |= {
            f"{number}.view": group.view.half(),
            f"{number}.weight": torch.tensor(group.weight),
            f"{number}.codebooks": torch.stack([whole for whole, _ in tables]),
            f"{number}.steps": torch.stack([step for _, step in tables]),
        }
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(".new")
    save_file(tensors, fresh)
    fresh.chmod(0o644)
    fresh.replace(file)


def load(file: Path, latent: Latent) -> Layered:
    """The codec that `save` wrote."""
    from safetensors.torch import load_file

    tensors = load_file(file)
    groups: list[Group] = []
    while (prefix := f"{len(groups)}.") + "view" in tensors:
        steps = tensors[prefix + "steps"][:, None, None]
        codebooks = tensors[prefix + "codebooks"] * steps
        weight = round(float(tensors[prefix + "weight"]), 6)
        groups.append(Group(tensors[prefix + "view"].float(), weight, codebooks))
    return Layered(latent, groups)
