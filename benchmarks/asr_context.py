"""Does cutting Whisper's context to the clip change what it prefers, and what does it save?

    python -m benchmarks.asr_context [--json] [--model SPEC] [--threads N]

Each case is a clip in which one of four sentences is said, or a degraded copy of it. All four are
scored twice, with the context cut to the clip and with openai-whisper's 30 s. A case agrees if both
prefer the same sentence. Of a case where they differ, both margins are shown: under 0.3 nat a token
Q9 decides nothing anyway. Where the stand-in codec is there, the 24 orders of a clip's first four
layers, which is what Q9 scores, are cases too.
"""

from __future__ import annotations

import argparse
import itertools
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import soundfile
import torch
import torchaudio
from torch import Tensor

from solvers.audio.noise import seeded_noise
from solvers.audio.sound_files import HEARING_RATE_HZ
from solvers.hw10.standin import STANDIN_AUDIO, STANDIN_CODEC
from solvers.models.whisper.asr import Asr

TEXTS = {
    "A": "Generative AI can be challenging, but each experiment feels like exploring a completely "
    "different universe of thoughts.",
    "B": "Generative AI is so much fun, and every experiment feels like discovering a brand-new world "
    "of ideas.",
    "C": "Generative AI is quite powerful, and every experiment feels like stepping into a fresh "
    "landscape of imagination.",
    "D": "Generative AI is truly exciting, and every new attempt feels like opening the door to another "
    "dimension of creativity.",
}
SNRS_DB = (10, 5, 0, -5)
BAND_LIMITS_HZ = (3400, 1200)  # a telephone, and worse
DECIDED_NAT = 0.3  # the margin that Q9 asks for
TIMED_CLIPS = 24  # as many as Q9 has permutations
TIMED_RUNS = 3
CODEC_LAYERS = 4
CODEC_CLIP = "B"


@dataclass(frozen=True)
class Case:
    """One clip: what each context prefers, and by how much, in nat a token."""

    name: str
    said: str
    cut: str
    full: str
    cut_margin: float
    full_margin: float
    # Of all pairs of sentences that the contexts rank differently, the widest gap (the lesser of
    # its two widths): how far from undecided a change of rank gets. 0 where the rankings are equal.
    flipped_gap: float

    @property
    def agrees(self) -> bool:
        return self.cut == self.full

    @property
    def decided(self) -> bool:
        return min(self.cut_margin, self.full_margin) >= DECIDED_NAT


@dataclass(frozen=True)
class Timing:
    """Median seconds for a batch, and how many times faster the cut context is."""

    clips: int
    cut_s: float
    full_s: float
    ratio: float


def degraded(name: str, waveform: Tensor) -> Iterator[tuple[str, Tensor]]:
    """The clip `[N]` at 16 kHz and its degraded copies, by name."""
    yield name, waveform
    noise = seeded_noise(waveform.shape, 0)
    for snr_db in SNRS_DB:
        yield f"{name}, noise at {snr_db} dB", waveform + noise * waveform.std() * 10 ** (-snr_db / 20)
    for limit_hz in BAND_LIMITS_HZ:
        limited = torchaudio.functional.lowpass_biquad(waveform, HEARING_RATE_HZ, limit_hz)
        yield f"{name}, below {limit_hz} Hz", limited
    yield f"{name}, first half", waveform[: waveform.shape[0] // 2]


def permuted(path: Path) -> Iterator[tuple[str, Tensor]]:
    """The stand-in codec's decodes `[N]` at 16 kHz of all orders of the clip's first four layers."""
    from solvers.hw10.standin.codec import StandinCodecModel

    codec = StandinCodecModel.from_pretrained(STANDIN_CODEC).eval()
    rate_hz = codec.config.sampling_rate
    orders = list(itertools.permutations(range(CODEC_LAYERS)))
    with torch.inference_mode():
        codes = codec.encode(read(path, rate_hz)[None, None], num_quantizers=CODEC_LAYERS).audio_codes[0]
        decoded = codec.decode(torch.stack([codes[list(order)] for order in orders])).audio_values[:, 0]
    for order, waveform in zip(orders, decoded, strict=True):
        name = "".join(map(str, order))
        yield f"layers {name}", torchaudio.functional.resample(waveform, rate_hz, HEARING_RATE_HZ)


def read(path: Path, rate_hz: int = HEARING_RATE_HZ) -> Tensor:
    """A mono file `[N]` at `rate_hz`."""
    samples, found_hz = soundfile.read(path, dtype="float32")
    resampled: Tensor = torchaudio.functional.resample(torch.from_numpy(samples), found_hz, rate_hz)
    return resampled


def compare(asr: Asr, said: str, clips: list[tuple[str, Tensor]], together: str | None = None) -> list[Case]:
    """Score every clip both ways, and if it has a name the best of all clips for each sentence."""
    names, waveforms = zip(*clips, strict=True)
    lengths = [len(waveform) for waveform in waveforms]
    batch = torch.nn.utils.rnn.pad_sequence(list(waveforms), batch_first=True)
    cut = asr.score(batch, list(TEXTS.values()), lengths=lengths)
    full = asr.score(batch, list(TEXTS.values()), lengths=lengths, full_context=True)
    if together is not None:  # Q9 compares the best that each sentence reaches
        names = (*names, together)
        cut, full = (torch.cat([scores, scores.amax(dim=0, keepdim=True)]) for scores in (cut, full))
    return [case_of(name, said, *rows) for name, *rows in zip(names, cut, full, strict=True)]


def case_of(name: str, said: str, cut: Tensor, full: Tensor) -> Case:
    """What two rows of scores `[S]` prefer."""
    letters = list(TEXTS)
    cut_gaps, full_gaps = (row[:, None] - row[None, :] for row in (cut, full))
    flipped = cut_gaps.sign() != full_gaps.sign()
    cut_margin, full_margin = (float(-row.topk(2).values.diff()) for row in (cut, full))
    return Case(
        name=name,
        said=said,
        cut=letters[int(cut.argmax())],
        full=letters[int(full.argmax())],
        cut_margin=cut_margin,
        full_margin=full_margin,
        flipped_gap=float(torch.where(flipped, torch.minimum(cut_gaps.abs(), full_gaps.abs()), 0.0).max()),
    )


def timed(asr: Asr, waveform: Tensor) -> Timing:
    """Score a batch of equal clips both ways, alternating, so that a busy machine slows both alike."""
    batch = waveform.repeat(TIMED_CLIPS, 1)

    def seconds(score: Callable[[], Tensor]) -> float:
        start = time.perf_counter()
        score()
        return time.perf_counter() - start

    runs = [
        [
            seconds(lambda full=full: asr.score(batch, list(TEXTS.values()), full_context=full))  # type: ignore[misc]
            for full in (False, True)
        ]
        for _ in range(TIMED_RUNS)
    ]
    cut_s, full_s = (statistics.median(column) for column in zip(*runs, strict=True))
    return Timing(TIMED_CLIPS, cut_s, full_s, full_s / cut_s)


def run(asr: Asr, letters: str = "ABCD", *, with_codec: bool = True) -> tuple[list[Case], Timing]:
    """All cases of the clips named by `letters`, and the timing."""
    cases = []
    for letter in letters:
        waveform = read(STANDIN_AUDIO / f"original_audio_{letter}.flac")
        cases += compare(asr, letter, list(degraded(letter, waveform)))
    if with_codec:
        clip = STANDIN_AUDIO / f"original_audio_{CODEC_CLIP}.flac"
        cases += compare(asr, CODEC_CLIP, list(permuted(clip)), together="best of all orders")
    return cases, timed(asr, waveform)


def render(cases: list[Case], timing: Timing) -> str:
    """The table and its sum."""
    lines = [f"{'case':28} said  cut        30 s       ranks changed at (all: nat a token)"]
    for case in cases:
        note = "" if case.agrees else "  differs" + ("" if case.decided else ", undecided")
        lines.append(
            f"{case.name:28} {case.said:5} {case.cut} {case.cut_margin:6.3f}   "
            f"{case.full} {case.full_margin:6.3f}   {_gap(case)}{note}"
        )
    differing = [case for case in cases if not case.agrees]
    lines += [
        "",
        f"{len(cases) - len(differing)} of {len(cases)} cases prefer the same sentence; "
        f"{sum(case.decided for case in differing)} differ with both margins at least {DECIDED_NAT} nat.",
        f"{sum(case.flipped_gap == 0 for case in cases)} rank all {len(TEXTS)} alike; where ranks change, "
        f"the sentences are at most {max(case.flipped_gap for case in cases):.3f} nat apart.",
        f"{timing.clips} clips x {len(TEXTS)} texts: cut {timing.cut_s:.2f} s, 30 s {timing.full_s:.2f} s, "
        f"{timing.ratio:.1f} times faster.",
    ]
    return "\n".join(lines)


def _gap(case: Case) -> str:
    return f"{case.flipped_gap:5.3f}" if case.flipped_gap > 0 else "    -"


def main(arguments: list[str] | None = None) -> int:
    """Print the comparison; 1 if a decided case differs."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.asr_context", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    parser.add_argument("--model", default="package:base", help="as solvers.models.whisper.weights takes it")
    parser.add_argument("--threads", type=int, default=None, help="torch's threads")
    options = parser.parse_args(arguments)
    if options.threads is not None:
        torch.set_num_threads(options.threads)
    cases, timing = run(Asr.load(options.model), with_codec=(STANDIN_CODEC / "config.json").is_file())
    if options.json:
        print(json.dumps({"cases": [asdict(case) for case in cases], "timing": asdict(timing)}, indent=2))
    else:
        print(render(cases, timing))
    return int(any(case.decided and not case.agrees for case in cases))


if __name__ == "__main__":
    sys.exit(main())
