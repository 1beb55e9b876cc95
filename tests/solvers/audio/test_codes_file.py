"""The file of codes, read as if it came from an enemy."""

import io
import os
import pickle
import zipfile
from pathlib import Path

import pytest
import torch

from questions.common.errors import SourceError
from solvers.audio.codes_file import MAX_FILE_BYTES, load_codes


def codes(*shape: int, dtype: torch.dtype = torch.int64, high: int = 2048) -> torch.Tensor:
    return torch.randint(0, high, shape, generator=torch.Generator().manual_seed(0)).to(dtype)


def saved(tmp_path: Path, content: object, **options: bool) -> Path:
    path = tmp_path / "audio_codes_shuffled.pt"
    torch.save(content, path, **options)
    return path


@pytest.mark.parametrize("dtype", [torch.int16, torch.int32, torch.int64])
@pytest.mark.parametrize("zipped", [True, False])
def test_codes_come_back_as_int64(tmp_path: Path, dtype: torch.dtype, zipped: bool) -> None:
    path = saved(tmp_path, codes(1, 4, 88, dtype=dtype), _use_new_zipfile_serialization=zipped)
    found = load_codes(path, 4, 2048)
    assert found.dtype is torch.int64
    assert torch.equal(found, codes(1, 4, 88))


def test_a_selection_of_a_larger_tensor_is_read(tmp_path: Path) -> None:
    whole = codes(1, 32, 88)
    assert torch.equal(load_codes(saved(tmp_path, whole[:, 3:7]), 4, 2048), whole[:, 3:7])


class Payload:
    """Unpickling it would write a file."""

    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, (f"touch {self.target}",)


@pytest.mark.parametrize("zipped", [True, False])
def test_pickled_code_is_not_run(tmp_path: Path, zipped: bool) -> None:
    target = tmp_path / "owned"
    path = saved(tmp_path, {"codes": Payload(target)}, _use_new_zipfile_serialization=zipped)
    with pytest.raises(SourceError, match="holds more than a tensor, and none of it was run"):
        load_codes(path, 4, 2048)
    assert not target.exists()


def test_a_bare_pickle_is_not_run(tmp_path: Path) -> None:
    target, path = tmp_path / "owned", tmp_path / "codes.pt"
    path.write_bytes(pickle.dumps(Payload(target)))
    with pytest.raises(SourceError):
        load_codes(path, 4, 2048)
    assert not target.exists()


def test_a_view_of_four_billion_elements_is_refused_unread(tmp_path: Path) -> None:
    path = saved(tmp_path, torch.zeros(1, dtype=torch.int64).expand(1, 4, 10**9))
    assert path.stat().st_size < 4000
    with pytest.raises(SourceError, match=r"shape is \[1, 4, 1000000000\]; 1,000,000,000 frames are"):
        load_codes(path, 4, 2048)


def test_a_view_that_claims_more_than_the_file_holds_is_refused(tmp_path: Path) -> None:
    path = saved(tmp_path, torch.zeros(1, dtype=torch.int64).expand(1, 4, 100))
    with pytest.raises(SourceError, match="claims 400 codes that the file does not hold"):
        load_codes(path, 4, 2048)


def test_a_tensor_saved_on_cuda_is_read_on_the_cpu(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    torch.save(codes(1, 4, 10), buffer)
    path = tmp_path / "cuda.pt"
    with zipfile.ZipFile(buffer) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name.endswith("data.pkl"):
                # The storage's device, a pickled unicode string of three letters, made one of six.
                assert b"X\x03\x00\x00\x00cpu" in content
                content = content.replace(b"X\x03\x00\x00\x00cpu", b"X\x06\x00\x00\x00cuda:0")
            target.writestr(name, content)
    found = load_codes(path, 4, 2048)
    assert found.device.type == "cpu"
    assert torch.equal(found, codes(1, 4, 10))


def test_a_compressed_bomb_is_refused_by_what_it_unpacks_to(tmp_path: Path) -> None:
    path = tmp_path / "bomb.pt"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/data/0", b"\0" * (MAX_FILE_BYTES + 1))
    assert path.stat().st_size < 100_000
    with pytest.raises(SourceError, match="a file of codes has at most"):
        load_codes(path, 4, 2048)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"codes": [1, 2]}, "holds a dict, not a tensor of codes"),
        (codes(1, 4, 9).float(), r"dtype is torch.float32; codes are integers \(torch.int64\)"),
        (codes(1, 4, 9) > 5, "dtype is torch.bool"),
        (codes(3, 9), r"shape is \[3, 9\]; expected \[1, 4, T\] or \[4, T\] with T from 1 to 375\.$"),
        (codes(1, 8, 9), r"shape is \[1, 8, 9\]"),
        (codes(2, 4, 9), r"shape is \[2, 4, 9\]"),
        (codes(1, 4, 0), r"shape is \[1, 4, 0\]"),
        (codes(1, 4, 9) + 2048, "allowed are 0 to 2047"),
        (codes(1, 4, 9) - 2048, "codes run from -"),
        (codes(1, 4, 9).to_sparse(), "not a plain dense one"),
    ],
)
def test_what_is_no_tensor_of_codes_is_refused(tmp_path: Path, content: object, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        load_codes(saved(tmp_path, content), 4, 2048)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"not torch at all", bytes(range(256)) * 40])
def test_what_torch_cannot_read_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "torn.pt"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=r"torn\.pt: "):
        load_codes(path, 4, 2048)


def test_a_torn_file_is_refused(tmp_path: Path) -> None:
    path = saved(tmp_path, codes(1, 4, 88))
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(SourceError):
        load_codes(path, 4, 2048)
