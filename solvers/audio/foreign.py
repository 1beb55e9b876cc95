"""What files that torch.save wrote may do to whoever reads them, since students send such files around."""

import pickle
import struct
import tokenize
import zipfile
import zlib
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    import torch

# What `torch.load(weights_only=True)` and zipfile raise on a file that is torn, foreign or hostile.
UNREADABLE = (
    OSError,
    EOFError,
    RuntimeError,  # RecursionError and NotImplementedError too
    LookupError,
    ValueError,  # UnicodeError too
    TypeError,
    AttributeError,
    ArithmeticError,
    MemoryError,
    AssertionError,
    SyntaxError,
    tokenize.TokenError,
    pickle.UnpicklingError,
    struct.error,
    zlib.error,
    zipfile.BadZipFile,
)


def unpacked_bytes(file: Path | IO[bytes]) -> int:
    """How many bytes a zip file says that its members unpack to; 0 for what is no zip file.

    Raises one of `UNREADABLE` for a zip file whose directory is broken.
    """
    if not zipfile.is_zipfile(file):
        return 0
    with zipfile.ZipFile(file) as archive:
        return sum(member.file_size for member in archive.infolist())


def is_plain(value: object) -> bool:
    """Whether a value is a dense tensor in memory, so that its shape and its storage can be asked for."""
    import torch

    return (
        type(value) is torch.Tensor
        and value.layout is torch.strided
        and value.device.type == "cpu"
        and not (value.is_nested or value.is_quantized)
    )


def is_whole(tensor: "torch.Tensor") -> bool:
    """Whether all elements of a plain tensor are stored: 2 kB can claim 4·10⁹ by repeating one."""
    return tensor.numel() * tensor.element_size() <= tensor.untyped_storage().nbytes()
