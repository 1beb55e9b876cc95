"""A sound file's header held against its bytes: of a broken-off copy libsndfile reads what is there.

WAV here, the others beside it. Nothing is decoded.
"""

import math
import mmap
import struct
from dataclasses import dataclass
from pathlib import Path

from questions.common.errors import SourceError
from solvers.audio.compressed import check_flac, check_ogg
from solvers.audio.mp3 import Filling, mp3_filling

# Who writes to a pipe cannot go back and fill in the length: ffmpeg leaves 0xFFFFFFFF, sox 0x7FFFF000 less a
# part of a frame, arecord 0x80000000. No sound of a course has 2 GB, so no real length is taken for one.
STREAMED_BYTES = 0x7FFF_0000
MAX_TAG_BYTES = 128  # an ID3v1 tag, which belongs to no chunk
CHUNK_HEADER = 8
MAX_FIELDS = 40  # bytes of the longest `fmt ` chunk, the extensible one
# Encodings of whole samples, whose bytes say how many there are: PCM, float, A-law, mu-law.
EXACT_TAGS = {0x1, 0x3, 0x6, 0x7}
EXTENSIBLE_TAG, MP3_TAG = 0xFFFE, 0x55
BLOCK_CODECS = {0x2: "MS ADPCM", 0x11: "IMA ADPCM", 0x31: "GSM 6.10"}


@dataclass(frozen=True)
class _Format:
    """A WAV's `fmt ` chunk. `block_samples`: of one channel in a block of a codec, 0 where it is not said."""

    tag: int
    block_bytes: int
    block_samples: int


def held_against_bytes(path: Path) -> Filling:
    """What of a sound is its encoder's own filling, once its header is held against its bytes.

    Raises SourceError: the file cannot be read, has fewer bytes, pages or frames than it promises or more,
    is damaged, or does not say how long it is where libsndfile needs that. Other kinds of file pass.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise SourceError(f"{path}: cannot be read ({error.strerror}).") from error
    with file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        start = content[:12]
        if start[:4] in {b"RIFF", b"RIFX", b"RF64"} and start[8:] == b"WAVE":
            return _check_wav(path, content)
        if start[:4] == b"OggS":
            check_ogg(path, content)
        elif start[:4] == b"fLaC":
            check_flac(path, content)
        elif start[:3] == b"ID3" or (start[0] == 0xFF and start[1:2] >= b"\xe0"):
            return mp3_filling(path, content)
    return Filling()


def _check_wav(path: Path, content: mmap.mmap) -> Filling:
    order = ">" if content[:4] == b"RIFX" else "<"
    at, sound_bytes, promised = 12, None, None
    found = _Format(0, 0, 0)
    while at + CHUNK_HEADER <= len(content):
        name, size = struct.unpack(f"{order}4sI", content[at : at + CHUNK_HEADER])
        body = at + CHUNK_HEADER
        fields = content[body : body + min(size, MAX_FIELDS)]
        match name:
            case b"ds64" if len(fields) >= 16:
                (sound_bytes,) = struct.unpack("<Q", fields[8:16])
            case b"fmt " if len(fields) >= 16:
                found = _format(fields, order)
            case b"fact" if len(fields) >= 4:
                (promised,) = struct.unpack(f"{order}I", fields[:4])
            case b"data":
                if content[:4] == b"RF64" and sound_bytes is not None and size == 0xFFFF_FFFF:
                    size = sound_bytes
                n_bytes = _hold(path, content, body, size, order)
                if found.tag == MP3_TAG:
                    return mp3_filling(path, content[body : body + n_bytes])
                return _filling(n_bytes, found, promised)
        at = body + size + size % 2
    return Filling()


def _format(chunk: bytes, order: str) -> _Format:
    tag, block_bytes = struct.unpack(f"{order}H10xH", chunk[:14])
    if tag == EXTENSIBLE_TAG and len(chunk) >= 26:
        (tag,) = struct.unpack(f"{order}H", chunk[24:26])
    samples = struct.unpack(f"{order}H", chunk[18:20])[0] if len(chunk) >= 20 else 0
    return _Format(tag, block_bytes, samples)


def _hold(path: Path, content: mmap.mmap, body: int, size: int, order: str) -> int:
    """The bytes of sound that are there. Raises SourceError where the header promises another number."""
    there = len(content) - body
    if size >= STREAMED_BYTES:
        return there
    if size > there:
        raise SourceError(f"{path}: holds {there:,} of {size:,} promised bytes: copy it again.")
    stray = _stray_bytes(content, body + size + size % 2, order)
    if stray > MAX_TAG_BYTES:
        raise SourceError(
            f"{path}: its header promises {size:,} bytes of sound and {size + stray:,} are there, so the "
            "recording or the export broke off before the header was written: export it again."
        )
    return size


def _stray_bytes(content: mmap.mmap, at: int, order: str) -> int:
    """Bytes behind the sound that are neither chunks nor zeros, with which a file is filled up."""
    while at + CHUNK_HEADER <= len(content):
        name, size = struct.unpack(f"{order}4sI", content[at : at + CHUNK_HEADER])
        if not all(0x20 <= letter < 0x7F for letter in name) or at + CHUNK_HEADER + size > len(content):
            break
        at += CHUNK_HEADER + size + size % 2
    return len(content[at:].rstrip(b"\0"))


def _filling(n_bytes: int, found: _Format, promised: int | None) -> Filling:
    """Of `n_bytes` of sound; `promised` samples by the `fact` chunk, which a codec in blocks may write."""
    codec = BLOCK_CODECS.get(found.tag, f"encoding 0x{found.tag:x}")
    if found.tag in EXACT_TAGS or not found.block_bytes or not found.block_samples:
        return Filling()
    decoded = math.ceil(n_bytes / found.block_bytes) * found.block_samples
    if promised is not None and decoded - found.block_samples < promised < decoded:
        return Filling(codec, n_samples=promised)
    return Filling(codec, uncertain_samples=found.block_samples - 1)
