"""A decoder that crashes on every file."""

import ctypes
from typing import Any


def answer(asked: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
    ctypes.string_at(0)
    return {}, b""
