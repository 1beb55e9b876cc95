"""A download from the hub: resumed where it broke off, and in one sentence where it cannot be.

What the client itself says is never repeated: that can hold a signed address or, where no header can carry
it, the token.
"""

import errno
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from questions.common.errors import SourceError
from solvers.fetching.network import shown

TOKENS_PAGE = "https://huggingface.co/settings/tokens"
# The client itself takes a closed connection up again where it stopped; this is for what it gives up on.
MAX_TRIES = 3
NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def download(repo: str, patterns: Sequence[str], revision: str | None, where: str) -> Path:
    """The snapshot with what fits `patterns`. Raises SourceError: refused, broken off, or no room for it."""
    import httpx2
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError

    request = request_of(repo, patterns, revision, where)
    for attempt in range(1, MAX_TRIES + 1):
        try:
            _check_space(repo, bytes_lacking(request))
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


def request_of(repo: str, patterns: Sequence[str], revision: str | None, where: str) -> dict[str, Any]:
    """What the hub's client is asked for."""
    return {"repo_id": repo, "revision": revision, "allow_patterns": list(patterns), "endpoint": where}


def bytes_lacking(request: Mapping[str, Any]) -> int:
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
