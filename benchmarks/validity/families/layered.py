"""A codec of layers whose sum is the latent, in groups that code one linear view of it each.

One group is a chain as today's; two make a codec that is split as Mimi is. How the words and the voice are
shared out between the layers is then known from the views, and not from what anybody hears.

Axes: `B` batch, `N` samples, `K` layers, `S` codewords, `T` frames, `D` latent.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from benchmarks.standin_making.fit import FitOptions, k_means, nearest_in_chunks
from benchmarks.validity.models import RATE_HZ
from solvers.hw10.models.codec import Codec

if TYPE_CHECKING:
    import torch
    from torch import Tensor


class Latent(Protocol):
    """Sound to latents and back, at a fixed number of samples a frame."""

    frame_samples: int

    def analyse(self, sound: "Tensor") -> "Tensor":
        """Latents `[T, D]` of a sound `[N]`, its last frame filled up with silence."""
        ...

    def synthesise(self, latents: "Tensor") -> "Tensor":
        """Sound `[T · frame_samples]` of latents `[T, D]`."""
        ...


@dataclass(frozen=True)
class Group:
    """Layers `[K, S, D]` that code `latent @ view`, each what the ones before it left over.

    In the decode their sum has a weight. `view` is `[D, D]`.
    """

    view: "Tensor"
    weight: float
    codebooks: "Tensor"

    def codes(self, latents: "Tensor", n_layers: int) -> "Iterator[Tensor]":
        """Codes `[T]` of the first layers."""
        residual = latents @ self.view
        for codewords in self.codebooks[:n_layers]:
            code = nearest_in_chunks(residual, codewords)
            yield code
            residual = residual - codewords[code]


class Layered(Codec):
    """Groups of layers over a latent, with the face of the codecs that the solvers are lent."""

    def __init__(self, latent: Latent, groups: Sequence[Group]) -> None:
        self.latent, self.groups = latent, tuple(groups)
        self.sources = ()

    @property
    def dtype(self) -> str:
        """Of its tables."""
        return "float32"

    @property
    def sample_rate_hz(self) -> int:
        """As Mimi's."""
        return RATE_HZ

    @property
    def n_codebooks(self) -> int:
        """Of all groups together."""
        return sum(len(group.codebooks) for group in self.groups)

    @property
    def codebook_size(self) -> int:
        """The same in every layer."""
        return int(self.groups[0].codebooks.shape[1])

    def encode(self, audio: "Tensor", n_codebooks: int | None = None) -> "Tensor":
        """Codes int64 `[B, K, T]` of audio `[B, 1, N]`: the first layers, of all if not said how many."""
        import torch

        wanted = self.n_codebooks if n_codebooks is None else n_codebooks
        if not 1 <= wanted <= self.n_codebooks:
            raise ValueError(f"{wanted} codebooks asked for; this codec has 1 to {self.n_codebooks}.")
        return torch.stack([torch.stack([*self._codes(row[0], wanted)]) for row in audio])

    def decode(self, codes: "Tensor") -> "Tensor":
        """Audio `[B, N]` of codes `[B, K, T]`."""
        import torch

        return torch.stack([self.latent.synthesise(latents) for latents in self.latents(codes)])

    def latents(self, codes: "Tensor") -> "Tensor":
        """The weighted sum `[B, T, D]` of the codewords of codes `[B, K, T]`."""
        import torch

        tables = [group.weight * table for group in self.groups for table in group.codebooks]
        found = torch.stack([table[codes[:, k]] for k, table in enumerate(tables[: codes.shape[1]])])
        return found.sum(dim=0)

    def codebook(self, layer: int) -> "Tensor":
        """Codewords `[S, D]` of a layer, as they are added up."""
        tables: list[Tensor] = [group.weight * table for group in self.groups for table in group.codebooks]
        return tables[layer]

    def _codes(self, sound: "Tensor", wanted: int) -> "Iterator[Tensor]":
        latents = self.latent.analyse(sound)
        for group in self.groups:
            if wanted > 0:
                yield from group.codes(latents, wanted)
            wanted -= len(group.codebooks)


def fit_group(
    latents: "Tensor",
    view: "Tensor",
    weight: float,
    n_layers: int,
    n_codewords: int,
    options: FitOptions,
    generator: "torch.Generator",
    as_kept: "Callable[[Tensor], Tensor]" = lambda table: table,
) -> Group:
    """Layers fitted one after the other to what is left of `latents @ view`; tables rounded `as_kept`."""
    import torch

    residual, tables = latents @ view, []
    for _ in range(n_layers):
        codewords = as_kept(k_means(residual, n_codewords, options, generator))
        residual = residual - codewords[nearest_in_chunks(residual, codewords)]
        tables.append(codewords)
    return Group(view, weight, torch.stack(tables))
