"""Headers held against the bytes: what libsndfile would read without a word, and what must still be read."""

import io
import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile

from questions.common.errors import SourceError
from solvers.audio.containers import held_against_bytes
from solvers.audio.mp3 import Filling
from solvers.audio.sound_files import check_frames, read_samples
from solvers.hw10.standin import STANDIN_AUDIO

RATE_HZ = 24_000
N_SAMPLES = 48_000  # 2 s of 16 bits: 96,000 bytes
SOUND_AT = 44  # where the samples begin in the WAV that libsndfile writes
FRAME_SAMPLES = 1920
NOISE = (0.1 * np.random.default_rng(0).standard_normal(N_SAMPLES)).astype(np.float32)


def encoded(container: str, subtype: str) -> bytes:
    buffer = io.BytesIO()
    soundfile.write(buffer, NOISE, RATE_HZ, format=container, subtype=subtype)
    return buffer.getvalue()


WAV = encoded("WAV", "PCM_16")


def put(tmp_path: Path, content: bytes, name: str = "2sAudio.wav") -> Path:
    path = tmp_path / name
    path.write_bytes(content)
    return path


def promising(n_bytes: int, content: bytes = WAV) -> bytes:
    """The WAV with another length in the header of its sound."""
    return content[:40] + struct.pack("<I", n_bytes) + content[44:]


def refusal(path: Path) -> str:
    with pytest.raises(SourceError) as found:
        read_samples(path)
    return str(found.value)


def test_a_half_copied_wav_is_refused_with_both_numbers(tmp_path: Path) -> None:
    path = put(tmp_path, WAV[: len(WAV) // 2])
    assert len(WAV) == SOUND_AT + 96_000
    assert refusal(path) == f"{path}: holds 47,978 of 96,000 promised bytes: copy it again."


@pytest.mark.parametrize("missing", [1, 2, 1000, 95_999])
def test_a_single_missing_byte_is_missed(tmp_path: Path, missing: int) -> None:
    path = put(tmp_path, WAV[:-missing])
    assert f"holds {96_000 - missing:,} of 96,000 promised bytes" in refusal(path)


@pytest.mark.parametrize("n_bytes", [0xFFFF_FFFF, 0x7FFF_F000, 0x7FFF_FFFF, 0x8000_0000, 0x7FFF_EFFC])
def test_a_streamed_wav_is_read_to_its_end(tmp_path: Path, n_bytes: int) -> None:
    samples, rate_hz = read_samples(put(tmp_path, promising(n_bytes)))
    assert (samples.shape, rate_hz) == ((48_000, 1), 24_000)
    assert np.abs(samples[:, 0] - NOISE).max() < 1 / 32768


@pytest.mark.parametrize("n_bytes", [0, 48_000])
def test_more_sound_than_promised_is_refused(tmp_path: Path, n_bytes: int) -> None:
    path = put(tmp_path, promising(n_bytes))
    assert refusal(path).startswith(
        f"{path}: its header promises {n_bytes:,} bytes of sound and 96,000 are there"
    )


TAGGED = WAV + b"TAG" + b"a title".ljust(125, b"\0")


@pytest.mark.parametrize(
    "content",
    [
        WAV + b"LIST" + struct.pack("<I", 6) + b"INFO\0\0",
        WAV + bytes(4096),  # a disk's last block filled up
        TAGGED,
        WAV[:36] + b"LIST" + struct.pack("<I", 3) + b"odd\0" + WAV[36:],
        WAV[:4] + struct.pack("<I", 0) + WAV[8:],  # the length of the whole file, which nobody reads
    ],
)
def test_what_stands_beside_the_sound_does_no_harm(tmp_path: Path, content: bytes) -> None:
    assert len(read_samples(put(tmp_path, content))[0]) == 48_000


@pytest.mark.parametrize(("container", "endian"), [("WAV", "BIG"), ("RF64", "FILE"), ("WAVEX", "FILE")])
def test_the_other_kinds_of_wav_are_held_alike(tmp_path: Path, container: str, endian: str) -> None:
    buffer = io.BytesIO()
    soundfile.write(buffer, NOISE, RATE_HZ, format=container, subtype="PCM_16", endian=endian)
    whole = buffer.getvalue()
    assert len(read_samples(put(tmp_path, whole))[0]) == 48_000
    cut = len(whole) - 48_000
    assert "holds 48,000 of 96,000 promised bytes" in refusal(put(tmp_path, whole[:cut]))


OGG, OPUS = encoded("OGG", "VORBIS"), encoded("OGG", "OPUS")
FLAC, MP3 = encoded("FLAC", "PCM_16"), encoded("MP3", "MPEG_LAYER_III")


def mp3_frame_starts(content: bytes) -> list[int]:
    """By the table of MPEG-2 layer III: 24 kHz and one channel give 72 * bit rate / 24,000 bytes a frame."""
    kbits = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
    starts, at = [], 0
    while at < len(content):
        starts.append(at)
        at += 3 * kbits[content[at + 2] >> 4] + (content[at + 2] >> 1 & 1)
    return starts


UNCOUNTED = MP3[mp3_frame_starts(MP3)[1] :]  # without the first frame, which holds the count
LAST_PAGE_AT = OGG.rindex(b"OggS")


def flipped(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 0x10]) + content[at + 1 :]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.ogg", OGG[: len(OGG) // 2], "breaks off within a page of sound: copy it again."),
        ("a.ogg", OPUS[: len(OPUS) // 2], "breaks off within a page of sound: copy it again."),
        ("a.ogg", OGG[:LAST_PAGE_AT], "its last page of sound is missing: copy it again."),
        # libsndfile reads 32,000 of the 48,000 samples of this one.
        ("a.ogg", flipped(OGG, 5000), "the page of sound at byte 3,446 is damaged: copy it again."),
        ("a.ogg", OGG + OGG, "holds one sound behind another, and only the first would be read"),
        ("a.flac", FLAC[: len(FLAC) // 2], "not a sound file that can be read"),
        ("a.flac", flipped(FLAC, 40_000), "not a sound file that can be read"),
        ("a.mp3", MP3[: len(MP3) // 2], "breaks off within an MP3 frame: copy it again."),
        ("a.mp3", MP3 + MP3, "holds 173 of 86 promised MP3 frames"),
        ("a.mp3", MP3[:5000] + bytes(5000), "holds 34 of 86 promised MP3 frames"),
        ("a.mp3", UNCOUNTED + UNCOUNTED[1:], "no MP3 frame where one begins, at byte 11,928: copy it again."),
    ],
)
def test_what_is_not_whole_is_refused(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    assert words in refusal(put(tmp_path, content, name))


def test_mp3_frames_are_counted(tmp_path: Path) -> None:
    """Cut between two frames, libmpg123 alone reads half and says nothing."""
    frames = mp3_frame_starts(MP3)
    assert len(frames) == 87  # one with the count, 86 of sound
    words = "holds 39 of 86 promised MP3 frames"
    assert words in refusal(put(tmp_path, MP3[: frames[40]], "a.mp3"))


def test_a_varying_rate_without_a_count_is_not_read_in_half(tmp_path: Path) -> None:
    path = put(tmp_path, UNCOUNTED, "a.mp3")
    assert soundfile.info(str(path)).frames < N_SAMPLES // 2
    assert "samples can be read: copy it again, or give a wav." in refusal(path)


def test_a_flac_that_does_not_say_how_long_it_is(tmp_path: Path) -> None:
    unknown = FLAC[:21] + bytes([FLAC[21] & 0xF0]) + bytes(4) + FLAC[26:]
    assert "its header does not say how long the sound is" in refusal(put(tmp_path, unknown, "a.flac"))


def test_another_container_under_the_name_is_named(tmp_path: Path) -> None:
    aiff = encoded("AIFF", "PCM_16")
    path = put(tmp_path, aiff)
    assert refusal(path) == (
        f"{path}: holds AIFF (Apple/SGI); readable are wav, flac, ogg and mp3: convert it to wav."
    )


def mp3_in_riff(content: bytes) -> bytes:
    fields = struct.pack("<HHIIHHHHIHHH", 0x55, 1, RATE_HZ, 4000, 1, 0, 12, 1, 2, 336, 1, 0)
    body = b"fmt " + struct.pack("<I", len(fields)) + fields
    body += b"data" + struct.pack("<I", len(content)) + content
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WAVE" + body


def with_fact(content: bytes, n_samples: int) -> bytes:
    at = content.index(b"fact") + 8
    return content[:at] + struct.pack("<I", n_samples) + content[at + 4 :]


IMA, MS = encoded("WAV", "IMA_ADPCM"), encoded("WAV", "MS_ADPCM")


@pytest.mark.parametrize(
    ("content", "filling", "n_read"),
    [
        # 24 blocks of 2041 samples hold the 48,000, and nothing says where the filling begins.
        (IMA, Filling("IMA ADPCM", uncertain_samples=2040), 48_984),
        (with_fact(IMA, 48_000), Filling("IMA ADPCM", n_samples=48_000), 48_000),
        (MS, Filling("MS ADPCM", n_samples=48_000), 48_000),  # libsndfile alone gives 48,864
        (with_fact(MS, 1), Filling("MS ADPCM", uncertain_samples=2035), 48_864),
        (mp3_in_riff(MP3), Filling("MP3", least_samples=86 * 576 - 4 * 576), 48_000),
    ],
)
def test_the_filling_of_codecs_in_blocks(
    tmp_path: Path, content: bytes, filling: Filling, n_read: int
) -> None:
    path = put(tmp_path, content)
    assert held_against_bytes(path) == filling
    assert len(read_samples(path)[0]) == n_read


def test_a_frame_count_that_hangs_on_the_filling_is_said(tmp_path: Path) -> None:
    path = put(tmp_path, IMA)
    with pytest.raises(SourceError) as found:  # 46,944 to 48,984 samples: 24.45 to 25.5 frames
        check_frames(path, 48_984, RATE_HZ, FRAME_SAMPLES)
    assert str(found.value) == (
        f"{path}: IMA ADPCM fills its blocks up and does not say with how much, so the sound has "
        "25 to 26 frames: give it as a wav of PCM or as flac."
    )
    check_frames(path, 48_984, RATE_HZ, 100_000)  # both are one frame
    for whole in (WAV, MS, mp3_in_riff(MP3)):
        check_frames(put(tmp_path, whole), 48_000, RATE_HZ, FRAME_SAMPLES)


def test_an_mp3_without_its_encoders_word_has_an_open_end(tmp_path: Path) -> None:
    encoder_at = MP3.index(b"LAME")
    silent = MP3[: encoder_at + 21] + bytes(3) + MP3[encoder_at + 24 :]
    path = put(tmp_path, silent, "a.mp3")
    assert held_against_bytes(path).uncertain_samples == 4 * 576
    with pytest.raises(SourceError, match="MP3 fills its blocks up"):
        check_frames(path, 48_000, RATE_HZ, FRAME_SAMPLES)


def test_every_stand_in_is_whole() -> None:
    sounds = sorted(STANDIN_AUDIO.glob("*.flac"))
    assert len(sounds) == 18
    for path in sounds:
        assert held_against_bytes(path) == Filling()
        assert len(read_samples(path)[0]) == soundfile.info(str(path)).frames


@pytest.mark.parametrize("n_bytes", [1, 3, 11, 12, 20, 43, 44, 45])
@pytest.mark.parametrize("content", [WAV, OGG, FLAC, MP3, b"ID3\x04\0\0\0\0\0\0"])
def test_a_stub_of_any_length_is_one_sentence(tmp_path: Path, content: bytes, n_bytes: int) -> None:
    path = put(tmp_path, content[:n_bytes])
    assert refusal(path).startswith(f"{path}: ")
