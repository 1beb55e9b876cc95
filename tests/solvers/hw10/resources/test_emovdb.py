"""EmoV-DB: labels and ids by name, archives over a real connection, and archives that mean harm."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from questions.common.errors import SourceError
from solvers.hw10.resources.emovdb import RESOURCE, ClipFile, balanced, find_emotions, standin_source
from solvers.hw10.resources.emovdb_archives import ARCHIVES


def emotion_files(*rows: tuple[str, str, range]) -> list[ClipFile]:
    return [
        ClipFile(speaker, emotion, sentence, Path(f"{speaker}_{emotion}_{sentence}"))
        for speaker, emotion, sentences in rows
        for sentence in sentences
    ]


def test_speakers_and_sentences_are_balanced() -> None:
    files = emotion_files(
        ("a", "Angry", range(1, 20)), ("a", "Sleepy", range(3, 30)),
        ("b", "Angry", range(10, 40)), ("b", "Sleepy", range(10, 40)),
        ("josh", "Sleepy", range(1, 100)),
    )  # fmt: skip
    chosen = balanced(files, limit=12)
    by_place: dict[tuple[str, str], list[int]] = {}
    for one in chosen:
        by_place.setdefault((one.speaker, one.emotion), []).append(one.sentence)
    shared = list(range(10, 20))  # by all three speakers, then the lowest that each has
    assert by_place == {
        ("a", "Angry"): [*shared, 3, 4],
        ("a", "Sleepy"): [*shared, 3, 4],
        ("b", "Angry"): [*shared, 20, 21],
        ("b", "Sleepy"): [*shared, 20, 21],
        ("josh", "Sleepy"): [*shared, 3, 4],
    }


def test_a_speaker_with_too_few_common_sentences_is_named() -> None:
    files = emotion_files(("a", "Angry", range(6)), ("a", "Sleepy", range(4, 9)), ("b", "Angry", range(9)))
    with pytest.raises(SourceError, match=r"a has 2 sentences in every one of Angry, Sleepy; at least 5"):
        balanced(files)
    with pytest.raises(SourceError, match="no emotional speech"):
        balanced([])


@pytest.fixture
def small_emovdb(tmp_path: Path) -> Path:
    """All 18 archives unpacked, six half-second sentences each; bea's at 44.1 kHz."""
    random = np.random.default_rng(0)
    for archive in ARCHIVES:
        place = tmp_path / "EmoV-DB" / archive.name
        place.mkdir(parents=True)
        rate_hz = 44_100 if archive.speaker == "bea" else 16_000
        for sentence in range(1, 7):
            sound = random.normal(0, 0.1, rate_hz // 2)
            soundfile.write(place / f"same_1-28_{sentence:04}.wav", sound, rate_hz)
    return tmp_path


def band_above_8_khz(samples: Any) -> float:
    power = np.abs(np.fft.rfft(samples.numpy())) ** 2
    return float(power[int(len(power) * 2 / 3) :].sum() / power.sum())


def test_emovdb_is_read_where_it_lies_and_bandwidth_tells_nothing(
    small_emovdb: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = find_emotions("auto", small_emovdb)
    assert (found.source.resource, found.source.origin, found.source.genuine) == ("emovdb", "path", False)
    assert len(found.files) == 18 * 6
    clips = found.load(24_000, lambda *_: None)
    assert {clip.emotion for clip in clips if clip.speaker == "josh"} == {"Amused", "Neutral", "Sleepy"}
    assert clips[0].name == "bea_Amused/same_1-28_0001.wav"
    assert {len(clip.samples) for clip in clips} == {12_000}
    # White noise at 44.1 kHz has a third of its power there; what 16 kHz leaves is the filter's slope.
    assert max(band_above_8_khz(clip.samples) for clip in clips) < 0.02


def test_the_digest_follows_every_clip_that_is_read(small_emovdb: Path) -> None:
    before = find_emotions("auto", small_emovdb).source.sha256
    unread = small_emovdb / "EmoV-DB" / "sam_Angry" / "same_1-28_0028.wav"
    unread.write_bytes(b"")
    assert find_emotions("auto", small_emovdb).source.sha256 == before
    read = small_emovdb / "EmoV-DB" / "sam_Angry" / "same_1-28_0006.wav"
    copy = read.with_name("changed.wav")
    copy.write_bytes(read.read_bytes() + b"\0")
    copy.replace(read)
    assert find_emotions("auto", small_emovdb).source.sha256 != before


def test_a_missing_archive_is_an_error_and_no_reason_for_the_stand_in(small_emovdb: Path) -> None:
    (small_emovdb / "EmoV-DB" / "sam_Angry").rename(small_emovdb / "EmoV-DB" / "elsewhere")
    with pytest.raises(SourceError, match="sam_Angry: missing"):
        find_emotions("auto", small_emovdb)


def test_without_emovdb_there_is_the_stand_in_unless_it_is_ruled_out(tmp_path: Path) -> None:
    source = find_emotions("auto", tmp_path).source
    assert source == standin_source()
    assert (source.origin, source.genuine) == ("stand-in", False)
    assert "strength 1" in source.note
    assert RESOURCE.shipped_digests(source) == (source.sha256,)
    with pytest.raises(SourceError, match="quizproof fetch emovdb --out DIR"):
        find_emotions("official", tmp_path)
