"""Codes as people save them: every arrangement that is read, and a sentence of its own for every other."""

import dataclasses
import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from transformers.models.mimi.modeling_mimi import MimiEncoderOutput

from questions.common.errors import SourceError
from solvers.audio.codes_file import load_codes
from solvers.audio.sound_files import read_samples

CODES = torch.randint(0, 2048, (1, 4, 88), generator=torch.Generator().manual_seed(0))
LAYERS = [layer.clone() for layer in CODES[0]]


@dataclasses.dataclass
class Saved:
    codes: Any
    frame_rate_hz: float = 12.5
    note: str = "shuffled"


class Slotted:
    __slots__ = ("codes",)

    def __init__(self, codes: torch.Tensor) -> None:
        self.codes = codes


def saved(tmp_path: Path, content: object, **options: bool) -> Path:
    path = tmp_path / "audio_codes_shuffled.pt"
    torch.save(content, path, **options)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(SourceError) as found:
        load_codes(path, 4, 2048)
    message = str(found.value)
    assert message.startswith(f"{path}: ")
    assert "\n" not in message
    return message.removeprefix(f"{path}: ")


@pytest.mark.parametrize(
    "content",
    [
        CODES,
        CODES[0],
        CODES.to(torch.uint16),
        CODES[0].to(torch.uint32),
        CODES.to(torch.uint64),
        {"codes": CODES},
        {"codes": CODES[0].to(torch.uint16), "frame_rate_hz": 12.5, "permutation": None, "shape": [1, 4, 88]},
        LAYERS,
        tuple(LAYERS),
        {"codes": LAYERS},
        {"audio_codes": CODES, "codes": CODES},  # one tensor under two names is one
        Saved(CODES),
        Saved(LAYERS),
        MimiEncoderOutput(audio_codes=CODES),  # what MimiModel.encode gives
        torch.nn.Parameter(CODES, requires_grad=False),
    ],
    ids=lambda content: type(content).__name__,
)
def test_every_arrangement_gives_the_same_codes(tmp_path: Path, content: object) -> None:
    found = load_codes(saved(tmp_path, content), 4, 2048)
    assert found.dtype is torch.int64
    assert torch.equal(found, CODES)


@pytest.mark.parametrize("dtype", ["int16", "uint16", "int64", ">i4"])
@pytest.mark.parametrize("shape", [(1, 4, 88), (4, 88)])
@pytest.mark.parametrize("fortran", [False, True])
def test_what_numpy_saved(tmp_path: Path, dtype: str, shape: tuple[int, ...], fortran: bool) -> None:
    path = tmp_path / "audio_codes_shuffled.pt"
    array = CODES.numpy().reshape(shape).astype(dtype)
    with path.open("wb") as file:
        np.save(file, np.asfortranarray(array) if fortran else array)
    assert torch.equal(load_codes(path, 4, 2048), CODES)


@pytest.mark.parametrize("content", [CODES, CODES[0].to(torch.int16).contiguous()])
def test_safetensors(tmp_path: Path, content: torch.Tensor) -> None:
    path = tmp_path / "audio_codes_shuffled.pt"
    save_file({"codes": content}, path)
    assert torch.equal(load_codes(path, 4, 2048), CODES)
    save_file({"codes": content, "mask": content.clone()}, path)
    assert refusal(path) == "holds 2 tensors (codes, mask); save the codes alone."
    path.write_bytes(path.read_bytes()[:-10])
    assert refusal(path).startswith("safetensors cannot read it (")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"a": CODES, "b": CODES.clone()}, "holds 2 tensors (a, b); save the codes alone."),
        ({"rate": 12.5}, "holds a dict, not a tensor of codes."),
        ("codes", "holds a str, not a tensor of codes."),
        (CODES.tolist(), "holds a list of numbers or other things, not of tensors; save torch.tensor(codes)"),
        (
            LAYERS[:3],
            "holds a list of tensors of shapes [88], [88], [88]; expected 4 layers [T] of one length, or a "
            "tensor [1, 4, T].",
        ),
        (
            [*LAYERS[:3], LAYERS[3][:80]],
            "holds a list of tensors of shapes [88], [88], [88], [80]; expected 4 layers [T] of one length, "
            "or a tensor [1, 4, T].",
        ),
        ([layer[None] for layer in LAYERS], "holds a list of tensors of shapes [1, 88], [1, 88],"),
        (
            CODES.transpose(1, 2).clone(),
            "shape is [1, 88, 4]; expected [1, 4, T] or [4, T] with T from 1 to 375. Layers and frames are "
            "the other way round: transpose(-1, -2) first.",
        ),
        (CODES.new_zeros(1, 32, 88), "shape is [1, 32, 88]; expected [1, 4, T] or [4, T]"),
        (CODES.new_zeros(4), "shape is [4]; expected [1, 4, T] or [4, T]"),
        (CODES.new_zeros(4, 0), "shape is [1, 4, 0]; expected"),
        (CODES.to("meta"), "the tensor is on the device meta, which has shapes and no values;"),
        ([layer.to("meta") for layer in LAYERS], "the tensor is on the device meta"),
        (Saved(CODES.float()), "dtype is torch.float32; codes are integers (torch.int64)."),
        ([layer.float() for layer in LAYERS], "dtype is torch.float32; codes are integers (torch.int64)."),
        (
            CODES.numpy(),
            "holds numpy objects that torch.save pickled; save the codes alone by numpy.save, or as a tensor "
            "by torch.save.",
        ),
        ({"codes": CODES, "saved": Saved(3)}, "holds more than a tensor, and none of it was run;"),
        (Saved(Saved(CODES)), "holds more than a tensor, and none of it was run;"),
        ((CODES + 2048).to(torch.uint16), "codes run from 20"),
    ],
)  # fmt: skip
def test_what_is_refused_has_its_own_sentence(tmp_path: Path, content: object, words: str) -> None:
    assert refusal(saved(tmp_path, content)).startswith(words)


@pytest.mark.filterwarnings("ignore:The PyTorch API of nested tensors")
@pytest.mark.parametrize(
    ("layout", "words"),
    [
        (torch.strided, "the tensor is a nested one, of rows of many lengths; save a plain one."),
        (torch.jagged, "the tensor is a nested one, or marked for torch.compile; save a plain one."),
    ],
)
def test_nested_tensors_are_named(tmp_path: Path, layout: torch.layout, words: str) -> None:
    nested = torch.nested.nested_tensor([LAYERS[0], LAYERS[1][:5]], layout=layout)
    assert refusal(saved(tmp_path, nested)) == words
    assert refusal(saved(tmp_path, [nested] * 4)) == words


def test_thirty_seconds_are_the_most(tmp_path: Path) -> None:
    longest = torch.zeros(1, 4, 375, dtype=torch.int64)
    assert load_codes(saved(tmp_path, longest), 4, 2048).shape == (1, 4, 375)
    words = "376 frames are 30 s, and at most 375 (30 s) can be heard at once: give the file of one sentence."
    over = torch.zeros(1, 4, 376, dtype=torch.int64)
    assert refusal(saved(tmp_path, over)) == f"shape is [1, 4, 376]; {words}"
    assert refusal(saved(tmp_path, list(over[0]))) == words


def test_layers_that_claim_more_than_the_file_holds(tmp_path: Path) -> None:
    claimed = [torch.zeros(1, dtype=torch.int64).expand(88)] * 4
    assert refusal(saved(tmp_path, claimed)) == "the tensor claims 88 codes that the file does not hold."
    endless = [torch.zeros(1, dtype=torch.int64).expand(10**12)] * 4
    assert refusal(saved(tmp_path, endless)).startswith("1,000,000,000,000 frames are 80,000,000,000 s")


def test_a_numpy_header_that_claims_more_than_the_file_holds(tmp_path: Path) -> None:
    header = "{'descr': '<i8', 'fortran_order': False, 'shape': (1, 4, 1000000000000), }".ljust(117) + "\n"
    path = tmp_path / "codes.npy"
    path.write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + bytes(100))
    assert refusal(path).startswith("numpy cannot read codes in it (")


def test_a_safetensors_header_that_claims_more_than_the_file_holds(tmp_path: Path) -> None:
    entry = {"codes": {"dtype": "I64", "shape": [1, 4, 10**12], "data_offsets": [0, 32 * 10**12]}}
    header = json.dumps(entry).encode()
    path = tmp_path / "codes.safetensors"
    path.write_bytes(struct.pack("<Q", len(header)) + header + bytes(100))
    assert refusal(path).startswith("safetensors cannot read it (")


def test_pickles_in_numpys_files_are_not_run(tmp_path: Path) -> None:
    path = tmp_path / "codes.npy"
    np.save(path, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    assert refusal(path).startswith("numpy cannot read codes in it (")
    np.savez(tmp_path / "codes.npz", codes=CODES.numpy())
    assert refusal(tmp_path / "codes.npz") == (
        "an archive of numpy arrays; save the codes alone by numpy.save."
    )


def test_floats_in_numpys_files(tmp_path: Path) -> None:
    np.save(tmp_path / "codes.npy", CODES.numpy().astype(np.float32))
    assert refusal(tmp_path / "codes.npy") == "dtype is torch.float32; codes are integers (torch.int64)."


def test_a_slotted_object_is_one_sentence(tmp_path: Path) -> None:
    refusal(saved(tmp_path, Slotted(CODES)))
    refusal(saved(tmp_path, Saved(CODES), _use_new_zipfile_serialization=False))


POINTER = "a Git LFS pointer and not the file itself: run 'git lfs pull' where it was cloned."
PAGE = "a web page, as where a download asks to log in or to confirm: download the file in a browser."
TEXT = "text and not the file itself: copy it again from where the course has it."


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n", POINTER),
        (b"<!DOCTYPE html><html><head><title>Sign in</title>", PAGE),
        ("\ufeff\n  <html lang='zh'>登入</html>".encode(), PAGE),
        (b"1, 2, 3, 4\n5, 6, 7, 8\n", TEXT),
        (("語音 " * 400).encode(), TEXT),  # cut within a letter where the look ends
        (b'{"codes": [1, 2, 3]}', TEXT),
        (b"", "the file is empty; copy it again."),
    ],
)
def test_what_lies_there_instead_of_codes_or_sound_is_named(
    tmp_path: Path, content: bytes, words: str
) -> None:
    path = tmp_path / "audio_codes_shuffled.pt"
    path.write_bytes(content)
    assert refusal(path) == words
    sound = tmp_path / "music.wav"
    sound.write_bytes(content)
    with pytest.raises(SourceError) as found:
        read_samples(sound)
    assert str(found.value) == f"{sound}: {words}"
