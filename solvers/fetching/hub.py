"""The hub: a repository's files from its cache, else downloaded, and whether the hub confirms them.

Every way that can fail is one sentence with the way out. What the client itself says is never repeated in
it: that can hold a signed address or, where no header can carry it, the token.
"""

import errno
import os
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from questions.common.errors import SourceError
from solvers.evidence.digest import git_blob_id, sha256_of
from solvers.fetching.network import hub_reachable, shown

if TYPE_CHECKING:
    from huggingface_hub.hf_api import RepoFile

DEFAULT_ENDPOINT = "https://huggingface.co"
TOKENS_PAGE = "https://huggingface.co/settings/tokens"
# The client itself takes a closed connection up again where it stopped; this is for what it gives up on.
MAX_TRIES = 3
# The cache names a file by what the hub says of it: large ones by SHA-256, small ones as git does.
SHA256_NAME = re.compile(r"[0-9a-f]{64}")
GIT_NAME = re.compile(r"[0-9a-f]{40}")
WEIGHTS_SUFFIXES = (".safetensors", ".bin")
NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@dataclass(frozen=True)
class Snapshot:
    """A repository's files at one revision, in the hub's cache.

    `confirmed`: the hub's own repository, asked at its default endpoint, has these very bytes. Where it has
    not, `note` says why.
    """

    repo: str
    folder: Path
    confirmed: bool
    note: str = ""

    @property
    def revision(self) -> str:
        """The commit."""
        return self.folder.name


def endpoint() -> str:
    """The hub's address: its own, or the mirror that HF_ENDPOINT names. SourceError: that is no address."""
    given = os.environ.get("HF_ENDPOINT", "").strip()
    found = given.rstrip("/") or DEFAULT_ENDPOINT
    try:
        parts = urlsplit(found)
        valid = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        valid = False
    if not valid:
        raise SourceError(
            f"HF_ENDPOINT: {shown(given)!r} is not an http or https address; unset it for "
            f"{DEFAULT_ENDPOINT}, or write a mirror's in full, such as https://mirror.example."
        )
    return found


def absence(repo: str) -> str:
    """Why there is nothing of `repo` where `find_snapshot` gives None."""
    if find_spec("huggingface_hub") is None:
        return f"{repo} cannot be looked for without huggingface_hub (pip install 'quizproof[solve]')"
    if _offline():
        return f"{repo} is not in the hub's cache, and HF_HUB_OFFLINE forbids to ask the hub"
    return f"{repo} is neither in the hub's cache nor can {shown(endpoint())} be reached"


def find_snapshot(
    repo: str,
    patterns: Sequence[str],
    is_complete: Callable[[Path], bool],
    revision: str | None = None,
    lacking: Callable[[Path], Sequence[str]] = lambda _: (),
) -> Snapshot | None:
    """The files of `repo` that fit `patterns`, downloaded where the cache lacks what `is_complete` wants.

    A cache that something else filled may hold the weights alone: what else fits is fetched from the same
    revision, and `lacking` names what loading them cannot do without.
    None: they are not in the cache and the hub cannot be reached, or its client is not installed.
    SourceError: the hub refuses, the download breaks off, the disk is full, a file is torn, or the weights
    are there without what loading needs.
    """
    if find_spec("huggingface_hub") is None:  # the light install only looks at what lies here
        return None
    where = endpoint()
    reachable = not _offline() and hub_reachable(where)
    folder = _cached(repo, patterns, revision)
    if folder is None or not is_complete(folder):
        if not reachable:
            return None
        folder = _download(repo, patterns, revision, where)
    tree = _tree(repo, folder.name, where) if reachable else {}
    if not isinstance(tree, str) and (names := _beside(tree, patterns) - files_in(folder).keys()):
        try:
            _download(repo, sorted(names), folder.name, where)
        except SourceError:
            if lacking(folder):
                raise
    _check_files(repo, folder)
    if not is_complete(folder):
        raise SourceError(
            f"{repo}: revision {folder.name[:12]} at {shown(where)} has no weights that transformers can "
            "load; unset HF_ENDPOINT if that is an incomplete mirror, or give the folder by path."
        )
    if missing := lacking(folder):
        reason = "has none at this revision" if reachable else "cannot be reached"
        raise SourceError(
            f"{repo}: the weights are in the hub's cache without {', '.join(missing)}, and {shown(where)} "
            f"{reason}; connect to the network and run the same command again, or give the folder by path."
        )
    if where != DEFAULT_ENDPOINT:
        return Snapshot(repo, folder, confirmed=False, note=f"from the mirror {shown(where)}")
    if not reachable:
        note = "from the hub's cache, and the hub could not be asked about it"
        return Snapshot(repo, folder, confirmed=False, note=note)
    note = tree if isinstance(tree, str) else _difference(folder, tree)
    return Snapshot(repo, folder, confirmed=not note, note=note)


def _offline() -> bool:
    from huggingface_hub import constants

    return bool(constants.HF_HUB_OFFLINE)


def _cached(repo: str, patterns: Sequence[str], revision: str | None) -> Path | None:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        found = snapshot_download(
            repo, revision=revision, allow_patterns=list(patterns), local_files_only=True
        )
    except LocalEntryNotFoundError:  # nothing, or not all of it
        return None
    return Path(found)


def _download(repo: str, patterns: Sequence[str], revision: str | None, where: str) -> Path:
    import httpx2
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError

    request: dict[str, Any] = {
        "repo_id": repo,
        "revision": revision,
        "allow_patterns": list(patterns),
        "endpoint": where,
    }
    for attempt in range(1, MAX_TRIES + 1):
        try:
            _check_space(repo, _bytes_lacking(request))
            return Path(snapshot_download(**request))
        except (httpx2.HTTPError, OSError, UnicodeError) as error:
            reason = _root(error)
            broken = isinstance(reason, httpx2.TransportError) and not isinstance(
                reason, httpx2.LocalProtocolError
            )
            if broken and attempt < MAX_TRIES:
                continue
            if isinstance(reason, HfHubHTTPError):
                raise SourceError(_refusal(repo, revision, reason, where)) from None
            raise SourceError(_breakdown(repo, reason)) from None
    raise AssertionError("unreachable")


def _bytes_lacking(request: Mapping[str, Any]) -> int:
    """How much is still to be downloaded, in bytes."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.utils.tqdm import tqdm

    class Silent(tqdm):
        """No bar for what takes a moment."""

        def __init__(self, *arguments: Any, **named: Any) -> None:
            super().__init__(*arguments, **named | {"disable": True})  # type: ignore[no-untyped-call]

    files = snapshot_download(dry_run=True, tqdm_class=Silent, **request)
    return sum(file.file_size or 0 for file in files if file.will_download)


def _root(error: BaseException) -> BaseException:
    """What the client wraps when it looks into its cache first and finds nothing there."""
    from huggingface_hub.errors import DryRunError, LocalEntryNotFoundError

    wrapped = isinstance(error, (DryRunError, LocalEntryNotFoundError)) and error.__cause__ is not None
    return _root(error.__cause__) if wrapped and error.__cause__ else error


def _refusal(repo: str, revision: str | None, error: Any, where: str) -> str:
    """What an answer other than 200 means, and what to do."""
    from huggingface_hub import get_token
    from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError, RevisionNotFoundError

    status = error.response.status_code
    if status == 401:
        if get_token() is None:
            return (
                f"{repo}: the hub asks for a token (401); make one at {TOKENS_PAGE}, and log in with "
                "'hf auth login' or set HF_TOKEN."
            )
        return (
            f"{repo}: the hub does not accept the token (401); make a new one at {TOKENS_PAGE}, and log in "
            "with 'hf auth login' or set HF_TOKEN."
        )
    if isinstance(error, GatedRepoError):
        return (
            f"{repo}: its licence is not accepted yet (403); accept it at {shown(where)}/{repo} with the "
            "account that the token belongs to, let the token read gated repositories, and run the same "
            "command again."
        )
    if isinstance(error, RevisionNotFoundError):
        return (
            f"{repo}: the hub has no revision {revision} (404); run 'quizproof lock --update' to lock the "
            "one that it has."
        )
    if isinstance(error, RepositoryNotFoundError) or status == 404:
        return (
            f"{repo}: not found at {shown(where)} (404); check the name there, unset HF_ENDPOINT if that is "
            "a mirror without it, or give the folder by path."
        )
    return f"{repo}: {shown(where)} answered {status}; wait a little and run the same command again."


def _breakdown(repo: str, error: BaseException) -> str:
    """What a connection or a disk that fails means, and what to do."""
    import httpx2

    if isinstance(error, (httpx2.LocalProtocolError, UnicodeError)):
        return (
            f"{repo}: the token holds characters that no request can carry; copy it again from "
            f"{TOKENS_PAGE}, and log in with 'hf auth login' or set HF_TOKEN."
        )
    if isinstance(error, OSError) and error.errno in NO_SPACE:
        return (
            f"{repo}: the disk of {_cache()} is full; make room there, or set HF_HOME to a folder on a "
            "larger disk, and run the same command again."
        )
    if isinstance(error, OSError) and error.errno is not None and not isinstance(error, httpx2.HTTPError):
        return (
            f"{repo}: {_cache()} cannot be written ({os.strerror(error.errno)}); set HF_HOME to a folder "
            "that can."
        )
    return (
        f"{repo}: the download broke off ({type(error).__name__}); files that came whole are kept, run the "
        "same command again to go on."
    )


def _check_space(repo: str, n_bytes: int) -> None:
    cache = _cache()
    place = next(folder for folder in (cache, *cache.parents) if folder.is_dir())
    free = shutil.disk_usage(place).free
    if n_bytes > free:
        raise SourceError(
            f"{repo}: {n_bytes / 1e9:.1f} GB to download and {free / 1e9:.1f} GB free in {cache}; make room "
            "there, or set HF_HOME to a folder on a larger disk."
        )


def _cache() -> Path:
    from huggingface_hub import constants

    return Path(constants.HF_HUB_CACHE).expanduser().absolute()


def files_in(folder: Path) -> dict[str, Path]:
    """A snapshot's files by their names in the repository."""
    return {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}


def _check_files(repo: str, folder: Path) -> None:
    """Hold each file against the name that the cache gave it. A torn one is removed.

    The client compares lengths alone.
    """
    for name, path in files_in(folder).items():
        blob = path.resolve()
        if SHA256_NAME.fullmatch(blob.name):
            found = sha256_of(blob)
        elif GIT_NAME.fullmatch(blob.name):
            found = git_blob_id(blob)
        else:  # a cache without links, or a mirror that names files in its own way
            continue
        if found != blob.name:
            path.unlink()
            blob.unlink(missing_ok=True)
            raise SourceError(
                f"{repo}: {name} came torn or altered (digest {found[:12]}…, the hub says "
                f"{blob.name[:12]}…) and has been removed; run the same command again to fetch it anew."
            )


def _tree(repo: str, revision: str, where: str) -> "Mapping[str, RepoFile] | str":
    """The hub's files at a revision by their names; or why there is nothing to hold a snapshot against."""
    import httpx2
    from huggingface_hub import HfApi
    from huggingface_hub.errors import RevisionNotFoundError
    from huggingface_hub.hf_api import RepoFile

    try:
        tree = HfApi(endpoint=where).list_repo_tree(repo, recursive=True, revision=revision)
        return {entry.path: entry for entry in tree if isinstance(entry, RepoFile)}
    except RevisionNotFoundError:
        return f"revision {revision[:12]} in the cache is none of the hub's"
    except (httpx2.HTTPError, OSError, UnicodeError):
        return "from the hub's cache, and the hub did not answer when asked about it"


def _beside(tree: "Mapping[str, RepoFile]", patterns: Sequence[str]) -> set[str]:
    """What fits the patterns beside the weights, which may lie there in a second format."""
    fitting = {name for name in tree if any(fnmatch(name, pattern) for pattern in patterns)}
    return {name for name in fitting if not name.endswith(WEIGHTS_SUFFIXES)}


def _difference(folder: Path, listed: "Mapping[str, RepoFile]") -> str:
    """What of a snapshot is not the hub's own repository's; empty where all of it is."""
    other = [name for name, path in files_in(folder).items() if not _is_same(name, path, listed)]
    return f"{', '.join(other)} in the cache: not what the hub has" if other else ""


def _is_same(name: str, path: Path, listed: "Mapping[str, RepoFile]") -> bool:
    entry = listed.get(name)
    if entry is None:
        return False
    if entry.lfs is not None:
        return bool(sha256_of(path) == entry.lfs.sha256)
    return bool(git_blob_id(path) == entry.blob_id)
