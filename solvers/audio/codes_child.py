"""A file of codes read, for a bounded child: torch, numpy and safetensors on bytes from anywhere."""

from pathlib import Path
from typing import Any

import torch  # noqa: F401  before the memory is limited

from questions.common.errors import SourceError
from solvers.audio.codes_file import REFUSED, SHAPE, read_codes


def answer(asked: dict[str, Any], _data: bytes) -> tuple[dict[str, Any], Any]:
    """The shape of the codes and the codes int64, or the sentence of their refusal."""
    try:
        codes = read_codes(Path(asked["path"]), asked["n_codebooks"], asked["codebook_size"])
    except SourceError as error:
        return {REFUSED: str(error)}, b""
    return {SHAPE: list(codes.shape)}, codes.contiguous().numpy().tobytes()
