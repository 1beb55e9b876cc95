"""Clips through all codebooks of the codec and back, at every phase of its frames.

A codec cuts time into frames of 80 ms; where the first one starts is chance, and no verdict may hang on it.
Axes: `B` clips, `N` samples.
"""

import math
from pathlib import Path
from typing import TYPE_CHECKING

from questions.common.errors import SourceError
from solvers.evidence.rounds import spread_order

if TYPE_CHECKING:
    from torch import Tensor

    from solvers.hw10.models.codec import Codec

FRAME_SAMPLES = 1920  # at 24 kHz: 80 ms, one frame of codes
OFFSET_SAMPLES = 120  # 5 ms at 24 kHz: a sixteenth of a frame
# 16, every phase of the frame alike; those of the first rounds lie evenly among all.
OFFSETS = tuple(OFFSET_SAMPLES * index for index in spread_order(FRAME_SAMPLES // OFFSET_SAMPLES))
MAX_BATCH_S = 64.0  # at once through the codec: Mimi's first layer then takes 0.4 GB an activation

MIN_CLIP_S = 0.5  # STOI needs 30 frames of 12.8 ms, PESQ 0.25 s


def load_clip(path: Path, rate_hz: int) -> "Tensor":
    """A clip to compare, float32 `[N]`. Raises SourceError: unreadable, of a faulty level or too short."""
    from solvers.audio.sound_files import load_checked

    clip = load_checked(path, rate_hz)
    if len(clip) < MIN_CLIP_S * rate_hz:
        raise SourceError(
            f"{path}: {len(clip) / rate_hz:.2f} s long; at least {MIN_CLIP_S} s are needed to compare it."
        )
    return clip


def round_trip(clip: "Tensor", codec: "Codec", offsets: tuple[int, ...] = OFFSETS) -> "Tensor":
    """The clip `[N]` through all codebooks at each start offset (samples): `[B, N]`, aligned with it.

    The start is shifted by silence put before it, so that no offset loses a sample of the clip and all are
    held against the same original; silence behind fills the last frame. Offset 0 is the plain round trip.
    Raises SourceError as `through_codec`.
    """
    import torch

    n = len(clip)
    length = FRAME_SAMPLES * math.ceil((n + max(offsets)) / FRAME_SAMPLES)
    rows = torch.zeros(len(offsets), length)
    for row, offset in zip(rows, offsets, strict=True):
        row[offset : offset + n] = clip
    decoded = through_codec(rows, codec)
    return torch.stack([row[offset : offset + n] for row, offset in zip(decoded, offsets, strict=True)])


def through_codec(rows: "Tensor", codec: "Codec") -> "Tensor":
    """Sounds `[B, N]` of whole frames, encoded with all codebooks and decoded: `[B, N]` on the CPU.

    Raises SourceError when the decode holds NaN or infinities.
    """
    import torch

    n = rows.shape[1]
    step = max(1, int(MAX_BATCH_S * codec.sample_rate_hz / n))
    decoded = torch.cat([codec.decode(codec.encode(some[:, None])).cpu() for some in torch.split(rows, step)])
    if not torch.isfinite(decoded).all():
        raise SourceError("The codec decodes to samples that are not finite numbers: check its weights.")
    return decoded[:, :n]
