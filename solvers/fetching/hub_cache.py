"""The hub's cache, looked into without the hub's client, which takes longer to import than most commands run.

Its layout is documented ("Understand caching", huggingface.co/docs/huggingface_hub/guides/manage-cache):
`models--OWNER--NAME/refs/REVISION` holds a commit, `snapshots/COMMIT` its files. Only the list of all that a
repository has, by which the client knows a broken-off download, is its own business.
"""

import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

_COMMIT = re.compile(r"[0-9a-f]{40}")
_TRUE = frozenset({"1", "ON", "YES", "TRUE"})


def is_offline() -> bool:
    """Whether HF_HUB_OFFLINE or TRANSFORMERS_OFFLINE forbids to ask the hub."""
    if constants := _constants():
        return bool(constants.HF_HUB_OFFLINE)
    given = os.environ.get("HF_HUB_OFFLINE") or os.environ.get("TRANSFORMERS_OFFLINE") or ""
    return given.upper() in _TRUE


def cache_folder() -> Path:
    """Where the hub's client keeps repositories."""
    if constants := _constants():
        return Path(constants.HF_HUB_CACHE)
    environment = os.environ
    cache_home = environment.get("XDG_CACHE_HOME", "~/.cache")
    home = _expanded(environment.get("HF_HOME", f"{cache_home}/huggingface"))
    return Path(
        _expanded(environment.get("HF_HUB_CACHE", environment.get("HUGGINGFACE_HUB_CACHE", f"{home}/hub")))
    )


def cached_snapshot(repo: str, patterns: Sequence[str], revision: str | None) -> Path | None:
    """The folder of a repository's files at a revision; None where it is not there, or known to lack some."""
    kept = cache_folder() / f"models--{repo.replace('/', '--')}"
    commit = _commit(kept, revision or "main")
    folder = kept / "snapshots" / commit if commit else None
    if folder is None or not folder.is_dir():
        return None
    return _complete(repo, patterns, revision) if (kept / "trees" / f"{commit}.json").is_file() else folder


def _commit(kept: Path, revision: str) -> str | None:
    if _COMMIT.fullmatch(revision):
        return revision
    try:
        commit = (kept / "refs" / revision).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    return commit if _COMMIT.fullmatch(commit) else None


def _complete(repo: str, patterns: Sequence[str], revision: str | None) -> Path | None:
    """What the client says by the repository's list of files."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        found = snapshot_download(
            repo, revision=revision, allow_patterns=list(patterns), local_files_only=True
        )
    except LocalEntryNotFoundError:  # not all of it
        return None
    return Path(found)


def _constants() -> Any:
    """What the client has read from the environment, once it is loaded."""
    return sys.modules.get("huggingface_hub.constants")


def _expanded(path: str) -> str:
    return os.path.expandvars(Path(path).expanduser())
