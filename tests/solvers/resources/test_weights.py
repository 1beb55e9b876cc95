"""Where weights and files come from, and what is genuine."""

from pathlib import Path

import pytest

from questions.common.errors import SourceError
from solvers.evidence.digest import sha256_of
from solvers.hw10.resources.codec_weights import RESOURCE as CODEC_WEIGHTS
from solvers.hw10.standin import STANDIN_AUDIO, STANDIN_CODEC
from solvers.resources.course_audio import find_input
from tests.hub.official import find
from tests.solvers.run.test_measure import codec_dir  # noqa: F401  # the small Mimi in the hub's format

STANDINS = (STANDIN_AUDIO,)


@pytest.fixture(autouse=True)
def _empty_hub_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))


def test_a_path_is_never_genuine(codec_dir: Path) -> None:  # noqa: F811
    found = find(CODEC_WEIGHTS, "official", codec_dir)
    assert (found.path, found.source.origin, found.source.genuine) == (codec_dir, "path", False)
    assert found.source.sha256 == sha256_of(codec_dir / "model.safetensors")


def test_with_no_network_auto_falls_back_to_the_standin() -> None:
    found = find(CODEC_WEIGHTS, "auto")
    assert (found.path, found.source.origin, found.source.genuine) == (STANDIN_CODEC, "stand-in", False)


def test_official_never_falls_back() -> None:
    with pytest.raises(SourceError, match="kyutai/mimi is neither in the hub's cache nor can"):
        find(CODEC_WEIGHTS, "official")


def test_an_empty_folder_is_no_codec(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"no config\.json there; give a folder saved by save_pretrained"):
        find(CODEC_WEIGHTS, "auto", tmp_path)


def test_the_courses_file_comes_before_the_standin_in_any_spelling(tmp_path: Path) -> None:
    names = ("TTS_English_speech.wav", "English_speech.wav")
    assert find_input(names, None, "auto", STANDINS).path == STANDIN_AUDIO / "TTS_English_speech.flac"
    (tmp_path / "English_speech.mp3").write_bytes(b"x")
    found = find_input(names, tmp_path, "auto", STANDINS)
    assert (found.path.name, found.source.origin, found.source.genuine) == (
        "English_speech.mp3",
        "path",
        False,
    )


def test_official_takes_no_standin_audio(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"none of 2sAudio\.wav found in"):
        find_input(("2sAudio.wav",), tmp_path, "official", STANDINS)


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such folder"):
        find_input(("2sAudio.wav",), tmp_path / "nowhere", "auto", STANDINS)
