"""What a measuring half works with: one question's view of the run, with its seed and its progress.

A `Session` remembers what was used, so that provenance is a record and not a claim.
"""

import platform
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, TypeVar

from questions.quiz import AnyQuestion
from solvers.evidence.progress import OnStep
from solvers.evidence.sources import Provenance, Source
from solvers.resources.course_audio import RESOURCE as COURSE_AUDIO
from solvers.resources.course_audio import Said
from solvers.resources.resource import Pool, Resource, Weights

LIBRARIES = (
    "quizproof", "torch", "torchaudio", "transformers", "huggingface_hub", "safetensors", "openai-whisper",
    "numpy", "soundfile", "umap-learn", "scikit-learn",
)  # fmt: skip

LoadedT = TypeVar("LoadedT")


class Session:
    """One question's view of the run."""

    def __init__(self, pool: Pool, question: AnyQuestion, on_step: OnStep) -> None:
        self._pool = pool
        self._question = question
        self._sources: dict[Source, None] = {}
        self._dtypes: dict[str, str] = {}  # of each model that was loaded
        self._notes: dict[str, None] = {}
        self.step = on_step
        self.seed = pool.setup.seed
        self.workers = pool.workers

    def use(self, resource: Resource[LoadedT]) -> LoadedT:
        """A resource, loaded, and noted as used. Raises SourceError where there is none."""
        loaded = resource.take(self._pool, self._question)
        self._dtypes |= resource.dtypes(loaded)
        self._note(resource.notes())
        self._use(*resource.used(loaded, self._pool, self._question))
        return loaded

    def folder(self, weights: Weights[Any]) -> Path:
        """Where weights lie as they are stored, noted as used."""
        found = self._pool.found(weights)
        self._use(found.source)
        return found.path

    def file(self, name: str) -> Path:
        """A file the question reads, by the name it has in the spec. Raises SourceError."""
        found = COURSE_AUDIO.find(self._pool, self._question, name)
        self._use(found.source)
        return found.path

    def said(self, name: str) -> Said:
        """What is said in such a file, where that is known. Raises SourceError as `file`."""
        return COURSE_AUDIO.said(self._pool, self._question, name)

    def course_file(self, name: str) -> Path | None:
        """The course's own file where the user has it, never a stand-in."""
        found = COURSE_AUDIO.own(self._pool, self._question, name)
        if found is None:
            return None
        self._use(found.source)
        return found.path

    def provenance(
        self, wall_time_s: float, at_hand: tuple[Source, ...] = (), measured_at: datetime | None = None
    ) -> Provenance:
        """What was used, when, on what, and what of the sources `at_hand` was not."""
        return Provenance(
            sources=tuple(self._sources),
            libraries={"python": platform.python_version()}
            | {name: found for name in LIBRARIES if (found := _version(name))},
            device=self._pool.device_name,
            dtype=", ".join(f"{model} {dtype}" for model, dtype in self._dtypes.items()),
            seed=self.seed,
            wall_time_s=round(wall_time_s, 3),
            measured_at=measured_at,
            unused=tuple(source for source in at_hand if source not in self._sources),
            notes=tuple(self._notes),
        )

    def _use(self, *sources: Source) -> None:
        self._sources |= dict.fromkeys(sources)

    def _note(self, notes: tuple[str, ...]) -> None:
        self._notes |= dict.fromkeys(notes)


def _version(distribution: str) -> str | None:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return None
