"""The course's files as they are handed round: any spelling, format and rate, and what is no file at all."""

import os
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch

from questions.common.errors import SourceError
from questions.quiz import QuizSpec
from quizproof.cli import listing
from solvers.audio.sound_files import load_sound
from solvers.hw10.standin import STANDIN_AUDIO
from solvers.resources.course_audio import Describe, Look, find_input, look_into
from solvers.run.catalog import Pack


def sine(rate_hz: int, seconds: float, channels: int) -> np.ndarray:
    wave = 0.3 * np.sin(2 * np.pi * 440 * np.arange(int(rate_hz * seconds)) / rate_hz)
    return np.stack([wave] * channels, axis=1).astype(np.float32)


Wanted = dict[tuple[str, ...], Describe | None]


@pytest.fixture
def wanted(spec: QuizSpec, pack: Pack) -> Wanted:
    """Every file that the quiz reads, and what describes those that are no sounds."""
    return {
        names: pack.solver(question.solver).describe.get(name)
        for question in spec.questions
        for name, names in question.inputs.files.items()
    }


def look(wanted: Wanted, folder: Path, name: str) -> Look:
    (found,) = (one for one in look_into(wanted, folder) if name in one.names)
    return found


@pytest.mark.parametrize("name", ["TTS_English_speech", "English_speech"])
@pytest.mark.parametrize(
    ("suffix", "rate_hz", "channels"),
    [("wav", 44_100, 2), ("wav", 8_000, 1), ("flac", 48_000, 1), ("ogg", 22_050, 2), ("mp3", 32_000, 2)],
)
def test_both_spellings_in_any_format_rate_and_width(
    spec: QuizSpec, wanted: Wanted, tmp_path: Path, name: str, suffix: str, rate_hz: int, channels: int
) -> None:
    path = tmp_path / f"{name}.{suffix}"
    soundfile.write(path, sine(rate_hz, 1.5, channels), rate_hz)
    names = spec.question("q07").inputs.files["english"]
    found = find_input(names, tmp_path, "official")
    assert (found.path, found.source.origin, found.source.genuine) == (path, "path", False)
    seen = look(wanted, tmp_path, "TTS_English_speech.wav")
    assert (seen.state, seen.found, seen.words) == ("found", path.name, "")
    assert (seen.rate_hz, seen.channels, seen.seconds) == (rate_hz, channels, pytest.approx(1.5, abs=0.001))
    heard = load_sound(path, 24_000)
    assert len(heard) == pytest.approx(36_000, abs=24)
    spectrum = torch.fft.rfft(heard[6_000:30_000]).abs()
    assert int(spectrum.argmax()) == 440


@pytest.mark.parametrize("name", ["audio_codes_shuffled.pt", "audio_tokens_shuffled.pt"])
def test_both_spellings_of_the_shuffled_codes(wanted: Wanted, tmp_path: Path, name: str) -> None:
    torch.save(torch.zeros(1, 4, 50, dtype=torch.int64), tmp_path / name)
    seen = look(wanted, tmp_path, name)
    assert (seen.state, seen.found, seen.words) == ("found", name, "codes [1, 4, 50]")
    torch.save({"run": "me"}, tmp_path / name)
    seen = look(wanted, tmp_path, name)
    assert (seen.state, seen.words) == (
        "unreadable",
        f"{tmp_path / name}: holds a dict, not a tensor of codes.",
    )


@pytest.mark.parametrize("rate_hz", [44_101, 7_919])
def test_an_odd_rate_costs_no_more_than_a_usual_one(tmp_path: Path, rate_hz: int) -> None:
    """torchaudio alone would take 18 GB and two minutes for 44,101 Hz."""
    soundfile.write(tmp_path / "odd.wav", sine(rate_hz, 1.0, 1), rate_hz)
    heard = load_sound(tmp_path / "odd.wav", 24_000)
    assert (heard.dtype, len(heard)) == (torch.float32, 24_000)
    expected = 0.3 * torch.sin(2 * torch.pi * 440 * torch.arange(24_000) / 24_000)
    assert float((heard - expected)[1_200:-1_200].abs().max()) < 0.002


def make(folder: Path, kind: str) -> Path:
    """Something under the name of a course file that is no sound of the course."""
    path = folder / "music.wav"
    match kind:
        case "empty":
            path.write_bytes(b"")
        case "no sound":
            path.write_bytes(b"MZ" + bytes(1000))
        case "not a number":
            soundfile.write(path, np.full(100, np.nan, np.float32), 24_000, subtype="FLOAT")
        case "three hours":
            soundfile.write(path, np.zeros(3 * 3600 * 100, np.int16), 100)
        case "no samples":
            soundfile.write(path, np.zeros(0, np.float32), 24_000)
        case "folder":
            path.mkdir()
        case "loop":
            path.symlink_to(path)
        case "dangling":
            path.symlink_to(folder / "elsewhere.wav")
        case "pipe":
            os.mkfifo(path)
    return path


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("empty", "the file is empty; copy it again."),
        ("no sound", "not a sound file that can be read"),
        ("not a number", "the file holds samples that are not finite numbers."),
        ("three hours", "10800 s long; at most 600 s are read."),
        ("no samples", "the file holds no samples."),
        ("folder", "a folder, where a file is meant; move it away."),
        ("loop", "no plain file but a broken link or a device; put the course's file there."),
        ("dangling", "no plain file but a broken link or a device; put the course's file there."),
        ("pipe", "no plain file but a broken link or a device; put the course's file there."),
    ],
)
def test_a_hostile_file_is_one_sentence(wanted: Wanted, tmp_path: Path, kind: str, words: str) -> None:
    path = make(tmp_path, kind)
    seen = look(wanted, tmp_path, "music.wav")
    assert (seen.state, seen.found) == ("unreadable", "music.wav")
    assert seen.words.startswith(f"{path}: {words}")
    assert len(seen.words.splitlines()) == 1
    if kind in {"folder", "loop", "dangling", "pipe"}:  # never passed over for the stand-in
        with pytest.raises(SourceError, match=words):
            find_input(("music.wav",), tmp_path, "auto", (STANDIN_AUDIO,))


def test_what_is_missing_is_said_with_the_name_that_was_meant(wanted: Wanted, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "Laughter.wav", sine(24_000, 0.5, 1), 24_000)
    seen = look(wanted, tmp_path, "laughter.wav")
    assert (seen.state, seen.found, seen.words) == (
        "missing",
        "",
        "Laughter.wav is there: rename it to laughter.wav.",
    )
    assert look(wanted, tmp_path, "Alice.wav") == Look(("Alice.wav",), "missing")
    soundfile.write(tmp_path / "jamess.wav", sine(24_000, 0.5, 1), 24_000)
    assert look(wanted, tmp_path, "James.wav").words == "Did you mean 'jamess.wav'?"
    with pytest.raises(SourceError, match=r"--audio .*nowhere: no such folder\."):
        look_into(wanted, tmp_path / "nowhere")


def test_a_second_spelling_is_said_to_be_unread(wanted: Wanted, tmp_path: Path) -> None:
    for name in ("English_speech.wav", "TTS_English_speech.wav"):
        soundfile.write(tmp_path / name, sine(24_000, 0.5, 1), 24_000)
    seen = look(wanted, tmp_path, "English_speech.wav")
    assert (seen.found, seen.words) == ("TTS_English_speech.wav", "not read: English_speech.wav")


def test_the_list_shows_a_line_a_file(
    wanted: Wanted, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    soundfile.write(tmp_path / "2sAudio.ogg", sine(44_100, 2.0, 2), 44_100)
    (tmp_path / "4sAudio.wav").write_bytes(b"")
    listing.print_looks(look_into(wanted, tmp_path))
    lines = capsys.readouterr().out.splitlines()
    assert lines[:3] == [
        "found       2sAudio.ogg: 44100 Hz, stereo, 2.0 s",
        f"unreadable  4sAudio.wav: {tmp_path / '4sAudio.wav'}: the file is empty; copy it again.",
        "missing     TTS_English_speech.wav or English_speech.wav",
    ]
    assert len(lines) == 11  # every file that the quiz reads
