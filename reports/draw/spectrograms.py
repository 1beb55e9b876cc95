"""A kept spectrogram as a picture: PNG by zlib alone, the same bytes for the same shades."""

import base64
import binascii
import struct
import zlib

from markupsafe import Markup

from grader.exports.media import data_address
from questions.quiz import Bilingual
from solvers.evidence.sources import Spectrogram

# From black over violet to light yellow, rising evenly in lightness: also readable in print and in grey.
STOPS = ((0, 0, 4), (59, 15, 112), (140, 41, 129), (222, 73, 104), (254, 159, 109), (252, 253, 191))


def spectrogram_image(found: Spectrogram, label: Bilingual) -> Markup | None:
    """An image with time to the right and mel bands upwards; None for shades that do not fill it."""
    try:
        shades = base64.b64decode(found.shades, validate=True)
    except binascii.Error:
        return None
    if len(shades) != found.n_bands * found.n_frames or max(shades) >= found.n_shades:
        return None
    rows = [shades[band * found.n_frames : (band + 1) * found.n_frames] for band in range(found.n_bands)]
    image = _png(found.n_frames, rows[::-1], found.n_shades)
    address = data_address("image/png", image)
    # An `img` has no end tag, which `element` would write.
    return Markup('<img class="spectrogram" src="{}" alt="{}" data-zh="{}" width="{}" height="{}">').format(
        address, label.en, label.zh, found.n_frames, found.n_bands
    )


def _png(width: int, rows: list[bytes], n_shades: int) -> bytes:
    """An indexed image of 8 bits; see the PNG specification (W3C), sections 5 and 11."""
    header = struct.pack(">IIBBBBB", width, len(rows), 8, 3, 0, 0, 0)
    palette = b"".join(_colour(shade / (n_shades - 1)) for shade in range(n_shades))
    lines = b"".join(b"\0" + row for row in rows)  # each line begins with its filter: none
    chunks = ((b"IHDR", header), (b"PLTE", palette), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def _colour(share: float) -> bytes:
    place = share * (len(STOPS) - 1)
    index = min(int(place), len(STOPS) - 2)
    part = place - index
    return bytes(
        round(low + part * (high - low)) for low, high in zip(STOPS[index], STOPS[index + 1], strict=True)
    )
