"""The Whisper that writes down what is said in an original: a larger one than the run's, where there is one.

The text that a codec has to keep is the better the better its writer. How much of it is kept is heard by the
run's own Whisper all the same, since the rules were tuned on that.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING

from questions.common.errors import SourceError
from questions.common.messages import did_you_mean, listed, show
from questions.quiz import AnyQuestion, Bilingual, QuizSpec
from solvers.evidence.sources import Sha256, Source
from solvers.models.memory import free_bytes
from solvers.models.whisper import weights
from solvers.models.whisper.published import PUBLISHED_SHA256, largest_that_fits
from solvers.resources.asr_weights import RESOURCE as ASR_WEIGHTS
from solvers.resources.asr_weights import whisper_outlook
from solvers.resources.course_audio import RESOURCE as COURSE_AUDIO
from solvers.resources.resource import CommandOption, Found, Lockable, Outlook, Pool, Setup, Weights

if TYPE_CHECKING:
    import torch

    from solvers.models.whisper.asr import Transcript

NVIDIA_DRIVER = Path("/proc/driver/nvidia/version")  # there without torch, which takes seconds to import


@dataclass(frozen=True)
class ReferenceWriter:
    """A Whisper by its name, loaded for as long as it writes: the memory is other models' after that."""

    spec: str
    device: "torch.device"

    @property
    def name(self) -> str:
        """Of the model, wherever its weights come from."""
        return self.spec.removeprefix("package:")

    def transcripts(self, clips: "Sequence[tuple[torch.Tensor, str]]") -> "tuple[Transcript, ...]":
        """Of clips float32 `[N]` at 16 kHz, each with its language. SourceError: as `Asr.load`."""
        import torch

        from solvers.models.whisper.asr import Asr

        asr = Asr.load(self.spec, self.device)
        heard = tuple(asr.transcribe(clip[None], language)[0] for clip, language in clips)
        del asr
        if self.device.type == "cuda":
            torch.cuda.empty_cache()
        return heard


class ReferenceWhisper(Weights["ReferenceWriter | None"]):
    """A larger Whisper; None where the run's own writes the references."""

    name = "reference-whisper"
    title = Bilingual(zh="寫下原檔內容的 Whisper", en="the Whisper that writes the originals down")
    packages = ("torch", "whisper")
    option = CommandOption(
        "--reference-whisper", "NAME", "Whisper for Q7's originals: auto, large-v3, large-v3-turbo …"
    )

    def find(self, setup: Setup) -> Found:
        """As `Weights.find`. Only by name: what was loaded is then known by its digest."""
        name = self._name(setup)
        if name is None:
            raise SourceError("the run's own Whisper writes the originals down.")
        found = weights.identify(name)
        source = Source(
            resource=self.name,
            origin=found.origin,
            name=f"Whisper {found.name}",
            sha256=found.sha256,
            genuine=True,
        )
        return Found(Path(), source)

    def load(self, pool: Pool) -> ReferenceWriter | None:
        """The writer, whose weights are read when it writes."""
        name = self._name(pool.setup)
        return None if name is None else ReferenceWriter(name, pool.device)

    def sources(self, pool: Pool, question: AnyQuestion) -> tuple[Source, ...]:
        """The weights, or none where the run's own or the spec has the texts. Raises SourceError."""
        if self._name(pool.setup) is None:
            return ()
        said = (COURSE_AUDIO.said(pool, question, name) for name in question.inputs.files)
        return () if all(one.in_spec for one in said) else super().sources(pool, question)

    def lockable(self, pool: Pool, quiz: QuizSpec) -> Iterator[Lockable]:  # noqa: ARG002
        """Nothing: which one writes follows from the device, and its digest is known beforehand."""
        yield from ()

    def dtypes(self, loaded: ReferenceWriter | None) -> Mapping[str, str]:
        """Always float32."""
        return {} if loaded is None else {f"Whisper {loaded.name}": "float32"}

    def outlook(self, pool: Pool) -> Outlook | None:
        """As `Resource.outlook`; None where the run's own Whisper writes."""
        return None if self._name(pool.setup) is None else whisper_outlook(pool.found(self).source)

    def published_digest(self, name: str) -> Sha256 | None:
        """As openai-whisper names and checks its own."""
        return PUBLISHED_SHA256.get(name.removeprefix("Whisper "))

    def shipped_digests(self, source: Source) -> tuple[Sha256, ...] | None:
        """Of the packages' files."""
        return ASR_WEIGHTS.shipped_digests(source)

    def _name(self, setup: Setup) -> str | None:
        """The name that is asked for, else the largest that fits; None for the run's own Whisper.

        Whoever names the run's Whisper means it for all, and the stand-ins' runs ask no network.
        Raises SourceError for a name that there is none of.
        """
        given = setup.given.get(self.name, weights.AUTO)
        if given != weights.AUTO:
            return _multilingual(given)
        if setup.models == "standin" or setup.given.get(ASR_WEIGHTS.name, weights.AUTO) != weights.AUTO:
            return None
        name = largest_that_fits(_free_at_first(setup.device))
        return name if name is not None and weights.at_hand(name) else None


def _multilingual(given: str) -> str:
    allowed = [*weights.named_urls(), weights.PACKAGED_SPEC]
    allowed = [name for name in allowed if not name.endswith(".en")]
    if given not in allowed:
        raise SourceError(
            f"--reference-whisper {show(given)}: allowed: {listed([weights.AUTO, *allowed])}"
            f"{did_you_mean(given, allowed)}"
        )
    return given


@cache
def _free_at_first(device: str) -> int:
    """Bytes free on the GPU when it was first asked, before any model was loaded; 0 where there is none."""
    if not device.startswith(("auto", "cuda")) or not (NVIDIA_DRIVER.exists() or which("nvidia-smi")):
        return 0
    return free_bytes("cuda" if device == "auto" else device)


RESOURCE = ReferenceWhisper()
