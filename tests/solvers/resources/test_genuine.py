"""Genuineness follows from origin, digest and lock; a word in a record changes nothing."""

from typing import Any

import pytest

from solvers.evidence.digest import sha256_of
from solvers.evidence.sources import FileDigest, Provenance, Source
from solvers.hw10.standin import STANDIN_CODEC
from solvers.models.speaker.package import WEIGHTS_SHA256
from solvers.models.whisper.package import PACKAGED
from solvers.models.whisper.published import PUBLISHED_SHA256
from solvers.models.whisper.weights import named_urls
from solvers.resources.genuine import CONTRADICTED, derived
from solvers.resources.lock import BY_LOCK, Lock, Locked
from solvers.run import catalog

PACK = catalog.pack_of(catalog.load())
A, COMMIT = "a" * 64, "c" * 40
STANDIN_SHA256 = sha256_of(STANDIN_CODEC / "model.safetensors")
BASE_SHA256 = "ed3a0b6b1c0edf879ad9b11b1af5a0e6ab5db9205f891f668f8b0e6c6326e34e"
HUB: dict[str, Any] = {
    "resource": "codec-weights",
    "origin": "hub",
    "name": "kyutai/mimi",
    "revision": COMMIT,
    "sha256": A,
    "files": (FileDigest(name="model.safetensors", sha256=A),),
}


def seen(lock: Lock | None = None, **fields: Any) -> Source:
    """What is made of a source whose record calls it genuine."""
    source = Source.model_validate({"genuine": True, "name": "x", **fields})
    provenance = Provenance(
        sources=(source,), unused=(source,), libraries={}, device="cpu", dtype="", seed=0, wall_time_s=1.0
    )
    found = derived(provenance, lock or Lock(), PACK.known_resource)
    assert found.unused == found.sources
    return found.sources[0]


@pytest.mark.parametrize(
    "fields",
    [
        {"resource": "codec-weights", "origin": "stand-in", "sha256": STANDIN_SHA256},
        {"resource": "codec-weights", "origin": "random"},
        {"resource": "codec-weights", "origin": "path", "name": "mimi", "sha256": A},
        {"resource": "codec-weights", "origin": "library", "name": "umap-learn"},
        {"resource": "codec-weights", "origin": "package", "sha256": PACKAGED.sha256},
        {"resource": "course-audio", "origin": "path", "name": "English_speech.wav", "sha256": A},
        {"resource": "speaker-weights", "origin": "package", "name": "Resemblyzer", "sha256": A},
        {"resource": "speaker-weights", "origin": "package", "name": "Resemblyzer"},
        {"resource": "asr-weights", "origin": "named", "name": "Whisper base", "sha256": A},
        {"resource": "asr-weights", "origin": "named", "name": "Whisper none", "sha256": A},
        {"resource": "asr-weights", "origin": "named", "name": "Whisper none"},
        {**HUB, "sha256": STANDIN_SHA256},
        {**HUB, "files": (FileDigest(name="model.safetensors", sha256=STANDIN_SHA256),)},
        {**HUB, "files": ()},
        {**HUB, "revision": "main"},
        {**HUB, "name": "somebody/mimi"},
        {**HUB, "note": "from the mirror https://mirror.example"},
        {**HUB, "resource": "csm-weights"},
        {"resource": "umap", "origin": "library", "name": "numpy", "revision": "1"},
        {"resource": "architecture", "origin": "library", "note": "differs from Mimi in num_filters"},
    ],
)  # fmt: skip
def test_a_record_cannot_call_itself_genuine(fields: dict[str, Any]) -> None:
    assert seen(**fields).genuine is False
    assert seen(**fields).note == CONTRADICTED


@pytest.mark.parametrize(
    "fields",
    [
        HUB,
        {"resource": "asr-weights", "origin": "named", "name": "Whisper base", "sha256": BASE_SHA256},
        {"resource": "asr-weights", "origin": "package", "sha256": PACKAGED.sha256},
        {"resource": "speaker-weights", "origin": "package", "name": "Resemblyzer", "sha256": WEIGHTS_SHA256},
        {"resource": "umap", "origin": "library", "name": "umap-learn", "revision": "0.5.9"},
        {"resource": "architecture", "origin": "library", "name": "MimiModel(MimiConfig()), random weights"},
    ],
)  # fmt: skip
def test_what_bears_it_out_is_genuine(fields: dict[str, Any]) -> None:
    assert seen(**fields).genuine is True


def test_what_the_hub_did_not_confirm_is_known_by_the_lock_alone() -> None:
    files = {"model.safetensors": A}
    lock = Lock(resources={"codec-weights": Locked(name="kyutai/mimi", origin="hub", files=files)})
    fields = {**HUB, "genuine": False, "note": "the hub could not be asked"}
    assert seen(**fields).genuine is False
    assert (seen(lock, **fields).genuine, seen(lock, **fields).note) == (True, BY_LOCK)


def test_the_published_digests_are_those_of_openai_whisper() -> None:
    assert {name: url.split("/")[-2] for name, url in named_urls().items()} == PUBLISHED_SHA256
