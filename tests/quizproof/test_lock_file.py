"""The lock as a file: what it holds by name, how it reads back, and what is said where it cannot be read."""

import hashlib
import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solvers.evidence.sources import Provenance, Source
from solvers.hw10.resources.emovdb_archives import archive_digests
from solvers.resources.genuine import derived
from solvers.resources.lock import Lock, Locked, read_lock
from solvers.run.catalog import Pack
from tests.quizproof.commands import Run, message

A, B = "a" * 64, "b" * 64


def test_a_lock_holds_files_by_name(pack: Pack) -> None:
    """Two clips swapped are not what is locked, though both their digests are."""
    clips = Locked(by_file=True, files={"English_speech.wav": A, "Chinese_speech.wav": B})
    lock = Lock(resources={"course-audio": clips})

    def clip(name: str, digest: str, origin: str = "path") -> Source:
        return Source(resource="course-audio", origin=origin, name=name, sha256=digest, genuine=False)

    assert lock.knows(clip("English_speech.wav", A))
    assert not lock.knows(clip("English_speech.wav", B))
    assert lock.mismatch(clip("English_speech.wav", B)) == (
        f"course-audio (English_speech.wav): English_speech.wav has SHA-256 {B}, the lock has {A}; give what "
        "is locked, or run 'quizproof lock --update' if this is what is meant."
    )
    assert lock.mismatch(clip("laughter.wav", A)) is None
    assert not lock.knows(clip("laughter.wav", A))
    # A stand-in is never known, whatever a lock says.
    assert not lock.knows(clip("English_speech.wav", A, "stand-in"))
    sources = (clip("English_speech.wav", A), clip("laughter.wav", B))
    found = Provenance(sources=sources, libraries={}, device="cpu", dtype="", seed=0, wall_time_s=1.0)
    seen = derived(found, lock, pack.known_resource)
    assert [source.genuine for source in seen.sources] == [True, False]
    assert seen.lacking(("course-audio",)) == ("course-audio",)


def test_emovdb_is_held_by_the_clips_that_are_read(tmp_path: Path) -> None:
    """The archives' digests are for whoever fetches them again."""
    digests = {f"{name}.tar.gz": B for name in ("bea_Amused", "sam_Sleepy")}
    (tmp_path / "emovdb.digests.json").write_text(json.dumps(digests))
    (tmp_path / "bea_Amused.tar.gz").write_bytes(b"fetched again")
    archives = archive_digests(tmp_path)
    assert archives == {
        "bea_Amused.tar.gz": hashlib.sha256(b"fetched again").hexdigest(),
        "sam_Sleepy.tar.gz": B,
    }

    def clips(digest: str) -> Source:
        return Source(resource="emovdb", origin="path", name="EmoV-DB", sha256=digest, genuine=False)

    lock = Lock().with_source(clips(A), companions=archives)
    lock.write(tmp_path / "quizproof.lock")
    assert json.loads((tmp_path / "quizproof.lock").read_text())["resources"]["emovdb"] == {
        "name": "EmoV-DB",
        "origin": "path",
        "by_file": False,
        "files": {"EmoV-DB": A},
        "companions": archives,
    }
    assert lock.knows(clips(A))
    assert lock.mismatch(clips(B)) == (
        f"emovdb (EmoV-DB): EmoV-DB has SHA-256 {B}, the lock has {A}; give what is locked, or run "
        "'quizproof lock --update' if this is what is meant."
    )


SHA256 = st.text("0123456789abcdef", min_size=64, max_size=64)
FILES = st.dictionaries(st.text(min_size=1, max_size=20), SHA256, min_size=1, max_size=4)
LOCKED = st.builds(
    Locked,
    name=st.text(max_size=20),
    origin=st.sampled_from(["hub", "path", "named", "package"]),
    revision=st.none() | SHA256,
    by_file=st.booleans(),
    files=FILES,
    companions=FILES | st.just({}),
)
NAMES = st.sampled_from(["codec-weights", "course-audio", "emovdb"])


@settings(deadline=None, derandomize=True, max_examples=50)
@given(lock=st.builds(Lock, resources=st.dictionaries(NAMES, LOCKED)))
def test_a_lock_reads_back_as_it_was_written(lock: Lock) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "quizproof.lock"
        lock.write(path)
        first = path.read_bytes()
        assert read_lock(path) == lock
        read_lock(path).write(path)
        assert path.read_bytes() == first


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "the document: Invalid JSON"),
        (b"[]", "the document: Input should be an object"),
        (b'{"format": 1}', "format: Input should be 2"),
        (b'{"surprise": 1}', "surprise: Extra inputs are not permitted"),
        (b'{"resources": {"a": {"files": {"b": "c"}}}}', "resources.a.files.b: String should match pattern"),
        (b" " * (2**20 + 1), "over 1,048,576 bytes, so no lock of ours."),
    ],
)
def test_a_lock_that_cannot_be_read_is_one_sentence(run: Run, content: bytes, words: str) -> None:
    Path("quizproof.lock").write_bytes(content)
    said = message(run("list", "--models", "standin"))
    assert said.startswith("quizproof.lock: ")
    assert words in said
    assert len(said.splitlines()) == 1


def test_a_lock_that_is_not_there_is_said(run: Run) -> None:
    assert message(run("list", "--models", "standin", "--lock", "nowhere.lock")) == (
        "nowhere.lock: no lock can be read there (No such file or directory); 'quizproof lock' writes one."
    )
