"""Files cut, flipped and overwritten at random: read, or refused in one sentence, and nothing else."""

import io
import zipfile
from collections.abc import Callable
from contextlib import nullcontext as nothing
from pathlib import Path
from random import Random

import numpy as np
import pytest
import soundfile
import torch
from safetensors.torch import save as as_safetensors

from questions.common.errors import SourceError
from solvers.audio.codes_file import load_codes
from solvers.audio.sound_files import read_samples

N_DAMAGED = 60  # of each format
NOISE = (0.1 * np.random.default_rng(0).standard_normal(12_000)).astype(np.float32)
CODES = torch.randint(0, 2048, (1, 4, 20), generator=torch.Generator().manual_seed(0))


def sound(container: str, subtype: str) -> bytes:
    buffer = io.BytesIO()
    soundfile.write(buffer, NOISE, 24_000, format=container, subtype=subtype)
    return buffer.getvalue()


def by_torch(content: object) -> bytes:
    buffer = io.BytesIO()
    torch.save(content, buffer)
    return buffer.getvalue()


def by_numpy() -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, CODES.numpy())
    return buffer.getvalue()


def damaged(whole: bytes, random: Random) -> bytes:
    """Cut, or with a few bytes changed, more often near the header, or with a stretch overwritten."""
    content = bytearray(whole)
    match random.choice(("cut", "flip", "flip", "overwrite")):
        case "cut":
            return whole[: random.randrange(1, len(whole))]
        case "flip":
            for _ in range(random.randrange(1, 4)):
                reach = min(len(content), random.choice((64, 400, len(content))))
                content[random.randrange(reach)] = random.randrange(256)
        case "overwrite":
            start, end = sorted(random.randrange(len(content)) for _ in range(2))
            content[start:end] = random.randbytes(random.randrange(50))
    return bytes(content)


def refusals(whole: bytes, path: Path, read: Callable[[Path], object]) -> list[str]:
    """The sentences of those that are refused; any other error is the test's."""
    random, said = Random(0), []
    for _ in range(N_DAMAGED):
        path.write_bytes(damaged(whole, random))
        try:
            read(path)
        except SourceError as error:
            said.append(str(error))
    assert all(one.startswith(f"{path}: ") and len(one.splitlines()) == 1 for one in said)
    return said


@pytest.mark.parametrize(
    ("container", "subtype"),
    [
        ("WAV", "PCM_16"), ("WAV", "FLOAT"), ("WAV", "IMA_ADPCM"), ("WAV", "MS_ADPCM"), ("RF64", "PCM_16"),
        ("FLAC", "PCM_16"), ("OGG", "VORBIS"), ("OGG", "OPUS"), ("MP3", "MPEG_LAYER_III"),
    ],
)  # fmt: skip
def test_damaged_sounds(tmp_path: Path, container: str, subtype: str) -> None:
    assert refusals(sound(container, subtype), tmp_path / "music.wav", read_samples)


@pytest.mark.parametrize(
    "whole",
    [by_torch(CODES), by_torch({"codes": CODES, "rate": 12.5}), by_numpy(), as_safetensors({"codes": CODES})],
    ids=["tensor", "dict", "numpy", "safetensors"],
)
def test_damaged_codes(tmp_path: Path, whole: bytes) -> None:
    assert refusals(whole, tmp_path / "codes.pt", lambda path: load_codes(path, 4, 2048))


def test_a_bomb_of_many_members_of_one_name(tmp_path: Path) -> None:
    """Each counts, though an archive's directory by name would have one."""
    path = tmp_path / "bomb.pt"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for _ in range(3):
            with pytest.warns(UserWarning, match="Duplicate") if archive.namelist() else nothing():
                archive.writestr("archive/data/0", bytes(8 * 2**20))
    with pytest.raises(SourceError, match=r"25,165,824 bytes; a file of codes has at most"):
        load_codes(path, 4, 2048)
