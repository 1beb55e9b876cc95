"""MP3: its frames counted and held against what it promises. Nothing is decoded."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from mmap import mmap
from pathlib import Path

from questions.common.errors import SourceError

# Layer III, kbit/s by index; 0 stands for "free" and for the forbidden one.
MPEG1_KBITS = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0)
MPEG2_KBITS = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0)
MPEG1_RATES_HZ = (44_100, 48_000, 32_000)
# As a frame's header has them. MPEG-2 halves the rates, 2.5 quarters them.
MPEG25, MPEG2, MPEG1 = 0, 2, 3
SYNC, LAYER_III, MONO = 0x7FF, 1, 3
TAGS = (b"TAG", b"APETAGEX", b"LYRICS", b"ID3")  # what players write behind the sound
HAS_FRAMES, HAS_BYTES, HAS_TABLE, HAS_QUALITY = 1, 2, 4, 8  # flags of the Xing header, in its order
XING_FIELDS = ((HAS_FRAMES, 4), (HAS_BYTES, 4), (HAS_TABLE, 100), (HAS_QUALITY, 4))
DELAYS_AT = 21  # from the encoder's name on, as LAME writes it
# Some encoders count the frame that holds the count.
COUNT_SLACK = 1
# An encoder puts 576 to 1,105 samples before the sound, a decoder 529, and up to two frames follow it.
UNCERTAIN_FRAMES = 4


@dataclass(frozen=True)
class Filling:
    """Samples of one channel that a codec which works in blocks may have put to the sound.

    `n_samples`: how many are the sound's own, where the file says it and libsndfile passes over it.
    `uncertain_samples`: at most so many are not, where nothing says it.
    `least_samples`: the file holds these at least, whatever libsndfile makes of it.
    """

    codec: str = ""
    n_samples: int | None = None
    uncertain_samples: int = 0
    least_samples: int = 0


@dataclass(frozen=True)
class _Frame:
    at: int
    n_bytes: int
    n_samples: int
    side_bytes: int


def mp3_filling(path: Path, content: mmap | bytes) -> Filling:
    """What of an MP3 is filling. Raises SourceError: other frames than it promises, cut, or damaged."""
    frames = list(_frames(content))
    if not frames:
        return Filling("MP3")
    first, last = frames[0], frames[-1]
    end = last.at + last.n_bytes
    if end > len(content):
        raise SourceError(f"{path}: breaks off within an MP3 frame: copy it again.")
    rest = content[end:].lstrip(b"\0")
    if len(rest) > last.n_bytes and not rest.startswith(TAGS):
        raise SourceError(f"{path}: no MP3 frame where one begins, at byte {end:,}: copy it again.")
    promised, is_trimmed = _xing(content[first.at + 4 + first.side_bytes : first.at + first.n_bytes])
    n_frames = len(frames) if promised is None else len(frames) - 1
    if promised and abs(n_frames - promised) > COUNT_SLACK:
        raise SourceError(
            f"{path}: holds {n_frames:,} of {promised:,} promised MP3 frames: copy it again, or give a wav."
        )
    uncertain = UNCERTAIN_FRAMES * first.n_samples
    return Filling(
        "MP3",
        uncertain_samples=0 if is_trimmed else uncertain,
        least_samples=max(0, n_frames * first.n_samples - uncertain),
    )


def _xing(header: bytes) -> tuple[int | None, bool]:
    """Frames promised, None without a Xing header; and whether the encoder says what to trim."""
    if header[:4] not in {b"Xing", b"Info"}:
        return None, False
    (flags,) = struct.unpack(">I", header[4:8])
    promised = struct.unpack(">I", header[8:12])[0] if flags & HAS_FRAMES else 0
    encoder = header[8 + sum(size for flag, size in XING_FIELDS if flags & flag) :]
    return promised, encoder[:4].isalpha() and any(encoder[DELAYS_AT : DELAYS_AT + 3])


def _frames(content: mmap | bytes) -> Iterator[_Frame]:
    at = 0
    if content[:3] == b"ID3" and len(content) >= 10:
        a, b, c, d = content[6:10]
        at = 10 + (a << 21 | b << 14 | c << 7 | d)
    while (frame := _frame(content[at : at + 4], at)) is not None:
        yield frame
        at += frame.n_bytes


def _frame(header: bytes, at: int) -> _Frame | None:
    if len(header) < 4:
        return None
    (bits,) = struct.unpack(">I", header)
    version, layer, rate_index = bits >> 19 & 3, bits >> 17 & 3, bits >> 10 & 3
    if bits >> 21 != SYNC or version == 1 or layer != LAYER_III or rate_index == 3:
        return None
    is_mpeg1 = version == MPEG1
    kbits = (MPEG1_KBITS if is_mpeg1 else MPEG2_KBITS)[bits >> 12 & 15]
    if not kbits:
        return None
    rate_hz = MPEG1_RATES_HZ[rate_index] // {MPEG1: 1, MPEG2: 2, MPEG25: 4}[version]
    n_samples = 1152 if is_mpeg1 else 576
    is_mono = bits >> 6 & 3 == MONO
    side_bytes = (17 if is_mono else 32) if is_mpeg1 else (9 if is_mono else 17)
    n_bytes = n_samples // 8 * kbits * 1000 // rate_hz + (bits >> 9 & 1)
    return _Frame(at, n_bytes, n_samples, side_bytes)
