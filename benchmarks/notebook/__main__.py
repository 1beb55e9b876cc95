"""How long does the notebook's way take, and how long ours?

    python -m benchmarks.notebook [--only q09,q10] [--json] [--threads N]

The notebook handles one clip, one permutation, one split and one sentence at a time, and Whisper always with
its 30 seconds; the solvers work in batches. Both do the same work with the same models in one run, on the
stand-ins, and must come to the same results. Questions that end where they are decided are timed to their
verdict as well. Loading models and files is timed in neither. Exit code 1 if results differ that should be
equal.
"""

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import torch
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from benchmarks.notebook import layers, sounds, tokens
from benchmarks.notebook.comparison import Comparison
from solvers.hw10.resources.architecture import RESOURCE as ARCHITECTURE
from solvers.hw10.resources.codec_weights import RESOURCE as CODEC_WEIGHTS
from solvers.resources.asr_weights import RESOURCE as ASR_WEIGHTS
from solvers.resources.resource import Setup
from solvers.resources.speaker_weights import RESOURCE as SPEAKER_WEIGHTS
from solvers.run.catalog import load, pack_of
from solvers.run.pool import ResourcePool

COMPARISONS: Mapping[str, Callable[[ResourcePool], Comparison]] = {
    "q01": tokens.shapes,
    "q02": tokens.frames,
    "q03": tokens.axes,
    "q04": tokens.values,
    "q05": tokens.codeword,
    "q06": tokens.emotions,
    "q07": sounds.languages,
    "q08": sounds.laughter_and_music,
    "q09": layers.layer_order,
    "q10": layers.interleaving,
}
LEFT_OUT = "q11 and q12 are left out: nothing of CSM is compared."


def main(arguments: list[str] | None = None) -> int:
    """Run both ways, print the table; 1 if results differ that should be equal."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.notebook", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--only", help=f"questions, by comma: {', '.join(COMPARISONS)}")
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    parser.add_argument("--threads", type=int, help="torch's threads")
    asked = parser.parse_args(arguments)
    names = asked.only.split(",") if asked.only else list(COMPARISONS)
    if unknown := sorted(set(names) - set(COMPARISONS)):
        parser.error(f"nothing to compare for {', '.join(unknown)}; there are {', '.join(COMPARISONS)}")
    if asked.threads is not None and asked.threads < 1:
        parser.error(f"--threads {asked.threads}: at least one is needed")
    found = run(names, asked.threads)
    if asked.json:
        json.dump(document(found), sys.stdout, indent=1, ensure_ascii=False)
    else:
        _print(found)
    return int(any(check.broken for one in found for check in one.checks))


def run(names: Sequence[str], threads: int | None = None) -> list[Comparison]:
    """The comparisons in the order of the names, with all models loaded and warm before the first."""
    pool = ResourcePool(Setup(models="standin", device="cpu", jobs=threads), pack_of(load()))
    warm_up(pool)
    console = Console(stderr=True)
    found = []
    for name in names:
        console.print(f"{name} …", style="dim")
        found.append(COMPARISONS[name](pool))
    return found


def warm_up(pool: ResourcePool) -> None:
    """Load and use every model once: the first pass through a model is slower than all later ones."""
    codec = pool.get(CODEC_WEIGHTS)
    second = tokens.noise(1.0, codec.sample_rate_hz)
    assert pool.device.type == "cpu"
    tokens.encode(pool.get(ARCHITECTURE), second)
    heard = sounds.at_hearing_rate(codec, sounds.decode(codec, tokens.encode(codec, second)))
    pool.get(ASR_WEIGHTS).transcribe(heard[None])
    pool.get(SPEAKER_WEIGHTS).embed(heard[None])


def document(found: Sequence[Comparison]) -> dict[str, Any]:
    """All of it for a machine, seconds rounded to what a clock is worth."""
    return {
        "threads": torch.get_num_threads(),
        "questions": [
            asdict(one)
            | {"ratio": round(one.ratio, 3)}
            | ({"ratio_to_verdict": round(one.to_verdict.ratio, 3)} if one.to_verdict else {})
            for one in found
        ],
        "left_out": LEFT_OUT,
    }


def _print(found: Sequence[Comparison]) -> None:
    table = Table(box=SIMPLE_HEAD)
    for name in ("", "work", "share", "notebook, s", "ours, s", "ratio"):
        table.add_column(name, justify="left" if name in {"", "work", "share"} else "right")
    for one in found:
        seconds = (f"{one.notebook_s:.3g}", f"{one.ours_s:.3g}", f"{one.ratio:.2f}")
        table.add_row(one.question, one.work, one.share, *seconds)
    console = Console()
    console.print(table)
    for one in found:
        console.print(f"{one.question}: {'; '.join(_results(one))}.", highlight=False)
        if one.to_verdict:
            verdict = one.to_verdict
            console.print(
                f"{one.question} to its verdict: notebook {verdict.notebook_s:.3g} s for all offsets, by its "
                f"time for {one.share}; ours {verdict.ours_s:.3g} s for {verdict.offsets}: "
                f"{verdict.ratio:.2f}.",
                highlight=False,
            )
    notebook_s, ours_s = (sum(getattr(one, way) for one in found) for way in ("notebook_s", "ours_s"))
    n_threads = torch.get_num_threads()
    console.print(f"All: notebook {notebook_s:.1f} s, ours {ours_s:.1f} s, {n_threads} threads. {LEFT_OUT}")


def _results(one: Comparison) -> list[str]:
    words = []
    for check in one.checks:
        verdict = "same" if check.same else "DIFFERENT" if check.exact else "not the same"
        words.append(f"{check.what} {verdict}" + (f" ({check.text})" if check.text else ""))
    return [*words, f"ours also {one.more}"] if one.more else words


if __name__ == "__main__":
    sys.exit(main())
