import math
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch

from questions.common.errors import SourceError
from solvers.hw10 import round_trip as roundtrip
from solvers.hw10.round_trip import FRAME_SAMPLES, OFFSETS, load_clip, round_trip, through_codec
from tests.solvers.hw10.echo import RATE_HZ, Echo


def test_sixteen_offsets_cover_a_frame_in_steps_of_120_samples() -> None:
    assert OFFSETS[:4] == (0, 480, 960, 1440)
    assert OFFSETS[4:8] == (240, 720, 1200, 1680)
    assert OFFSETS[8:] == (120, 360, 600, 840, 1080, 1320, 1560, 1800)
    assert max(OFFSETS) + 120 == FRAME_SAMPLES


@pytest.mark.parametrize("n_samples", [12_000, 1920 * 7, 1920 * 7 + 1])
def test_every_offset_comes_back_aligned_and_whole(n_samples: int) -> None:
    clip = torch.randn(n_samples, generator=torch.Generator().manual_seed(0))
    echo = Echo()
    decoded = round_trip(clip, echo)
    assert torch.equal(decoded, clip.expand(16, -1))
    assert {shape[1] % FRAME_SAMPLES for shape in echo.seen} == {0}  # whole frames
    assert sum(shape[0] for shape in echo.seen) == 16


def test_the_codec_hears_the_start_shifted() -> None:
    # A codec that silences the first half of every frame: what is lost depends on the offset alone.
    half = torch.arange(FRAME_SAMPLES * 8) % FRAME_SAMPLES >= FRAME_SAMPLES // 2
    clip = torch.ones(FRAME_SAMPLES * 6)
    lost = round_trip(clip, Echo(lambda rows: rows * half[: rows.shape[1]]), (0, 480, 960))
    assert lost[:, 0].tolist() == [0.0, 0.0, 1.0]
    assert lost[:, 480].tolist() == [0.0, 1.0, 1.0]


def test_long_clips_go_through_in_several_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = torch.randn(5, RATE_HZ)
    monkeypatch.setattr(roundtrip, "MAX_BATCH_S", 2.0)
    echo = Echo()
    assert torch.equal(through_codec(rows, echo), rows)
    assert [shape[0] for shape in echo.seen] == [2, 2, 1]


def test_a_codec_that_decodes_to_nan_is_named() -> None:
    with pytest.raises(SourceError, match=r"not finite numbers: check its weights\.$"):
        round_trip(torch.ones(12_000), Echo(lambda rows: rows * math.nan))


@pytest.mark.parametrize(
    ("samples", "words"),
    [(np.zeros(RATE_HZ), "silent"), (np.sin(np.arange(RATE_HZ // 4)), "0.25 s long; at least 0.5 s")],
)
def test_clips_that_cannot_be_compared(tmp_path: Path, samples: np.ndarray, words: str) -> None:
    soundfile.write(tmp_path / "music.wav", samples, RATE_HZ)
    with pytest.raises(SourceError, match=f"music.wav: .*{words}"):
        load_clip(tmp_path / "music.wav", RATE_HZ)
