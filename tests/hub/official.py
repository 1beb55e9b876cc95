"""Official-format repositories at reduced width, and a client that knows no hub but the small one."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from transformers import Wav2Vec2FeatureExtractor, WavLMConfig, WavLMForXVector

from solvers.fetching import network
from solvers.hw10.models.codec import mimi_config, random_mimi
from solvers.models.whisper import weights as whisper_weights
from solvers.resources.lock import Lock, Locked
from solvers.resources.resource import Found, Models, Setup, Weights
from tests.conftest import SMALL
from tests.hub.small_hub import TOKEN, SmallHub, serving
from tests.solvers.hw10.models.small_csm import save, small_csm


def save_mimi(folder: Path, seed: int = 0) -> Path:
    """As kyutai/mimi: config, preprocessor config, one file of weights."""
    random_mimi(seed, mimi_config(**SMALL)).save_pretrained(folder)
    (folder / "preprocessor_config.json").write_text('{"feature_extractor_type": "EncodecFeatureExtractor"}')
    return folder


def save_csm(folder: Path) -> Path:
    """As sesame/csm-1b: the original's weights under the usual name, transformers' in shards beside them."""
    model = small_csm(random_mimi(0, mimi_config(**SMALL)))
    save(model, folder)
    (folder / "model.safetensors").unlink()
    model.save_pretrained(folder, max_shard_size="2MB")
    index = folder / "model.safetensors.index.json"
    text = index.read_text()
    for shard in sorted(folder.glob("model-*.safetensors")):
        shard.rename(folder / f"transformers-{shard.name.removeprefix('model-')}")
    (folder / "transformers.safetensors.index.json").write_text(text.replace('"model-', '"transformers-'))
    index.unlink()
    (folder / "model.safetensors").write_bytes(b"the original's own format")
    config = json.loads((folder / "config.json").read_text())
    config["transformers_weights"] = "transformers.safetensors.index.json"
    (folder / "config.json").write_text(json.dumps(config))
    return folder


def save_wavlm(folder: Path) -> Path:
    """As microsoft/wavlm-base-plus-sv."""
    config = WavLMConfig(
        hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16, conv_dim=(8, 8),
        conv_kernel=(10, 8), conv_stride=(5, 8), num_conv_pos_embeddings=8, num_conv_pos_embedding_groups=2,
        tdnn_dim=(8, 8), tdnn_kernel=(3, 3), tdnn_dilation=(1, 1), xvector_output_dim=8,
    )  # fmt: skip
    WavLMForXVector(config).save_pretrained(folder)
    Wav2Vec2FeatureExtractor().save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def mimi_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_mimi(tmp_path_factory.mktemp("mimi"))


@pytest.fixture(scope="session")
def csm_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_csm(tmp_path_factory.mktemp("csm"))


@pytest.fixture(scope="session")
def wavlm_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_wavlm(tmp_path_factory.mktemp("wavlm"))


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SmallHub]:
    """A small hub, an empty cache and a token. HF_ENDPOINT names it, so for standing it is a mirror."""
    for name in ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HF_OIDC_RESOURCE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub-cache"))
    monkeypatch.setattr("huggingface_hub.constants.HF_TOKEN_PATH", str(tmp_path / "no-token"))
    monkeypatch.setattr(network, "_probes", {})
    monkeypatch.setattr(whisper_weights, "hub_reachable", lambda _url: False)  # Whisper lies elsewhere
    with serving() as served:
        monkeypatch.setenv("HF_ENDPOINT", served.url)
        monkeypatch.setenv("HF_TOKEN", TOKEN)
        yield served


@pytest.fixture
def default_hub(hub: SmallHub, monkeypatch: pytest.MonkeyPatch) -> SmallHub:
    """The small hub in the place of the hub's own address."""
    monkeypatch.delenv("HF_ENDPOINT")
    monkeypatch.setattr("solvers.fetching.hub.DEFAULT_ENDPOINT", hub.url)
    return hub


def find(
    weights: Weights[Any], models: Models, folder: Path | None = None, revision: str | None = None
) -> Found:
    """Weights as a command finds them: by a folder given, a revision locked, or neither."""
    given = {weights.name: str(folder)} if folder else {}
    locked = {weights.name: Locked(origin="hub", revision=revision, files={})} if revision else {}
    return weights.find(Setup(models=models, given=given, lock=Lock(resources=locked)))
