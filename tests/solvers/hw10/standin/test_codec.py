"""The stand-in codec keeps Mimi's contract: shapes, dtypes, prefixes, batches, errors, CSM's slot."""

import hashlib
import json
import math
from pathlib import Path

import pytest
import soundfile
import torch
from safetensors.torch import load_file
from transformers import (
    AutoConfig,
    AutoModel,
    CsmConfig,
    CsmDepthDecoderConfig,
    CsmForConditionalGeneration,
    MimiConfig,
)

from solvers.hw10.standin import STANDIN_AUDIO, STANDIN_CODEC, mel
from solvers.hw10.standin.codec import StandinCodecConfig, StandinCodecModel

FRAME = 1920
SMALL = {"codebook_size": 64, "codebook_dim": 16, "griffin_lim_iterations": 2}


def noise(*shape, seed=0):
    return 0.1 * torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def random_codes(*shape, size=64):
    return torch.randint(size, shape, generator=torch.Generator().manual_seed(1))


@pytest.fixture(scope="module")
def small():
    """A codec with random tables: 32 codebooks of 64."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return StandinCodecModel(StandinCodecConfig(**SMALL)).eval()


@pytest.fixture(scope="module")
def shipped():
    return AutoModel.from_pretrained(STANDIN_CODEC)


def test_the_config_agrees_with_mimis():
    ours, mimi = StandinCodecConfig(), MimiConfig()
    for field in ("sampling_rate", "frame_rate", "frame_size", "num_quantizers", "codebook_size"):
        assert getattr(ours, field) == getattr(mimi, field), field


@pytest.mark.parametrize(
    ("n_samples", "n_frames"),
    [(1, 1), (1919, 1), (1920, 1), (1921, 2), (48_000, 25), (48_001, 26), (48_240, 26)],
)
def test_frames_are_samples_over_1920_rounded_up(small, n_samples, n_frames):
    codes = small.encode(noise(2, 1, n_samples)).audio_codes
    assert codes.shape == (2, 32, n_frames)
    assert codes.dtype == torch.int64
    assert codes.min() >= 0
    assert codes.max() < 64
    audio = small.decode(codes).audio_values
    assert audio.shape == (2, 1, n_frames * FRAME)
    assert audio.dtype == torch.float32
    assert torch.isfinite(audio).all()
    assert small.get_encoded_length(torch.tensor([n_samples])).tolist() == [n_frames]


@pytest.mark.parametrize("n_quantizers", [1, 8, 31])
def test_fewer_codebooks_are_the_first_of_all(small, n_quantizers):
    audio = noise(1, 1, 10_000)
    every = small.encode(audio).audio_codes
    assert torch.equal(small.encode(audio, num_quantizers=n_quantizers).audio_codes, every[:, :n_quantizers])


def test_a_clips_codes_do_not_depend_on_its_neighbours(shipped):
    """Guards the rounding of a batched product, which flips codes that are nearly a tie."""
    audio = torch.cat([noise(1, 1, 24_000, seed=seed) for seed in range(3)])
    batch = shipped.encode(audio).audio_codes
    for clip, codes in zip(audio, batch, strict=True):
        assert torch.equal(shipped.encode(clip[None]).audio_codes[0], codes)


def test_decoding_twice_gives_the_same_samples_and_batches_agree_with_single_clips(small):
    codes = random_codes(3, 32, 5)
    audio = small.decode(codes).audio_values
    assert torch.equal(small.decode(codes).audio_values, audio)
    for clip, wanted in zip(codes, audio, strict=True):
        single = small.decode(clip[None]).audio_values[0]
        torch.testing.assert_close(single, wanted, rtol=0, atol=1e-4)


@pytest.mark.parametrize(("n_fft", "hop", "n_frames"), [(1024, 240, 17), (64, 16, 9), (64, 20, 9)])
def test_overlap_and_add_is_torchs_own_inverse(n_fft, hop, n_frames):
    window, n_samples = torch.hann_window(n_fft), n_frames * hop
    spectra = mel._stft(noise(2, n_samples), window, hop) * random_codes(2, 1, n_frames + 1)
    expected = torch.istft(spectra, n_fft, hop, window=window, length=n_samples)
    overlap = mel._overlap_add((window * window).expand(1, n_frames + 1, -1), hop, n_samples)
    ours = mel._istft(spectra.transpose(1, 2), window, overlap, hop)
    torch.testing.assert_close(ours, expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("n_codebooks", [1, 2, 32])
def test_the_latent_is_the_sum_of_the_codewords(small, n_codebooks):
    codes = random_codes(2, n_codebooks, 4)
    summed = sum(small.codebook(k)[codes[:, k]] for k in range(n_codebooks))
    torch.testing.assert_close(small.latents(codes), summed)
    assert small.codebook(n_codebooks - 1).shape == (64, 16)
    assert small.decode(codes.int()).audio_values.shape == (2, 1, 4 * FRAME)


def test_encode_finds_the_nearest_codeword_of_what_is_left(small):
    audio = noise(1, 1, 4 * FRAME)
    left = small.project(small.features(audio[0]).reshape(4, -1))
    for layer, codes in enumerate(small.encode(audio, num_quantizers=3).audio_codes[0]):
        distances = torch.cdist(left, small.codebook(layer), compute_mode="donot_use_mm_for_euclid_dist")
        chosen = distances.gather(1, codes[:, None])[:, 0]
        torch.testing.assert_close(chosen, distances.min(dim=1).values)
        left = left - small.codebook(layer)[codes]


def test_forward_gives_codes_and_sound_as_long_as_the_input(small):
    audio = noise(1, 1, 2000)
    output = small(audio, num_quantizers=4)
    assert output.audio_codes.shape == (1, 4, 2)
    assert output.audio_values.shape == (1, 1, 2000)
    assert torch.equal(small(audio, audio_codes=output.audio_codes).audio_values, output.audio_values)
    assert torch.equal(small.encode(audio, num_quantizers=4, return_dict=False)[0], output.audio_codes)
    assert small.decode(output.audio_codes, return_dict=False)[0].shape == (1, 1, 2 * FRAME)
    codes, _audio = small(audio, num_quantizers=4, return_dict=False)
    assert torch.equal(codes, output.audio_codes)


def test_the_mask_of_codes_follows_the_mask_of_samples(small):
    mask = torch.arange(4000) < torch.tensor([[1920], [1921], [4000]])
    right = [[True, False, False], [True, True, False], [True, True, True]]
    assert small.get_audio_codes_mask(mask).tolist() == right
    left = small.get_audio_codes_mask(mask, padding_side="left")
    assert left.tolist() == [row[::-1] for row in right]


def test_a_saved_codec_is_half_precision_on_disk_and_codes_as_before(shipped, tmp_path):
    shipped.save_pretrained(tmp_path)
    tables = load_file(tmp_path / "model.safetensors")
    assert {table.dtype for table in tables.values()} == {torch.float16}
    again = StandinCodecModel.from_pretrained(tmp_path)
    assert again.dtype == torch.float32
    assert again.device == torch.device("cpu")
    audio = noise(1, 1, 2 * FRAME)
    codes = shipped.encode(audio).audio_codes
    assert torch.equal(again.encode(audio).audio_codes, codes)
    assert torch.equal(again.decode(codes).audio_values, shipped.decode(codes).audio_values)


def test_transformers_knows_the_shipped_codec(shipped):
    assert type(shipped) is StandinCodecModel
    assert type(AutoConfig.from_pretrained(STANDIN_CODEC)) is StandinCodecConfig
    assert shipped.codebook(31).shape == (2048, 128)
    assert (STANDIN_CODEC / "model.safetensors").stat().st_size <= 20e6


def test_the_shipped_codec_comes_nearer_with_more_codebooks(shipped):
    samples, rate = soundfile.read(STANDIN_AUDIO / "2sAudio.flac", dtype="float32")
    assert rate == shipped.config.sampling_rate
    audio = torch.from_numpy(samples)[None]
    codes = shipped.encode(audio[None]).audio_codes
    wanted = shipped.features(audio)
    errors = [
        float((shipped.features(shipped.decode(codes[:, :k]).audio_values[0]) - wanted).square().mean())
        for k in (1, 4, 32)
    ]
    assert errors == sorted(errors, reverse=True)
    assert math.sqrt(errors[-1]) < 0.5, "half a neper is 4.3 dB"


def test_the_shipped_audio_is_what_its_manifest_says():
    manifest = json.loads((STANDIN_AUDIO / "manifest.json").read_text(encoding="utf-8"))
    assert "Kokoro-82M (Apache-2.0)" in manifest["origin"]
    assert set(manifest["files"]) == {path.name for path in STANDIN_AUDIO.iterdir()} - {"manifest.json"}
    for name, entry in manifest["files"].items():
        path = Path(STANDIN_AUDIO / name)
        assert hashlib.sha256(path.read_bytes()).hexdigest() == entry["sha256"]
        if path.suffix == ".pt":  # of codes, in the words of one of the clips
            assert entry["text"] == manifest["files"]["original_audio_D.flac"]["text"]
            continue
        info = soundfile.info(path)
        assert (info.samplerate, info.channels) == (24_000, 1)
        assert info.duration == pytest.approx(entry["seconds"], abs=1e-3)


@pytest.mark.parametrize(
    ("audio", "message"),
    [
        (torch.zeros(1, 1920), r"input_values is \[1, 1920\]; expected \[B, 1, N\], mono and not empty\."),
        (torch.zeros(1, 2, 1920), r"input_values is \[1, 2, 1920\]; expected"),
        (torch.zeros(1, 1, 0), r"input_values is \[1, 1, 0\]; expected"),
        (torch.zeros(1, 1, 9).double(), r"input_values is torch.float64; expected torch.float32\."),
        (torch.full((1, 1, 9), math.nan), "input_values holds NaN or infinity"),
    ],
)
def test_encode_refuses_what_is_not_sound(small, audio, message):
    with pytest.raises(ValueError, match=message):
        small.encode(audio)


@pytest.mark.parametrize("n_quantizers", [-1, 0, 33])
def test_encode_refuses_codebooks_it_has_not(small, n_quantizers):
    with pytest.raises(ValueError, match=rf"num_quantizers is {n_quantizers}; this codec has 1 to 32\."):
        small.encode(noise(1, 1, FRAME), num_quantizers=n_quantizers)


@pytest.mark.parametrize(
    ("codes", "message"),
    [
        (torch.zeros(32, 4).long(), r"audio_codes is \[32, 4\]; expected \[B, K, T\], not empty\."),
        (torch.zeros(1, 32, 0).long(), r"audio_codes is \[1, 32, 0\]; expected"),
        (torch.zeros(1, 32, 4), r"audio_codes is torch.float32; expected integers"),
        (torch.zeros(1, 32, 4).bool(), r"audio_codes is torch.bool; expected integers"),
        (torch.zeros(1, 33, 4).long(), r"audio_codes has 33 codebooks; this codec has 32\."),
        (torch.full((1, 1, 4), 64), r"audio_codes runs from 64 to 64; codes are 0 to 63\."),
        (torch.full((1, 1, 4), -1), r"audio_codes runs from -1 to -1; codes are 0 to 63\."),
    ],
)
def test_decode_refuses_what_is_no_code(small, codes, message):
    with pytest.raises(ValueError, match=message):
        small.decode(codes)


@pytest.mark.parametrize("layer", [-1, 32])
def test_there_is_no_33rd_codebook(small, layer):
    with pytest.raises(ValueError, match=rf"Codebook {layer} asked for; there are 0 to 31\."):
        small.codebook(layer)


def tiny_csm():
    """Eight codebooks, width 32, with a codec of random tables in the codec's slot."""
    sizes = {
        "num_codebooks": 8,
        "vocab_size": 67,
        "hidden_size": 32,
        "intermediate_size": 32,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "num_key_value_heads": 2,
    }
    special = {"codebook_pad_token_id": 66, "codebook_eos_token_id": 0}
    tokens = {"bos_token_id": 1, "pad_token_id": 2, "audio_token_id": 3, "audio_eos_token_id": 4}
    depth = CsmDepthDecoderConfig(**sizes, backbone_hidden_size=32, max_position_embeddings=9)
    config = CsmConfig(
        **sizes,
        **special,
        **tokens,
        text_vocab_size=32,
        depth_decoder_config=depth.to_dict(),
        codec_config=StandinCodecConfig(**SMALL, num_quantizers=8),
    )
    return CsmForConditionalGeneration(config).eval()


def test_csm_takes_it_as_its_codec(tmp_path):
    with torch.random.fork_rng():
        torch.manual_seed(0)
        csm = tiny_csm()
    assert type(csm.codec_model) is StandinCodecModel
    assert csm.codec_model.decode(random_codes(1, 8, 3)).audio_values.shape == (1, 1, 3 * FRAME)
    # bos, a text token, two audio frames (one and a bit), end of audio, text
    prompt = {
        "input_ids": torch.tensor([[1, 5, 3, 3, 4, 6]]),
        "input_values": noise(1, 1, FRAME + 1),
        "input_values_cutoffs": torch.tensor([[FRAME + 1]]),
    }
    with torch.inference_mode():
        assert csm(**prompt).logits.shape == (1, 6, 67)
        codes = random_codes(1, 8, 3)
        before = csm.codec_model.decode(codes).audio_values
        csm.save_pretrained(tmp_path)
        again = CsmForConditionalGeneration.from_pretrained(tmp_path, dtype=torch.bfloat16)
        assert again.codec_model.dtype == torch.float32, "its tables are never rounded to bfloat16"
        assert torch.equal(again.codec_model.decode(codes).audio_values, before)


def test_what_follows_from_the_config_has_no_digits_that_a_process_could_change(
    shipped: StandinCodecModel,
) -> None:
    inverse = shipped.inverse_filters
    assert torch.equal(inverse * 2**20, (inverse * 2**20).round())
    assert not (inverse.signbit() & (inverse == 0)).any()
    # Of the bands' own spectra it makes the bands again.
    eye = torch.eye(shipped.config.n_mels)
    torch.testing.assert_close(inverse @ shipped.filters, eye, atol=1e-4, rtol=0)
