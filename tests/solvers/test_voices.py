"""Speaker embeddings: Resemblyzer's encoder rebuilt, WavLM's in small, margins and their scale."""

import importlib
import sys
import types
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from questions.errors import SourceError
from questions.spec import Rest
from solvers.audio import load_sound
from solvers.sources import find_voices, shipped_digests
from solvers.standin import STANDIN_AUDIO
from solvers.voice_package import WEIGHTS_SHA256, packaged_file, read_verified
from solvers.voice_scale import NEUTRAL_POSITION, VoiceScale
from solvers.voices import MIN_SAMPLES, RATE_HZ, GeneralizedEncoder, Voices, window_starts

# float32 products in batches of another shape differ by some 1e-7 a layer.
TOLERANCE = 1e-5


def clip(name: str) -> Tensor:
    return load_sound(STANDIN_AUDIO / f"{name}.flac", RATE_HZ)


def batched(*clips: Tensor, behind: float = 0.0) -> tuple[Tensor, list[int]]:
    """Clips of any lengths as one batch, with `behind` after each one's end."""
    lengths = [len(one) for one in clips]
    batch = torch.full((len(clips), max(lengths)), behind)
    for row, one in zip(batch, clips, strict=True):
        row[: len(one)] = one
    return batch, lengths


@pytest.fixture(scope="module")
def voices() -> Voices:
    return Voices.load(find_voices("standin", None))


@pytest.fixture
def resemblyzer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The package itself, less what only its silence trimming uses."""
    monkeypatch.setitem(sys.modules, "webrtcvad", types.ModuleType("webrtcvad"))
    morphology = types.ModuleType("scipy.ndimage.morphology")
    monkeypatch.setattr(morphology, "binary_dilation", None, raising=False)
    monkeypatch.setitem(sys.modules, "scipy.ndimage.morphology", morphology)
    with warnings.catch_warnings():  # librosa's and the package's own
        warnings.simplefilter("ignore")
        yield importlib.import_module("resemblyzer")
    for name in [name for name in sys.modules if name.split(".")[0] == "resemblyzer"]:
        del sys.modules[name]


def test_embeddings_are_the_packages_own(voices: Voices, resemblyzer: Any) -> None:
    """Long and short clips, one under a window of 1.6 s, a quiet one that is raised to the usual level."""
    clips = [clip("Alice"), clip("James"), clip("csm_emily_seriously"), clip("jason") * 0.01]
    own = resemblyzer.VoiceEncoder("cpu", verbose=False)
    ours = voices.embed(*batched(*clips))
    for waveform, found in zip(clips, ours, strict=True):
        levelled = resemblyzer.normalize_volume(waveform.numpy(), -30, increase_only=True)
        expected = own.embed_utterance(levelled.astype(np.float32))
        np.testing.assert_allclose(found.numpy(), expected, atol=TOLERANCE)


@pytest.mark.parametrize("n_samples", [6_400, 16_000, 25_599, 25_600, 44_160, 44_320, 111_360, 160_000])
def test_windows_are_the_packages_own(n_samples: int, resemblyzer: Any) -> None:
    _, slices = resemblyzer.VoiceEncoder.compute_partial_slices(n_samples, rate=1.3, min_coverage=0.75)
    assert window_starts(n_samples) == [one.start for one in slices]


def test_a_voice_is_nearer_to_itself_than_to_another(voices: Voices) -> None:
    names = ("emily", "original_audio_A", "csm_emily_generated", "csm_emily_seriously")
    others = ("jason", "James", "csm_jason_generated", "csm_jason_seriously")
    embedded = voices.embed(*batched(*map(clip, (*names, *others))))
    assert embedded.shape == (8, 256)
    torch.testing.assert_close(embedded.norm(dim=1), torch.ones(8))
    cosines = embedded @ embedded.T
    assert cosines[:4, :4].min() > cosines[:4, 4:].max() + 0.1


def test_a_clip_is_the_same_alone_and_in_a_batch_and_nothing_behind_it_is_heard(voices: Voices) -> None:
    clips = [clip("Alice"), clip("csm_jason_seriously"), clip("emily") * 0.001]
    for behind in (9.0, float("nan")):
        together = voices.embed(*batched(*clips, behind=behind))
        for waveform, found in zip(clips, together, strict=True):
            torch.testing.assert_close(voices.embed(waveform[None])[0], found, atol=TOLERANCE, rtol=0)


def test_silence_has_a_finite_embedding(voices: Voices) -> None:
    assert torch.isfinite(voices.embed(torch.zeros(1, RATE_HZ))).all()


def test_margins_tell_the_speakers_apart_and_halves_give_the_scale(voices: Voices) -> None:
    heard = ("csm_emily_generated", "csm_jason_generated", "csm_emily_seriously", "csm_jason_seriously")
    clips, lengths = batched(*map(clip, heard))
    found = voices.margin(clips, clip("emily"), clip("jason"), lengths)
    assert found.scale.apart
    assert [found.scale.nearer(margin) for margin in found.margins] == ["a", "b", "a", "b"]
    swapped = voices.margin(clips, clip("jason"), clip("emily"), lengths)
    assert swapped.margins == pytest.approx([-margin for margin in found.margins], abs=TOLERANCE)
    assert swapped.scale.halves_a == pytest.approx([-half for half in found.scale.halves_b], abs=TOLERANCE)


def test_one_speaker_twice_gives_no_scale(voices: Voices) -> None:
    found = voices.margin(clip("csm_emily_generated")[None], clip("emily"), clip("emily"))
    assert not found.scale.apart
    assert found.scale.nearer(found.margins[0]) is None


@pytest.mark.parametrize(
    ("margin", "position", "nearer"),
    [
        (0.25, 1.0, "a"),  # the mean of a's halves
        (-0.15, -1.0, "b"),  # the mean of b's
        (0.05, 0.0, None),  # the middle between them, not zero
        (0.05 + 0.2 * 0.34, 0.34, "a"),
        (0.05 + 0.2 * 0.33, 0.33, None),
        (0.05 - 0.2 * 0.34, -0.34, "b"),
        (0.9, 4.25, "a"),
    ],
)
def test_positions_on_the_scale(margin: float, position: float, nearer: str | None) -> None:
    scale = VoiceScale(halves_a=(0.2, 0.3), halves_b=(-0.1, -0.2))
    assert scale.position(margin) == pytest.approx(position)
    assert scale.nearer(margin) == nearer
    assert pytest.approx(1 / 3) == NEUTRAL_POSITION


def test_halves_that_overlap_decide_nothing() -> None:
    scale = VoiceScale(halves_a=(0.5, 0.1), halves_b=(0.1, -0.5))
    assert not scale.apart
    assert (scale.position(9.0), scale.nearer(9.0)) == (0.0, None)


def test_the_packages_weights_are_genuine_and_known_by_digest() -> None:
    source = find_voices("standin", None).source
    assert (source.role, source.origin, source.genuine) == (Rest.SPEAKER_WEIGHTS, "package", True)
    assert shipped_digests(source) == (source.sha256,) == (WEIGHTS_SHA256,)


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
    monkeypatch.setattr("solvers.voice_package.PACKAGE", "no_such_package")
    with pytest.raises(SourceError, match=r"No speaker encoder is at hand .* pip install Resemblyzer"):
        find_voices("standin", None)


@pytest.mark.parametrize(
    ("waveforms", "lengths", "message"),
    [
        (torch.zeros(RATE_HZ), None, r"shape \(16000,\), and must be float32 \[B, N\]"),
        (torch.zeros(0, RATE_HZ), None, r"shape \(0, 16000\)"),
        (torch.zeros(1, RATE_HZ, dtype=torch.float64), None, "waveforms is torch.float64"),
        (torch.zeros(2, RATE_HZ), [RATE_HZ], "1 lengths for 2 clips"),
        (torch.zeros(1, RATE_HZ), [RATE_HZ + 1], "Clip 0 is said to have 16001 samples of 16000"),
        (torch.zeros(1, MIN_SAMPLES - 1), None, r"a voice needs 6400 \(0\.4 s\) at least"),
        (torch.full((1, RATE_HZ), torch.nan), None, "Clip 0 has samples that are not finite"),
    ],
)
def test_what_has_no_voice_is_refused(
    voices: Voices, waveforms: Tensor, lengths: list[int] | None, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        voices.embed(waveforms, lengths)


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
    found = find_voices("auto", small_wavlm)
    assert (found.source.origin, found.source.genuine) == ("path", False)
    voices = Voices.load(found)
    clips = [clip("csm_emily_generated"), clip("csm_jason_seriously"), torch.randn(MIN_SAMPLES) * 0.1]
    together = voices.embed(*batched(*clips, behind=9.0))
    assert together.shape == (3, 24)
    for waveform, embedded in zip(clips, together, strict=True):
        torch.testing.assert_close(voices.embed(waveform[None])[0], embedded, atol=1e-4, rtol=0)


def test_wavlm_hears_what_its_feature_extractor_would_give_it(small_wavlm: Path) -> None:
    voices = Voices.load(find_voices("auto", small_wavlm))
    encoder: Any = voices.encoder
    waveform = clip("csm_emily_generated")
    given = encoder.extractor(waveform.numpy(), sampling_rate=RATE_HZ, return_tensors="pt").input_values
    with torch.inference_mode():
        expected = encoder.model(given).embeddings
    ours = encoder.embed(waveform[None], (len(waveform),))
    torch.testing.assert_close(ours, expected, atol=1e-5, rtol=1e-4)


def test_folders_without_an_encoder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"neither model\.safetensors nor pytorch_model\.bin there"):
        find_voices("auto", tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"nothing")
    with pytest.raises(SourceError, match="no WavLM speaker encoder that can be loaded"):
        Voices.load(find_voices("auto", tmp_path))


def test_a_wavlm_without_the_speaker_layers_is_refused(small_wavlm: Path, tmp_path: Path) -> None:
    """transformers fills missing layers with random numbers, and any verdict could come of that."""
    from transformers import WavLMForXVector, WavLMModel

    plain: WavLMModel = WavLMForXVector.from_pretrained(small_wavlm).wavlm
    plain.save_pretrained(tmp_path)
    (tmp_path / "preprocessor_config.json").write_text(
        '{"feature_extractor_type": "Wav2Vec2FeatureExtractor"}'
    )
    with pytest.raises(SourceError, match="a WavLM without a speaker encoder's layers"):
        Voices.load(find_voices("auto", tmp_path))
