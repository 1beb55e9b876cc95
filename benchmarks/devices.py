"""Does the accelerator at hand give what the CPU gives, and how much faster?

    python -m benchmarks.devices [--json] [--device cuda:0] [--codec DIR] [--csm DIR] [--question q07 …]

The codec's codes of the same clips are compared token by token, on both devices, then the verdicts of whole
questions. Without --codec it is a Mimi of the official size with random weights: what it computes is as long
as with the real ones, and its verdicts mean nothing. Each question is measured once more on the device, and
traced: in which share of the wall time it computes. Exit codes: 0 they agree, 1 they differ or a question
could not be measured, 2 there is no accelerator.
"""

import argparse
import json
import math
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from rich.console import Console
from rich.table import Table
from torch.profiler import ProfilerActivity, profile

from benchmarks.official_size import QUESTIONS, SIGNS, save_random_mimi
from questions.common.errors import SourceError
from questions.quiz import AnyQuestion
from solvers.audio.sound_files import load_sound
from solvers.evidence.store import Store
from solvers.evidence.verdicts import Evidence
from solvers.hw10.models.codec import Codec
from solvers.hw10.resources.codec_weights import RESOURCE as CODEC_WEIGHTS
from solvers.hw10.resources.csm_weights import RESOURCE as CSM_WEIGHTS
from solvers.hw10.standin import STANDIN_AUDIO
from solvers.resources.asr_weights import RESOURCE as ASR_WEIGHTS
from solvers.resources.resource import Setup
from solvers.resources.speaker_weights import RESOURCE as SPEAKER_WEIGHTS
from solvers.run.catalog import load, pack_of
from solvers.run.judge import judge_record
from solvers.run.measure import run
from solvers.run.pool import ResourcePool

MIN_EQUAL = 0.999  # of the tokens: rounding in another order flips an argmin now and then
CLIPS = ("original_audio_A", "original_audio_B", "Alice", "James", "laughter", "music")
CLIP_S = 3.0  # of each, so that all share a batch
TIMED_RUNS = 3
NO_ACCELERATOR = "There is no accelerator here (neither CUDA nor MPS), so there is nothing to compare."


@dataclass(frozen=True)
class Codes:
    """One batch through the codec on both devices: tokens `[B, K, T]`, median seconds."""

    n_tokens: int
    n_equal: int
    cpu_encode_s: float
    device_encode_s: float
    cpu_decode_s: float
    device_decode_s: float
    sound_difference: float  # largest one of the same codes' decodes, over the peak

    @property
    def share(self) -> float:
        """Of the tokens, those that are equal."""
        return self.n_equal / self.n_tokens


@dataclass(frozen=True)
class Verdicts:
    """One question on both devices, its seconds, and why it could not be measured on one of them.

    `busy_share`: of the wall time, that in which the device computes; of a CPU, in which torch does.
    """

    question: str
    cpu: str
    device: str
    cpu_s: float
    device_s: float
    failure: str = ""
    busy_share: float | None = None  # of the wall time on the device; None where it cannot be traced


def accelerator() -> str | None:
    """The best accelerator that torch can use here."""
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    return next((kind for kind, found in there.items() if found), None)


def compare_codes(cpu: Codec, device: Codec, seconds: float = CLIP_S) -> Codes:
    """The same clips through a codec on the CPU and through the same one on another device."""
    n_samples = int(seconds * cpu.sample_rate_hz)
    sounds = [load_sound(STANDIN_AUDIO / f"{name}.flac", cpu.sample_rate_hz)[:n_samples] for name in CLIPS]
    audio = torch.stack(sounds)[:, None]
    codes, cpu_encode_s = _timed(lambda: cpu.encode(audio))
    others, device_encode_s = _timed(lambda: device.encode(audio))
    sound, cpu_decode_s = _timed(lambda: cpu.decode(codes))
    other, device_decode_s = _timed(lambda: device.decode(codes))
    return Codes(
        n_tokens=codes.numel(),
        n_equal=int((codes == others).sum()),
        cpu_encode_s=cpu_encode_s,
        device_encode_s=device_encode_s,
        cpu_decode_s=cpu_decode_s,
        device_decode_s=device_decode_s,
        sound_difference=float((sound - other).abs().max() / sound.abs().max()),
    )


def compare_verdicts(
    questions: Sequence[AnyQuestion], cpu: ResourcePool, device: ResourcePool, folder: Path
) -> list[Verdicts]:
    """Questions measured and judged on both devices; models are loaded before the clock starts."""
    found = []
    for question in questions:
        (one, cpu_s), (other, device_s) = (
            _measured(question, pool, Store(folder / name))
            for name, pool in (("cpu", cpu), ("device", device))
        )
        failure = next((evidence.failure.en for evidence in (one, other) if evidence.failure), "")
        share = None if failure else _busy_share(question, device, Store(folder / "traced"))
        found.append(Verdicts(question.id, _shown(one), _shown(other), cpu_s, device_s, failure, share))
    return found


def _busy_share(question: AnyQuestion, pool: ResourcePool, store: Store) -> float | None:
    """Of the wall time of a question, the share in which its device computes; None where none can tell."""
    activities = {"cuda": ProfilerActivity.CUDA, "cpu": ProfilerActivity.CPU}
    activity = activities.get(pool.device.type)
    if activity is None:
        return None
    with profile(activities=[activity]) as trace:
        _, wall_s = _measured(question, pool, store)
    events = trace.events() or []
    spans = [
        (one.time_range.start, one.time_range.end) for one in events if one.device_type.name == activity.name
    ]
    return covered(spans) / 1e6 / wall_s


def covered(spans: Sequence[tuple[float, float]]) -> float:
    """The length of the union of spans (start, end): what runs at once counts once."""
    total, reached = 0.0, -math.inf
    for start, end in sorted(spans):
        total += max(0.0, end - max(start, reached))
        reached = max(reached, end)
    return total


def _measured(question: AnyQuestion, pool: ResourcePool, store: Store) -> tuple[Evidence, float]:
    _ = pool.get(CODEC_WEIGHTS), pool.get(ASR_WEIGHTS), pool.get(SPEAKER_WEIGHTS)
    started_s = time.perf_counter()
    (record,) = run((question,), pool, store, lambda _progress: None)
    return judge_record(question, record, pool.pack), time.perf_counter() - started_s


def _shown(evidence: Evidence) -> str:
    return " ".join(f"{one.option}{SIGNS[one.outcome]}" for one in evidence.verdicts)


def _timed(work: Callable[[], torch.Tensor]) -> tuple[torch.Tensor, float]:
    """What the work gives, on the CPU, and its median seconds after a first run; copying it waits for it."""
    result = work().cpu()
    seconds = []
    for _ in range(TIMED_RUNS):
        started_s = time.perf_counter()
        work().cpu()
        seconds.append(time.perf_counter() - started_s)
    return result, sorted(seconds)[len(seconds) // 2]


def differences(codes: Codes, verdicts: Sequence[Verdicts]) -> list[str]:
    """A sentence for everything in which the devices differ more than they may."""
    found = []
    if codes.share < MIN_EQUAL:
        found.append(f"{codes.share:.3%} of the tokens are equal, and {MIN_EQUAL:.1%} are asked for")
    for one in verdicts:
        if one.failure:
            found.append(f"{one.question}: {one.failure}")
        elif one.cpu != one.device:
            found.append(f"{one.question}: {one.cpu} on the CPU, {one.device} on the device")
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Print both tables, or JSON alone with --json."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.devices", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    parser.add_argument("--device", help="cuda, cuda:N or mps; the best there is unless given")
    parser.add_argument("--codec", type=Path, help="a codec's folder; a random Mimi unless given")
    parser.add_argument("--csm", type=Path, help="CSM's folder, for q11 and q12")
    parser.add_argument("--audio", type=Path, help="the course's files, if not the stand-ins")
    parser.add_argument("--seconds", type=float, default=CLIP_S, help="of each clip, for the codes")
    parser.add_argument("--question", nargs="*", default=QUESTIONS, help="questions to compare")
    options = parser.parse_args(arguments)
    name = options.device or accelerator()
    if name is None:
        sys.stderr.write(f"{NO_ACCELERATOR}\n")
        return 2
    quiz = load()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        given = {CODEC_WEIGHTS.name: str(options.codec or save_random_mimi(folder / "mimi"))}
        if options.csm:
            given[CSM_WEIGHTS.name] = str(options.csm)
        cpu, device = (
            ResourcePool(Setup("standin", options.audio, device=one, given=given), pack_of(quiz))
            for one in ("cpu", name)
        )
        try:
            _ = device.device  # refused or not, before anything is computed on it
            shown = device.device_name
        except SourceError as error:
            sys.stderr.write(f"{error}\n")
            return 2
        codes = compare_codes(cpu.get(CODEC_WEIGHTS), device.get(CODEC_WEIGHTS), options.seconds)
        verdicts = compare_verdicts(list(map(quiz.question, options.question)), cpu, device, folder)
    found = differences(codes, verdicts)
    if options.json:
        document = {
            "device": shown,
            "codes": asdict(codes) | {"share": codes.share},
            "verdicts": [asdict(one) for one in verdicts],
            "differences": found,
        }
        json.dump(document, sys.stdout, indent=1)
    else:
        _print(codes, verdicts, found, shown)
    return 1 if found else 0


def _print(codes: Codes, verdicts: Sequence[Verdicts], found: Sequence[str], shown: str) -> None:
    console = Console()
    console.print(
        f"{codes.n_equal} of {codes.n_tokens} tokens equal ({codes.share:.3%}); "
        f"the same codes' sounds differ by {codes.sound_difference:.1e} of the peak"
    )
    table = Table("", "CPU, s", f"{shown}, s", "of it computing", "verdicts")
    table.add_row("encode", f"{codes.cpu_encode_s:.2f}", f"{codes.device_encode_s:.2f}", "", "")
    table.add_row("decode", f"{codes.cpu_decode_s:.2f}", f"{codes.device_decode_s:.2f}", "", "")
    for one in verdicts:
        same = one.cpu if one.cpu == one.device else f"{one.cpu} / {one.device}"
        share = "–" if one.busy_share is None else f"{one.busy_share:.0%}"
        table.add_row(one.question, f"{one.cpu_s:.1f}", f"{one.device_s:.1f}", share, same)
    console.print(table)
    console.print("; ".join(found) or "Both devices agree.")


if __name__ == "__main__":
    sys.exit(main())
