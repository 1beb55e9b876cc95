"""Whisper, in openai-whisper's own weights: by name, from a file, or as packages carry them."""

from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from questions.quiz import Bilingual
from solvers.evidence.sources import Sha256, Source
from solvers.models.whisper import weights
from solvers.models.whisper.package import PACKAGED
from solvers.models.whisper.published import BYTES, PUBLISHED_SHA256, parameters_of
from solvers.resources.resource import CommandOption, Found, HowTo, Outlook, Pool, Setup, Weights

if TYPE_CHECKING:
    from solvers.models.whisper.asr import Asr


class AsrWeights(Weights["Asr"]):
    """Whisper."""

    name = "asr-weights"
    title = Bilingual(zh="Whisper 的權重", en="Whisper's weights")
    packages = ("torch", "whisper", "jiwer")
    option = CommandOption("--whisper", "NAME|FILE", "Whisper: auto, a name, package:base, a .pt file.")
    how_to = HowTo(
        Bilingual(zh="安裝 Whisper 的權重，或給出檔案", en="Get Whisper's weights, or give the file"),
        "quizproof verify --whisper base",
    )

    def find(self, setup: Setup) -> Found:
        """As `Weights.find`; the path is where nothing is asked of it."""
        found = weights.identify(self._spec(setup))
        source = Source(
            resource=self.name,
            origin=found.origin,
            name=found.name if found.origin == "path" else f"Whisper {found.name}",
            sha256=found.sha256,
            genuine=found.known_digest,
            note="" if found.known_digest else "not known by digest",
        )
        return Found(Path(), source)

    def load(self, pool: Pool) -> "Asr":
        """Whisper on the run's device."""
        from solvers.models.whisper.asr import Asr

        return Asr.load(self._spec(pool.setup), pool.device)

    def dtypes(self, loaded: "Asr") -> Mapping[str, str]:  # noqa: ARG002
        """Always float32."""
        return {"Whisper": "float32"}

    def outlook(self, pool: Pool) -> Outlook | None:
        """As `Resource.outlook`; None for a file, whose size nobody has published."""
        found = pool.found(self).source
        return None if found.origin == "path" else whisper_outlook(found)

    def hosts(self, setup: Setup) -> Iterator[str]:  # noqa: ARG002
        """Where openai-whisper's own weights lie."""
        if find_spec("whisper") is not None:
            yield weights.named_urls()[weights.PREFERRED_NAME]

    def published_digest(self, name: str) -> Sha256 | None:
        """As openai-whisper names and checks its own."""
        return PUBLISHED_SHA256.get(name.removeprefix("Whisper "))

    def shipped_digests(self, source: Source) -> tuple[Sha256, ...] | None:
        """Of the packages' files."""
        return (PACKAGED.sha256,) if source.origin == "package" else None

    def _spec(self, setup: Setup) -> str:
        """Asked for stand-ins, nothing asks the network: the packaged weights are real ones too."""
        given = setup.given.get(self.name, weights.AUTO)
        return weights.PACKAGED_SPEC if given == weights.AUTO and setup.models == "standin" else given


def whisper_outlook(source: Source) -> Outlook:
    """What a Whisper by name or from a package will take."""
    name = source.name.removeprefix("Whisper ")
    lacking = weights.bytes_to_fetch(name) if source.origin == "named" else 0
    n_bytes = BYTES * parameters_of(name)  # openai-whisper builds it on the host
    return Outlook(source.name, lacking, not lacking, n_bytes, n_bytes, "float32")


RESOURCE = AsrWeights()
