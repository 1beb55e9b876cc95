"""What the stand-in codec costs in words and in quality, and how fast it is.

    python -m benchmarks.codec [--json] [--clip NAME …] [--layers K …] [--threads N]

Each clip is decoded from its first K codebooks and read by Whisper: the rise of the word error rate
is the decoded clip's rate minus the original's. PESQ-WB compares 32 layers with the original at
16 kHz. The clips' sentences are not in the corpus that the codec was fitted on. Exit code 1: a
target is missed.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from pesq import pesq
from rich.console import Console
from rich.table import Table
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from solvers.audio.error_rate import error_rate
from solvers.audio.noise import seeded_noise
from solvers.audio.sound_files import HEARING_RATE_HZ, load_sound, resample
from solvers.hw10.standin import STANDIN_AUDIO, STANDIN_CODEC
from solvers.hw10.standin.codec import StandinCodecModel
from solvers.models.whisper.asr import Asr

CLIPS = (*(f"original_audio_{name}" for name in "ABCD"), "Alice", "James", "TTS_English_speech")
LAYERS = (32, 8, 4, 2, 1)
MAX_MEAN_RISE = {32: 0.05, 8: 0.05, 4: 0.25}  # of the word error rate, over the clips
MIN_PESQ_WB = 2.2  # on each clip, all layers; Mimi's own published PESQ-WB is 3.43 (English)
PESQ_LAYERS = 32
TIMED_CLIPS, TIMED_SECONDS, TIMED_RUNS = 24, 7.04, 3  # as many as Q9 has permutations, 88 frames each


@dataclass(frozen=True)
class ClipResult:
    """One clip: the original's word error rate, its rise by number of layers, and PESQ-WB."""

    clip: str
    original_wer: float
    wer_rise: dict[int, float]
    pesq_wb: float


@dataclass(frozen=True)
class Timing:
    """Median seconds for a batch of equal clips, with all layers."""

    clips: int
    clip_s: float
    encode_s: float
    decode_s: float


def measure(
    codec: StandinCodecModel, asr: Asr, clips: Sequence[str], layers: Sequence[int]
) -> list[ClipResult]:
    """Every clip at every number of layers; a clip's versions are read in one batch."""
    texts = json.loads((STANDIN_AUDIO / "manifest.json").read_text(encoding="utf-8"))["files"]
    results = []
    for clip in clips:
        original = load_sound(STANDIN_AUDIO / f"{clip}.flac", codec.config.sampling_rate)
        with torch.inference_mode():
            codes = codec.encode(original[None, None]).audio_codes
            decoded = {k: codec.decode(codes[:, :k]).audio_values[0, 0] for k in {*layers, PESQ_LAYERS}}
        said = texts[f"{clip}.flac"]["text"]
        original_wer, *rates = _word_error_rates(asr, [original, *(decoded[k] for k in layers)], said, codec)
        rise = {k: rate - original_wer for k, rate in zip(layers, rates, strict=True)}
        results.append(ClipResult(clip, original_wer, rise, pesq_wb(original, decoded[PESQ_LAYERS], codec)))
    return results


def pesq_wb(reference: Tensor, degraded: Tensor, codec: StandinCodecModel) -> float:
    """PESQ-WB of two waveforms `[N]` at the codec's rate, cut to the shorter."""
    n_samples = min(len(reference), len(degraded))
    pair = torch.stack([reference[:n_samples], degraded[:n_samples]])
    sounds = resample(pair, codec.config.sampling_rate, HEARING_RATE_HZ).numpy()
    return float(pesq(HEARING_RATE_HZ, sounds[0], sounds[1], "wb"))


def measure_speed(codec: StandinCodecModel) -> Timing:
    """Noise of speech's level: the time depends on the shape alone."""
    n_samples = round(TIMED_SECONDS * codec.config.sampling_rate)
    audio = seeded_noise((TIMED_CLIPS, 1, n_samples), 0, level=0.05)
    with torch.inference_mode():
        codes = codec.encode(audio).audio_codes
        encode_s = _median_s(lambda: codec.encode(audio))
        decode_s = _median_s(lambda: codec.decode(codes))
    return Timing(TIMED_CLIPS, TIMED_SECONDS, encode_s, decode_s)


def missed_targets(results: Sequence[ClipResult]) -> list[str]:
    """A sentence for every target that these results miss."""
    missed = []
    for k in results[0].wer_rise.keys() & MAX_MEAN_RISE.keys():
        rise = mean_rise(results, k)
        if rise > MAX_MEAN_RISE[k]:
            missed.append(f"{k} layers: mean WER rise {rise:.3f}, at most {MAX_MEAN_RISE[k]} wanted")
    missed += [
        f"{result.clip}: PESQ-WB {result.pesq_wb:.2f}, at least {MIN_PESQ_WB} wanted"
        for result in results
        if result.pesq_wb < MIN_PESQ_WB
    ]
    return missed


def mean_rise(results: Sequence[ClipResult], n_layers: int) -> float:
    """Rise of the word error rate at so many layers, averaged over the clips."""
    return statistics.fmean(result.wer_rise[n_layers] for result in results)


def _word_error_rates(
    asr: Asr, waveforms: Sequence[Tensor], said: str, codec: StandinCodecModel
) -> list[float]:
    heard = [resample(waveform, codec.config.sampling_rate, HEARING_RATE_HZ) for waveform in waveforms]
    batch = pad_sequence(heard, batch_first=True)
    transcripts = asr.transcribe(batch, "en", [len(waveform) for waveform in heard])
    return [error_rate(said, transcript.text, "en") for transcript in transcripts]


def _median_s(action: Callable[[], object]) -> float:
    seconds = []
    for _ in range(TIMED_RUNS):
        start = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def _table(results: Sequence[ClipResult], layers: Sequence[int]) -> Table:
    table = Table(title="WER of the original, its rise by layers, PESQ-WB at 32", title_justify="left")
    table.add_column("clip", no_wrap=True)
    for heading in ("original", *(f"K={k}" for k in layers), "PESQ"):
        table.add_column(heading, justify="right", no_wrap=True)
    for result in results:
        rises = (f"{result.wer_rise[k]:+.2f}" for k in layers)
        table.add_row(result.clip, f"{result.original_wer:.2f}", *rises, f"{result.pesq_wb:.2f}")
    table.add_section()
    original = statistics.fmean(result.original_wer for result in results)
    quality = statistics.fmean(result.pesq_wb for result in results)
    means = (f"{mean_rise(results, k):+.2f}" for k in layers)
    table.add_row("mean", f"{original:.2f}", *means, f"{quality:.2f}")
    return table


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table, or JSON alone with --json; 1 when a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.codec", description=__doc__.split("\n")[0])
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    parser.add_argument("--clip", nargs="+", default=CLIPS, choices=CLIPS, help="clips by name")
    parser.add_argument("--layers", nargs="+", type=int, default=LAYERS, help="numbers of layers, 1 to 32")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--codec", type=Path, default=STANDIN_CODEC, help="a fitted codec's folder")
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    codec = StandinCodecModel.from_pretrained(options.codec)
    results = measure(codec, Asr.load(), options.clip, options.layers)
    timing, missed = measure_speed(codec), missed_targets(results)
    if options.json:
        document = {
            "clips": [asdict(result) for result in results],
            "mean_wer_rise": {k: mean_rise(results, k) for k in options.layers},
            "timing": asdict(timing),
            "threads": options.threads,
            "missed": missed,
        }
        print(json.dumps(document, indent=2))
    else:
        console = Console()
        console.print(_table(results, options.layers))
        console.print(
            f"{timing.clips} clips of {timing.clip_s:.2f} s, {options.threads} threads: "
            f"encode {timing.encode_s:.2f} s, decode {timing.decode_s:.2f} s"
        )
        console.print("; ".join(missed) or "every target is met")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
