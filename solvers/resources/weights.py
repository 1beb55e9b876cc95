"""Sources of weights in the hub's format: by path or from the hub, with every file that loading reads."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from questions.common.errors import SourceError
from solvers.evidence.digest import sha256_of
from solvers.evidence.sources import FileDigest, Source
from solvers.fetching import hub
from solvers.fetching.hub import Snapshot
from solvers.models.hub_format import joint_digest, read_files, weight_files
from solvers.resources.resource import Found, Outlook, Setup

BYTES_OF = {"float32": 4, "bfloat16": 2}
BY_PATH = "given by path, not locked"


def from_hub(resource: str, snapshot: Snapshot, files_of: Callable[[Path], Sequence[Path]]) -> Found:
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


@dataclass(frozen=True)
class Repository:
    """A repository of weights on the hub: what of it is fetched, and its size as published.

    `n_bytes` are the files', `n_parameters` the model's.
    """

    name: str
    patterns: tuple[str, ...]
    n_bytes: int
    n_parameters: int

    def outlook(
        self, setup: Setup, resource: str, is_complete: Callable[[Path], bool], dtype: str = "float32"
    ) -> Outlook:
        """What these weights will take, from the hub unless they are given by path."""
        folder = setup.folder_of(resource)
        lacking: int | None = 0
        if folder is None:
            revision = setup.lock.revision_of(resource)
            lacking = hub.bytes_to_fetch(self.name, self.patterns, is_complete, revision)
        return Outlook(
            name=str(folder or self.name),
            download_bytes=self.n_bytes if lacking is None else lacking,
            listed=lacking is not None,
            memory_bytes=BYTES_OF[dtype] * self.n_parameters,
            host_bytes=BYTES_OF["float32"] * self.n_parameters,  # as all of them are stored
            dtype=dtype,
        )


def has_weights(folder: Path) -> bool:
    """Whether a folder has all files of weights that its config or index names."""
    try:
        return bool(weight_files(folder))
    except SourceError:
        return False


def _digests(folder: Path, weights: Sequence[Path]) -> tuple[FileDigest, ...]:
    return tuple(FileDigest(name=file.name, sha256=sha256_of(file)) for file in read_files(folder, weights))
