"""Rounds beside a fixed sixteen: on drawn margins, on hand-written measurements, on one real puzzle."""

import pytest

from benchmarks.validity import q08_laughter_music, rounds
from benchmarks.validity.rounds import drawn, first_of
from questions.quiz import QuizSpec
from solvers.evidence.rounds import LOOKS
from solvers.hw10.q08_laughter_music.measurements import AtOffset, Measurements
from solvers.hw10.round_trip import OFFSETS


@pytest.mark.parametrize("shape", rounds.SHAPES)
def test_on_the_bound_rounds_hold_no_more_often_than_sixteen(shape: str) -> None:
    found = drawn(shape, 0.0, 0.0, n_runs=4_000)
    assert found.fixed_holds == pytest.approx(0.0106, abs=0.006)  # 697 of 65,536
    assert found.rounds_hold <= found.fixed_holds
    assert found.contrary == 0.0
    assert found.offsets > 15.5


def test_far_from_the_bound_the_first_round_is_enough() -> None:
    found = drawn("normal", 0.0, 8.0, n_runs=500)
    assert (found.fixed_holds, found.rounds_hold) == (1.0, 1.0)
    assert found.offsets < 4.2


def test_the_first_offsets_of_measurements() -> None:
    clip = tuple(AtOffset(offset_samples=offset, loudness=0.1, stft=0.2, pesq_wb=3.0) for offset in OFFSETS)
    numbers = Measurements(
        n_codebooks=32, duration_s={}, clips={"laughter": clip, "music": clip}, windows=(), rounds=(4, 4, 8)
    )
    few = first_of(numbers, 4)
    assert [one.offset_samples for one in few.clips["music"]] == [0, 480, 960, 1440]
    assert first_of(numbers, 16) == numbers


def test_a_clear_puzzle_is_decided_alike_by_four_and_by_sixteen(
    spec: QuizSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(q08_laughter_music, "SHORT_S", 1.0)
    monkeypatch.setattr(q08_laughter_music, "LONG_S", 2.5)
    puzzle = q08_laughter_music.puzzles(spec.question("q08"))[0]
    found = rounds.compare("q08", puzzle.name)
    assert (found.offsets, found.same, found.fixed, found.in_rounds) == (4, True, "right", "right")
    assert LOOKS[0].n_trials == 4
    assert q08_laughter_music.OFFSETS == (0, 960)  # as it was before
