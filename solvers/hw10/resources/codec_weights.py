"""Mimi's weights: a folder, the hub's, else the stand-in codec's."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from questions.common.errors import SourceError
from questions.quiz import AnyQuestion, Bilingual
from solvers.evidence.digest import sha256_of
from solvers.evidence.sources import Sha256, Source
from solvers.hw10.models.versions import check_transformers
from solvers.hw10.standin import STANDIN_CODEC
from solvers.models.hub_format import WEIGHTS_FILE, in_short, require_type
from solvers.resources.resource import CommandOption, Found, HowTo, Pool
from solvers.resources.weights import HubWeights

if TYPE_CHECKING:
    from solvers.hw10.models.codec import Codec

REPO = "kyutai/mimi"


class CodecWeights(HubWeights["Codec"]):
    """Mimi, or what stands in for it."""

    name = "codec-weights"
    title = Bilingual(zh="Mimi 的權重", en="Mimi's weights")
    packages = ("torch", "torchaudio", "transformers", "soundfile")
    repo = REPO
    patterns = (
        "config.json",
        "preprocessor_config.json",
        "model*.safetensors",
        "model.safetensors.index.json",
    )
    way_out = "connect to the network, give --codec FOLDER, or allow the stand-in with --models auto."
    published_bytes = 385_000_000
    n_parameters = 96_200_000
    option = CommandOption("--codec", "DIR", "A codec saved by save_pretrained.")
    how_to = HowTo(
        Bilingual(
            zh="取得真正的 kyutai/mimi：在連得上 hub 的機器上執行，或給出資料夾",
            en="Get the real kyutai/mimi: run where the hub can be reached, or give its folder",
        ),
        "quizproof verify --models official [--codec DIR]",
    )

    @property
    def shipped(self) -> Found:
        """The stand-in codec."""
        return standin_codec()

    def load(self, pool: Pool) -> "Codec":
        """The codec on its device, in float32. Raises SourceError: its files hold no whole codec."""
        check_transformers()
        import torch
        from safetensors import SafetensorError
        from transformers import AutoModel
        from transformers.utils.logging import disable_progress_bar

        from solvers.hw10.models.codec import Codec, architecture_source
        from solvers.hw10.standin.codec import StandinCodecConfig  # so that AutoModel knows the stand-in

        found = pool.found(self)
        require_type(found.path, ("mimi", StandinCodecConfig.model_type), "the codec")
        disable_progress_bar()  # ours is on the terminal already
        try:
            model, loaded = AutoModel.from_pretrained(
                found.path, dtype=torch.float32, local_files_only=True, output_loading_info=True
            )
        except (OSError, ValueError, RuntimeError, TypeError, SafetensorError) as error:
            raise SourceError(
                f"{found.path}: no codec that transformers can load ({in_short(error)})."
            ) from error
        if loaded["missing_keys"]:  # transformers would fill them with random numbers
            first = min(loaded["missing_keys"])
            raise SourceError(
                f"{found.path}: {len(loaded['missing_keys'])} tensors missing, such as {first}; "
                "download the folder again, or give the one that belongs to its config."
            )
        architecture = architecture_source(model, f"{type(model).__name__} of {found.source.name}")
        return Codec(model.to(pool.device), (found.source, architecture))

    def used(self, loaded: "Codec", pool: Pool, question: AnyQuestion) -> tuple[Source, ...]:  # noqa: ARG002
        """The weights, and the architecture that they came with."""
        return loaded.sources

    def dtypes(self, loaded: "Codec") -> Mapping[str, str]:
        """Of the codec."""
        return {"codec": loaded.dtype}

    def notes(self) -> tuple[str, ...]:
        """Whether this transformers is one that was tested."""
        note = check_transformers()
        return (note,) if note else ()

    def refuse_impostor(self, found: Found) -> None:
        """Raise SourceError for a model of another architecture."""
        require_type(found.path, ("mimi",), "the codec")

    def shipped_digests(self, source: Source) -> tuple[Sha256, ...] | None:
        """Of the stand-in."""
        return (sha256_of(STANDIN_CODEC / WEIGHTS_FILE),) if source.origin == "stand-in" else None


def standin_codec() -> Found:
    """The stand-in codec."""
    source = Source(
        resource=CodecWeights.name,
        origin="stand-in",
        name="stand-in codec",
        sha256=sha256_of(STANDIN_CODEC / WEIGHTS_FILE),
        genuine=False,
        note="not Mimi: log-mel patches, residual k-means, Griffin-Lim",
    )
    return Found(STANDIN_CODEC, source)


RESOURCE = CodecWeights()
