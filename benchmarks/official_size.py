"""Does every question that needs a codec come to a verdict on a Mimi of the official size?

    python -m benchmarks.official_size [--json] [--codec DIR] [--audio DIR] [--out DIR] [--question q07 …]

The Mimi has the official architecture in float32, seeded random weights and seeded random codebooks, and is
given by path as the published one would be. Its sounds are noise, so that no verdict on them means anything:
what is held against the run is that all questions are measured, that what follows from the architecture comes
out right, that Q5 reads the vector that is stored, and that nothing of it is taken for the real weights.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from rich.console import Console
from rich.table import Table
from safetensors import safe_open

from questions.quiz import AnyQuestion, Basis, QuizSpec
from solvers.evidence.store import Store
from solvers.evidence.verdicts import Evidence, Outcome, Standing
from solvers.hw10.models.codec import random_mimi
from solvers.hw10.q05_codebook_vector import CODE, N_VALUES
from solvers.hw10.resources.codec_weights import RESOURCE as CODEC_WEIGHTS
from solvers.models.hub_format import WEIGHTS_FILE
from solvers.resources.resource import Setup
from solvers.run.catalog import load, pack_of
from solvers.run.judge import judge_record
from solvers.run.measure import run
from solvers.run.pool import ResourcePool

QUESTIONS = ("q01", "q02", "q03", "q04", "q05", "q07", "q08", "q09", "q10")
# What the architecture alone says: 25 and 50 frames, 100 frames, codebooks, an integer that is an index.
ARCHITECTURE = {"q01": "B", "q02": "C", "q03": "B", "q04": "B"}
SEMANTIC = "quantizer.semantic_residual_vector_quantizer.layers.0.codebook"
SIGNS = {Outcome.HOLDS: "✔", Outcome.FAILS: "✘", Outcome.UNDETERMINED: "?"}


@dataclass(frozen=True)
class Row:
    """One question: its verdicts, what is wrong with them, and how long it took."""

    question: str
    verdicts: str
    problems: tuple[str, ...]
    seconds: float


def save_random_mimi(folder: Path, seed: int = 0) -> Path:
    """A Mimi of the official size in the hub's format: 385 MB."""
    random_mimi(seed).save_pretrained(folder)
    return folder


def stored_vector(folder: Path) -> tuple[float, ...]:
    """What Q5 asks for, from the stored tensors alone."""
    with safe_open(folder / WEIGHTS_FILE, framework="pt") as file:
        total, usage = (
            file.get_tensor(f"{SEMANTIC}.{name}")[CODE] for name in ("embed_sum", "cluster_usage")
        )
    values: list[float] = (total[:N_VALUES] / usage).tolist()
    return tuple(values)


def problems(question: AnyQuestion, evidence: Evidence, codec: Path) -> list[str]:
    """What is wrong with the verdicts on a random codec given by path; nothing if all is as it must be."""
    if evidence.failure is not None:
        return [evidence.failure.en]
    found = []
    holding = {one.option for one in evidence.verdicts if one.outcome is Outcome.HOLDS}
    if [one.option for one in evidence.verdicts] != list(question.option_ids):
        found.append("the verdicts are not the options'")
    if question.id in ARCHITECTURE:
        failing = {one.option for one in evidence.verdicts if one.outcome is Outcome.FAILS}
        if (holding, failing) != ({ARCHITECTURE[question.id]}, set(question.option_ids) - holding):
            found.append(f"{ARCHITECTURE[question.id]} alone should hold, and all others fail")
        if any(one.standing is Standing.REHEARSAL for one in evidence.verdicts):
            found.append("what follows from the architecture is a rehearsal")
    elif any(
        part.basis is Basis.MEASURED and CODEC_WEIGHTS.name not in part.lacks
        for one in evidence.verdicts
        for part in one.parts
    ):
        found.append("random weights are taken for the real ones")
    if question.id == "q05" and evidence.measurements["vectors"][0]["values"] != list(stored_vector(codec)):
        found.append("the vector is not the one that is stored")
    used = evidence.provenance.sources if evidence.provenance else ()
    weights = [(one.origin, one.name) for one in used if one.resource == CODEC_WEIGHTS.name]
    if weights != [("path", str(codec))]:
        found.append("the provenance does not name the folder")
    return found


def rows(quiz: QuizSpec, pool: ResourcePool, store: Store, ids: Sequence[str] = QUESTIONS) -> Iterator[Row]:
    """Measure and judge one question after the other, on a Mimi by path as `save_random_mimi` gives it."""
    codec = pool.found(CODEC_WEIGHTS).path
    for id_ in ids:
        question = quiz.question(id_)
        started_s = time.perf_counter()
        (record,) = run((question,), pool, store, lambda _progress: None)
        seconds = time.perf_counter() - started_s
        evidence = judge_record(question, record, pool.pack, pool.setup.lock)
        verdicts = " ".join(f"{one.option}{SIGNS[one.outcome]}" for one in evidence.verdicts)
        yield Row(id_, verdicts, tuple(problems(question, evidence, codec)), round(seconds, 1))


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 1 if anything is wrong in it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.official_size", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    parser.add_argument("--codec", type=Path, help="a random Mimi that is there already")
    parser.add_argument("--audio", type=Path, help="the course's files, if not the stand-ins")
    parser.add_argument("--out", type=Path, help="where the evidence goes, if it is to be kept")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--question", nargs="+", default=QUESTIONS, choices=QUESTIONS)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        codec = options.codec or save_random_mimi(Path(temporary) / "mimi")
        setup = Setup(
            models="standin",
            audio_dir=options.audio,
            device=options.device,
            jobs=options.threads,
            given={CODEC_WEIGHTS.name: str(codec)},
        )
        quiz = load()
        pool = ResourcePool(setup, pack_of(quiz))
        found = list(rows(quiz, pool, Store(options.out or Path(temporary) / "proof"), options.question))
        device = pool.device_name
    if options.json:
        json.dump({"device": device, "rows": [asdict(row) for row in found]}, sys.stdout, indent=1)
    else:
        _print(found, device)
    return 1 if any(row.problems for row in found) else 0


def _print(found: Sequence[Row], device: str) -> None:
    table = Table("question", "verdicts", "s", "wrong", title=f"random Mimi of the official size, {device}")
    for row in found:
        table.add_row(row.question, row.verdicts, f"{row.seconds:.0f}", "; ".join(row.problems) or "–")
    console = Console()
    console.print(table)
    console.print(f"{sum(row.seconds for row in found):.0f} s, {torch.get_num_threads()} threads")


if __name__ == "__main__":
    sys.exit(main())
