"""Where codec weights and course files come from, decided without loading a model.

Order: a path given by the user, the hub's cache, the hub, the stand-in. What is found is a folder or a file
with its `Source`; whether it is genuine is said here and nowhere else.
"""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from questions.errors import SourceError
from questions.spec import Rest
from solvers.csm_files import HUB_PATTERNS, joint_digest, weight_files
from solvers.evidence import Source
from solvers.network import hub_reachable
from solvers.standin import STANDIN_AUDIO, STANDIN_CODEC
from solvers.voice_package import WEIGHTS_SHA256, packaged_file, read_verified
from solvers.whisper_package import PACKAGED

Models = Literal["auto", "official", "standin"]

MIMI_REPO = "kyutai/mimi"
CSM_REPO = "sesame/csm-1b"
SPEAKER_REPO = "microsoft/wavlm-base-plus-sv"
DEFAULT_ENDPOINT = "https://huggingface.co"
WEIGHTS_FILE = "model.safetensors"
SPEAKER_WEIGHTS_FILES = (WEIGHTS_FILE, "pytorch_model.bin")  # the hub has had the second alone
SOUND_SUFFIXES = (".wav", ".flac", ".ogg", ".mp3")


@dataclass(frozen=True)
class Found:
    """A file or folder and what it is."""

    path: Path
    source: Source


@cache
def sha256_of(path: Path) -> str:
    """SHA-256 of a file's bytes, as hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def hub_endpoint() -> str:
    """The hub's address: its own, or the mirror that HF_ENDPOINT names."""
    return os.environ.get("HF_ENDPOINT", DEFAULT_ENDPOINT).rstrip("/")


def find_codec(models: Models, folder: Path | None) -> Found:
    """The codec's folder in the hub's format. Raises SourceError when `models` rules out what is there."""
    if folder is not None:
        if not (folder / WEIGHTS_FILE).is_file():
            raise SourceError(f"{folder}: no {WEIGHTS_FILE} there; give a folder saved by save_pretrained.")
        return Found(folder, _codec_source("path", str(folder), folder, genuine=False))
    if models == "standin":
        return _standin_codec()
    snapshot = _hub_snapshot(MIMI_REPO, (WEIGHTS_FILE,))
    if snapshot is not None:
        genuine = hub_endpoint() == DEFAULT_ENDPOINT
        source = _codec_source("hub", MIMI_REPO, snapshot, genuine=genuine)
        return Found(snapshot, source)
    if models == "official":
        raise SourceError(
            f"{MIMI_REPO} is neither in the hub's cache nor can {hub_endpoint()} be reached; "
            "connect to the network, give --codec FOLDER, or allow the stand-in with --models auto."
        )
    return _standin_codec()


def _codec_source(origin: Literal["hub", "path"], name: str, folder: Path, *, genuine: bool) -> Source:
    return Source(
        role=Rest.CODEC_WEIGHTS,
        origin=origin,
        name=name,
        revision=folder.resolve().name if origin == "hub" else None,
        sha256=sha256_of(folder / WEIGHTS_FILE),
        genuine=genuine,
        note="" if genuine else "not known by digest",
    )


def _standin_codec() -> Found:
    source = Source(
        role=Rest.CODEC_WEIGHTS,
        origin="stand-in",
        name="stand-in codec",
        sha256=sha256_of(STANDIN_CODEC / WEIGHTS_FILE),
        genuine=False,
        note="not Mimi: log-mel patches, residual k-means, Griffin-Lim",
    )
    return Found(STANDIN_CODEC, source)


def find_voices(models: Models, folder: Path | None) -> Found:
    """The speaker encoder: a folder in the hub's format, or the file in Resemblyzer's wheel.

    Either is an instrument and no stand-in, known by its digest. Raises SourceError when none is at hand.
    """
    if folder is not None:
        return Found(folder, _speaker_source("path", str(folder), folder, genuine=False))
    snapshot = None if models == "standin" else _hub_snapshot(SPEAKER_REPO, SPEAKER_WEIGHTS_FILES)
    if snapshot is not None:
        genuine = hub_endpoint() == DEFAULT_ENDPOINT
        return Found(snapshot, _speaker_source("hub", SPEAKER_REPO, snapshot, genuine=genuine))
    path = packaged_file()
    read_verified(path)
    source = Source(
        role=Rest.SPEAKER_WEIGHTS,
        origin="package",
        name="Resemblyzer",
        sha256=WEIGHTS_SHA256,
        genuine=True,
    )
    return Found(path, source)


def _speaker_source(origin: Literal["hub", "path"], name: str, folder: Path, *, genuine: bool) -> Source:
    weights = _weights_in(folder, SPEAKER_WEIGHTS_FILES)
    if weights is None:
        raise SourceError(
            f"{folder}: neither {' nor '.join(SPEAKER_WEIGHTS_FILES)} there; "
            "give a folder with a WavLMForXVector saved by save_pretrained."
        )
    return Source(
        role=Rest.SPEAKER_WEIGHTS,
        origin=origin,
        name=name,
        revision=folder.resolve().name if origin == "hub" else None,
        sha256=sha256_of(weights),
        genuine=genuine,
        note="" if genuine else "not known by digest",
    )


def find_csm(models: Models, folder: Path | None) -> Found:
    """CSM's folder in the hub's format. Raises SourceError: there is none, and no stand-in for it."""
    if folder is not None:
        return Found(folder, _csm_source("path", str(folder), folder, genuine=False))
    advice = (
        f"accept the licence at {DEFAULT_ENDPOINT}/{CSM_REPO} and log in with 'hf auth login', "
        "or give --csm DIR."
    )
    if models == "standin":
        raise SourceError(f"no CSM at hand: there is no stand-in for it; allow {CSM_REPO} and {advice}")
    try:
        snapshot = _hub_snapshot(CSM_REPO, (), HUB_PATTERNS)
    except SourceError as error:  # the licence not accepted, or no token
        raise SourceError(f"no CSM at hand: {error}; {advice}") from error
    if snapshot is None:
        raise SourceError(
            f"no CSM at hand: {CSM_REPO} is neither in the hub's cache nor can {hub_endpoint()} be reached; "
            f"{advice}"
        )
    return Found(snapshot, _csm_source("hub", CSM_REPO, snapshot, genuine=hub_endpoint() == DEFAULT_ENDPOINT))


def _csm_source(origin: Literal["hub", "path"], name: str, folder: Path, *, genuine: bool) -> Source:
    return Source(
        role=Rest.CSM_WEIGHTS,
        origin=origin,
        name=name,
        revision=folder.resolve().name if origin == "hub" else None,
        sha256=joint_digest([sha256_of(file) for file in weight_files(folder)]),
        genuine=genuine,
        note="" if genuine else "not known by digest",
    )


def _weights_in(folder: Path, names: Sequence[str]) -> Path | None:
    return next((folder / name for name in names if (folder / name).is_file()), None)


def _hub_snapshot(repo: str, weights: Sequence[str], patterns: Sequence[str] = ()) -> Path | None:
    """A repository's folder in the hub's cache, downloaded first where the hub answers.

    `weights` are the names of which one has to be there; where they are left open, the weights are those
    that the config names. `patterns` are the files to ask for beside them.
    """
    snapshot = _snapshot(repo, weights, patterns, download=False)
    if snapshot is None and hub_reachable(hub_endpoint()):
        snapshot = _snapshot(repo, weights, patterns, download=True)
    return snapshot


def _snapshot(repo: str, weights: Sequence[str], patterns: Sequence[str], *, download: bool) -> Path | None:
    if find_spec("huggingface_hub") is None:  # the light install only looks at what lies here
        return None
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    try:
        folder = snapshot_download(
            repo,
            allow_patterns=["config.json", "preprocessor_config.json", *weights, *patterns],
            local_files_only=not download,
        )
    except (LocalEntryNotFoundError, HfHubHTTPError) as error:
        if download:
            raise SourceError(f"{repo}: the hub refused or broke off: {error}") from error
        return None
    return Path(folder) if _is_complete(Path(folder), weights) else None


def _is_complete(folder: Path, weights: Sequence[str]) -> bool:
    if weights:
        return _weights_in(folder, weights) is not None
    try:
        return bool(weight_files(folder))
    except SourceError:
        return False


def find_input(names: Sequence[str], audio_dir: Path | None, models: Models) -> Found:
    """The first of the course's file names that is there, else the stand-in's.

    A sound may lie there in any of the usual formats under its own stem.
    Raises SourceError when there is none.
    """
    if audio_dir is not None and not audio_dir.is_dir():
        raise SourceError(f"--audio {audio_dir}: no such folder.")
    spellings = [spelling for name in names for spelling in _spellings(name)]
    if audio_dir is not None:
        for spelling in spellings:
            if (audio_dir / spelling).is_file():
                return Found(audio_dir / spelling, _file_source("path", audio_dir / spelling))
    if models != "official":
        for spelling in spellings:
            if (STANDIN_AUDIO / spelling).is_file():
                return Found(STANDIN_AUDIO / spelling, _file_source("stand-in", STANDIN_AUDIO / spelling))
    place = f"in {audio_dir}" if audio_dir else "(no --audio DIR was given)"
    raise SourceError(f"none of {', '.join(names)} found {place}; put the course's file there.")


def shipped_digests(source: Source) -> tuple[str, ...] | None:
    """The digests that such a source has today; None where it does not come with the project."""
    if source.origin == "stand-in" and source.role is Rest.CODEC_WEIGHTS:
        return (sha256_of(STANDIN_CODEC / WEIGHTS_FILE),)
    if source.origin == "stand-in" and source.role is Rest.EMOVDB:
        from solvers.emotion_clips import standin_source  # which itself reads digests here

        return tuple(filter(None, (standin_source().sha256,)))
    if source.origin == "stand-in":
        path = STANDIN_AUDIO / Path(source.name).name
        return (sha256_of(path),) if path.is_file() else ()
    if source.origin == "package" and source.role is Rest.SPEAKER_WEIGHTS:
        return (WEIGHTS_SHA256,)
    if source.origin == "package":
        return tuple(packaged.sha256 for packaged in PACKAGED.values())
    return None


def library_source(role: Rest, distribution: str) -> Source:
    """A library that a part rests on, as it is installed. Raises SourceError where it is not."""
    try:
        found = version(distribution)
    except PackageNotFoundError as error:
        raise SourceError(f"{distribution} is not installed; run pip install 'quizproof[solve]'.") from error
    return Source(role=role, origin="library", name=distribution, revision=found, genuine=True)


def _spellings(name: str) -> list[str]:
    path = Path(name)
    if path.suffix.lower() not in SOUND_SUFFIXES:
        return [name]
    return [name, *(path.stem + suffix for suffix in SOUND_SUFFIXES if path.stem + suffix != name)]


def _file_source(origin: Literal["path", "stand-in"], path: Path) -> Source:
    note = "synthetic" if origin == "stand-in" else "not known by digest"
    return Source(
        role=Rest.COURSE_AUDIO,
        origin=origin,
        name=path.name,
        sha256=sha256_of(path),
        genuine=False,
        note=note,
    )
