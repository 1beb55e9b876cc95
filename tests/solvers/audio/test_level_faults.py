"""Levels that would be measured instead of the codec, each by its name; none in a sound as it should be."""

import re
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from questions.common.errors import SourceError
from solvers.audio.level_faults import Fault, LevelFault, level_faults
from solvers.audio.sound_files import load_checked, load_sound, read_samples
from solvers.hw10.standin import STANDIN_AUDIO, STANDIN_EMOTION
from solvers.resources.course_audio import look_into

RATE_HZ = 24_000
PUZZLES = Path(__file__).parents[3] / "benchmarks" / "puzzles"
SPEECH = read_samples(STANDIN_AUDIO / "TTS_English_speech.flac")[0]  # peak 0.7


def found(samples: np.ndarray) -> dict[Fault, bool]:
    """Each fault, and whether it stops."""
    return {fault.fault: fault.stops for fault in level_faults(np.float32(samples))}


def in_16_bits(samples: np.ndarray) -> np.ndarray:
    return np.round(np.clip(samples, -1, 1) * 32_767) / 32_768


def stereo(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    return np.concatenate([left, right], axis=1)


def only(samples: np.ndarray) -> LevelFault:
    (fault,) = level_faults(np.float32(samples))
    return fault


def test_every_stand_in_sound_has_none() -> None:
    sounds = sorted([*STANDIN_AUDIO.glob("*.flac"), *STANDIN_EMOTION.glob("*.flac")])
    assert len(sounds) == 18 + 36
    assert {path.name: level_faults(read_samples(path)[0]) for path in sounds} == dict.fromkeys(
        (path.name for path in sounds), ()
    )


def test_every_puzzles_sound_has_none() -> None:
    """OGG, which decodes to a little over full scale."""
    sounds = sorted(PUZZLES.glob("*.ogg"))
    assert len(sounds) == 60
    assert all(level_faults(read_samples(path)[0]) == () for path in sounds)


def test_a_peak_of_49_is_over_full_scale() -> None:
    fault = only(SPEECH * 70)
    assert (fault.fault, fault.stops) == (Fault.OVER_FULL_SCALE, True)
    assert fault.words == "its peak is 49 where full scale is 1: divide it by its peak and save it again."


def test_numbers_of_16_bits_saved_as_floats() -> None:
    fault = only(np.round(SPEECH * 32_768))
    assert (fault.fault, fault.stops) == (Fault.INTEGER_SCALE, True)
    assert fault.words == (  # 0.7 of 32,768, to the next
        "its peak is 22,938 where full scale is 1, so 16-bit numbers were saved as floats: divide them by "
        "32768 and save it again."
    )


def test_minus_60_db_is_too_soft() -> None:
    fault = only(in_16_bits(SPEECH / 0.7 * 0.001))
    assert (fault.fault, fault.stops) == (Fault.SOFT, True)
    assert re.fullmatch(
        r"its loudest thousandth is at -6[0-9] dB of full scale, and at least -50 dB are needed: give a "
        r"louder recording\.",
        fault.words,
    )


def test_one_click_does_not_make_a_clip_loud() -> None:
    soft = SPEECH * 0.001
    soft[1000] = 0.9
    assert found(soft) == {Fault.SOFT: True}


def test_a_dc_offset_of_0_4() -> None:
    fault = only(SPEECH * 0.5 + 0.4)
    assert (fault.fault, fault.stops) == (Fault.DC_OFFSET, True)
    assert fault.words == (
        "a constant 0.4 of full scale lies under the sound, and at most 0.05 are allowed: take the mean off "
        "and save it again."
    )
    assert only(SPEECH * 0.5 - 0.4).words.startswith("a constant -0.4 of full scale")
    assert found(stereo(SPEECH, SPEECH * 0.5 + 0.4)) == {Fault.DC_OFFSET: True}


def test_half_of_the_samples_clipped() -> None:
    fault = level_faults(np.clip(SPEECH * 70, -1, 1))[0]  # what else it has comes of it
    assert (fault.fault, fault.stops) == (Fault.CLIPPED, True)
    share = float(re.match(r"([0-9.]+)% of its samples are clipped", fault.words)[1])
    assert 45 < share < 60
    assert found(np.clip(SPEECH * 3, -1, 1)) == {Fault.CLIPPED: True}
    assert found(np.clip(SPEECH * 3, -1, 1) * 0.3) == {Fault.CLIPPED: True}  # made softer afterwards
    assert found(in_16_bits(SPEECH * 3)) == {Fault.CLIPPED: True}


def test_the_clipped_share_is_exact() -> None:
    """1,000 samples: 7 in runs of 3 and 4, of which no two single ones count."""
    samples = np.full((1000, 1), 0.1) * np.where(np.arange(1000) % 2, 1, -1)[:, None]
    for at in (*range(10, 13), *range(20, 24), 50, 52, 60, 61):
        samples[at] = 1.0
    assert only(samples) == LevelFault(
        Fault.CLIPPED,
        "0.7% of its samples are clipped at its peak, and at most 1% are allowed: give the recording from "
        "before it was clipped.",
        stops=False,
    )
    samples[100:104] = -1.0  # 11
    assert found(samples) == {Fault.CLIPPED: True}


def test_an_inverted_channel_cancels_the_other() -> None:
    fault = only(stereo(SPEECH, -SPEECH))
    assert (fault.fault, fault.stops) == (Fault.CANCELLED, True)
    assert fault.words == (
        "its 2 channels cancel each other in the mix to one (0.0% of their power is left), so one is "
        "inverted: invert it back, or give one channel alone."
    )
    noise = np.random.default_rng(0).normal(0, 0.01, SPEECH.shape)
    assert found(stereo(SPEECH, noise - SPEECH)) == {Fault.CANCELLED: True}


@pytest.mark.parametrize("right", [SPEECH, SPEECH * 0.3, np.zeros_like(SPEECH), np.roll(SPEECH, 12_000)])
def test_two_channels_of_any_other_kind_mix(right: np.ndarray) -> None:
    assert found(stereo(SPEECH, right)) == {}


@pytest.mark.parametrize(
    ("samples", "fault"),
    [
        (SPEECH * 1.7, Fault.OVER_FULL_SCALE),  # 1.19
        (SPEECH * 0.01, Fault.SOFT),  # between -40 and -50 dB
        (SPEECH * 0.5 + 0.03, Fault.DC_OFFSET),
        (np.clip(SPEECH, -0.4, 0.4), Fault.CLIPPED),
    ],
)
def test_a_slight_fault_is_noted_and_stops_nothing(samples: np.ndarray, fault: Fault) -> None:
    assert found(samples) == {fault: False}


def test_silence_has_no_other_fault() -> None:
    assert found(np.zeros((100, 2))) == {Fault.SILENT: True}
    assert found(np.full((1, 1), 5e-5)) == {Fault.SILENT: True}


@given(frequency_hz=st.floats(20, 11_000), peak=st.floats(0.05, 1.0), seconds=st.floats(0.2, 2.0))
def test_a_sine_of_whole_periods_has_no_fault(frequency_hz: float, peak: float, seconds: float) -> None:
    periods = max(1, round(frequency_hz * seconds))
    n = round(periods / frequency_hz * RATE_HZ)
    wave = peak * np.sin(2 * np.pi * frequency_hz * np.arange(n) / RATE_HZ)[:, None]
    assert not any(found(wave - wave.mean()).values())


def test_a_fatal_level_is_one_sentence_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "music.wav"
    soundfile.write(path, SPEECH * 70, RATE_HZ, subtype="FLOAT")
    with pytest.raises(SourceError) as error:
        load_checked(path, RATE_HZ)
    assert str(error.value) == (
        f"{path}: its peak is 49 where full scale is 1: divide it by its peak and save it again."
    )
    assert float(load_sound(path, RATE_HZ).abs().max()) == pytest.approx(49, rel=1e-4)  # for lengths alone
    soundfile.write(path, SPEECH * 1.7, RATE_HZ, subtype="FLOAT")
    assert float(load_checked(path, RATE_HZ).abs().max()) == pytest.approx(1.19, rel=1e-4)


def test_the_look_into_a_folder_says_it(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "Alice.wav", SPEECH * 0.5 + 0.4, RATE_HZ)
    (look,) = look_into({("Alice.wav",): None}, tmp_path)
    assert (look.state, look.words) == (
        "found",
        "a constant 0.4 of full scale lies under the sound, and at most 0.05 are allowed: take the mean off "
        "and save it again",
    )
