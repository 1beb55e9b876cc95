"""Q1 on files that lie about their length: refused before they can contradict a key."""

from pathlib import Path

import pytest
import soundfile

from questions.common.errors import SourceError
from questions.quiz import QuizSpec
from solvers.audio.sound_files import load_sound
from solvers.hw10 import q01_token_shapes
from solvers.hw10.models.codec import Codec
from solvers.hw10.resources.architecture import RESOURCE as ARCHITECTURE
from solvers.hw10.standin import STANDIN_AUDIO
from solvers.resources.resource import Setup
from solvers.run import catalog
from solvers.run.pool import ResourcePool
from solvers.run.session import Session

RATE_HZ = 24_000


def measured(spec: QuizSpec, mimi: Codec, folder: Path) -> q01_token_shapes.Measurements:
    pool = ResourcePool(Setup(models="standin", audio_dir=folder), catalog.pack_of(spec))
    pool.put(ARCHITECTURE, mimi)
    found = q01_token_shapes.measure(
        spec.question("q01"), Session(pool, spec.question("q01"), lambda *_: None)
    )
    assert isinstance(found.numbers, q01_token_shapes.Measurements)
    return found.numbers


def write(folder: Path, subtype: str) -> Path:
    """The stand-in's 2 s as a WAV in another encoding: 48,000 samples, 25 frames."""
    path = folder / "2sAudio.wav"
    sound = load_sound(STANDIN_AUDIO / "2sAudio.flac", RATE_HZ)
    assert len(sound) == 48_000
    soundfile.write(path, sound.numpy(), RATE_HZ, subtype=subtype)
    return path


def test_a_half_copied_clip_is_refused_and_not_thirteen_frames(
    spec: QuizSpec, mimi: Codec, tmp_path: Path
) -> None:
    path = write(tmp_path, "PCM_16")
    assert [one.shape for one in measured(spec, mimi, tmp_path).files] == [(1, 32, 25)]
    path.write_bytes(path.read_bytes()[:48_022])
    with pytest.raises(SourceError, match=r"2sAudio\.wav: holds 47,978 of 96,000 promised bytes"):
        measured(spec, mimi, tmp_path)


def test_the_filling_of_adpcm_is_never_a_frame(spec: QuizSpec, mimi: Codec, tmp_path: Path) -> None:
    write(tmp_path, "MS_ADPCM")  # says that 48,000 of its 48,864 samples are the sound's
    assert [one.shape for one in measured(spec, mimi, tmp_path).files] == [(1, 32, 25)]
    write(tmp_path, "IMA_ADPCM")  # says nothing, and would have 26
    with pytest.raises(SourceError, match="the sound has 25 to 26 frames"):
        measured(spec, mimi, tmp_path)
