"""Sources of weights in the hub's format: by path or from the hub, with every file that loading reads."""

from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from questions.common.errors import SourceError, UnreachableError
from solvers.evidence.digest import sha256_of
from solvers.evidence.sources import FileDigest, Source
from solvers.fetching import hub
from solvers.models.hub_format import joint_digest, read_files, weight_files
from solvers.resources.resource import Found, LoadedT, Outlook, Pool, Setup, Weights

if TYPE_CHECKING:
    import torch

BYTES_OF = {"float32": 4, "bfloat16": 2}
BY_PATH = "given by path, not locked"


class HubWeights(Weights[LoadedT]):
    """Weights that the hub has: given by path, the hub's, else what comes with the project."""

    patterns: ClassVar[tuple[str, ...]]  # of the files in the repository that loading reads
    published_bytes: ClassVar[int]  # of those files, as published in float32
    n_parameters: ClassVar[int]
    #: How to get the hub's where these alone are asked for; None where what comes with the project will do.
    way_out: ClassVar[str | None] = None

    @property
    @abstractmethod
    def shipped(self) -> Found:
        """What comes with the project: a stand-in, or a package's own weights."""

    def weight_files(self, folder: Path) -> Sequence[Path]:
        """The files of weights in a folder. Raises SourceError where they are not all there."""
        return weight_files(folder)

    def lacking(self, folder: Path) -> Sequence[str]:  # noqa: ARG002
        """What loading the weights in a folder cannot do without and does not find there."""
        return ()

    def find(self, setup: Setup) -> Found:
        """As `Weights.find`."""
        if folder := setup.folder_of(self.name):
            return given(self.name, folder, self.weight_files)
        if setup.models == "standin":
            return self.shipped
        assert self.repo is not None
        revision = setup.lock.revision_of(self.name)
        found = hub.find_snapshot(self.repo, self.patterns, self._has_weights, revision, self.lacking)
        if isinstance(found, hub.Snapshot):
            return from_hub(self.name, found, self.weight_files)
        if setup.models == "official" and self.way_out is not None:
            raise UnreachableError(f"{found.because}; {self.way_out}")
        return self.shipped

    def dtype_on(self, device: "torch.device") -> str:  # noqa: ARG002
        """The dtype that the weights have on a device."""
        return "float32"

    def outlook(self, pool: Pool) -> Outlook:
        """As `Resource.outlook`: from the hub unless they are given by path."""
        assert self.repo is not None
        folder = pool.setup.folder_of(self.name)
        lacking: int | None = 0
        if folder is None:
            revision = pool.setup.lock.revision_of(self.name)
            lacking = hub.bytes_to_fetch(self.repo, self.patterns, self._has_weights, revision)
        dtype = self.dtype_on(pool.device)
        return Outlook(
            name=str(folder or self.repo),
            download_bytes=self.published_bytes if lacking is None else lacking,
            listed=lacking is not None,
            memory_bytes=BYTES_OF[dtype] * self.n_parameters,
            host_bytes=BYTES_OF["float32"] * self.n_parameters,  # as all of them are stored
            dtype=dtype,
        )

    def hosts(self, setup: Setup) -> Iterator[str]:  # noqa: ARG002
        """The hub."""
        yield hub.endpoint()

    def _has_weights(self, folder: Path) -> bool:
        try:
            return bool(self.weight_files(folder))
        except SourceError:
            return False


def from_hub(resource: str, snapshot: hub.Snapshot, files_of: Callable[[Path], Sequence[Path]]) -> Found:
    """A snapshot of the hub; `files_of` names the files of weights in a folder."""
    weights = files_of(snapshot.folder)
    source = Source(
        resource=resource,
        origin="hub",
        name=snapshot.repo,
        revision=snapshot.revision,
        sha256=joint_digest([sha256_of(file) for file in weights]),
        files=_digests(snapshot.folder, weights),
        genuine=snapshot.confirmed,
        note=snapshot.note,
    )
    return Found(snapshot.folder, source)


def given(resource: str, folder: Path, files_of: Callable[[Path], Sequence[Path]]) -> Found:
    """A folder that the user gave. Raises SourceError as `files_of`."""
    weights = files_of(folder)
    source = Source(
        resource=resource,
        origin="path",
        name=str(folder),
        sha256=joint_digest([sha256_of(file) for file in weights]),
        files=_digests(folder, weights),
        genuine=False,
        note=BY_PATH,
    )
    return Found(folder, source)


def _digests(folder: Path, weights: Sequence[Path]) -> tuple[FileDigest, ...]:
    return tuple(FileDigest(name=file.name, sha256=sha256_of(file)) for file in read_files(folder, weights))
