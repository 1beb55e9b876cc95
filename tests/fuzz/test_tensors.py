"""Files of tensors that students send around: mutants of a good one, and ones made to harm."""

import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, given, settings

from questions.common.errors import SourceError
from solvers.audio.codes_file import load_codes
from solvers.models.hub_format import require_type, weight_files
from solvers.models.whisper.checkpoint import read_checkpoint
from tests.fuzz.mutate import mutants

MANY = settings(max_examples=250, suppress_health_check=[HealthCheck.function_scoped_fixture])


def saved(value: Any, **options: Any) -> bytes:
    buffer = io.BytesIO()
    torch.save(value, buffer, **options)
    return buffer.getvalue()


CODES = torch.arange(40).reshape(1, 4, 10)
GOOD = saved(CODES)


def pickled(mutate: bytes) -> bytes:
    """The good file with another pickle in it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD)) as old, zipfile.ZipFile(buffer, "w") as new:
        for member in old.infolist():
            new.writestr(
                member.filename, mutate if member.filename.endswith("data.pkl") else old.read(member)
            )
    return buffer.getvalue()


def inner_pickle() -> bytes:
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
        name = next(name for name in archive.namelist() if name.endswith("data.pkl"))
        return archive.read(name)


@MANY
@given(content=mutants((GOOD, saved(CODES, _use_new_zipfile_serialization=False))))
def test_mutants_of_codes(tmp_path: Path, content: bytes) -> None:
    refused_or_codes(tmp_path / "codes.pt", content)


@MANY
@given(content=mutants((inner_pickle(),)))
def test_mutants_of_the_pickle_within(tmp_path: Path, content: bytes) -> None:
    refused_or_codes(tmp_path / "codes.pt", pickled(content))


def refused_or_codes(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    try:
        codes = load_codes(path, 4, 2048)
    except SourceError as error:
        told = str(error).removeprefix(str(path))
        assert told.isprintable()
        return
    assert (codes.shape[:2], codes.dtype) == ((1, 4), torch.int64)


ODD: dict[str, tuple[Callable[[], Any], str]] = {
    "meta": (lambda: CODES.to("meta"), "is on the device meta, which has shapes and no values"),
    "nested": (
        lambda: torch.nested.nested_tensor([torch.zeros(4, 2)]),
        "is a nested one, of rows of many lengths",
    ),
    "sparse": (CODES.to_sparse, "is torch.sparse_coo, not a plain dense one"),
    "quantized": (
        lambda: torch.quantize_per_tensor(torch.zeros(1, 4, 10), 1.0, 0, torch.qint8),
        "is quantized, not a plain dense one",
    ),
    "repeated": (lambda: CODES[:, :, :1].clone().expand(1, 4, 300), "claims 1,200 codes that the file"),
    "dict": (lambda: {"codes": "CODES"}, "holds a dict, not a tensor of codes"),
}


@pytest.mark.filterwarnings("ignore")  # torch's own, on what is made here
@pytest.mark.parametrize("name", ODD)
def test_tensors_that_are_no_plain_ones(tmp_path: Path, name: str) -> None:
    make, told = ODD[name]
    (tmp_path / "codes.pt").write_bytes(saved(make()))
    with pytest.raises(SourceError, match=re.escape(told)):
        load_codes(tmp_path / "codes.pt", 4, 2048)


@MANY
@given(content=mutants((saved({"dims": {"n_mels": 80}, "model_state_dict": {"x": torch.zeros(2)}}),)))
def test_mutants_of_a_checkpoint(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.pt").write_bytes(content)
    with (tmp_path / "x.pt").open("rb") as file, pytest.raises(SourceError):
        read_checkpoint(file, "x.pt")


@pytest.mark.parametrize(
    "content", [b"[" * 200_000, b'{"a":' * 100_000, b"\xff", b"nan", b"[]", b'{"model_type": []}']
)
def test_configs_that_are_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "config.json").write_bytes(content)
    with pytest.raises(SourceError):
        require_type(tmp_path, ("mimi",), "the codec")
    with pytest.raises(SourceError):
        weight_files(tmp_path)


def test_a_config_that_names_what_no_disk_has(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"transformers_weights": "9" * 5_000 + "/" + "9" * 300}))
    with pytest.raises(SourceError, match=r"no 9{100} there; give a folder saved by save_pretrained"):
        weight_files(tmp_path)


@MANY
@given(content=mutants((b'{"model_type": "mimi", "transformers_weights": "x.safetensors"}',)))
def test_mutants_of_a_config(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "config.json").write_bytes(content)
    with pytest.raises(SourceError):
        weight_files(tmp_path)
