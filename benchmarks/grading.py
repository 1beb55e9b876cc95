"""How long does a class take, beside polars' bare read of the same file, and how much memory?

    python -m benchmarks.grading [--json] [--papers 1000,100000,1000000] [--repeats N] [--folder DIR]

Classes are written as Canvas writes its Student Analysis, from a seed, with the course's own texts; every
student has three attempts. Each figure is taken in a process of its own: the bare read (every column as
text), reading and grading the papers that count, the same by two keys with the highest attempt under each,
and the whole command with its files. Each is taken twice: warm, with the file in the page cache, and cold,
with its pages dropped before every run.
"""

import argparse
import csv
import io
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from random import Random
from resource import RUSAGE_SELF, getrusage

import polars as pl
from rich.console import Console
from rich.table import Table

from grader.analysis.regrade import regrade
from grader.papers.attempts import Attempts
from grader.papers.class_files import read_class
from grader.papers.responses import picked_of
from grader.scores.class_grades import grade_class
from grader.scores.credit import credit
from questions.amendments import Regrading
from questions.quiz import AnyQuestion, QuizSpec
from solvers.run.catalog import load

PAPERS = (1_000, 100_000, 1_000_000)
REPEATS = 3
SEED = 5
FOLDER = Path("build/grading")
ROWS_AT_ONCE = 50_000
ANSWERS = 300  # distinct answers drawn for a multiple-answer question
ATTEMPTS = 3  # of each student
KEY = {"q06": "ABD", "q10": "ADEF"}  # any key will do; B elsewhere
OLD_KEY = {"q01": "A", "q06": "ABC"}  # where the key was another one

MAX_RATIO = {"grade": 2.0, "regrade": 2.5}  # of the bare read
MAX_PEAK_MIB = 1e9 / 2**20
FIXED = ("name", "id", "sis_id", "section", "section_id", "section_sis_id", "submitted", "attempt")
AFTER = ("n correct", "n incorrect", "score")


def key_of(quiz: QuizSpec) -> dict[str, frozenset[str]]:
    """The benchmark's key."""
    return {question.id: frozenset(KEY.get(question.id, "B")) for question in quiz.questions}


def canvas_cell(question: AnyQuestion, picked: Sequence[str], language: str = "zh") -> str:
    """What Canvas writes for an answer: the text, or texts joined by commas with those inside escaped."""
    texts = [getattr(question.option(id_).text, language) for id_ in picked]
    if question.kind == "single":
        return "".join(texts)
    return ",".join(text.replace(",", "\\,") for text in texts)


def canvas_header(quiz: QuizSpec, language: str = "zh") -> list[str]:
    """The titles of Canvas's Student Analysis."""
    asked = []
    for number, question in enumerate(quiz.questions, 101):
        asked += [f"{number}: {getattr(question.prompt, language)}", str(float(question.points))]
    return [*FIXED, *asked, *AFTER]


def write_class(path: Path, quiz: QuizSpec, n_papers: int, seed: int = SEED) -> None:
    """Write a class, newest papers first, with the scores that Canvas would give, in floats."""
    pools = [_answers(question, Random(f"{seed}{question.id}")) for question in quiz.questions]
    header = io.StringIO()
    csv.writer(header, lineterminator="\n").writerow(canvas_header(quiz))
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(header.getvalue().encode())
        for first in range(0, n_papers, ROWS_AT_ONCE):
            rows = min(ROWS_AT_ONCE, n_papers - first)
            drawn = [
                pool.sample(rows, with_replacement=True, shuffle=True, seed=seed + first + place)
                for place, pool in enumerate(pools)
            ]
            file.write(_rows(first, n_papers, drawn).write_csv(include_header=False).encode())


def _answers(question: AnyQuestion, random: Random) -> pl.DataFrame:
    """Answers to draw from: the cell and Canvas's score, a blank among them."""
    n_options = len(question.option_ids)
    if question.kind == "single":
        masks = [0, *(1 << bit for bit in range(n_options))]
    else:
        masks = [0, *(random.randrange(1, 1 << n_options) for _ in range(ANSWERS))]
    correct = frozenset(KEY.get(question.id, "B"))
    picked = [picked_of(question, mask) for mask in masks]
    scores = [float(credit(frozenset(one), correct, question.points_exact)) for one in picked]
    return pl.DataFrame(
        {question.id: [canvas_cell(question, one) for one in picked], f"{question.id} p": scores}
    )


def _rows(first: int, n_papers: int, drawn: list[pl.DataFrame]) -> pl.DataFrame:
    place = pl.int_range(first, first + len(drawn[0]))
    n_students = -(-n_papers // ATTEMPTS)
    student = place % n_students
    points = [column for frame in drawn for column in frame.columns if column.endswith(" p")]
    return pl.concat(drawn, how="horizontal").select(
        pl.format("學生 {}", student).alias("name"),
        (100_000 + student).alias("id"),
        pl.format("B{}", 10_000_000 + student).alias("sis_id"),
        pl.format("Section {}", student % 20 + 1).alias("section"),
        (student % 20 + 1).alias("section_id"),
        pl.format("S{}", student % 20 + 1).alias("section_sis_id"),
        pl.lit("2026-03-02 08:15:30 UTC").alias("submitted"),
        # The newest first.
        (ATTEMPTS - place // n_students).alias("attempt"),
        pl.all(),
        pl.sum_horizontal(pl.col(points) > 0).alias("n correct"),
        pl.sum_horizontal(pl.col(points) <= 0).alias("n incorrect"),
        pl.sum_horizontal(points).alias("score"),
    )


@dataclass(frozen=True)
class Figure:
    """The best of some runs of one stage: wall time, and the process's peak memory."""

    papers: int
    stage: str
    cache: str
    file_mb: float
    seconds: float
    peak_mib: float
    ratio: float = 1.0

    @property
    def in_bounds(self) -> bool:
        """Whether it keeps to what grading is meant to take."""
        return self.ratio <= MAX_RATIO.get(self.stage, math.inf) and self.peak_mib <= MAX_PEAK_MIB


def bare(path: Path) -> None:
    """The read of polars alone, every column as text."""
    pl.read_csv(path, has_header=False, infer_schema=False, skip_rows=1)


def grade(path: Path) -> None:
    """Read, choose the attempts that count, grade."""
    quiz = load()
    key = key_of(quiz)
    grade_class(read_class([path], quiz).responses, key, Attempts.LATEST)


def regraded(path: Path) -> None:
    """Read, grade by two keys, choose the highest attempt by each."""
    quiz = load()
    key = key_of(quiz)
    old_key = key | {id_: frozenset(correct) for id_, correct in OLD_KEY.items()}
    regrade(read_class([path], quiz).responses, old_key, key, Regrading.BOTH, Attempts.HIGHEST)


def command(path: Path) -> None:
    """`quizproof grade` as typed, with its three files."""
    from quizproof.cli import main as cli

    quiz = load()
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        key = Path(folder) / "key.json"
        key.write_text(json.dumps({"key": {id_: sorted(one) for id_, one in key_of(quiz).items()}}))
        cli.app(["grade", str(path), "--key", str(key), "--out", folder, "--compare"], standalone_mode=False)


CACHES = ("warm", "cold")
STAGES = {"bare": bare, "grade": grade, "regrade": regraded, "command": command}


def drop_from_cache(path: Path) -> None:
    """Have the kernel forget the file's pages, so that the next read is from the disk."""
    with path.open("rb") as file:
        os.fsync(file.fileno())  # pages that are not written yet are not forgotten
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def measure(path: Path, n_papers: int, stage: str, cache: str, repeats: int) -> Figure:
    """Run a stage in processes of their own; the fastest counts, with the highest peak of all."""
    runs = []
    for _ in range(repeats):
        if cache == "cold":
            drop_from_cache(path)
        arguments = [sys.executable, "-m", "benchmarks.grading", "--measure", stage, str(path)]
        ended = subprocess.run(arguments, capture_output=True, text=True, check=True)
        runs.append(json.loads(ended.stdout.splitlines()[-1]))
    seconds = min(run["seconds"] for run in runs)
    peak_mib = max(run["peak_mib"] for run in runs)
    return Figure(
        n_papers, stage, cache, round(path.stat().st_size / 1e6, 1), round(seconds, 3), round(peak_mib, 1)
    )


def figures(n_papers: int, folder: Path, repeats: int) -> list[Figure]:
    """Write a class of this size and measure every stage on it."""
    path = folder / f"class-{n_papers}.csv"
    write_class(path, load(), n_papers)
    found = [measure(path, n_papers, stage, cache, repeats) for cache in CACHES for stage in STAGES]
    path.unlink()
    bare_s = {one.cache: one.seconds for one in found if one.stage == "bare"}
    return [replace(one, ratio=round(one.seconds / bare_s[one.cache], 2)) for one in found]


def main(arguments: list[str] | None = None) -> int:
    """Print the table; 1 if grading the largest class is out of bounds."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.grading")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--papers", default=",".join(map(str, PAPERS)))
    parser.add_argument("--repeats", type=int, default=REPEATS)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("--measure", nargs=2, metavar=("STAGE", "FILE"), help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    if chosen.measure:
        stage, path = chosen.measure
        started_s = time.perf_counter()
        STAGES[stage](Path(path))
        seconds = time.perf_counter() - started_s
        print(json.dumps({"seconds": seconds, "peak_mib": getrusage(RUSAGE_SELF).ru_maxrss / 1024}))
        return 0
    sizes = [int(size) for size in chosen.papers.split(",")]
    results = [one for size in sizes for one in figures(size, chosen.folder, chosen.repeats)]
    if chosen.json:
        json.dump([asdict(one) for one in results], sys.stdout, indent=1)
    else:
        _print(results)
    largest = [one for one in results if one.papers == max(sizes) and one.stage in MAX_RATIO]
    return 0 if all(one.in_bounds for one in largest) else 1


def _print(results: list[Figure]) -> None:
    table = Table("papers", "file MB", "page cache", "stage", "s", "µs a paper", "× bare read", "peak MiB")
    for one in results:
        table.add_row(
            f"{one.papers:,}", f"{one.file_mb:.1f}", one.cache, one.stage, f"{one.seconds:.2f}",
            f"{one.seconds / one.papers * 1e6:.1f}", f"{one.ratio:.2f}", f"{one.peak_mib:.0f}",
        )  # fmt: skip
    Console().print(table)


if __name__ == "__main__":
    sys.exit(main())
