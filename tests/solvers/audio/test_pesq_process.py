"""PESQ in its own process: the package's own scores, and a sentence where it dies."""

import numpy as np
import pesq
import pytest
import torch

from questions.common.errors import SourceError
from solvers.audio.pesq_process import CHILD, PesqRefusedError, pesq_score
from solvers.audio.quality import UndefinedMetricError, pesq_wb
from solvers.audio.sound_files import HEARING_RATE_HZ, load_sound
from solvers.hw10.standin import STANDIN_AUDIO

NAMES = ("TTS_English_speech", "TTS_Chinese_speech", "laughter", "music")


def clip(name: str) -> torch.Tensor:
    return load_sound(STANDIN_AUDIO / f"{name}.flac", HEARING_RATE_HZ)


def with_noise(sound: torch.Tensor, level: float = 0.01) -> torch.Tensor:
    return sound + level * torch.randn(len(sound), generator=torch.Generator().manual_seed(0))


def in_this_process(reference: torch.Tensor, degraded: torch.Tensor) -> float:
    return float(pesq.pesq(HEARING_RATE_HZ, reference.numpy(), degraded.numpy(), "wb"))


def many_utterances(seconds: float) -> torch.Tensor:
    """0.2 s of noise and 0.3 s of silence over and over: 60 utterances in 30 s, of which 50 have room."""
    burst = 0.3 * torch.randn(3200, generator=torch.Generator().manual_seed(0))
    return torch.cat([burst, torch.zeros(4800)]).repeat(round(seconds / 0.5))


@pytest.mark.parametrize("name", NAMES)
def test_the_score_is_the_packages_own_to_the_last_bit(name: str) -> None:
    sound = clip(name)[: 12 * HEARING_RATE_HZ]
    for level in (0.001, 0.01):
        assert pesq_wb(sound, with_noise(sound, level)) == in_this_process(sound, with_noise(sound, level))


def test_a_death_is_a_sentence_and_the_next_call_a_score() -> None:
    speech, deadly = clip("TTS_English_speech"), many_utterances(30)
    expected = in_this_process(speech, with_noise(speech))
    words = (
        r"^PESQ broke down \(SIG[A-Z]+\) on 30\.0 s of sound: give a shorter clip, with fewer pauses in it\.$"
    )
    with pytest.raises(SourceError, match=words):
        pesq_wb(deadly, with_noise(deadly, 0.001))
    assert pesq_wb(speech, with_noise(speech)) == expected


def test_a_long_sound_is_the_mean_of_parts_of_at_most_30_s() -> None:
    """96 s with 60 pauses, which is more than the package has room for at once."""
    speech = clip("TTS_English_speech")
    long = speech.repeat(15)[: 96 * HEARING_RATE_HZ]
    noisy = with_noise(long)
    parts = [slice(at * HEARING_RATE_HZ, (at + 24) * HEARING_RATE_HZ) for at in (0, 24, 48, 72)]
    scores = [in_this_process(long[part], noisy[part]) for part in parts]
    assert pesq_wb(long, noisy) == pytest.approx(sum(scores) / 4, abs=1e-12)
    assert len(set(scores)) > 1


def test_parts_in_which_nothing_is_said_do_not_count() -> None:
    speech = clip("TTS_English_speech")[: 6 * HEARING_RATE_HZ]
    half = torch.cat([speech, torch.zeros(14 * HEARING_RATE_HZ)])  # 20 s
    long = torch.cat([half, torch.zeros_like(half)])
    assert pesq_wb(long, with_noise(long, 0.001)) == in_this_process(
        half, with_noise(long, 0.001)[: len(half)]
    )


def test_the_packages_own_refusals_leave_it_alive() -> None:
    speech = clip("TTS_English_speech").numpy()
    silence = np.zeros_like(speech)
    for reference, degraded in ((silence, speech), (speech[:3999], speech[:3999]), (speech, silence)):
        with pytest.raises(PesqRefusedError):
            pesq_score(reference, degraded, HEARING_RATE_HZ)
    first = CHILD._child
    assert pesq_score(speech, speech, HEARING_RATE_HZ) == in_this_process(*[torch.from_numpy(speech)] * 2)
    assert CHILD._child is first


def test_a_decode_silent_over_a_whole_part_has_no_score() -> None:
    long = clip("TTS_English_speech").repeat(6)[: 40 * HEARING_RATE_HZ]
    broken = long.clone()
    broken[20 * HEARING_RATE_HZ :] = 0
    with pytest.raises(UndefinedMetricError, match="PESQ has no score"):
        pesq_wb(long, broken)
