"""CSM's weights: a folder, the hub's, else the small stand-in CSM's."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from questions.common.errors import SourceError
from questions.common.messages import show
from questions.quiz import AnyQuestion, Bilingual
from solvers.evidence.digest import sha256_of
from solvers.evidence.sources import Sha256, Source
from solvers.fetching.hub import DEFAULT_ENDPOINT
from solvers.hw10.models.versions import check_transformers
from solvers.hw10.standin import STANDIN_CSM
from solvers.models.hub_format import (
    config_of,
    joint_digest,
    lacking_beside,
    read_files,
    require_type,
    weight_files,
)
from solvers.resources.resource import CommandOption, Found, HowTo, Pool, Setup
from solvers.resources.weights import HubWeights

if TYPE_CHECKING:
    import torch

    from solvers.hw10.models.csm import Csm

REPO = "sesame/csm-1b"


class CsmWeights(HubWeights["Csm"]):
    """CSM-1B, or what stands in for it."""

    name = "csm-weights"
    title = Bilingual(zh="CSM 的權重", en="CSM's weights")
    packages = ("torch", "torchaudio", "transformers", "soundfile")
    repo = REPO
    # Everything but the original's own 6 GB twice over.
    patterns = ("*.json", "*.jinja", "transformers*.safetensors", "model-*.safetensors")
    way_out = (
        f"accept the licence at {DEFAULT_ENDPOINT}/{REPO} and log in with 'hf auth login', give --csm DIR, "
        "or allow the stand-in with --models auto."
    )
    published_bytes = 6_530_000_000
    n_parameters = 1_632_000_000
    option = CommandOption("--csm", "DIR", "A CSM saved by save_pretrained, with processor.")
    how_to = HowTo(
        Bilingual(
            zh="取得真正的 sesame/csm-1b（需在 hub 上同意授權），或給出資料夾",
            en="Get the real sesame/csm-1b (its licence is accepted on the hub), or give its folder",
        ),
        "quizproof verify q11 q12 --models official [--csm DIR]",
    )

    @property
    def shipped(self) -> Found:
        """The stand-in CSM."""
        return standin_csm()

    def dtype_on(self, device: "torch.device") -> str:
        """As CSM computes there."""
        from solvers.hw10.models.csm import dtype_on

        return str(dtype_on(device)).removeprefix("torch.")

    def lacking(self, folder: Path) -> Sequence[str]:
        """Its tokenizer and what else its processor is made of."""
        return lacking_beside(folder)

    def find(self, setup: Setup) -> Found:
        """As `Weights.find`. The stand-in's folder lacks its codec, which `complete_csm` puts in."""
        if setup.folder_of(self.name):
            return super().find(setup)
        try:
            return super().find(setup)
        except SourceError as error:  # the licence not accepted, no token, a download that broke off
            raise SourceError(f"no CSM at hand: {error}") from error

    def sources(self, pool: Pool, question: AnyQuestion) -> tuple[Source, ...]:
        """The weights, or none: a question that needs them says so itself and judges what it can without."""
        with suppress(SourceError):
            return super().sources(pool, question)
        return ()

    def load(self, pool: Pool) -> "Csm":
        """CSM on its device. Raises SourceError: there is none, or its files hold no whole one."""
        found = pool.found(self)
        require_type(found.path, ("csm",), "CSM")
        check_transformers()
        from solvers.hw10.models.csm import Csm
        from solvers.hw10.standin.csm_folder import complete_csm

        is_standin = found.source.origin == "stand-in"
        return Csm.load(complete_csm(found.path) if is_standin else found.path, pool.device)

    def dtypes(self, loaded: "Csm") -> Mapping[str, str]:
        """Of its transformers, and of the codec that it carries."""
        return {"CSM": loaded.dtype, "CSM's codec": "float32"}

    def notes(self) -> tuple[str, ...]:
        """Whether this transformers is one that was tested."""
        note = check_transformers()
        return (note,) if note else ()

    def refuse_impostor(self, found: Found) -> None:
        """Raise SourceError for a model of another architecture, or a CSM around another codec."""
        require_type(found.path, ("csm",), "CSM")
        codec = config_of(found.path).get("codec_config")
        inside = codec.get("model_type") if isinstance(codec, dict) else None
        if inside != "mimi":
            raise SourceError(
                f"{found.path}: this CSM carries a codec of type {show(inside)} and not Mimi; "
                "give the real one."
            )

    def shipped_digests(self, source: Source) -> tuple[Sha256, ...] | None:
        """Of the stand-in."""
        return (_standin_digest(),) if source.origin == "stand-in" else None

    def at_hand(self, pool: Pool, question: AnyQuestion) -> str:  # noqa: ARG002
        """Its name, or why there is none."""
        try:
            return self._named(pool.found(self).source, pool.setup.lock)
        except SourceError as error:
            return str(error)


def standin_csm() -> Found:
    """The stand-in CSM."""
    source = Source(
        resource=CsmWeights.name,
        origin="stand-in",
        name="stand-in CSM",
        sha256=_standin_digest(),
        genuine=False,
        note="not CSM-1B: 8 million parameters that learned eight sentences on the stand-in codec's codes",
    )
    return Found(STANDIN_CSM, source)


def _standin_digest() -> Sha256:
    files = read_files(STANDIN_CSM, weight_files(STANDIN_CSM))
    return joint_digest([sha256_of(file) for file in files])


RESOURCE = CsmWeights()
