"""What a measuring half works with: one question's view of the workshop, with its seed and its progress.

A `Bench` remembers what was used, so that provenance is a record and not a claim.
"""

import platform
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from questions.quiz import AnyQuestion, Rest
from solvers.evidence.verdicts import Provenance, Source
from solvers.hw10.models.versions import check_transformers
from solvers.resources import weights as sources
from solvers.run.pool import Workshop

if TYPE_CHECKING:
    from solvers.hw10.models.codec import Codec
    from solvers.hw10.models.csm import Csm
    from solvers.hw10.resources.emovdb import EmotionClip
    from solvers.models.speaker.encoder import Voices
    from solvers.models.whisper.asr import Asr

LIBRARIES = (
    "quizproof", "torch", "torchaudio", "transformers", "huggingface_hub", "safetensors", "openai-whisper",
    "numpy", "soundfile", "umap-learn", "scikit-learn",
)  # fmt: skip

OnStep = Callable[[str, float], None]


class Bench:
    """One question's view of the workshop."""

    def __init__(self, workshop: Workshop, question: AnyQuestion, on_step: OnStep) -> None:
        self._workshop = workshop
        self._question = question
        self._used: dict[Source, None] = {}
        self._dtypes: dict[str, str] = {}  # of each model that was loaded
        self.step = on_step
        self.seed = workshop.setup.seed

    @property
    def codec(self) -> "Codec":
        """The codec whose weights the question asks about."""
        return self._use_codec(self._workshop.codec)

    @property
    def architecture(self) -> "Codec":
        """A codec of Mimi's architecture, whatever its weights."""
        return self._use_codec(self._workshop.architecture)

    @property
    def codec_folder(self) -> Path:
        """Where that codec's stored weights lie."""
        self._use(self._workshop.found_codec.source)
        return self._workshop.found_codec.path

    @property
    def csm(self) -> "Csm":
        """CSM. Raises SourceError where there is none."""
        csm = self._workshop.csm
        self._dtypes["CSM"] = csm.dtype
        self._dtypes["CSM's codec"] = "float32"
        self._use(self._workshop.found_csm.source)
        return csm

    @property
    def asr(self) -> "Asr":
        """Whisper."""
        self._use(self._workshop.asr_source)
        self._dtypes["Whisper"] = "float32"
        return self._workshop.asr

    @property
    def voices(self) -> "Voices":
        """The speaker encoder."""
        self._use(self._workshop.found_voices.source)
        self._dtypes["speaker encoder"] = "float32"
        return self._workshop.voices

    def emotion_clips(self) -> "tuple[EmotionClip, ...]":
        """Clips of acted emotions at the codec's rate, balanced over speakers and sentences."""
        self._use(self._workshop.emotions.source)
        return self._workshop.emotions.load(self._workshop.codec.sample_rate_hz, self.step)

    def uses_library(self, role: Rest, distribution: str) -> None:
        """Note that a part rests on a library as it is installed."""
        self._use(sources.library_source(role, distribution))

    def file(self, name: str) -> Path:
        """A file the question reads, by the name it has in the spec. Raises SourceError."""
        found = self._workshop.input(self._question, name)
        self._use(found.source)
        return found.path

    def course_file(self, name: str) -> Path | None:
        """The course's own file where the user has it, never a stand-in."""
        found = self._workshop.course_input(self._question, name)
        if found is None:
            return None
        self._use(found.source)
        return found.path

    def provenance(self, wall_time_s: float, at_hand: tuple[Source, ...] = ()) -> Provenance:
        """What was used, on what, and what of the sources `at_hand` was not."""
        note = check_transformers()
        return Provenance(
            sources=tuple(self._used),
            libraries={"python": platform.python_version()}
            | {name: found for name in LIBRARIES if (found := _version(name))},
            device=self._workshop.device_name,
            dtype=", ".join(f"{model} {dtype}" for model, dtype in self._dtypes.items()),
            seed=self.seed,
            wall_time_s=round(wall_time_s, 3),
            unused=tuple(source for source in at_hand if source not in self._used),
            notes=(note,) if note else (),
        )

    def _use_codec(self, codec: "Codec") -> "Codec":
        self._dtypes["codec"] = str(codec.model.dtype).removeprefix("torch.")
        for source in codec.sources:
            self._use(source)
        return codec

    def _use(self, source: Source) -> None:
        self._used[source] = None


def _version(distribution: str) -> str | None:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return None
