"""Mimi's architecture: shapes, axes and dtypes follow from it, whatever the weights."""

from collections.abc import Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING

from questions.quiz import AnyQuestion, Bilingual
from solvers.evidence.sources import Source
from solvers.hw10.models.versions import check_transformers
from solvers.hw10.resources.codec_weights import RESOURCE as CODEC_WEIGHTS
from solvers.resources.resource import ANY_LIBRARY, Pool, Resource

if TYPE_CHECKING:
    from solvers.hw10.models.codec import Codec


class Architecture(Resource["Codec"]):
    """A Mimi to read shapes and dtypes from: the weights at hand, else seeded random ones."""

    name = "architecture"
    title = Bilingual(zh="Mimi 的架構", en="Mimi's architecture")
    packages = CODEC_WEIGHTS.packages
    library = ANY_LIBRARY  # the model's own name

    def sources(self, pool: Pool, question: AnyQuestion) -> tuple[Source, ...]:  # noqa: ARG002
        """The weights that it would be read from."""
        return (pool.found(CODEC_WEIGHTS).source,)

    def load(self, pool: Pool) -> "Codec":
        """A codec of Mimi's architecture. Raises SourceError as loading the weights at hand."""
        check_transformers()
        from solvers.hw10.models.codec import Codec, architecture_source, random_mimi

        if pool.found(CODEC_WEIGHTS).source.origin != "stand-in":
            codec = pool.get(CODEC_WEIGHTS)
            if codec.model.config.model_type == "mimi":
                return codec
        seed = pool.setup.seed
        model = random_mimi(seed)
        source = architecture_source(model, f"MimiModel(MimiConfig()), random weights, seed {seed}")
        return Codec(model.to(pool.device), (source,))

    def used(self, loaded: "Codec", pool: Pool, question: AnyQuestion) -> tuple[Source, ...]:  # noqa: ARG002
        """The codec's own sources: a random one rests on no weights."""
        return loaded.sources

    def dtypes(self, loaded: "Codec") -> Mapping[str, str]:
        """Of the codec."""
        return {"codec": loaded.dtype}

    def notes(self) -> tuple[str, ...]:
        """Whether this transformers is one that was tested."""
        return CODEC_WEIGHTS.notes()

    def at_hand(self, pool: Pool, question: AnyQuestion) -> str:  # noqa: ARG002
        """The class that is built where no weights are there."""
        return "transformers' MimiModel" if find_spec("transformers") else "not installed"


RESOURCE = Architecture()
