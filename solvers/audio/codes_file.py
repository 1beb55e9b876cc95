"""Reads a file of codes as if it came from an enemy, since students send it around: in a bounded child."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from questions.common.errors import SourceError
from questions.common.messages import listed
from solvers.audio.bounded import BoundedChild, ChildError
from solvers.audio.codes_format import MORE_THAN_A_TENSOR, members, read_held
from solvers.audio.foreign import is_whole
from solvers.audio.wrong_content import text_instead

if TYPE_CHECKING:
    import torch

MAX_FILE_BYTES = 16 * 2**20  # the whole of 32 int64 codebooks over an hour is 12 MB
FRAME_RATE_HZ = 12.5
MAX_FRAMES = 375  # 30 s, which is what Whisper hears at once


SHAPE, REFUSED = "shape", "refused"  # what the child tells
# The child has torch when it begins, and a file has 16 MB at most.
CHILD = BoundedChild("solvers.audio.codes_child", max_wait_s=120.0, max_memory_bytes=2**30)


def load_codes(path: Path, n_codebooks: int, codebook_size: int) -> "torch.Tensor":
    """As `read_codes`, in a process of its own. Raises SourceError, too, where that dies or is late."""
    import torch

    asked = {"path": str(path), "n_codebooks": n_codebooks, "codebook_size": codebook_size}
    try:
        told, found = CHILD.ask(asked)
    except ChildError as error:
        raise SourceError(f"{path}: reading it {error}; save the codes anew by torch.save.") from error
    if REFUSED in told:
        raise SourceError(told[REFUSED])
    return torch.frombuffer(bytearray(found), dtype=torch.int64).reshape(told[SHAPE])


def read_codes(path: Path, n_codebooks: int, codebook_size: int) -> "torch.Tensor":
    """Codes int64 `[1, n_codebooks, T]` from a file that torch.save, numpy.save or safetensors wrote.

    They may lie there as `[1, K, T]`, `[K, T]`, K tensors `[T]`, or any of these in a dictionary or an object
    that holds nothing else but plain values. Nothing in the file is run, nothing is computed on it before its
    type, shape, storage, dtype and range are checked, and CUDA tensors are brought to the CPU.
    Raises SourceError, one sentence, for anything else than such codes.
    """
    import torch

    _check_size(path)
    if text := text_instead(path):
        raise SourceError(f"{path}: {text}.")
    held = read_held(path)
    if isinstance(held, Mapping):
        held = _only_codes(path, held)
    codes = _stacked(path, held, n_codebooks) if isinstance(held, (list, tuple)) else held
    if not isinstance(codes, torch.Tensor):
        raise SourceError(f"{path}: holds a {type(codes).__name__}, not a tensor of codes.")
    _check_kind(path, codes)
    if codes.ndim == 2 and codes.shape[0] == n_codebooks:
        codes = codes[None]
    _check_shape(path, codes, n_codebooks)
    codes = codes.detach().to(torch.int64)
    low, high = int(codes.min()), int(codes.max())
    if low < 0 or high >= codebook_size:
        raise SourceError(f"{path}: codes run from {low} to {high}; allowed are 0 to {codebook_size - 1}.")
    return codes


def _check_size(path: Path) -> None:
    size = path.stat().st_size
    if size == 0:
        raise SourceError(f"{path}: the file is empty; copy it again.")
    # A compressed member could unpack to far more than the file's own size.
    size = max(size, sum(unpacked for _, unpacked in members(path)))
    if size > MAX_FILE_BYTES:
        raise SourceError(f"{path}: {size:,} bytes; a file of codes has at most {MAX_FILE_BYTES:,}.")


def _only_codes(path: Path, held: Mapping[Any, Any]) -> Any:
    """The one tensor, or list of tensors, among plain values."""
    import torch

    def has_tensors(value: Any) -> bool:
        return isinstance(value, torch.Tensor) or (
            isinstance(value, (list, tuple)) and any(isinstance(one, torch.Tensor) for one in value)
        )

    if not all(has_tensors(value) or _is_plain(value) for value in held.values()):
        raise SourceError(f"{path}: {MORE_THAN_A_TENSOR}")
    # An object may hold one tensor under its name and its place.
    found = {id(value): str(name) for name, value in held.items() if has_tensors(value)}
    if not found:
        raise SourceError(f"{path}: holds a dict, not a tensor of codes.")
    if len(found) > 1:
        raise SourceError(
            f"{path}: holds {len(found)} tensors ({listed(found.values())}); save the codes alone."
        )
    return next(value for value in held.values() if id(value) in found)


def _is_plain(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return all(_is_plain(one) for one in value)
    return value is None or isinstance(value, (bool, int, float, str))


def _stacked(path: Path, held: Sequence[Any], n_codebooks: int) -> "torch.Tensor":
    """Layers `[T]` as one tensor `[n_codebooks, T]`."""
    import torch

    if not all(isinstance(layer, torch.Tensor) for layer in held):
        raise SourceError(
            f"{path}: holds a {type(held).__name__} of numbers or other things, not of tensors; save "
            "torch.tensor(codes) by torch.save."
        )
    for layer in held:
        _check_kind(path, layer)
    shapes = [list(layer.shape) for layer in held]
    n_frames = {len(layer) for layer in held if layer.ndim == 1}
    if len(held) != n_codebooks or any(layer.ndim != 1 for layer in held) or len(n_frames) != 1:
        raise SourceError(
            f"{path}: holds a {type(held).__name__} of tensors of shapes {listed(map(str, shapes))}; "
            f"expected {n_codebooks} layers [T] of one length, or a tensor [1, {n_codebooks}, T]."
        )
    if max(n_frames) > MAX_FRAMES:
        raise SourceError(f"{path}: {_too_many(max(n_frames))}")
    for layer in held:
        _check_storage(path, layer)
    return torch.stack(list(held))


def _check_kind(path: Path, codes: "torch.Tensor") -> None:
    import torch

    if codes.is_nested:
        raise SourceError(f"{path}: the tensor is a nested one, of rows of many lengths; save a plain one.")
    if codes.is_meta:
        raise SourceError(
            f"{path}: the tensor is on the device meta, which has shapes and no values; save it from a CPU."
        )
    if codes.layout is not torch.strided or codes.is_quantized:
        kind = "quantized" if codes.is_quantized else str(codes.layout)
        raise SourceError(f"{path}: the tensor is {kind}, not a plain dense one.")
    if codes.dtype not in {
        torch.uint8, torch.uint16, torch.uint32, torch.uint64,
        torch.int8, torch.int16, torch.int32, torch.int64,
    }:  # fmt: skip
        raise SourceError(f"{path}: dtype is {codes.dtype}; codes are integers (torch.int64).")


def _check_shape(path: Path, codes: "torch.Tensor", n_codebooks: int) -> None:
    shape = list(codes.shape)
    wanted = [1, n_codebooks]
    if codes.ndim == 3 and shape[:2] == wanted and shape[2] > MAX_FRAMES:
        raise SourceError(f"{path}: shape is {shape}; {_too_many(shape[2])}")
    if codes.ndim != 3 or shape[:2] != wanted or shape[2] < 1:
        is_turned = codes.ndim in {2, 3} and shape[-1] == n_codebooks and shape[:-2] in ([], [1])
        hint = " Layers and frames are the other way round: transpose(-1, -2) first." if is_turned else ""
        raise SourceError(
            f"{path}: shape is {shape}; expected [1, {n_codebooks}, T] or [{n_codebooks}, T] with T from 1 "
            f"to {MAX_FRAMES}.{hint}"
        )
    _check_storage(path, codes)


def _check_storage(path: Path, codes: "torch.Tensor") -> None:
    """A view can claim more elements than the file holds; every code must have its own bytes."""
    if not is_whole(codes):
        raise SourceError(f"{path}: the tensor claims {codes.numel():,} codes that the file does not hold.")


def _too_many(n_frames: int) -> str:
    return (
        f"{n_frames:,} frames are {n_frames / FRAME_RATE_HZ:,.0f} s, and at most {MAX_FRAMES} (30 s) can be "
        "heard at once: give the file of one sentence."
    )
