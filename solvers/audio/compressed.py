"""OGG and FLAC: whether all of a file is there. Nothing is decoded."""

import zlib
from mmap import mmap
from pathlib import Path

from questions.common.errors import SourceError

OGG_HEADER = 27
FIRST_PAGE, LAST_PAGE = 0x2, 0x4
REVERSED_BITS = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
FLAC_TOTAL = slice(18, 26)  # of STREAMINFO: rate, channels and width in 28 bits, the samples in 36


def check_ogg(path: Path, content: mmap) -> None:
    """Raise SourceError: a page is missing, damaged or cut, or a second sound follows the first.

    libsndfile passes over a damaged page, and with it over a third of the sound or more.
    """
    at, flags = 0, 0
    while at + OGG_HEADER <= len(content) and content[at : at + 4] == b"OggS":
        lengths = content[at + OGG_HEADER : at + OGG_HEADER + content[at + 26]]
        end = at + OGG_HEADER + content[at + 26] + sum(lengths)
        if end > len(content):
            raise SourceError(f"{path}: breaks off within a page of sound: copy it again.")
        page = content[at:end]
        if _ogg_checksum(page) != page[22:26]:
            raise SourceError(f"{path}: the page of sound at byte {at:,} is damaged: copy it again.")
        if flags & LAST_PAGE and page[5] & FIRST_PAGE:
            raise SourceError(
                f"{path}: holds one sound behind another, and only the first would be read: cut them apart."
            )
        at, flags = end, page[5]
    if not flags & LAST_PAGE:
        raise SourceError(f"{path}: its last page of sound is missing: copy it again.")


def _ogg_checksum(page: bytes) -> bytes:
    """Ogg's CRC-32: zlib's polynomial with the bits the other way round, begun at 0 and not inverted."""
    zeroed = page[:22] + bytes(4) + page[26:]
    register = zlib.crc32(zeroed.translate(REVERSED_BITS), 0xFFFF_FFFF) ^ 0xFFFF_FFFF
    # The register mirrored is the checksum, which the page has with its lowest byte first.
    return register.to_bytes(4, "big").translate(REVERSED_BITS)


def check_flac(path: Path, content: mmap) -> None:
    """Raise SourceError: the file does not say how many samples it has. A cut one libsndfile refuses."""
    if int.from_bytes(content[FLAC_TOTAL], "big") % 2**36 == 0:
        raise SourceError(
            f"{path}: its header does not say how long the sound is, as where an encoder wrote to a pipe: "
            "encode it into a file, or give a wav."
        )
