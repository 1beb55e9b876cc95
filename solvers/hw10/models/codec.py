"""Mimi and its stand-in behind one face: codes in, sound out, codebooks to look at.

`model` is whatever AutoModel gives for the weights at hand; both kinds share `encode`, `decode` and `config`.
"""

from typing import TYPE_CHECKING, Any

from solvers.evidence.sources import Source
from solvers.models.memory import batch_size, in_batches
from solvers.models.threads import on_threads

if TYPE_CHECKING:
    from collections.abc import Callable

    import torch

# Where a model agrees with these it is the real architecture at its official size.
ARCHITECTURE_FIELDS = (
    "model_type",
    "sampling_rate",
    "frame_rate",
    "audio_channels",
    "upsampling_ratios",
    "compress",
    "num_quantizers",
    "num_semantic_quantizers",
    "codebook_size",
    "codebook_dim",
    "hidden_size",
    "num_filters",
)

# Mimi's decoder at its official size took 6 GB for 24 clips of 7 s, in float32; its encoder takes no more.
BYTES_PER_SECOND = 40e6


class Codec:
    """A loaded codec on its device, in float32."""

    def __init__(self, model: Any, sources: tuple[Source, ...]) -> None:
        self.model = model.eval()
        self.sources = sources

    @property
    def dtype(self) -> str:
        """Of its parameters, such as float32."""
        return str(self.model.dtype).removeprefix("torch.")

    @property
    def sample_rate_hz(self) -> int:
        """Samples a second, in and out."""
        return int(self.model.config.sampling_rate)

    @property
    def n_codebooks(self) -> int:
        """Codebooks `K` of a full encode."""
        return int(self.model.config.num_quantizers)

    @property
    def codebook_size(self) -> int:
        """Entries of one codebook."""
        return int(self.model.config.codebook_size)

    def encode(self, audio: "torch.Tensor", n_codebooks: int | None = None) -> "torch.Tensor":
        """Codes int64 `[B, K, T]` of audio float32 `[B, C, N]` at the codec's rate.

        SourceError: one clip alone does not fit into the device's memory.
        """
        import torch

        def encoded(batch: torch.Tensor) -> torch.Tensor:
            with torch.no_grad():
                found = self.model.encode(batch.to(self.model.device), num_quantizers=n_codebooks)
            codes: torch.Tensor = found.audio_codes
            return codes

        return self._each(encoded, audio, audio.shape[2], "encoding a clip")

    def decode(self, codes: "torch.Tensor") -> "torch.Tensor":
        """Audio float32 `[B, N]` of codes `[B, K, T]`, as many clips at once as fit.

        SourceError: one clip alone does not fit into the device's memory.
        """
        import torch

        def decoded(batch: torch.Tensor) -> torch.Tensor:
            with torch.no_grad():
                audio: torch.Tensor = self.model.decode(batch.to(self.model.device)).audio_values
            return audio[:, 0]

        n_samples = codes.shape[2] * self.sample_rate_hz / self.model.config.frame_rate
        return self._each(decoded, codes, n_samples, "decoding a clip")

    def _each(
        self,
        work: "Callable[[torch.Tensor], torch.Tensor]",
        clips: "torch.Tensor",
        n_samples: float,
        what: str,
    ) -> "torch.Tensor":
        """What `work` makes of clips of so many samples.

        On a CPU every clip has a thread to itself: two cores take 12 clips of 7 s in two thirds of the time
        of one batch, and neither their number nor that of the threads changes a code.
        """
        import torch

        device = self.model.device
        at_once = batch_size(BYTES_PER_SECOND * n_samples / self.sample_rate_hz, device)
        if device.type == "cpu":
            found = on_threads(work, torch.split(clips, 1), device, most=at_once)
        else:
            found = in_batches(work, clips, at_once, what)
        return found[0] if len(found) == 1 else torch.cat(found)

    def codebook(self, layer: int) -> "torch.Tensor":
        """Codebook float32 `[codebook_size, D]` of a layer, before any projection."""
        if hasattr(self.model, "codebook"):
            table: torch.Tensor = self.model.codebook(layer)
        else:
            quantizer, index = _mimi_layer(self.model, layer)
            table = quantizer.layers[index].codebook.embed
        return table

    def looked_up_latent(self, codes: "torch.Tensor") -> "torch.Tensor":
        """The latent `[B, D, T]` that code-by-code look-up in Mimi's codebooks gives.

        Layers are added in the quantizer's own order, so that a true index reproduces the
        decoder's input to the last bit.
        """
        import torch

        latent: torch.Tensor | None = None
        n_semantic = self.model.quantizer.num_semantic_quantizers
        with torch.no_grad():
            for start, stop in ((0, n_semantic), (n_semantic, codes.shape[1])):
                summed = torch.zeros((), device=codes.device)
                for layer in range(start, stop):
                    rows = torch.nn.functional.embedding(codes[:, layer], self.codebook(layer))
                    summed = summed + rows.transpose(1, 2)
                projected = _mimi_layer(self.model, start)[0].output_proj(summed)
                latent = projected if latent is None else latent + projected
        assert latent is not None
        return latent

    def decoder_input(self, codes: "torch.Tensor") -> "torch.Tensor":
        """The latent `[B, D, T]` that Mimi's decoder is really given for these codes."""
        import torch

        seen: list[torch.Tensor] = []
        hook = self.model.decoder.register_forward_pre_hook(
            lambda _module, inputs: seen.append(inputs[0].detach().clone())
        )
        try:
            with torch.no_grad():
                self.model.decode(codes)
        finally:
            hook.remove()
        return seen[0]


def _mimi_layer(model: Any, layer: int) -> tuple[Any, int]:
    """Layer 0 is the semantic quantizer's; the acoustic one holds the rest."""
    n_semantic = model.quantizer.num_semantic_quantizers
    if layer < n_semantic:
        return model.quantizer.semantic_residual_vector_quantizer, layer
    return model.quantizer.acoustic_residual_vector_quantizer, layer - n_semantic


def mimi_config(**changes: Any) -> Any:
    """The official architecture's config: transformers' own defaults for Mimi, plus `changes`."""
    from transformers import MimiConfig

    return MimiConfig(**changes)


def random_mimi(seed: int, config: Any | None = None) -> Any:
    """A MimiModel with seeded random weights and codebooks.

    transformers leaves `embed_sum` all zero: every code would be 0 and every check pass vacuously,
    so the codebooks are filled before `embed` is first read (it is cached).
    """
    import torch
    from transformers import MimiModel

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = MimiModel(config or mimi_config())
        for name, buffer in model.named_buffers():
            if name.endswith("embed_sum"):
                buffer.normal_()
            elif name.endswith("cluster_usage"):
                buffer.fill_(1.0)
    return model.eval()


def architecture_source(model: Any, name: str) -> Source:
    """What a model says of the architecture: genuine if it agrees with Mimi's in all that shapes codes."""
    official, found = mimi_config(), model.config
    differing = [
        field for field in ARCHITECTURE_FIELDS if getattr(found, field, None) != getattr(official, field)
    ]
    note = f"differs from Mimi in {', '.join(differing)}" if differing else ""
    return Source(resource="architecture", origin="library", name=name, genuine=not differing, note=note)
