"""Where weights come from, decided without loading a model.

Order: a path given by the user, the hub's cache, the hub, the stand-in. What is found is a folder or a file
with its `Source`; whether it is genuine is said here, and by a lock, and nowhere else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

from questions.common.errors import SourceError
from questions.quiz import Rest
from solvers.evidence.digest import sha256_of
from solvers.evidence.verdicts import FileDigest, Sha256, Source
from solvers.fetching.hub import DEFAULT_ENDPOINT, Snapshot, absence, find_snapshot
from solvers.hw10.standin import STANDIN_AUDIO, STANDIN_CODEC, STANDIN_CSM
from solvers.models.hub_format import HUB_PATTERNS, joint_digest, lacking_beside, read_files, weight_files
from solvers.models.speaker.package import WEIGHTS_SHA256, packaged_file, read_verified
from solvers.models.whisper.package import PACKAGED

Models = Literal["auto", "official", "standin"]

MIMI_REPO = "kyutai/mimi"
CSM_REPO = "sesame/csm-1b"
SPEAKER_REPO = "microsoft/wavlm-base-plus-sv"
WEIGHTS_FILE = "model.safetensors"
CODEC_PATTERNS = (
    "config.json",
    "preprocessor_config.json",
    "model*.safetensors",
    "model.safetensors.index.json",
)
SPEAKER_WEIGHTS_FILES = (WEIGHTS_FILE, "pytorch_model.bin")  # the hub has had the second alone
SPEAKER_PATTERNS = ("config.json", "preprocessor_config.json", *SPEAKER_WEIGHTS_FILES)
NOT_LOCKED = "given by path, not locked"


@dataclass(frozen=True)
class Found:
    """A file or folder and what it is."""

    path: Path
    source: Source


def find_codec(models: Models, folder: Path | None, revision: str | None = None) -> Found:
    """The codec's folder in the hub's format. Raises SourceError when `models` rules out what is there."""
    if folder is not None:
        return Found(folder, _given(Rest.CODEC_WEIGHTS, folder, weight_files(folder)))
    if models == "standin":
        return _standin_codec()
    snapshot = find_snapshot(MIMI_REPO, CODEC_PATTERNS, _has_weights, revision)
    if snapshot is not None:
        files = weight_files(snapshot.folder)
        return Found(snapshot.folder, _from_hub(Rest.CODEC_WEIGHTS, snapshot, files))
    if models == "official":
        raise SourceError(
            f"{absence(MIMI_REPO)}; connect to the network, give --codec FOLDER, or allow the stand-in with "
            "--models auto."
        )
    return _standin_codec()


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


def find_voices(models: Models, folder: Path | None, revision: str | None = None) -> Found:
    """The speaker encoder: a folder in the hub's format, or the file in Resemblyzer's wheel.

    Either is an instrument and no stand-in, known by its digest. Raises SourceError when none is at hand.
    """
    if folder is not None:
        return Found(folder, _given(Rest.SPEAKER_WEIGHTS, folder, _speaker_files(folder)))
    snapshot = None
    if models != "standin":
        snapshot = find_snapshot(
            SPEAKER_REPO, SPEAKER_PATTERNS, _has_speaker_weights, revision, _lacking_of_speaker
        )
    if snapshot is not None:
        files = _speaker_files(snapshot.folder)
        return Found(snapshot.folder, _from_hub(Rest.SPEAKER_WEIGHTS, snapshot, files))
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


def find_csm(models: Models, folder: Path | None, revision: str | None = None) -> Found:
    """CSM's folder in the hub's format; the stand-in's lacks its codec, which `complete_csm` puts in.

    Raises SourceError when `models` rules out what is there, or the hub refuses it.
    """
    if folder is not None:
        return Found(folder, _given(Rest.CSM_WEIGHTS, folder, weight_files(folder)))
    if models == "standin":
        return _standin_csm()
    try:
        snapshot = find_snapshot(CSM_REPO, HUB_PATTERNS, _has_weights, revision, lacking_beside)
    except SourceError as error:  # the licence not accepted, no token, a download that broke off
        raise SourceError(f"no CSM at hand: {error}") from error
    if snapshot is not None:
        return Found(snapshot.folder, _from_hub(Rest.CSM_WEIGHTS, snapshot, weight_files(snapshot.folder)))
    if models == "official":
        raise SourceError(
            f"no CSM at hand: {absence(CSM_REPO)}; accept the licence at {DEFAULT_ENDPOINT}/{CSM_REPO} and "
            "log in with 'hf auth login', give --csm DIR, or allow the stand-in with --models auto."
        )
    return _standin_csm()


def _standin_csm() -> Found:
    source = Source(
        role=Rest.CSM_WEIGHTS,
        origin="stand-in",
        name="stand-in CSM",
        sha256=_standin_csm_digest(),
        genuine=False,
        note="not CSM-1B: 8 million parameters that learned eight sentences on the stand-in codec's codes",
    )
    return Found(STANDIN_CSM, source)


def _standin_csm_digest() -> Sha256:
    files = read_files(STANDIN_CSM, weight_files(STANDIN_CSM))
    return joint_digest([sha256_of(file) for file in files])


def _from_hub(role: Rest, snapshot: Snapshot, weights: Sequence[Path]) -> Source:
    return Source(
        role=role,
        origin="hub",
        name=snapshot.repo,
        revision=snapshot.revision,
        sha256=joint_digest([sha256_of(file) for file in weights]),
        files=_digests(snapshot.folder, weights),
        genuine=snapshot.confirmed,
        note=snapshot.note,
    )


def _given(role: Rest, folder: Path, weights: Sequence[Path]) -> Source:
    return Source(
        role=role,
        origin="path",
        name=str(folder),
        sha256=joint_digest([sha256_of(file) for file in weights]),
        files=_digests(folder, weights),
        genuine=False,
        note=NOT_LOCKED,
    )


def _digests(folder: Path, weights: Sequence[Path]) -> tuple[FileDigest, ...]:
    return tuple(FileDigest(name=file.name, sha256=sha256_of(file)) for file in read_files(folder, weights))


def _has_weights(folder: Path) -> bool:
    try:
        return bool(weight_files(folder))
    except SourceError:
        return False


def _has_speaker_weights(folder: Path) -> bool:
    return any((folder / name).is_file() for name in SPEAKER_WEIGHTS_FILES)


def _lacking_of_speaker(folder: Path) -> tuple[str, ...]:
    needed = "preprocessor_config.json"
    return () if (folder / needed).is_file() else (needed,)


def _speaker_files(folder: Path) -> tuple[Path, ...]:
    found = next((folder / name for name in SPEAKER_WEIGHTS_FILES if (folder / name).is_file()), None)
    if found is None:
        raise SourceError(
            f"{folder}: neither {' nor '.join(SPEAKER_WEIGHTS_FILES)} there; "
            "give a folder with a WavLMForXVector saved by save_pretrained."
        )
    return (found,)


def shipped_digests(source: Source) -> tuple[str, ...] | None:
    """The digests that such a source has today; None where it does not come with the project."""
    if source.origin == "stand-in" and source.role is Rest.CODEC_WEIGHTS:
        return (sha256_of(STANDIN_CODEC / WEIGHTS_FILE),)
    if source.origin == "stand-in" and source.role is Rest.CSM_WEIGHTS:
        return (_standin_csm_digest(),)
    if source.origin == "stand-in" and source.role is Rest.EMOVDB:
        from solvers.hw10.resources.emovdb import standin_source  # which itself reads digests here

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
