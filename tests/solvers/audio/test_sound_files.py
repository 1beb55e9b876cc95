"""Sound files made to fill the memory are refused before they are decoded."""

import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from questions.common.errors import SourceError
from solvers.audio.sound_files import MAX_SAMPLES, read_samples
from solvers.hw10.standin import STANDIN_AUDIO
from tests.fuzz.mutate import mutants


def header(n_channels: int, rate_hz: int, n_frames: int) -> bytes:
    """A WAV of 16 bits that says how much it holds, and holds two bytes."""
    n_bytes = min(n_frames * n_channels * 2, 2**32 - 40)
    form = struct.pack("<HHIIHH", 1, n_channels, rate_hz, 0, 2 * n_channels, 16)
    parts = (b"RIFF", struct.pack("<I", n_bytes + 36), b"WAVEfmt ", struct.pack("<I", 16), form, b"data")
    return b"".join((*parts, struct.pack("<I", n_bytes)))


def silent_flac(path: Path, n_channels: int, rate_hz: int, seconds: int) -> None:
    """Silence takes next to nothing in a file."""
    with soundfile.SoundFile(path, "w", rate_hz, n_channels, format="FLAC", subtype="PCM_16") as file:
        second = np.zeros((rate_hz, n_channels), dtype=np.int16)
        for _ in range(seconds):
            file.write(second)


def test_a_small_file_of_many_samples(tmp_path: Path) -> None:
    path = tmp_path / "a.flac"
    silent_flac(path, 8, 96_000, 100)
    assert path.stat().st_size < 200_000
    with pytest.raises(
        SourceError, match=rf"a\.flac: 76,800,000 samples; at most {MAX_SAMPLES:,} are read\."
    ):
        read_samples(path)


def test_as_much_as_is_allowed_is_read(tmp_path: Path) -> None:
    silent_flac(tmp_path / "a.flac", 8, 8_000, 3)
    samples, rate_hz = read_samples(tmp_path / "a.flac")
    assert (samples.shape, rate_hz) == ((24_000, 8), 8_000)


@pytest.mark.parametrize(
    ("n_channels", "rate_hz", "n_frames", "told"),
    [
        (9, 16_000, 10, "9 channels; at most 8 are read"),
        (1_000, 16_000, 10, "1000 channels; at most 8 are read"),
        (1, 3_999, 10, "3,999 Hz; 4,000 to 192,000 Hz are read"),
        (1, 655_350, 10, "655,350 Hz; 4,000 to 192,000 Hz are read"),
        (1, 2**31 - 1, 10, "2,147,483,647 Hz; 4,000 to 192,000 Hz are read"),
    ],
)
def test_what_no_clip_has(tmp_path: Path, n_channels: int, rate_hz: int, n_frames: int, told: str) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(header(n_channels, rate_hz, n_frames) + bytes(2 * n_channels * n_frames))
    with pytest.raises(SourceError, match=rf"a\.wav: {told}"):
        read_samples(path)


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_mutants_are_heard_or_refused(tmp_path: Path, data: st.DataObject) -> None:
    flac = next(iter(sorted(STANDIN_AUDIO.glob("*.flac")))).read_bytes()[:20_000]
    wav = header(2, 16_000, 400) + bytes(1_600)
    path = tmp_path / data.draw(st.sampled_from(["a.wav", "a.flac", "a.mp3", "a.ogg"]))
    path.write_bytes(data.draw(mutants((wav, flac))))
    try:
        samples, rate_hz = read_samples(path)
    except SourceError:
        return
    assert samples.size <= MAX_SAMPLES
    assert 4_000 <= rate_hz <= 192_000
