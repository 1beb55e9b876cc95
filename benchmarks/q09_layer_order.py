"""Does Q9 find the sentence, whatever the permutation, and nothing where it is not among the options?

    python -m benchmarks.q09_layer_order [--json] [--permutations N] [--clips A,B]

Each of the quiz's four sentences is encoded by the stand-in codec, its four layers are put in N random
orders, and each shuffled file goes through the solver twice: as the quiz asks, and with the said sentence
replaced by another that nobody says.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import permutations as orders_of
from random import Random
from typing import Any

import torch
from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.standin_making.shuffle import restoring
from questions.quiz import AnyQuestion
from solvers.audio.sound_files import load_sound
from solvers.evidence.verdicts import Outcome
from solvers.hw10.models.codec import Codec
from solvers.hw10.q09_layer_order.claims import Said, sentence_of, sentences_of
from solvers.hw10.q09_layer_order.judge import judge
from solvers.hw10.q09_layer_order.measure import N_LAYERS, recover
from solvers.hw10.q09_layer_order.measurements import Measurements
from solvers.hw10.standin import STANDIN_AUDIO, STANDIN_CODEC
from solvers.hw10.standin.codec import StandinCodecModel
from solvers.models.whisper.asr import Asr
from solvers.run.catalog import load

CLIPS = ("A", "B", "C", "D")
N_PERMUTATIONS = 6
SEED = 9
UNSAID = "Generative AI is a patient teacher, and every lesson feels like a long walk beside the sea."


@dataclass(frozen=True)
class Trial:
    """One shuffled file. Margins are in nat a token."""

    clip: str
    permutation: tuple[int, ...]
    found: str
    order_found: bool
    margin: float
    wer: float
    without_said: str
    seconds: float

    @property
    def right(self) -> bool:
        """The said sentence holds; without it, nothing does."""
        return self.found == self.clip and self.without_said == "undetermined"


def trials(codec: Codec, asr: Asr, clips: tuple[str, ...], n_permutations: int) -> Iterator[Trial]:
    """Every clip under `n_permutations` orders drawn without repetition."""
    question = load().question("q09")
    for clip in clips:
        waveform = load_sound(STANDIN_AUDIO / f"original_audio_{clip}.flac", codec.sample_rate_hz)
        codes = codec.encode(waveform[None, None], N_LAYERS)
        drawn = Random(f"{SEED}{clip}").sample(list(orders_of(range(N_LAYERS))), n_permutations)
        for permutation in drawn:
            yield _trial(question, clip, codes, permutation, codec, asr)


def _trial(
    question: AnyQuestion,
    clip: str,
    codes: torch.Tensor,
    permutation: tuple[int, ...],
    codec: Codec,
    asr: Asr,
) -> Trial:
    shuffled = codes[:, list(permutation)]
    started_s = time.perf_counter()
    found, numbers = _solve(question, shuffled, codec, asr)
    seconds = time.perf_counter() - started_s
    finding = judge(question, numbers)[clip][0]
    said = sentence_of(question.option(clip))
    without, _ = _solve(_without(question, clip), shuffled, codec, asr)
    margin, *_ = finding.comparisons
    return Trial(
        clip=clip,
        permutation=permutation,
        found=found,
        order_found=numbers.best.order == restoring(permutation),
        margin=round(margin.value, 3),
        wer=round(numbers.wers[numbers.sentences.index(said)], 3),
        without_said=without,
        seconds=round(seconds, 2),
    )


def _solve(question: AnyQuestion, codes: torch.Tensor, codec: Codec, asr: Asr) -> tuple[str, Measurements]:
    numbers = recover(codes, sentences_of(question), codec, asr, lambda *_: None).numbers
    assert isinstance(numbers, Measurements)
    holding = [
        option for option, parts in judge(question, numbers).items() if parts[0].outcome is Outcome.HOLDS
    ]
    return holding[0] if holding else "undetermined", numbers


def _without(question: AnyQuestion, clip: str) -> AnyQuestion:
    """The question with the said sentence replaced by one that nobody says."""
    options = tuple(
        option.model_copy(update={"claim": Said(said=UNSAID)}) if option.id == clip else option
        for option in question.options
    )
    return question.model_copy(update={"options": options})


def main(arguments: list[str] | None = None) -> int:
    """Print the table; 1 if any trial came out wrong."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.q09_layer_order")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--permutations", type=int, default=N_PERMUTATIONS)
    parser.add_argument("--clips", default=",".join(CLIPS))
    chosen = parser.parse_args(arguments)
    clips = tuple(chosen.clips.split(","))
    model: Any = StandinCodecModel.from_pretrained(STANDIN_CODEC, dtype=torch.float32)
    every = trials(Codec(model, ()), Asr.load("package:base"), clips, chosen.permutations)
    total = len(clips) * chosen.permutations
    results = list(track(every, "Q9", total=total, console=Console(stderr=True), transient=True))
    if chosen.json:
        json.dump([asdict(one) for one in results], sys.stdout, indent=1)
    else:
        _print(results)
    return 0 if all(one.right for one in results) else 1


def _print(results: list[Trial]) -> None:
    # Margin in nat a token; the last verdict is on the options without the said sentence.
    table = Table("clip", "shuffled to", "found", "undone", "margin", "WER", "s", "without it")
    for one in results:
        table.add_row(
            one.clip, "".join(map(str, one.permutation)), one.found, "yes" if one.order_found else "no",
            f"{one.margin:.2f}", f"{one.wer:.2f}", f"{one.seconds:.0f}", one.without_said,
        )  # fmt: skip
    console = Console()
    console.print(table)
    right = sum(one.right for one in results)
    lowest = min(one.margin for one in results)
    console.print(f"{right} of {len(results)} right; lowest margin {lowest:.2f} nat/token")


if __name__ == "__main__":
    sys.exit(main())
