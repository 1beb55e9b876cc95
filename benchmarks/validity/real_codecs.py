"""Codecs of telephony and of the web, and clipping, as known degradations. `B`, `N` at 24 kHz.

All codecs are libsndfile's. Where a build of it lacks one `soundfile` says so; its wheels have them all.
"""

import io
from typing import TYPE_CHECKING

from benchmarks.validity.degrading import Change
from benchmarks.validity.models import RATE_HZ

if TYPE_CHECKING:
    from torch import Tensor

# libsndfile's compression level of Opus is linear in the bit rate, from 256 kb/s at 0 to 6 kb/s at 1.
OPUS_MOST_KBPS, OPUS_LEAST_KBPS = 256.0, 6.0
MAX_DELAY = 2_400  # samples at 24 kHz: 100 ms, more than any of these codecs delays


def opus(kbps: float) -> Change:
    """Opus (RFC 6716) at a mono bit rate."""
    level = (OPUS_MOST_KBPS - kbps) / (OPUS_MOST_KBPS - OPUS_LEAST_KBPS)
    return _through("OGG", "OPUS", RATE_HZ, level)


def mp3(level: float) -> Change:
    """MPEG-2 layer III at a compression level from 0 (most bits) to under 1 (fewest)."""
    return _through("MP3", "MPEG_LAYER_III", RATE_HZ, level)


def gsm() -> Change:
    """GSM 06.10 full rate: 13 kb/s at 8 kHz."""
    return _through("WAV", "GSM610", 8_000)


def g711() -> Change:
    """G.711, A-law: 64 kb/s at 8 kHz."""
    return _through("WAV", "ALAW", 8_000)


def g726() -> Change:
    """G.726 at 32 kb/s and 8 kHz, once G.721."""
    return _through("WAV", "G721_32", 8_000)


def adpcm() -> Change:
    """NMS ADPCM: 16 kb/s at 8 kHz, the noisiest of the telephone codecs here."""
    return _through("RAW", "NMS_ADPCM_16", 8_000)


def clipped(headroom_db: float) -> Change:
    """Each row cut off so far under its own peak: an overdriven recording, no codec."""

    def change(rows: "Tensor") -> "Tensor":
        limit = rows.abs().amax(dim=1, keepdim=True) * 10 ** (-headroom_db / 20)
        return rows.clamp(-limit, limit)

    return change


def _through(container: str, subtype: str, rate_hz: int, level: float | None = None) -> Change:
    def change(rows: "Tensor") -> "Tensor":
        import torch

        return torch.stack([_coded(row, container, subtype, rate_hz, level) for row in rows])

    return change


def _coded(row: "Tensor", container: str, subtype: str, rate_hz: int, level: float | None) -> "Tensor":
    import soundfile
    import torch
    from torch.nn.functional import pad

    from solvers.audio.sound_files import resample

    given = resample(row[None], RATE_HZ, rate_hz)[0].clamp(-1, 1)
    file = io.BytesIO()
    more = {} if level is None else {"compression_level": level}
    soundfile.write(file, given.numpy(), rate_hz, subtype, format=container, **more)
    file.seek(0)
    raw = {"samplerate": rate_hz, "channels": 1, "subtype": subtype, "format": "RAW"}
    samples, read_hz = soundfile.read(file, dtype="float32", **(raw if container == "RAW" else {}))
    heard = resample(torch.from_numpy(samples)[None], read_hz, RATE_HZ)[0]
    return aligned(pad(heard, (0, max(0, len(row) + MAX_DELAY - len(heard)))), row)


def aligned(heard: "Tensor", original: "Tensor") -> "Tensor":
    """What was heard `[N + MAX_DELAY]`, without its delay: as long as the original and where it is."""
    import torch

    n = len(original)
    size = 1 << (n + MAX_DELAY).bit_length()
    spectrum = torch.fft.rfft(heard, size) * torch.fft.rfft(original, size).conj()
    delay = int(torch.fft.irfft(spectrum, size)[: MAX_DELAY + 1].argmax())
    return heard[delay : delay + n]
