"""The codec tensors that a CSM stores against those of a standalone codec, as they lie in the files.

Stored, and not loaded: a model loaded in half precision rounds its codec too.
"""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from questions.common.errors import SourceError
from questions.common.frozen import Frozen
from solvers.models.hub_format import weight_files

if TYPE_CHECKING:
    import torch

PREFIX = "codec_model."
# Names of Mimi's parts inside transformers 5 and the ones that all published files have.
RENAMED = (
    (re.compile(r"^(encoder|decoder)\.\1_seanet\."), r"\1."),
    (re.compile(r"^(?:encoder|decoder)\.((?:encoder|decoder)_transformer|downsample|upsample)\."), r"\1."),
)


class StoredComparison(Frozen):
    """How many tensors are equal, value for value.

    `n_rounded` of them differ only because one side is stored in a narrower dtype. `n_unmatched` are on
    one side only. `max_difference` is that of `first_differing`; None where its shapes differ.
    """

    n_csm: int
    n_codec: int
    n_equal: int
    n_differing: int
    n_rounded: int
    n_unmatched: int
    first_differing: str = ""
    max_difference: float | None = None
    first_unmatched: str = ""


def compare(csm_folder: Path, codec_folder: Path) -> StoredComparison:
    """Every codec tensor of one folder against its namesake in the other. SourceError: unreadable files."""
    import torch

    inside = {name[len(PREFIX) :]: place for name, place in _places(csm_folder) if name.startswith(PREFIX)}
    csm = {published_name(name): (PREFIX + name, path) for name, path in inside.items()}
    codec = {published_name(name): (name, path) for name, path in _places(codec_folder)}
    common, unmatched = sorted(csm.keys() & codec.keys()), sorted(csm.keys() ^ codec.keys())
    counts = {"equal": 0, "differing": 0, "rounded": 0}
    first, difference = "", None
    for name in common:
        ours, theirs = _read(*csm[name]), _read(*codec[name])
        verdict = _held_against(ours, theirs)
        counts[verdict] += 1
        if verdict == "differing" and not first:
            first = name
            if ours.shape == theirs.shape:
                difference = float((ours.to(torch.float64) - theirs.to(torch.float64)).abs().max())
    return StoredComparison(
        n_csm=len(csm),
        n_codec=len(codec),
        n_equal=counts["equal"],
        n_differing=counts["differing"],
        n_rounded=counts["rounded"],
        n_unmatched=len(unmatched),
        first_differing=first,
        max_difference=difference,
        first_unmatched=unmatched[0] if unmatched else "",
    )


def published_name(name: str) -> str:
    """A tensor's name as published files have it."""
    for pattern, replacement in RENAMED:
        name = pattern.sub(replacement, name)
    return name


def _held_against(ours: "torch.Tensor", theirs: "torch.Tensor") -> str:
    """Equal, differing or rounded. Widening is exact, so values in two dtypes can be equal."""
    import torch

    if ours.shape != theirs.shape:
        return "differing"
    if ours.dtype == theirs.dtype:
        return "equal" if torch.equal(ours, theirs) else "differing"
    if torch.equal(ours.to(torch.float64), theirs.to(torch.float64)):
        return "equal"
    narrower, wider = sorted((ours, theirs), key=lambda tensor: tensor.element_size())
    return "rounded" if torch.equal(wider.to(narrower.dtype), narrower) else "differing"


def _places(folder: Path) -> list[tuple[str, Path]]:
    return [(name, path) for path in weight_files(folder) for name in _open(path).keys()]  # noqa: SIM118  no dict


def _read(name: str, path: Path) -> "torch.Tensor":
    tensor: torch.Tensor = _open(path).get_tensor(name)
    return tensor


def _open(path: Path) -> Any:
    from safetensors import SafetensorError, safe_open

    try:
        return safe_open(path, framework="pt", device="cpu")
    except (OSError, SafetensorError) as error:
        raise SourceError(f"{path}: no safetensors file that can be read ({error}).") from error
