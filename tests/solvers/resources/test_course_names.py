"""Names as people's machines make them: what is there is said, with the formats that can be read."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from safetensors.torch import save_file

from questions.common.errors import SourceError
from questions.quiz import QuizSpec
from solvers.hw10.standin import STANDIN_AUDIO
from solvers.resources.course_audio import RESOURCE as COURSE_AUDIO
from solvers.resources.course_audio import MissingInputError, find_input, look_into
from solvers.resources.resource import Models, Setup
from solvers.run.catalog import Pack
from solvers.run.pool import ResourcePool
from tests.solvers.resources.test_course_audio import Wanted, look, wanted  # noqa: F401  # a fixture

CODES = torch.zeros(1, 4, 50, dtype=torch.int64)
NAMES = ("TTS_English_speech.wav", "English_speech.wav")
SOUNDS = "wav, flac, ogg or mp3"


def refusal(names: tuple[str, ...], folder: Path, models: Models = "auto") -> str:
    with pytest.raises(SourceError) as found:
        find_input(names, folder, models, (STANDIN_AUDIO,))
    return str(found.value)


def words(wanted: Wanted, folder: Path, name: str) -> tuple[str, str]:  # noqa: F811
    found = look(wanted, folder, name)
    return found.state, found.words


@pytest.mark.parametrize(
    ("there", "said"),
    [
        ("2sAudio.WAV", "2sAudio.WAV is there: rename it to 2sAudio.wav."),
        ("2saudio.wav", "2saudio.wav is there: rename it to 2sAudio.wav."),
        ("2SAUDIO.FLAC", "2SAUDIO.FLAC is there: rename it to 2sAudio.flac."),
        ("2sAudio.m4a", f"2sAudio.m4a is there, and only {SOUNDS} can be read: convert it."),
        ("2sAudio.opus", f"2sAudio.opus is there, and only {SOUNDS} can be read: convert it."),
        ("2sAudio.webm", f"2sAudio.webm is there, and only {SOUNDS} can be read: convert it."),
        ("2sAudio.aiff", f"2sAudio.aiff is there, and only {SOUNDS} can be read: convert it."),
        ("2saudio.M4A", f"2saudio.M4A is there, and only {SOUNDS} can be read: convert it."),
    ],
)
@pytest.mark.parametrize("models", ["auto", "official", "standin"])
def test_another_case_or_format_is_said_and_never_passed_over(
    spec: QuizSpec,
    pack: Pack,
    wanted: Wanted,  # noqa: F811
    tmp_path: Path,
    there: str,
    said: str,
    models: Models,
) -> None:
    (tmp_path / there).write_bytes(b"sound")
    assert refusal(("2sAudio.wav",), tmp_path, models) == f"{tmp_path}: {said}"
    assert words(wanted, tmp_path, "2sAudio.wav") == ("missing", said)
    pool = ResourcePool(Setup(models="standin", audio_dir=tmp_path), pack)
    with pytest.raises(SourceError, match="is there"):
        COURSE_AUDIO.own(pool, spec.question("q01"), "clip_2s")
    assert COURSE_AUDIO.own(pool, spec.question("q01"), "clip_4s") is None


def test_either_spelling_may_be_the_one_meant(tmp_path: Path) -> None:
    (tmp_path / "english_speech.mp4").write_bytes(b"")
    assert refusal(NAMES, tmp_path) == (
        f"{tmp_path}: english_speech.mp4 is there, and only {SOUNDS} can be read: convert it."
    )


def test_what_is_read_stands_before_what_is_meant(tmp_path: Path) -> None:
    (tmp_path / "2sAudio.m4a").write_bytes(b"")
    soundfile.write(tmp_path / "2sAudio.flac", np.zeros(10), 24_000)
    assert find_input(("2sAudio.wav",), tmp_path, "official").path == tmp_path / "2sAudio.flac"


def test_a_note_beside_the_sounds_is_none(tmp_path: Path) -> None:
    for name in ("2sAudio.txt", "4sAudio.wav", "2sAudio", "notes.m4a"):
        (tmp_path / name).write_bytes(b"")
    with pytest.raises(MissingInputError) as found:
        find_input(("2sAudio.wav",), tmp_path, "official")
    assert str(found.value) == (
        f"none of 2sAudio.wav found in {tmp_path}; put the course's file there, as {SOUNDS}."
    )
    assert find_input(("2sAudio.wav",), tmp_path, "auto", (STANDIN_AUDIO,)).source.origin == "stand-in"


def test_a_file_meant_by_one_name_is_no_guess_for_another(
    wanted: Wanted,  # noqa: F811
    tmp_path: Path,
) -> None:
    (tmp_path / "4sAudio.WAV").write_bytes(b"")
    looks = {look.names[0]: look.words for look in look_into(wanted, tmp_path)}
    assert looks.pop("4sAudio.wav") == "4sAudio.WAV is there: rename it to 4sAudio.wav."
    assert set(looks.values()) == {""}


def test_codes_in_every_format_that_is_read(
    spec: QuizSpec,
    wanted: Wanted,  # noqa: F811
    tmp_path: Path,
) -> None:
    names = spec.question("q09").inputs.files["codes"]
    for suffix in ("pt", "pth", "npy", "safetensors"):
        path = tmp_path / f"audio_codes_shuffled.{suffix}"
        if suffix == "npy":
            np.save(path, CODES.numpy())
        elif suffix == "safetensors":
            save_file({"codes": CODES}, path)
        else:
            torch.save(CODES, path)
        assert find_input(names, tmp_path, "official").path == path
        assert words(wanted, tmp_path, names[0]) == ("found", "codes [1, 4, 50]")
        path.unlink()
    (tmp_path / "audio_codes_shuffled.pkl").write_bytes(b"")
    assert refusal(names, tmp_path) == (
        f"{tmp_path}: audio_codes_shuffled.pkl is there, and only pt, pth, npy or safetensors can be read: "
        "convert it."
    )
