"""What is found without loading anything, and how long no network may take."""

# ruff: noqa: F811  # the fixtures are imported

import shutil
import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import torch
from pydantic import ValidationError

from questions.common.errors import SourceError
from questions.quiz import QuizSpec
from solvers.evidence.sources import Provenance
from solvers.fetching import network
from solvers.hw10.models.codec import Codec
from solvers.hw10.resources.codec_weights import RESOURCE as CODEC_WEIGHTS
from solvers.hw10.resources.csm_weights import RESOURCE as CSM_WEIGHTS
from solvers.models.whisper import weights as whisper_weights
from solvers.resources.asr_weights import RESOURCE as ASR_WEIGHTS
from solvers.resources.course_audio import RESOURCE as COURSE_AUDIO
from solvers.resources.resource import Resource, Setup
from solvers.resources.speaker_weights import RESOURCE as SPEAKER_WEIGHTS
from solvers.run.catalog import Pack
from solvers.run.pool import ResourcePool
from solvers.run.session import Session
from tests.hub.official import csm_folder, mimi_folder  # noqa: F401


@pytest.fixture
def black_hole(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[str]:
    """Hosts that accept a connection and never answer."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        monkeypatch.setattr(network, "_probes", {})
        monkeypatch.setenv("HF_ENDPOINT", url)
        monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
        urls = {name: f"{url}/{'0' * 64}/{name}.pt" for name in whisper_weights.named_urls()}
        monkeypatch.setattr(whisper_weights, "named_urls", lambda: urls)
        yield url


def test_no_network_is_noticed_once_within_three_seconds(pack: Pack, black_hole: str) -> None:
    started_s = time.monotonic()
    pool = ResourcePool(Setup(models="auto"), pack)
    assert pool.found(CODEC_WEIGHTS).source.origin == "stand-in"
    assert pool.found(ASR_WEIGHTS).source.origin == "package"
    assert pool.found(ASR_WEIGHTS).source.genuine
    again = ResourcePool(Setup(models="auto"), pack)
    assert again.found(CODEC_WEIGHTS).source.origin == "stand-in"
    assert 2.5 < time.monotonic() - started_s < 4.0


def test_asked_for_standins_no_one_asks_the_network(
    spec: QuizSpec, pool: ResourcePool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked(_url: str) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr("solvers.run.pool.begin_probe", asked)
    found = pool.sources_of(spec.question("q09"), (CODEC_WEIGHTS, ASR_WEIGHTS, COURSE_AUDIO))
    assert [(source.resource, source.origin) for source in found] == [
        ("codec-weights", "stand-in"),
        ("asr-weights", "package"),
        ("course-audio", "stand-in"),
    ]


def test_provenance_remembers_what_was_used_and_nothing_else(spec: QuizSpec, pack: Pack) -> None:
    pool = ResourcePool(Setup(models="standin", device="cpu", seed=7), pack)
    session = Session(pool, spec.question("q09"), lambda *_: None)
    path = session.file("codes")
    at = datetime(2026, 1, 9, 15, 59, 59, tzinfo=UTC)
    provenance = session.provenance(1.23456, measured_at=at)
    assert provenance.measured_at == at
    for wrong in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2026-01-09T15:59:59"):
        with pytest.raises(ValidationError):
            Provenance.model_validate(provenance.model_dump() | {"measured_at": wrong})
    assert [source.name for source in provenance.sources] == [path.name]
    assert (provenance.seed, provenance.device, provenance.wall_time_s) == (7, "cpu", 1.235)
    assert set(provenance.libraries) >= {"quizproof", "torch", "transformers", "openai-whisper"}


def test_a_device_that_is_not_there_is_said(pack: Pack) -> None:
    with pytest.raises(SourceError, match="--device cuda:99: torch cannot use it here"):
        _ = ResourcePool(Setup(models="standin", device="cuda:99"), pack).device


def codec_in(folder: Path, pack: Pack) -> Codec:
    setup = Setup(models="standin", given={"codec-weights": str(folder)}, device="cpu")
    return ResourcePool(setup, pack).get(CODEC_WEIGHTS)


def test_a_folder_that_holds_no_codec_is_said(pack: Pack, tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"not weights")
    (tmp_path / "config.json").write_text('{"model_type": "mimi"}')
    with pytest.raises(SourceError, match="no codec that transformers can load"):
        codec_in(tmp_path, pack)


@pytest.mark.parametrize(
    ("resource", "folder", "said"),
    [
        (CODEC_WEIGHTS, "csm_folder", "holds a model of type 'csm', and the codec is of type mimi or"),
        (
            CSM_WEIGHTS,
            "mimi_folder",
            "holds a model of type 'mimi', and CSM is of type csm; give the folder of",
        ),
        (
            SPEAKER_WEIGHTS,
            "mimi_folder",
            "holds a model of type 'mimi', and the speaker encoder is of type wavlm;",
        ),
    ],
)
def test_weights_of_another_architecture_are_said(
    resource: Resource[Any], folder: str, said: str, pack: Pack, request: pytest.FixtureRequest
) -> None:
    given = {resource.name: str(request.getfixturevalue(folder))}
    with pytest.raises(SourceError) as found:
        ResourcePool(Setup(models="standin", device="cpu", given=given), pack).get(resource)
    assert said in str(found.value)


def test_tensors_missing_or_of_another_shape_are_said(pack: Pack, tmp_path: Path, mimi_folder: Path) -> None:
    from safetensors.torch import load_file, save_file

    def codec(tensors: dict[str, torch.Tensor]) -> Codec:
        save_file(tensors, tmp_path / "model.safetensors", metadata={"format": "pt"})
        return codec_in(tmp_path, pack)

    shutil.copy(mimi_folder / "config.json", tmp_path)
    tensors = load_file(mimi_folder / "model.safetensors")
    assert codec(tensors).model.config.model_type == "mimi"
    name = next(name for name in tensors if name.endswith("embed_sum"))
    with pytest.raises(SourceError) as found:
        codec({key: tensor for key, tensor in tensors.items() if key != name})
    assert str(found.value).startswith(f"{tmp_path}: 1 tensors missing, such as ")
    assert str(found.value).endswith("give the one that belongs to its config.")
    with pytest.raises(SourceError, match="no codec that transformers can load") as found:
        codec(tensors | {name: tensors[name][:, :-1].contiguous()})
    assert len(str(found.value).splitlines()) == 1


@pytest.mark.parametrize("name", ["meta", "gpu", "nonsense"])
def test_a_device_that_is_none_is_refused(pack: Pack, name: str) -> None:
    with pytest.raises(
        SourceError, match=f"--device {name}: no such device; allowed: auto, cpu, cuda, cuda:N"
    ):
        _ = ResourcePool(Setup(device=name), pack).device
