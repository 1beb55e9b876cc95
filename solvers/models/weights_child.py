"""A pickle of weights tried, for a bounded child: torch's reader on bytes from anywhere."""

from typing import Any

import torch


def answer(asked: dict[str, Any], _data: bytes) -> tuple[dict[str, Any], bytes]:
    """Nothing: that it came so far is all there is to know. What torch refuses, its caller refuses too."""
    torch.load(asked["path"], map_location="cpu", weights_only=True)
    return {}, b""
