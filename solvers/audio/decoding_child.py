"""Sound files decoded by libsndfile, for a bounded child: C code on bytes from anywhere.

Axes: `N` samples, `C` channels.
"""

from dataclasses import asdict, dataclass
from typing import Any

HEADER, UNREADABLE = "header", "unreadable"


@dataclass(frozen=True)
class Header:
    """What a sound file says of itself."""

    format: str
    format_info: str
    n_frames: int
    n_channels: int
    rate_hz: int


def answer(asked: dict[str, Any], _data: bytes) -> tuple[dict[str, Any], Any]:
    """The header of the file asked for; where `expected` gives it back, the samples float32 `[N, C]`.

    They are read only of a file that is still the one whose extent has been looked at.
    """
    import soundfile

    try:
        with soundfile.SoundFile(asked["path"]) as sound:
            header = asdict(
                Header(sound.format, sound.format_info, sound.frames, sound.channels, sound.samplerate)
            )
            if "expected" not in asked:
                return {HEADER: header}, b""
            if asked["expected"] != header:
                return {UNREADABLE: "it was changed while it was read"}, b""
            samples = sound.read(dtype="float32", always_2d=True)
    except (soundfile.SoundFileError, TypeError, ValueError, RuntimeError) as error:
        return {UNREADABLE: str(error)}, b""
    return {HEADER: header}, memoryview(samples).cast("B") if samples.size else b""
