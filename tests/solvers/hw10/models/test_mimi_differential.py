"""Our use of transformers' Mimi against itself: what a batch, fewer codebooks or another length may change.

The architecture is the official one, strides and kernels too; only the width is small, unless it says so.
"""

import math
from typing import Any

import pytest
import torch
from transformers.models.mimi.modeling_mimi import MimiResnetBlock

from solvers.hw10.models.codec import Codec, mimi_config, random_mimi
from solvers.hw10.round_trip import FRAME_SAMPLES
from tests.conftest import small_mimi

LONGEST = 6_000  # samples: three frames and a bit
# Around 2 s, around the 250 frames that a layer attends to, and 30 s.
BEYOND = (47_999, 48_000, 48_001, 479_999, 480_001, 720_000)
# The thinnest Mimi: what is left to do for a length is the padding and the striding.
THINNEST = {
    "hidden_size": 4, "num_filters": 2, "codebook_dim": 2, "vector_quantization_hidden_dimension": 2,
    "num_hidden_layers": 1, "num_attention_heads": 1, "num_key_value_heads": 1, "head_dim": 4,
    "intermediate_size": 4, "upsample_groups": 4, "num_quantizers": 2, "codebook_size": 4,
}  # fmt: skip


@pytest.fixture(scope="module")
def mimi() -> Codec:
    return small_mimi(seed=3)


@pytest.fixture(scope="module")
def thinnest() -> Codec:
    return Codec(random_mimi(0, mimi_config(**THINNEST)), ())


def noise(n_clips: int, n_samples: int, seed: int = 0) -> torch.Tensor:
    return 0.1 * torch.randn(n_clips, 1, n_samples, generator=torch.Generator().manual_seed(seed))


def convolved(model: Any, audio: torch.Tensor) -> int:
    """Frames that the encoder's convolutions give; what follows them keeps the number.

    Residual blocks are left out: they add to what they are given, so they cannot change its length.
    """
    encoder = model.encoder
    with torch.inference_mode():
        for layer in (*encoder.encoder_seanet.layers, encoder.downsample):
            if not isinstance(layer, MimiResnetBlock):
                audio = layer(audio)
    return audio.shape[2]


def test_the_thinnest_mimi_has_the_official_strides_and_kernels(thinnest: Codec) -> None:
    def shapes(config: Any) -> list[Any]:
        # Built without memory, as only its convolutions are looked at.
        with torch.device("meta"):
            model = type(thinnest.model)(config)
        convolutions = [one for one in model.encoder.modules() if isinstance(one, torch.nn.Conv1d)]
        return [(one.kernel_size, one.stride, one.dilation) for one in convolutions]

    thin, official = shapes(mimi_config(**THINNEST)), shapes(mimi_config())
    assert thin == official
    assert math.prod(stride for _, (stride,), _ in official) == FRAME_SAMPLES


def test_every_length_up_to_6000_samples_has_the_frames_that_are_announced(thinnest: Codec) -> None:
    lengths = range(1, LONGEST + 1)
    expected = [math.ceil(n / FRAME_SAMPLES) for n in lengths]
    assert thinnest.model.get_encoded_length(torch.tensor(lengths)).tolist() == expected
    audio = noise(1, LONGEST)
    assert [convolved(thinnest.model, audio[..., :n]) for n in lengths] == expected
    edges = [n for frame in range(1, 4) for n in (frame * FRAME_SAMPLES - 1, frame * FRAME_SAMPLES)]
    for n in (1, 2, *edges, *(edge + 1 for edge in edges)):
        assert thinnest.encode(audio[..., :n]).shape == (1, 2, expected[min(n, LONGEST) - 1]), n


def test_and_so_have_longer_clips(thinnest: Codec) -> None:
    audio = noise(1, max(BEYOND))
    for n in BEYOND:
        assert thinnest.encode(audio[..., :n]).shape[2] == math.ceil(n / FRAME_SAMPLES), n
    announced = thinnest.model.get_encoded_length(torch.tensor(BEYOND)).tolist()
    assert announced == [math.ceil(n / FRAME_SAMPLES) for n in BEYOND]


def test_clips_of_equal_length_have_in_a_batch_the_codes_they_have_alone(mimi: Codec) -> None:
    for n_samples in (FRAME_SAMPLES * 12, FRAME_SAMPLES * 12 + 7):  # a partial last frame is one too
        audio = noise(5, n_samples)
        together = mimi.encode(audio)
        alone = torch.cat([mimi.encode(clip[None]) for clip in audio])
        assert torch.equal(together, alone)
        assert len({tuple(clip.flatten().tolist()) for clip in together}) == 5  # not vacuously
        sounds = torch.cat([mimi.decode(codes[None]) for codes in alone])
        torch.testing.assert_close(
            mimi.decode(together), sounds, rtol=0, atol=1e-5 * float(sounds.abs().max())
        )


def test_padding_changes_the_frame_it_begins_in_and_none_before(mimi: Codec) -> None:
    """Why only clips of one length share a batch: the encoder has no mask, but it is causal."""
    audio = noise(1, FRAME_SAMPLES * 8 - 700)
    alone = mimi.encode(audio)
    padded = mimi.encode(torch.nn.functional.pad(audio, (0, 3 * FRAME_SAMPLES + 700)))
    assert torch.equal(padded[..., :7], alone[..., :7])
    assert not torch.equal(padded[..., 7], alone[..., 7])
    whole = noise(1, FRAME_SAMPLES * 8)
    behind = mimi.encode(torch.nn.functional.pad(whole, (0, 3 * FRAME_SAMPLES)))
    assert torch.equal(behind[..., :8], mimi.encode(whole))


def test_eight_codebooks_are_the_first_eight_of_32(mimi: Codec) -> None:
    audio = noise(2, FRAME_SAMPLES * 6 + 1)
    full = mimi.encode(audio)
    assert full.shape == (2, 32, 7)
    for n_codebooks in (1, 2, 8, 31, 32):
        assert torch.equal(mimi.encode(audio, n_codebooks), full[:, :n_codebooks])


def test_a_layers_share_of_what_the_decoder_is_given_is_its_own(mimi: Codec) -> None:
    """Layers add up before the decoder: what Q9 shuffles and Q10 exchanges are summands."""
    codes = mimi.encode(noise(2, FRAME_SAMPLES * 5))
    exchanged = codes.clone()
    exchanged[:, 5] = codes[:, 5].flip(1)
    change = mimi.decoder_input(exchanged) - mimi.decoder_input(codes)
    table, acoustic = mimi.codebook(5), mimi.model.quantizer.acoustic_residual_vector_quantizer
    rows = (table[exchanged[:, 5]] - table[codes[:, 5]]).transpose(1, 2)
    with torch.no_grad():
        expected = acoustic.output_proj(rows)
    scale = float(mimi.decoder_input(codes).abs().max())
    torch.testing.assert_close(change, expected, rtol=0, atol=1e-5 * scale)
    assert float(expected.abs().max()) > 0.01 * scale


def test_codes_do_not_depend_on_which_noise_comes_later(mimi: Codec) -> None:
    """Causal: what is said later leaves earlier codes as they were, so cutting at whole frames is safe."""
    first, other = noise(1, FRAME_SAMPLES * 10), noise(1, FRAME_SAMPLES * 10, seed=1)
    spliced = torch.cat([first[..., : 6 * FRAME_SAMPLES], other[..., 6 * FRAME_SAMPLES :]], dim=2)
    one, two = mimi.encode(first), mimi.encode(spliced)
    assert torch.equal(one[..., :6], two[..., :6])
    assert not torch.equal(one[..., 6:], two[..., 6:])
