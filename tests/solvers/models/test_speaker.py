"""Speaker embeddings: Resemblyzer's encoder rebuilt, WavLM's in small, margins and their scale."""

import importlib
import sys
import types
import warnings
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812  torch's own habit
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from solvers.audio.sound_files import HEARING_RATE_HZ as RATE_HZ
from solvers.audio.sound_files import load_sound
from solvers.hw10.standin import STANDIN_AUDIO
from solvers.models.speaker.encoder import MIN_SAMPLES, Voices, window_starts
from solvers.models.speaker.scale import NEUTRAL_POSITION, VoiceScale
from solvers.resources.resource import Found
from solvers.resources.speaker_weights import RESOURCE as SPEAKER_WEIGHTS
from tests.hub.official import find

PUZZLES = Path(__file__).parents[3] / "benchmarks" / "puzzles"
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


def load(found: Found) -> Voices:
    return Voices.load(found.path, packaged=found.source.origin == "package")


@pytest.fixture(scope="module")
def voices() -> Voices:
    return load(find(SPEAKER_WEIGHTS, "standin"))


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
    scale = VoiceScale(halves_a=(0.2, 0.3), halves_b=(-0.1, -0.2), own=0.8, across=0.5)
    assert scale.position(margin) == pytest.approx(position)
    assert scale.nearer(margin) == nearer
    assert pytest.approx(1 / 3) == NEUTRAL_POSITION


def test_halves_that_overlap_decide_nothing() -> None:
    scale = VoiceScale(halves_a=(0.5, 0.1), halves_b=(0.1, -0.5), own=0.8, across=0.5)
    assert not scale.apart
    assert (scale.position(9.0), scale.nearer(9.0)) == (0.0, None)


@pytest.mark.parametrize(
    ("own", "across", "share", "apart"),
    [
        (0.8, 0.5, 1.5, True),  # 0.3 of the 0.2 that own lacks
        (0.75, 0.65, 0.4, True),
        (0.5, 0.34, 0.32, True),
        (0.5, 0.36, 0.28, False),
        (0.0, -0.31, 0.31, True),  # an encoder whose cosines lie about zero
        (0.98, 0.97, 0.5, True),  # and one whose cosines lie near 1
        (0.8, 0.8, 0.0, False),
        (0.8, 0.85, -0.25, False),  # two clips of one voice, each uneven in itself
        (1.0, 1.0, 0.0, False),
    ],
)
def test_voices_are_apart_by_a_share_of_what_their_own_cosine_lacks(
    own: float, across: float, share: float, apart: bool
) -> None:
    scale = VoiceScale(halves_a=(0.2, 0.3), halves_b=(-0.1, -0.2), own=own, across=across)
    assert scale.gap_share == pytest.approx(share)
    assert scale.apart is apart
    assert (scale.nearer(0.25) == "a") is apart


@given(st.integers(0, 2**31), st.floats(0.1, 10.0))
def test_the_share_does_not_change_with_the_scale_of_cosines(seed: int, spread: float) -> None:
    """Vectors of one length, of which all cosines are moved towards 1: the same voices, another encoder."""
    random = torch.Generator().manual_seed(seed)
    vectors = F.normalize(torch.randn(2, 3, 8, generator=random, dtype=torch.float64), dim=2)
    alike = torch.cat([vectors, torch.full((2, 3, 1), spread)], dim=2)  # (cos + spread²) / (1 + spread²)
    before, after = (_scale_of_pieces(*F.normalize(one, dim=2)) for one in (vectors, alike))
    assert after.own > before.own
    assert after.gap_share == pytest.approx(before.gap_share, rel=1e-6, abs=1e-9)


def _scale_of_pieces(a: Tensor, b: Tensor) -> VoiceScale:
    """The scale of pieces `[3, D]` embedded already; its halves are any."""

    def mean(x: Tensor, y: Tensor) -> float:
        return float(sum(x[i] @ y[j] for i in range(3) for j in range(3) if i != j) / 6)

    return VoiceScale(
        halves_a=(0.0, 0.0), halves_b=(0.0, 0.0), own=(mean(a, a) + mean(b, b)) / 2, across=mean(a, b)
    )


class ByLoudness:
    """An encoder that hears loudness alone: cosines can be worked by hand."""

    def embed(self, waveforms: Tensor, lengths: Sequence[int]) -> Tensor:
        """The angle `[B, 2]` of a clip's first sample."""
        angles = waveforms[:, 0]
        return torch.stack([angles.cos(), angles.sin()], dim=1)


def test_own_and_across_are_mean_cosines_of_thirds_from_different_places() -> None:
    """Thirds at angles 0.0, 0.1, 0.3 and 1.0, 1.0, 1.0; a cosine's angle is the difference."""

    def thirds(*angles: float) -> Tensor:
        return torch.tensor(angles).repeat_interleave(RATE_HZ)

    scale = Voices(ByLoudness()).scale(thirds(0.0, 0.1, 0.3), thirds(1.0, 1.0, 1.0))
    within_a = (np.cos(0.1) + np.cos(0.3) + np.cos(0.2)) / 3
    assert scale.own == pytest.approx((within_a + 1.0) / 2, abs=TOLERANCE)
    # Each third of a meets the two of b from other places.
    assert scale.across == pytest.approx((np.cos(1.0) + np.cos(0.9) + np.cos(0.7)) / 3, abs=TOLERANCE)
    # Halves begin at 0.0 and, amid the second third, at 0.1; b's at 1.0 both.
    assert scale.halves_a == pytest.approx(
        (np.cos(0.1) - np.cos(1.0), np.cos(0.1) - np.cos(0.9)), abs=TOLERANCE
    )
    assert scale.halves_b == pytest.approx((np.cos(0.9) - 1.0, np.cos(1.0) - 1.0), abs=TOLERANCE)


def test_references_too_short_for_thirds_are_refused(voices: Voices) -> None:
    with pytest.raises(ValueError, match=r"it needs 6400 \(0\.4 s\) at least"):
        voices.scale(torch.zeros(3 * MIN_SAMPLES - 3), torch.zeros(RATE_HZ * 2))


@pytest.mark.parametrize(
    ("names", "apart"),
    [
        (("001", "014", "027", "040", "053"), False),  # one voice, five texts
        (("010", "023", "036", "049"), False),  # pairs of these have halves that do not overlap
        (("001", "005", "018", "031", "044"), True),  # a woman's, and four of a man's
    ],
)
def test_clips_of_one_voice_are_not_apart_and_those_of_two_are(
    voices: Voices, names: tuple[str, ...], apart: bool
) -> None:
    clips = [load_sound(PUZZLES / f"{name}.ogg", RATE_HZ) for name in names]
    pairs = [(clips[0], other) for other in clips[1:]] if apart else list(combinations(clips, 2))
    assert {voices.scale(a, b).apart for a, b in pairs} == {apart}


@pytest.mark.parametrize(
    ("waveforms", "lengths", "message"),
    [
        (torch.zeros(RATE_HZ), None, r"shape \(16000,\), and must be float32 \[B, N\]"),
        (torch.zeros(0, RATE_HZ), None, "no clip to hear a voice in"),
        (torch.zeros(1, RATE_HZ, dtype=torch.float64), None, "waveforms is torch.float64"),
        (torch.zeros(2, RATE_HZ), [RATE_HZ], "1 lengths for 2 clips"),
        (
            torch.zeros(1, RATE_HZ),
            [RATE_HZ + 1],
            "Clip 0 is said to have 16001 samples of 16000",
        ),
        (torch.zeros(1, MIN_SAMPLES - 1), None, r"6399 samples of 6399: it needs 6400 \(0\.4 s\) at least"),
        (torch.full((1, RATE_HZ), torch.nan), None, "Clip 0 has samples that are not finite"),
    ],
)
def test_what_has_no_voice_is_refused(
    voices: Voices, waveforms: Tensor, lengths: list[int] | None, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        voices.embed(waveforms, lengths)
