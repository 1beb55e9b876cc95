"""What question 6's spec may say of the course's own figure: which clips it shows, and how UMAP is called.

Of HW10 and not of its question alone, since the resource that finds the clips reads it too.
"""

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, field_validator, model_validator

from questions.common.frozen import Frozen
from questions.common.messages import did_you_mean, listed, show
from questions.quiz import AnyQuestion, Inputs
from solvers.hw10.resources.emovdb_archives import ARCHIVES

# UMAP's 15 neighbours are then no more than half of the clips; with fewer there is no plot to speak of.
MIN_CLIPS = 30
ARCHIVE_NAMES = tuple(archive.name for archive in ARCHIVES)

ClipPath = Annotated[
    str,
    StringConstraints(
        pattern=r"^[^./\\\x00-\x1f][^/\\\x00-\x1f]{0,99}(/[^./\\\x00-\x1f][^/\\\x00-\x1f]{0,99}){1,3}$"
    ),
    Field(description="a file below the EmoV-DB folder, such as bea_Angry/anger_1-28_0001.wav"),
]


class UmapCall(Frozen):
    """UMAP's parameters by its own names; what is left out has UMAP's own default.

    Without a `random_state` the figure is another at every call, and the run's seeds are drawn.
    """

    n_neighbors: Annotated[int, Field(strict=True, ge=2, le=200)] = 15
    min_dist: Annotated[float, Field(ge=0, le=10)] = 0.1
    spread: Annotated[float, Field(gt=0, le=10)] = 1.0
    metric: Literal["euclidean", "cosine", "correlation"] = "euclidean"
    random_state: Annotated[int, Field(strict=True, ge=0, lt=2**32)] | None = None

    @model_validator(mode="after")
    def _spread_is_the_larger(self) -> Self:
        if self.min_dist > self.spread:
            raise ValueError(f"found min_dist {self.min_dist:g}; allowed: at most spread, {self.spread:g}")
        return self


class NamedFigure(Frozen):
    """The course's own figure."""

    files: Annotated[tuple[ClipPath, ...], Field(min_length=MIN_CLIPS, max_length=4_000)] = Field(
        description="The clips that it shows, by their paths in the EmoV-DB folder."
    )
    umap: UmapCall = Field(default_factory=UmapCall, description="How UMAP is called.")

    @field_validator("files")
    @classmethod
    def _each_once_from_an_archive(cls, files: tuple[str, ...]) -> tuple[str, ...]:
        for problem in _problems(files):
            raise ValueError(problem)
        return files

    @property
    def words(self) -> tuple[str, ...]:
        """All that it says, as texts."""
        return (*self.files, *(f"{name}: {value}" for name, value in self.umap.model_dump().items()))


def _problems(files: Sequence[str]) -> Iterator[str]:
    seen = set()
    for name in files:
        archive = PurePosixPath(name).parts[0]
        if archive not in ARCHIVE_NAMES:
            yield (
                f"found {show(name)}, and EmoV-DB has no {show(archive)}; allowed: {listed(ARCHIVE_NAMES)}"
                f"{did_you_mean(archive, ARCHIVE_NAMES)}"
            )
        if name in seen:
            yield f"{show(name)} stands twice; keep one"
        seen.add(name)


class FigureInputs(Inputs):
    """A question's files, and the figure that it is about."""

    figure: NamedFigure | None = Field(
        None, description="The course's own figure; left out: several that may be meant have to agree."
    )


def figure_of(question: AnyQuestion) -> NamedFigure | None:
    """The figure that a question's spec names."""
    return question.inputs.figure if isinstance(question.inputs, FigureInputs) else None
