"""One clip at one number of layers: the numbers have the right shape and are of speech."""

import dataclasses

import torch

from benchmarks import codec as benchmark
from solvers.hw10.standin import STANDIN_CODEC
from solvers.hw10.standin.codec import StandinCodecModel
from solvers.models.whisper.asr import Asr


def test_eight_layers_of_a_clip_are_read_word_for_word():
    model = StandinCodecModel.from_pretrained(STANDIN_CODEC)
    (result,) = benchmark.measure(model, Asr.load(), ["original_audio_C"], [8])
    assert result.original_wer == 0
    assert list(result.wer_rise) == [8]
    assert result.wer_rise[8] <= 0.1
    assert benchmark.MIN_PESQ_WB <= result.pesq_wb < 4.0
    assert benchmark.missed_targets([result]) == []
    worse = dataclasses.replace(result, wer_rise={8: 0.5}, pesq_wb=1.0)
    assert benchmark.missed_targets([worse]) == [
        "8 layers: mean WER rise 0.500, at most 0.05 wanted",
        "original_audio_C: PESQ-WB 1.00, at least 2.2 wanted",
    ]


def test_pesq_of_a_clip_with_itself_is_the_scales_end():
    model = StandinCodecModel.from_pretrained(STANDIN_CODEC)
    clip = benchmark.load_sound(benchmark.STANDIN_AUDIO / "2sAudio.flac", model.config.sampling_rate)
    assert abs(benchmark.pesq_wb(clip, torch.cat([clip, torch.zeros(100)]), model) - 4.644) < 0.01
