import itertools

import pytest
import torch

from benchmarks import asr_context
from benchmarks.asr_context import Case, Timing, case_of, compare, degraded, render
from solvers.hw10.standin import STANDIN_AUDIO
from solvers.models.whisper.asr import Asr


def test_cases_cover_noise_band_and_length() -> None:
    cases = dict(degraded("B", torch.randn(16_000, generator=torch.Generator().manual_seed(1))))
    assert list(cases) == [
        "B",
        "B, noise at 10 dB",
        "B, noise at 5 dB",
        "B, noise at 0 dB",
        "B, noise at -5 dB",
        "B, below 3400 Hz",
        "B, below 1200 Hz",
        "B, first half",
    ]
    noise = cases["B, noise at 0 dB"] - cases["B"]
    assert float(noise.std()) == pytest.approx(float(cases["B"].std()), rel=0.05)
    assert len(cases["B, first half"]) == 8_000


def test_a_case_that_differs_is_shown() -> None:
    cases = [
        Case("agreeing", "A", "A", "A", 1.0, 1.1, 0.0),
        Case("near", "A", "A", "B", 0.1, 0.5, 0.1),
        Case("far", "A", "A", "B", 0.4, 0.5, 0.4),
    ]
    text = render(cases, Timing(24, 1.0, 3.0, 3.0))
    agreeing, near, far = text.splitlines()[1:4]
    assert agreeing.endswith("A  1.100       -")
    assert near.endswith("0.100  differs, undecided")
    assert far.endswith("differs")
    assert "1 of 3 cases prefer the same sentence; 1 differ" in text
    assert "1 rank all 4 alike; where ranks change, the sentences are at most 0.400 nat apart" in text
    assert "3.0 times faster" in text


def test_a_change_of_rank_is_measured_by_its_lesser_gap() -> None:
    cut, full = torch.tensor([-0.1, -3.0, -3.2, -4.0]), torch.tensor([-0.2, -3.1, -3.0, -4.0])
    case = case_of("losers swapped", "A", cut, full)
    assert (case.cut, case.full, case.agrees) == ("A", "A", True)
    assert case.cut_margin == pytest.approx(2.9)
    assert case.full_margin == pytest.approx(2.8)
    assert case.flipped_gap == pytest.approx(0.1, abs=1e-6)
    assert case_of("same", "A", cut, cut).flipped_gap == 0


def test_a_clip_is_scored_both_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    waveform = asr_context.read(STANDIN_AUDIO / "original_audio_B.flac")
    asr = Asr.load("package:base")
    cases = compare(asr, "B", list(itertools.islice(degraded("B", waveform), 2)))
    assert [(case.cut, case.full) for case in cases] == [("B", "B")] * 2
    assert all(case.decided for case in cases)
    assert cases[0].cut_margin != cases[0].full_margin

    monkeypatch.setattr(asr_context, "TIMED_CLIPS", 1)
    monkeypatch.setattr(asr_context, "TIMED_RUNS", 1)
    timing = asr_context.timed(asr, waveform)
    assert timing.ratio == pytest.approx(timing.full_s / timing.cut_s)
