"""How a file of codes is written: by torch.save, numpy.save or safetensors, told by its first bytes.

None of them can run anything: of a class that is not torch's, only what it held comes back; numpy's pickles
are refused; and no more is allocated than the file has bytes.
"""

import pickle
import struct
import warnings
import zipfile
from collections import OrderedDict
from pathlib import Path
from typing import Any

from questions.common.errors import SourceError
from solvers.audio.foreign import UNREADABLE

NPY_MAGIC = b"\x93NUMPY"
MARKED = "the tensor is a nested one, or marked for torch.compile; save a plain one."
MORE_THAN_A_TENSOR = "holds more than a tensor, and none of it was run; save the codes alone by torch.save."


class Inert:
    """Stands in for every class and function that a file names: whatever is made of it is a dictionary.

    It holds what the object was given and had, and is marked as none that the file has as such.
    """

    MARK = "not run"

    def __new__(cls, *given: Any) -> "OrderedDict[Any, Any]":  # type: ignore[misc]
        """The dictionary, in torch's own words the one class whose attributes a file may set."""
        held: OrderedDict[Any, Any] = OrderedDict()
        vars(held)[cls.MARK] = given
        return held


def members(path: Path) -> list[tuple[str, int]]:
    """The files in an archive and their bytes unpacked; none where it is no archive.

    Raises SourceError: its directory is damaged.
    """
    try:
        if not zipfile.is_zipfile(path):
            return []
        with zipfile.ZipFile(path) as archive:
            return [(member.filename, member.file_size) for member in archive.infolist()]
    except UNREADABLE as error:
        raise SourceError(f"{path}: a damaged archive ({_one_line(error)}): copy it again.") from error


def read_held(path: Path) -> Any:
    """What a file holds: a tensor, a list, or a dictionary of what a dictionary or an object held.

    Raises SourceError, one sentence: torn, of none of the three formats, or with more in it than data.
    """
    with path.open("rb") as file:
        start = file.read(16)
    if start.startswith(NPY_MAGIC):
        return _read_npy(path)
    if _is_safetensors(path, start):
        return _read_safetensors(path)
    return _read_torch(path)


def _read_npy(path: Path) -> Any:
    import numpy as np
    import torch

    try:
        # Mapped, so that a shape of 10**9 numbers is held against the file and not allocated.
        with warnings.catch_warnings(action="ignore"):
            array = np.load(path, mmap_mode="r", allow_pickle=False)
        if array.dtype.kind in "iu":
            return torch.from_numpy(array.astype(np.int64))
        return torch.from_numpy(np.array(array))
    except UNREADABLE as error:
        raise SourceError(f"{path}: numpy cannot read codes in it ({_one_line(error)}).") from error


def _is_safetensors(path: Path, start: bytes) -> bool:
    if len(start) < 9 or start[8:9] != b"{":
        return False
    (header,) = struct.unpack("<Q", start[:8])
    return bool(header < path.stat().st_size)


def _read_safetensors(path: Path) -> Any:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, "pt") as file:
            return {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  it is no mapping
    except (SafetensorError, *UNREADABLE) as error:
        raise SourceError(f"{path}: safetensors cannot read it ({_one_line(error)}).") from error


def _read_torch(path: Path) -> Any:
    import torch

    if any(name.endswith(".npy") for name, _ in members(path)):
        raise SourceError(f"{path}: an archive of numpy arrays; save the codes alone by numpy.save.")
    named = _foreign_names(path)
    if any(name.startswith("torch._dynamo.") for name in named):  # marks on its sizes, as jagged ones have
        raise SourceError(f"{path}: {MARKED}")
    if any(name.startswith("numpy.") for name in named):
        raise SourceError(
            f"{path}: holds numpy objects that torch.save pickled; save the codes alone by numpy.save, or as "
            "a tensor by torch.save."
        )
    try:
        # torch's own notices on odd files say nothing that the sentences here do not.
        with (
            warnings.catch_warnings(action="ignore"),
            torch.serialization.safe_globals([(Inert, name) for name in named]),
        ):
            held = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise SourceError(f"{path}: {MORE_THAN_A_TENSOR}") from error
    except UNREADABLE as error:
        raise SourceError(f"{path}: torch cannot read it ({_one_line(error)}).") from error
    if is_inert(held):
        given = dict(enumerate(vars(held)[Inert.MARK]))
        had = {name: value for name, value in vars(held).items() if name != Inert.MARK}
        return {**given, **had, **held}
    return held


def is_inert(held: Any) -> bool:
    """Whether this is what is left of an object that a file would have made."""
    return isinstance(held, OrderedDict) and Inert.MARK in vars(held)


def _foreign_names(path: Path) -> list[str]:
    """The classes and functions a file names that are not torch's own for tensors; none in the old format."""
    import torch

    try:
        return sorted(torch.serialization.get_unsafe_globals_in_checkpoint(str(path)))
    except (pickle.UnpicklingError, *UNREADABLE):  # torch.load says what is wrong
        return []


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:120]
