"""The speaker encoder: WavLM from the hub or a folder, else the one in Resemblyzer's wheel.

Either is an instrument and no stand-in, known by its digest.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from questions.common.errors import SourceError
from questions.quiz import Bilingual
from solvers.evidence.sources import Sha256, Source
from solvers.models.hub_format import WEIGHTS_FILE, require_type
from solvers.models.speaker.package import WEIGHTS_SHA256, packaged_file, verify
from solvers.resources.resource import CommandOption, Found, HowTo, Pool
from solvers.resources.weights import HubWeights

if TYPE_CHECKING:
    from solvers.models.speaker.encoder import Voices

REPO = "microsoft/wavlm-base-plus-sv"
WEIGHTS_FILES = (WEIGHTS_FILE, "pytorch_model.bin")  # the hub has had the second alone


class SpeakerWeights(HubWeights["Voices"]):
    """The speaker encoder."""

    name = "speaker-weights"
    title = Bilingual(zh="語者編碼器", en="the speaker encoder")
    packages = ("torch", "torchaudio", "transformers")
    repo = REPO
    patterns = ("config.json", "preprocessor_config.json", *WEIGHTS_FILES)
    published_bytes = 405_000_000
    n_parameters = 101_000_000
    option = CommandOption("--voices", "DIR", "A speaker encoder (WavLMForXVector) in the hub's format.")
    how_to = HowTo(
        Bilingual(zh="取得語者編碼器，或給出資料夾", en="Get the speaker encoder, or give its folder"),
        "quizproof verify --voices DIR",
    )

    @property
    def shipped(self) -> Found:
        """Resemblyzer's, from its wheel: real ones too. Raises SourceError: it is missing or altered."""
        path = packaged_file()
        verify(path)
        source = Source(
            resource=self.name, origin="package", name="Resemblyzer", sha256=WEIGHTS_SHA256, genuine=True
        )
        return Found(path, source)

    def weight_files(self, folder: Path) -> tuple[Path, ...]:
        """One of the two that the hub has had. Raises SourceError where neither is there."""
        found = next((folder / name for name in WEIGHTS_FILES if (folder / name).is_file()), None)
        if found is None:
            raise SourceError(
                f"{folder}: neither {' nor '.join(WEIGHTS_FILES)} there; "
                "give a folder with a WavLMForXVector saved by save_pretrained."
            )
        return (found,)

    def lacking(self, folder: Path) -> tuple[str, ...]:
        """What says how a sound is prepared."""
        needed = "preprocessor_config.json"
        return () if (folder / needed).is_file() else (needed,)

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

    def refuse_impostor(self, found: Found) -> None:
        """Raise SourceError for a model of another architecture."""
        if found.path.is_dir():
            require_type(found.path, ("wavlm",), "the speaker encoder")

    def shipped_digests(self, source: Source) -> tuple[Sha256, ...] | None:
        """Of the wheel's file."""
        return (WEIGHTS_SHA256,) if source.origin == "package" else None


RESOURCE = SpeakerWeights()
