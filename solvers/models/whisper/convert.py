"""CTranslate2's Whisper `model.bin` (version 6, float16) to openai-whisper's state dict."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator, Mapping

import numpy as np
import torch
from torch import Tensor

CT2_VERSION = 6
CT2_DTYPES: Mapping[int, str] = {1: "<i1", 2: "<i2", 4: "<f2"}  # int8, int16, float16

# CTranslate2's names (python/ctranslate2/specs/whisper_spec.py) and openai-whisper's.
_STEM = {
    "conv1": ("conv1",),
    "conv2": ("conv2",),
    "embeddings": ("token_embedding",),
}
_LAYER = {
    "self_attention/layer_norm": ("attn_ln",),
    "self_attention/linear_0": ("attn.query", "attn.key", "attn.value"),  # stacked
    "self_attention/linear_1": ("attn.out",),
    "attention/layer_norm": ("cross_attn_ln",),
    "attention/linear_0": ("cross_attn.query",),
    "attention/linear_1": ("cross_attn.key", "cross_attn.value"),  # stacked
    "attention/linear_2": ("cross_attn.out",),
    "ffn/layer_norm": ("mlp_ln",),
    "ffn/linear_0": ("mlp.0",),
    "ffn/linear_1": ("mlp.2",),
}
_FINAL_NORM = {"encoder": ("ln_post",), "decoder": ("ln",)}
_PARAMETER = {"weight": "weight", "bias": "bias", "gamma": "weight", "beta": "bias"}
_KEYS = ("attn.key", "cross_attn.key")  # openai-whisper's key projections have no bias


def convert(content: bytes) -> tuple[dict[str, int], dict[str, Tensor]]:
    """`model.bin` to openai-whisper's (dims, state dict), in the stored float16.

    The caller has compared the bytes with a known digest: this parser is no judge of strangers.
    ValueError: another version of the format, or a key projection with a bias.
    """
    variables = dict(_variables(content))
    state: dict[str, Tensor] = {}
    n_layer = {"encoder": 0, "decoder": 0}
    for name, value in variables.items():
        side, _, inside = name.partition("/")
        if value.ndim == 0 or value.dtype != torch.float16:
            continue  # switches of CTranslate2's own, and the number of heads
        if inside.startswith("layer_") and not inside.startswith("layer_norm"):
            layer, _, inside = inside.partition("/")
            index = int(layer.removeprefix("layer_"))
            n_layer[side] = max(n_layer[side], index + 1)
            state |= _renamed(f"{side}.blocks.{index}.", _LAYER, inside, value)
        elif inside == "position_encodings/encodings":
            state[f"{side}.positional_embedding"] = value
        else:
            names = _STEM | {"layer_norm": _FINAL_NORM[side]}
            state |= _renamed(f"{side}.", names, inside, value)
    n_vocab, n_text_state = state["decoder.token_embedding.weight"].shape
    n_audio_state, n_mels, _ = state["encoder.conv1.weight"].shape
    dims = {
        "n_mels": n_mels,
        "n_audio_ctx": state["encoder.positional_embedding"].shape[0],
        "n_audio_state": n_audio_state,
        "n_audio_head": int(variables["encoder/num_heads"]),
        "n_audio_layer": n_layer["encoder"],
        "n_vocab": n_vocab,
        "n_text_ctx": state["decoder.positional_embedding"].shape[0],
        "n_text_state": n_text_state,
        "n_text_head": int(variables["decoder/num_heads"]),
        "n_text_layer": n_layer["decoder"],
    }
    return dims, state


def checkpoint_digest(dims: Mapping[str, int], state: Mapping[str, Tensor]) -> str:
    """SHA-256 over dims and names, dtypes, shapes and bytes of CPU tensors, in order of name."""
    digest = hashlib.sha256(repr(sorted(dims.items())).encode())
    for name in sorted(state):
        tensor = state[name].contiguous()
        digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}\n".encode())
        digest.update(tensor.reshape(-1).view(torch.uint8).numpy().data)
    return digest.hexdigest()


def _renamed(
    prefix: str, names: Mapping[str, tuple[str, ...]], inside: str, value: Tensor
) -> dict[str, Tensor]:
    """One CTranslate2 variable under openai-whisper's names, cut up where it is a stack."""
    module, _, parameter = inside.rpartition("/")
    renamed = {}
    for name, part in zip(names[module], value.chunk(len(names[module])), strict=True):
        if name in _KEYS and parameter == "bias":
            if part.any():
                raise ValueError(f"{prefix}{name} has a bias, which openai-whisper cannot hold.")
            continue
        renamed[f"{prefix}{name}.{_PARAMETER[parameter]}"] = part
    return renamed


def _variables(content: bytes) -> Iterator[tuple[str, Tensor]]:
    """Walk `model.bin`: version, spec, revision, count, then name, shape, dtype and bytes of each.

    Layout as in CTranslate2's `ModelSpec._serialize`; the aliases at the end are not needed.
    """
    at = 0

    def take(layout: str) -> int:
        nonlocal at
        (value,) = struct.unpack_from("<" + layout, content, at)
        at += struct.calcsize("<" + layout)
        return int(value)

    def take_text() -> str:
        nonlocal at
        length = take("H")
        at += length
        return content[at - length : at - 1].decode()  # a closing zero byte is counted

    if (version := take("I")) != CT2_VERSION:
        raise ValueError(f"model.bin has version {version}, and only {CT2_VERSION} is known.")
    spec, _revision = take_text(), take("I")
    if spec != "WhisperSpec":
        raise ValueError(f"model.bin holds a {spec}, and only WhisperSpec is known.")
    for _ in range(take("I")):
        name = take_text()
        shape = tuple(take("I") for _ in range(take("B")))
        dtype = np.dtype(CT2_DTYPES[take("B")])
        n_bytes = take("I")
        array = np.frombuffer(content, dtype, n_bytes // dtype.itemsize, offset=at)
        at += n_bytes
        yield name, torch.from_numpy(array.reshape(shape).copy())
