"""openai-whisper's own checkpoint format, `{"dims": {…}, "model_state_dict": {…}}`, read warily."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from io import BufferedReader
from typing import Any, TypeAlias

import torch
from torch import Tensor
from whisper.model import ModelDimensions, Whisper

from questions.common.errors import SourceError
from solvers.audio.foreign import UNREADABLE, is_plain, is_whole, unpacked_bytes
from solvers.models.trial_read import MAX_UNPACKED_BYTES

Checkpoint: TypeAlias = tuple[dict[str, int], dict[str, Tensor]]  # dims, state dict

# Bounds of openai-whisper's published models, so that a forged header cannot ask for terabytes.
ALLOWED_DIMS: Mapping[str, range] = {
    "n_mels": range(80, 129, 48),  # 80, or 128 for large-v3
    "n_audio_ctx": range(1500, 1501),  # 30 s at 50 positions a second
    "n_audio_state": range(384, 1281),  # tiny … large
    "n_audio_head": range(6, 21),
    "n_audio_layer": range(4, 33),
    "n_vocab": range(51864, 51867),  # English only, multilingual, multilingual with Cantonese
    "n_text_ctx": range(448, 449),
    "n_text_state": range(384, 1281),
    "n_text_head": range(6, 21),
    "n_text_layer": range(4, 33),
}

ZIP_MAGIC = b"PK\x03\x04"  # torch's older formats, bare pickles and tar files, are not opened at all


def read_checkpoint(file: BufferedReader, where: str) -> Checkpoint:
    """openai-whisper's format, `{"dims": {…}, "model_state_dict": {…}}`; runs no code from it."""
    try:
        if file.peek(len(ZIP_MAGIC))[: len(ZIP_MAGIC)] != ZIP_MAGIC:
            raise pickle.UnpicklingError("not what torch.save has written since 1.6")
        if unpacked_bytes(file) > MAX_UNPACKED_BYTES:
            raise pickle.UnpicklingError("unpacks to more than any checkpoint has")
        file.seek(0)
        content = torch.load(file, map_location="cpu", weights_only=True)
    except UNREADABLE as error:
        raise SourceError(
            f"{where} cannot be read as a file of tensors alone ({type(error).__name__}); "
            "give a checkpoint in openai-whisper's own format (.pt)."
        ) from error
    if not isinstance(content, dict) or not {"dims", "model_state_dict"} <= content.keys():
        raise SourceError(
            f"{where} holds {_kind(content)} and not 'dims' beside 'model_state_dict'; "
            "give a checkpoint in openai-whisper's own format (.pt)."
        )
    dims, state = content["dims"], content["model_state_dict"]
    if not isinstance(dims, dict) or dims.keys() != ALLOWED_DIMS.keys():
        raise SourceError(f"{where}: 'dims' must hold exactly {', '.join(ALLOWED_DIMS)}.")
    for name, allowed in ALLOWED_DIMS.items():
        if type(dims[name]) is not int or dims[name] not in allowed:
            raise SourceError(
                f"{where}: dims.{name} is {dims[name]!r}, and published Whisper models have "
                f"{allowed[0]} to {allowed[-1]}."
            )
    if not isinstance(state, dict) or not all(map(_is_whole, state.values())):
        raise SourceError(f"{where}: 'model_state_dict' must map names to whole floating-point tensors.")
    return dims, state


def build(
    dims: Mapping[str, int], state: Mapping[str, Tensor], device: str | torch.device, where: str
) -> Any:
    try:
        model = Whisper(ModelDimensions(**dims))
        model.load_state_dict(dict(state), strict=True)
    except (RuntimeError, ValueError, ZeroDivisionError) as error:
        raise SourceError(
            f"{where}: the tensors do not fit a Whisper of its own dimensions "
            f"({str(error).splitlines()[-1].strip()}); give another checkpoint."
        ) from error
    return model.to(device).eval()


def _kind(content: object) -> str:
    return f"a dict of {len(content)}" if isinstance(content, dict) else f"a {type(content).__name__}"


def _is_whole(value: object) -> bool:
    """A floating-point tensor with all its elements stored."""
    return isinstance(value, Tensor) and is_plain(value) and value.is_floating_point() and is_whole(value)
