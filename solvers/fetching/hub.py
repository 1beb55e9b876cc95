"""The hub: a repository's files from its cache, else downloaded, and whether the hub confirms them.

Every way that can fail is one sentence with the way out.
"""

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from questions.common.absent import Absent
from questions.common.errors import SourceError
from solvers.fetching.hub_cache import cached_snapshot, is_offline
from solvers.fetching.hub_checks import difference, verify_by_hub, verify_by_names
from solvers.fetching.hub_download import bytes_lacking, download, request_of
from solvers.fetching.network import hub_reachable, shown

DEFAULT_ENDPOINT = "https://huggingface.co"
WEIGHTS_SUFFIXES = (".safetensors", ".bin")
UNASKED = "from the hub's cache, and the hub could not be asked about it"


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


def find_snapshot(
    repo: str,
    patterns: Sequence[str],
    is_complete: Callable[[Path], bool],
    revision: str | None = None,
    lacking: Callable[[Path], Sequence[str]] = lambda _: (),
) -> Snapshot | Absent:
    """The files of `repo` that fit `patterns`, downloaded where the cache lacks what `is_complete` wants.

    A cache that something else filled may hold the weights alone: what else fits is fetched from the same
    revision, and `lacking` names what loading them cannot do without.
    Absent: they are not in the cache and the hub cannot be reached, or its client is not installed.
    SourceError: the hub refuses, the download breaks off, the disk is full, a file is torn, or the weights
    are there without what loading needs.
    """
    if find_spec("huggingface_hub") is None:  # the light install only looks at what lies here
        return Absent(
            because=f"{repo} cannot be looked for without huggingface_hub (pip install 'quizproof[solve]')"
        )
    where = endpoint()
    reachable = not is_offline() and hub_reachable(where)
    folder = cached_snapshot(repo, patterns, revision)
    if folder is None or not is_complete(folder):
        if not reachable:
            return Absent(
                because=f"{repo} is not in the hub's cache, and HF_HUB_OFFLINE forbids to ask the hub"
                if is_offline()
                else f"{repo} is neither in the hub's cache nor can {shown(where)} be reached"
            )
        folder = download(repo, patterns, revision, where)
    held = verify_by_hub(repo, folder, where) if reachable else Absent(because=UNASKED)
    if not isinstance(held, Absent) and (names := _beside(held.missing_paths, patterns)):
        try:
            download(repo, names, folder.name, where)
        except SourceError:
            if lacking(folder):
                raise
        else:
            held = verify_by_hub(repo, folder, where)
    if isinstance(held, Absent):
        verify_by_names(repo, folder)
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
    note = held.because if isinstance(held, Absent) else difference(held)
    return Snapshot(repo, folder, confirmed=not note, note=note)


def bytes_to_fetch(
    repo: str, patterns: Sequence[str], is_complete: Callable[[Path], bool], revision: str | None = None
) -> int | None:
    """How much `find_snapshot` would download now, by the hub's own list; None where it cannot be asked.

    Raises SourceError: HF_ENDPOINT is no address.
    """
    if find_spec("huggingface_hub") is None:
        return None
    import httpx2

    where = endpoint()
    folder = cached_snapshot(repo, patterns, revision)
    if folder is not None and is_complete(folder):
        return 0
    if is_offline() or not hub_reachable(where):
        return None
    try:
        return bytes_lacking(request_of(repo, patterns, revision, where))
    except (httpx2.HTTPError, OSError, UnicodeError):  # why, is said when it is to be downloaded
        return None


def _beside(missing: Iterable[str], patterns: Sequence[str]) -> list[str]:
    """What fits the patterns beside the weights, which may lie there in a second format."""
    return [
        name
        for name in missing
        if not name.endswith(WEIGHTS_SUFFIXES) and any(fnmatch(name, pattern) for pattern in patterns)
    ]
