"""What evidence rests on: one object says everything about a kind of thing, such as a codec's weights.

A question names what it rests on; the name is looked up as a file of the quiz's own `resources/`, then of the
shared ones beside this module: `codec-weights` is `codec_weights.py` with a `RESOURCE` in it.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, Protocol, TypeVar

from questions.common.errors import SourceError
from questions.quiz import AnyQuestion, Bilingual, QuizSpec
from solvers.evidence.sources import Sha256, Source
from solvers.resources.lock import BY_LOCK, Lock

if TYPE_CHECKING:
    import torch

    from solvers.models.workers import Workers

Models = Literal["auto", "official", "standin"]
NOT_LOCKED = "not locked"
ANY_LIBRARY = "*"

LoadedT = TypeVar("LoadedT")
LoadedT_co = TypeVar("LoadedT_co", covariant=True)


@dataclass(frozen=True)
class Found:
    """A file or folder and what it is."""

    path: Path
    source: Source


@dataclass(frozen=True)
class CommandOption:
    """How the command line takes a resource: `--codec DIR`."""

    flag: str
    metavar: str
    help: str


@dataclass(frozen=True)
class HowTo:
    """How a user provides a resource: in words, and the command that then uses it."""

    words: Bilingual
    command: str


@dataclass(frozen=True)
class Outlook:
    """What a model will take: bytes to download and bytes of memory for its weights, in a dtype.

    `host_bytes` are of the host's memory while it is loaded, whatever the device: pages of its file, or what
    has been widened and not moved yet. `listed`: its host has just said how much is to be downloaded, or
    nothing is; else that is as published.
    """

    name: str
    download_bytes: int
    listed: bool
    memory_bytes: int
    host_bytes: int
    dtype: str


OnDownload = Callable[[str, int, int | None], None]  # file, bytes so far, bytes in all


@dataclass(frozen=True)
class Fetched:
    """What was downloaded: the folder, and the archives' SHA-256, which also stand in `digests_file`."""

    folder: Path
    sha256: Mapping[str, Sha256]
    digests_file: str


@dataclass(frozen=True)
class Download:
    """How a resource is downloaded into the course's folder, from a mirror where one is given."""

    licence: str
    n_files: int
    run: Callable[[Path, str | None, OnDownload], Fetched]


@dataclass(frozen=True)
class Setup:
    """What the user asked for. `given` is what the resources' own options say, by the resource's name."""

    models: Models = "auto"
    audio_dir: Path | None = None
    device: str = "auto"
    seed: int = 0
    jobs: int | None = None  # processes and threads at most; all cores unless given
    cluster: str | None = None  # a Dask scheduler's address
    given: Mapping[str, str] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def folder_of(self, resource: str) -> Path | None:
        """The folder or file given for a resource."""
        given = self.given.get(resource)
        return Path(given) if given is not None else None


class Pool(Protocol):
    """Where a resource meets the others of a run; everything is found and loaded once."""

    setup: Setup

    @property
    def workers(self) -> "Workers":
        """Who does what is many times the same."""

    @property
    def device(self) -> "torch.device":
        """Where models go."""

    @property
    def device_name(self) -> str:
        """The device and its chip, in words."""

    @property
    def standin_files(self) -> tuple[Path, ...]:
        """The folders with the stand-ins of the quiz's files."""

    def found(self, weights: "Weights[Any]") -> Found:
        """Where weights lie, without loading them. Raises SourceError."""

    def get(self, resource: "Resource[LoadedT]") -> LoadedT:
        """A resource, loaded. Raises SourceError."""


class Resource(ABC, Generic[LoadedT]):
    """A kind of thing that evidence rests on."""

    name: ClassVar[str] = ""  # as a question's `rests_on` spells it
    title: ClassVar[Bilingual]
    option: ClassVar[CommandOption | None] = None
    how_to: ClassVar[HowTo | None] = None
    download: ClassVar[Download | None] = None
    repo: ClassVar[str | None] = None  # where the hub has the real thing
    #: The library whose word on itself is genuine; any name where the library only built what was looked at.
    library: ClassVar[str | None] = None
    packages: ClassVar[tuple[str, ...]] = ()  # that measuring with it imports
    #: Whether each of its files stands for itself in a lock, such as sounds, or all of them for one thing.
    locked_by_file: ClassVar[bool] = False

    @abstractmethod
    def sources(self, pool: Pool, question: AnyQuestion) -> tuple[Source, ...]:
        """What measuring a question would read now, found without loading a model. Raises SourceError."""

    @abstractmethod
    def load(self, pool: Pool) -> LoadedT:
        """The thing itself, on the run's device. Raises SourceError."""

    def take(self, pool: Pool, question: AnyQuestion) -> LoadedT:  # noqa: ARG002
        """The thing as a question wants it: one for all, unless its spec says more. Raises SourceError."""
        return pool.get(self)

    def used(self, loaded: LoadedT, pool: Pool, question: AnyQuestion) -> tuple[Source, ...]:  # noqa: ARG002
        """What a measurement that took it has used, for its provenance."""
        return self.sources(pool, question)

    def dtypes(self, loaded: LoadedT) -> Mapping[str, str]:  # noqa: ARG002
        """The dtypes of the models in it, by the models' names."""
        return {}

    def outlook(self, pool: Pool) -> Outlook | None:  # noqa: ARG002
        """What it will take, before anything is downloaded or loaded; None where that is next to nothing."""
        return None

    def notes(self) -> tuple[str, ...]:
        """What a reader should know of the libraries behind it. Raises SourceError where they will not do."""
        return ()

    def hosts(self, setup: Setup) -> Iterator[str]:  # noqa: ARG002
        """The addresses that looking for it may ask: a run asks all of them at once whether they answer."""
        yield from ()

    def lockable(self, pool: Pool, quiz: QuizSpec) -> "Iterator[Lockable]":  # noqa: ARG002
        """What of it can go into a lock."""
        yield from ()

    def refuse_impostor(self, found: Found) -> None:
        """Raise SourceError for what has the place of the real thing and is none."""

    def shipped_digests(self, source: Source) -> Sequence[Sha256] | None:  # noqa: ARG002
        """The digests that such a source has today; None where it does not come with the project."""
        return None

    def published_digest(self, name: str) -> Sha256 | None:  # noqa: ARG002
        """The digest that was published for weights that go by a name; None where it publishes none."""
        return None

    def at_hand(self, pool: Pool, question: AnyQuestion) -> str:
        """What there is of it, in words: a name, or why there is nothing."""
        try:
            return ", ".join(self._named(source, pool.setup.lock) for source in self.sources(pool, question))
        except SourceError as error:
            return str(error)

    def _named(self, source: Source, lock: Lock) -> str:
        """A source's name, and whether it counts as the real thing."""
        if problem := lock.mismatch(source):
            return problem
        if source.origin == "stand-in":  # said, unless its name says so
            return source.name if source.name.startswith("stand-in") else f"{source.name} (stand-in)"
        if source.genuine:
            return source.name
        return f"{source.name} ({BY_LOCK if lock.knows(source) else source.note})"


@dataclass(frozen=True)
class Lockable:
    """Something that can be locked, by a name, and how it is found. `companions` are locked beside it."""

    label: str
    resource: Resource[Any]
    find: "Finder"
    companions: Mapping[str, Sha256] = field(default_factory=dict)


class Finder(Protocol):
    """Finds a file or folder. Raises SourceError where there is none."""

    def __call__(self) -> Found:
        """The file or folder."""


class Weights(Resource[LoadedT]):
    """Weights: a folder or file that is the same for every question."""

    @abstractmethod
    def find(self, setup: Setup) -> Found:
        """Where they lie, without loading them: given by path, the hub, a package, else the stand-in.

        Raises SourceError where `setup` rules out what there is.
        """

    def sources(self, pool: Pool, question: AnyQuestion) -> tuple[Source, ...]:  # noqa: ARG002
        """The weights that `find` finds."""
        return (pool.found(self).source,)

    def lockable(self, pool: Pool, quiz: QuizSpec) -> Iterator[Lockable]:  # noqa: ARG002
        """The weights at hand."""
        yield Lockable(self.name, self, lambda: pool.found(self))
