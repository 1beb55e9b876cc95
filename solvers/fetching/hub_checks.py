"""A snapshot of the hub held against what the hub has, or without it against the names in the cache."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from questions.common.absent import Absent
from questions.common.errors import SourceError
from solvers.evidence.digest import git_blob_id, sha256_of

if TYPE_CHECKING:
    from huggingface_hub.utils._verification import FolderVerification

# The cache names a file by what the hub says of it: large ones by SHA-256, small ones as git does.
SHA256_NAME = re.compile(r"[0-9a-f]{64}")
GIT_NAME = re.compile(r"[0-9a-f]{40}")


def verify_by_hub(repo: str, folder: Path, where: str) -> "FolderVerification | Absent":
    """The hub's word on each file of a snapshot; or why it has none.

    SourceError: a file is torn; it is removed. What was put under another's name is a mismatch.
    """
    import httpx2
    from huggingface_hub import HfApi
    from huggingface_hub.errors import RevisionNotFoundError

    try:
        found = HfApi(endpoint=where).verify_repo_checksums(repo, revision=folder.name)
    except RevisionNotFoundError:
        return Absent(because=f"revision {folder.name[:12]} in the cache is none of the hub's")
    except (httpx2.HTTPError, OSError, UnicodeError):
        return Absent(because="from the hub's cache, and the hub did not answer when asked about it")
    for mismatch in found.mismatches:
        path = folder / mismatch["path"]
        if path.resolve().name == mismatch["expected"]:
            _refuse_torn(repo, folder, path, mismatch["actual"])
    return found


def verify_by_names(repo: str, folder: Path) -> None:
    """Hold each file against the name that the cache gave it. SourceError: one is torn; it is removed.

    The client's own check, `HfApi.verify_repo_checksums`, cannot do without the hub's answer.
    """
    for path in filter(Path.is_file, sorted(folder.rglob("*"))):
        name = path.resolve().name
        if SHA256_NAME.fullmatch(name):
            found = sha256_of(path)
        elif GIT_NAME.fullmatch(name):
            found = git_blob_id(path)
        else:  # a cache without links, or a mirror that names files in its own way
            continue
        if found != name:
            _refuse_torn(repo, folder, path, found)


def difference(found: "FolderVerification") -> str:
    """What of a snapshot is not the hub's own repository's; empty where all of it is."""
    other = sorted({*found.extra_paths, *(mismatch["path"] for mismatch in found.mismatches)})
    return f"{', '.join(other)} in the cache: not what the hub has" if other else ""


def _refuse_torn(repo: str, folder: Path, path: Path, found: str) -> None:
    """Remove a file whose bytes are not those that its name in the cache promises, and raise SourceError."""
    blob = path.resolve()
    path.unlink()
    blob.unlink(missing_ok=True)
    raise SourceError(
        f"{repo}: {path.relative_to(folder).as_posix()} came torn or altered (digest {found[:12]}…, the hub "
        f"says {blob.name[:12]}…) and has been removed; run the same command again to fetch it anew."
    )
