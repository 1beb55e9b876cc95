"""Which Whisper writes the originals down: by name, by what is free on a GPU, or the run's own."""

from pathlib import Path

import pytest

from questions.common.errors import SourceError
from questions.quiz import Inputs, QuizSpec
from solvers.hw10.resources import reference_whisper
from solvers.hw10.resources.reference_whisper import RESOURCE
from solvers.models.memory import free_bytes
from solvers.models.whisper.published import PUBLISHED_SHA256, largest_that_fits, loading_bytes
from solvers.resources.resource import Setup
from solvers.run.catalog import Pack
from solvers.run.pool import ResourcePool

GB = 10**9


@pytest.mark.parametrize(
    ("free", "name"),
    [
        (0, None),
        (2_927_999_999, None),
        (2_928_000_000, "small"),
        (9_707_999_999, "small"),
        (9_708_000_000, "large-v3-turbo"),
        (15 * GB, "large-v3-turbo"),  # a T4 with nothing else on it
        (18_599_999_999, "large-v3-turbo"),
        (18_600_000_000, "large-v3"),
        (80 * GB, "large-v3"),
    ],
)
def test_the_largest_that_takes_half_of_what_is_free(free: int, name: str | None) -> None:
    assert largest_that_fits(free) == name
    assert name is None or loading_bytes(name) <= free / 2


def name_of(setup: Setup) -> str | None:
    return RESOURCE._name(setup)


def test_who_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference_whisper, "_free_at_first", lambda device: 0 if device == "cpu" else 80 * GB)
    monkeypatch.setattr(reference_whisper.weights, "at_hand", lambda name: name == "large-v3")
    assert name_of(Setup()) == "large-v3"
    assert name_of(Setup(device="cpu")) is None
    assert name_of(Setup(models="standin")) is None
    assert name_of(Setup(given={"asr-weights": "small"})) is None  # who names it means it for all
    named = {"asr-weights": "small", "reference-whisper": "large-v3-turbo"}
    assert name_of(Setup(device="cpu", given=named)) == "large-v3-turbo"
    monkeypatch.setattr(reference_whisper.weights, "at_hand", lambda _name: False)
    assert name_of(Setup()) is None  # neither in the cache nor to be downloaded


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("large-v4", "Did you mean 'large-v3'?"),
        ("base.en", "Did you mean 'base'?"),  # it has to hear Chinese
        ("/tmp/mine.pt", "package:base"),
    ],
)
def test_only_a_known_multilingual_name(given: str, told: str) -> None:
    with pytest.raises(SourceError) as found:
        name_of(Setup(given={"reference-whisper": given}))
    assert str(found.value).startswith(f"--reference-whisper '{given}': allowed: auto, tiny, base,")
    assert str(found.value).endswith(told)


def test_its_source_is_known_by_the_published_digest(spec: QuizSpec, pack: Pack) -> None:
    pool = ResourcePool(Setup(models="standin", given={"reference-whisper": "large-v3"}), pack)
    (source,) = RESOURCE.sources(pool, spec.question("q07"))
    assert (source.resource, source.origin, source.name) == ("reference-whisper", "named", "Whisper large-v3")
    assert source.sha256 == PUBLISHED_SHA256["large-v3"] == RESOURCE.published_digest(source.name)
    assert list(RESOURCE.lockable(pool, spec)) == []


def test_texts_in_the_spec_need_no_writer(spec: QuizSpec, pack: Pack, tmp_path: Path) -> None:
    for name in ("TTS_English_speech.wav", "TTS_Chinese_speech.wav"):
        (tmp_path / name).write_bytes(name.encode())
    setup = Setup(models="standin", audio_dir=tmp_path, given={"reference-whisper": "large-v3"})
    question = spec.question("q07")
    texts = {"transcripts": {"english": "Hello.", "chinese": "你好。"}}
    known = question.model_copy(update={"inputs": Inputs.model_validate({**question.inputs.files, **texts})})
    assert RESOURCE.sources(ResourcePool(setup, pack), known) == ()
    assert len(RESOURCE.sources(ResourcePool(setup, pack), question)) == 1


def test_where_there_is_no_gpu_nothing_is_free(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(reference_whisper, "NVIDIA_DRIVER", tmp_path / "none")
    monkeypatch.setattr(reference_whisper, "which", lambda _name: None)
    reference_whisper._free_at_first.cache_clear()
    assert [reference_whisper._free_at_first(device) for device in ("auto", "cuda:0", "cpu", "mps")] == [
        0
    ] * 4
    reference_whisper._free_at_first.cache_clear()
    assert free_bytes("cuda:99") == 0
