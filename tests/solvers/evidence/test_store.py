"""Records on disk: whole or not there, and read back as they were written."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from questions.common.errors import StaleEvidenceError
from questions.common.files import write_atomic
from questions.quiz import Bilingual
from solvers.audio.sound_files import LISTENING_LUFS, Sound, keep, listening_gain
from solvers.evidence.sources import Source
from solvers.evidence.store import Record, RunInputs, Store

INPUTS = RunInputs(
    solver="q09_layer_order",
    solver_version=1,
    spec={"sentences": ("a", "b")},
    sources=(),
    device="cpu",
    seed=0,
)


def tone(name: str = "tone") -> Sound:
    t = np.arange(24_000, dtype=np.float32) / 24_000
    return Sound(name, np.sin(2 * np.pi * 440 * t).astype(np.float32), 24_000, "la")


def test_a_record_reads_back_identically(tmp_path: Path) -> None:
    artifact, content = keep(tone(), "q09")
    record = Record(
        question="q09", inputs=INPUTS, measurements={"x": [1, 0.1, None, "句"]}, artifacts=(artifact,)
    )
    store = Store(tmp_path)
    store.write(record, {"tone": content})
    assert store.read("q09") == record
    assert store.has_media(record)
    name = f"tone.{hashlib.sha256(content).hexdigest()[:8]}.mp3"
    assert (tmp_path / "media" / "q09" / name).read_bytes() == content
    assert store.sound(artifact) == content
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == ["q09.json", name]


def test_a_listening_copy_holds_the_sound(tmp_path: Path) -> None:
    import soundfile

    artifact, content = keep(tone(), "q09")
    path = tmp_path / "tone.mp3"
    path.write_bytes(content)
    samples, rate = soundfile.read(path)
    assert rate == 24_000
    spectrum = np.abs(np.fft.rfft(samples[:24_000]))
    assert int(spectrum.argmax()) == 440
    assert (artifact.shape, artifact.dtype, artifact.transcript) == ((24_000,), "float32", "la")


def test_sounds_over_full_scale_are_clipped_not_wrapped() -> None:
    import io

    import soundfile

    loud = Sound("loud", tone().samples * 3, 24_000)
    samples, _ = soundfile.read(io.BytesIO(keep(loud, "q09")[1]))
    assert np.abs(np.diff(samples)).max() < 0.6  # a wrapped sample would jump by nearly 2


@pytest.mark.parametrize("level", [0.003, 0.05, 0.9])
def test_listening_copies_have_one_loudness(level: float) -> None:
    import io

    import soundfile
    import torch
    import torchaudio

    content = keep(Sound("tone", tone().samples * np.float32(level), 24_000), "q09")[1]
    samples, rate_hz = soundfile.read(io.BytesIO(content), dtype="float32")
    lufs = float(torchaudio.functional.loudness(torch.from_numpy(samples)[None], rate_hz))
    assert abs(lufs - LISTENING_LUFS) < 1.0  # MP3 itself takes half a decibel
    assert len(content) < 5_000  # one second


def test_what_cannot_be_levelled_stays_as_it_is() -> None:
    silence = np.zeros(24_000, dtype=np.float32)
    click = np.zeros(24_000, dtype=np.float32)
    click[0] = 0.5
    assert listening_gain(silence, 24_000) == 1.0
    assert 0.5 * listening_gain(click, 24_000) <= 0.9 + 1e-6  # never over full scale
    assert listening_gain(tone().samples[:100], 24_000) > 0  # shorter than a block of the measure


def test_nothing_is_left_of_a_write_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "report.html"
    write_atomic(target, b"old")

    def full(_handle: int) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_atomic(target, b"new")
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_there_may_be_no_record_yet(tmp_path: Path) -> None:
    assert Store(tmp_path).read("q09") is None


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not a record that can be read"),
        (b'{"question": "q09"', "not a record that can be read"),
        (
            b'{"extra": 1, "question": "q09", "record_sha256": "%064d"}' % 0,
            "extra: Extra inputs are not permitted",
        ),
        (b'{"question": "q09"}', "record_sha256: Field required"),
        (b'{"question": "q08", "record_sha256": "%s"}' % Record(question="q08").digest.encode(), "of 'q08'"),
        (b"[" * 100_000, "not a record that can be read"),
    ],
)
def test_a_file_that_is_no_record_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    store = Store(tmp_path)
    write_atomic(store.record_path("q09"), content)
    with pytest.raises(StaleEvidenceError, match=message):
        store.read("q09")


def test_a_record_whose_sound_is_gone_is_not_complete(tmp_path: Path) -> None:
    artifact, content = keep(tone(), "q09")
    record = Record(question="q09", inputs=INPUTS, artifacts=(artifact,))
    store = Store(tmp_path)
    store.write(record, {"tone": content})
    store.media_path(artifact).unlink()
    assert not store.has_media(record)


def test_a_failure_is_kept_with_its_reason(tmp_path: Path) -> None:
    record = Record(question="q09", failure=Bilingual(zh="測量失敗", en="Measuring failed"))
    Store(tmp_path).write(record, {})
    assert Store(tmp_path).read("q09") == record


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('"genuine": false', '"genuine": true'),
        ('"stand-in"', '"hub"'),
        ("0.25", "0.75"),
        ('"seed": 0', '"seed": 1'),
        ("0.25", "NaN"),
    ],
)
def test_a_record_says_when_it_is_not_as_it_was_written(tmp_path: Path, before: str, after: str) -> None:
    source = Source(resource="codec-weights", origin="stand-in", name="x", sha256="a" * 64, genuine=False)
    inputs = INPUTS.model_copy(update={"sources": (source,)})
    store, record = Store(tmp_path), Record(question="q09", inputs=inputs, measurements={"x": 0.25})
    store.write(record, {})
    path = store.record_path("q09")
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))
    with pytest.raises(
        StaleEvidenceError, match=r"is not as it was written: SHA-256 .*; run 'quizproof verify"
    ):
        store.read("q09")


def test_how_a_record_is_set_out_does_not_matter(tmp_path: Path) -> None:
    store, record = (
        Store(tmp_path),
        Record(question="q09", inputs=INPUTS, measurements={"x": [1e-7, 3.0, "句"]}),
    )
    store.write(record, {})
    path = store.record_path("q09")
    path.write_text(json.dumps(json.loads(path.read_text())), newline="\r\n")
    assert store.read("q09") == record


def measured(hz: float) -> tuple[Record, dict[str, bytes]]:
    """A record that tells of a tone, with the tone."""
    t = np.arange(24_000, dtype=np.float32) / 24_000
    artifact, content = keep(Sound("tone", np.sin(2 * np.pi * hz * t).astype(np.float32), 24_000), "q09")
    return Record(question="q09", inputs=INPUTS, measurements={"hz": hz}, artifacts=(artifact,)), {
        "tone": content
    }


def files_of(store: Store) -> list[str]:
    return sorted(path.name for path in store.folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("n_renames", range(3))
def test_a_kill_leaves_a_record_with_its_own_sounds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, n_renames: int
) -> None:
    """A write takes two renames and some removals; it ends after any of them."""
    store = Store(tmp_path)
    (old, old_media), (new, new_media) = measured(440.0), measured(660.0)
    store.write(old, old_media)
    rename, done = Path.replace, []

    def killing(self: Path, target: Path) -> Path:
        if len(done) == n_renames:
            raise KeyboardInterrupt
        done.append(target)
        return rename(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", killing)
        patch.setattr(Path, "unlink", lambda *_, **__: None)  # nor does it tidy up
        if n_renames < 2:
            with pytest.raises(KeyboardInterrupt):
                store.write(new, new_media)
        else:
            store.write(new, new_media)
    found = store.read("q09")
    assert found == (new if n_renames == 2 else old)
    assert store.has_media(found)
    store.tidy("q09")
    expected = Path(found.artifacts[0].file).name
    assert [name for name in files_of(store) if name.endswith(".mp3")] == [expected]


def test_the_sounds_of_a_measurement_take_the_place_of_the_one_before(tmp_path: Path) -> None:
    store = Store(tmp_path)
    (old, old_media), (new, new_media) = measured(440.0), measured(660.0)
    store.write(old, old_media)
    store.write(new, new_media)
    assert files_of(store) == ["q09.json", Path(new.artifacts[0].file).name]


def test_a_failure_keeps_the_sounds_of_what_it_puts_aside(tmp_path: Path) -> None:
    store, (good, media) = Store(tmp_path), measured(440.0)
    store.write(good, media)
    for _ in range(2):
        store.write(Record(question="q09", failure=Bilingual(zh="x", en="x")), {})
    assert files_of(store) == ["q09.json", "q09.last-good.json", Path(good.artifacts[0].file).name]
    store.restore(good)
    assert store.read("q09") == good
    assert store.has_media(good)


def test_what_was_measured_after_a_killed_restore_is_what_a_failure_puts_aside(tmp_path: Path) -> None:
    """A kill between a new record and the removal of the one put aside leaves both."""
    store, (old, old_media), (new, new_media) = Store(tmp_path), measured(440.0), measured(660.0)
    store.write(old, old_media)
    store.record_path("q09").replace(store.last_good_path("q09"))
    for artifact in new.artifacts:
        write_atomic(store.media_path(artifact), new_media[artifact.name])
    store.amend(new)
    store.write(Record(question="q09", failure=Bilingual(zh="x", en="x")), {})
    assert store.read_last_good("q09") == new


def test_another_sound_than_the_measured_one_is_stale(tmp_path: Path) -> None:
    store, (record, media) = Store(tmp_path), measured(440.0)
    store.write(record, media)
    path = store.media_path(record.artifacts[0])
    path.write_bytes(measured(660.0)[1]["tone"])
    with pytest.raises(StaleEvidenceError, match="is not the sound that was measured: SHA-256"):
        store.read("q09")


def test_a_link_is_no_sound(tmp_path: Path) -> None:
    store, (record, media) = Store(tmp_path / "proof"), measured(440.0)
    store.write(record, media)
    path = store.media_path(record.artifacts[0])
    path.replace(tmp_path / "elsewhere.mp3")
    path.symlink_to(tmp_path / "elsewhere.mp3")
    with pytest.raises(StaleEvidenceError, match="cannot be read \\(it is not a regular file\\)"):
        store.read("q09")
