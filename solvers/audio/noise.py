"""Noise that is the same whenever its seed is."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch


def seeded_noise(shape: Sequence[int], seed: int, level: float = 1.0) -> "torch.Tensor":
    """White Gaussian noise of that shape, float32 on the processor; `level` is its standard deviation."""
    import torch

    return level * torch.randn(*shape, generator=torch.Generator().manual_seed(seed))
