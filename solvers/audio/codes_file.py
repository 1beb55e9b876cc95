"""Reads a `.pt` file of codes as if it came from an enemy, since students send it around."""

import pickle
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from questions.common.errors import SourceError
from questions.common.messages import printable
from solvers.audio.foreign import UNREADABLE, is_plain, is_whole, unpacked_bytes

if TYPE_CHECKING:
    import torch

MAX_FILE_BYTES = 16 * 2**20  # an hour of 32 int64 codebooks is 12 MB
MAX_FRAMES = 7_500  # ten minutes at 12.5 frames a second


def load_codes(path: Path, n_codebooks: int, codebook_size: int) -> "torch.Tensor":
    """Codes int64 `[1, n_codebooks, T]` from a file that torch.save wrote.

    Nothing in the file is run (`weights_only`), nothing is computed on it before its type, shape, storage,
    dtype and range are checked, and CUDA tensors are brought to the CPU.
    Raises SourceError, one sentence, for anything else than such codes.
    """
    import torch

    _check_size(path)
    try:
        # torch's own notices on odd files say nothing that the sentences below do not.
        with warnings.catch_warnings(action="ignore"):
            loaded = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise SourceError(
            f"{path}: holds more than a tensor, and none of it was run; save the codes alone by torch.save."
        ) from error
    except UNREADABLE as error:
        raise SourceError(f"{path}: torch cannot read it ({_one_line(error)}).") from error
    if not isinstance(loaded, torch.Tensor):
        raise SourceError(f"{path}: holds a {type(loaded).__name__}, not a tensor of codes.")
    if not is_plain(loaded):
        raise SourceError(f"{path}: holds a tensor that is {_kind(loaded)}, not a plain dense one.")
    _check_codes(path, loaded, n_codebooks)
    codes = loaded.detach().to(torch.int64)
    low, high = int(codes.min()), int(codes.max())
    if low < 0 or high >= codebook_size:
        raise SourceError(f"{path}: codes run from {low} to {high}; allowed are 0 to {codebook_size - 1}.")
    return codes


def _check_size(path: Path) -> None:
    try:
        # A compressed member could unpack to far more than the file's own size.
        size = max(path.stat().st_size, unpacked_bytes(path))
    except UNREADABLE as error:
        raise SourceError(f"{path}: cannot be read ({_one_line(error)}).") from error
    if size > MAX_FILE_BYTES:
        raise SourceError(f"{path}: {size:,} bytes; a file of codes has at most {MAX_FILE_BYTES:,}.")


def _check_codes(path: Path, codes: "torch.Tensor", n_codebooks: int) -> None:
    import torch

    shape = list(codes.shape)
    if codes.dtype not in {torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64}:
        raise SourceError(f"{path}: dtype is {codes.dtype}; codes are integers (torch.int64).")
    if codes.ndim != 3 or shape[0] != 1 or shape[1] != n_codebooks or not 1 <= shape[2] <= MAX_FRAMES:
        raise SourceError(
            f"{path}: shape is {shape}; expected [1, {n_codebooks}, T] with T from 1 to {MAX_FRAMES:,}."
        )
    # A view can claim more elements than the file holds; every code must have its own bytes.
    if not is_whole(codes):
        raise SourceError(f"{path}: the tensor claims {codes.numel():,} codes that the file does not hold.")


def _kind(tensor: "torch.Tensor") -> str:
    """What keeps a tensor from being a plain one."""
    import torch

    if tensor.layout is not torch.strided:
        return str(tensor.layout)
    if tensor.is_nested or tensor.is_quantized:
        return "nested" if tensor.is_nested else "quantized"
    return f"a {type(tensor).__name__} on {tensor.device}"


def _one_line(error: BaseException) -> str:
    return printable(" ".join(str(error).split())[:120]) or type(error).__name__
