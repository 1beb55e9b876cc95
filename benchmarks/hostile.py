"""Seeded mutants of every file that a person gives: `python -m benchmarks.hostile --inputs 20000`.

A mutant is read or refused in sentences; anything else is a fault. The table counts both, what took over two
seconds of computing, and how much memory the whole took.
"""

import argparse
import os
import random
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.grading import canvas_header
from grader.exports.gradebook import read_gradebook
from grader.papers.class_files import read_class
from grader.papers.paper import read_paper
from questions.common.errors import QuizproofError
from questions.key import load_key
from questions.quiz import QuizSpec
from questions.reading.yaml_reader import read_document
from solvers.audio import codes_file, sound_files
from solvers.audio.codes_file import load_codes
from solvers.audio.sound_files import read_samples
from solvers.evidence.store import Record, Store
from solvers.hw10.standin import STANDIN_AUDIO
from solvers.models.hub_format import weight_files
from solvers.resources.lock import Lock, Locked, read_lock
from solvers.run import catalog

SLOW_S = 2.0  # of computing
# What a reader may stumble over: structure of every format, ends of ranges, characters that are not text.
MORSELS = (
    b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\x80", b"\xed\xa0\x80", b"\r", b"\n\n", b'"', b"'", b",", b";",
    b"\t", b"{", b"}", b"[", b"]", b":", b"-", b"&a", b"*a", b"!!python/object", b"---\n", b"? ", b"|\n",
    b"\\u0000", b"\\ud800", b"NaN", b"Infinity", b"-1", b"0", b"1e999", b"9" * 5_000, b"null", b"true",
    b"q01", b"A", "\u0301".encode() * 50, "\u202e".encode(), "\ufdfa".encode(), b"=1+1", b"[" * 50,
    b'"' * 51, b"," * 200,
)  # fmt: skip


@dataclass(frozen=True)
class Target:
    """A reader, the name that its file has, and good files to mutate."""

    file: str
    seeds: tuple[bytes, ...]
    read: Callable[[Path], object]


def mutant(draw: random.Random, content: bytes) -> bytes:
    """The file with one to four places replaced, removed, tripled, or a morsel put in."""
    for _ in range(draw.randint(1, 4)):
        start = draw.randrange(len(content) + 1)
        end = draw.randint(start, min(len(content), start + 40))
        middle = draw.choice((draw.choice(MORSELS), draw.randbytes(4), content[start:end] * 3, b""))
        content = content[:start] + middle + content[end:]
    return content


def targets(quiz: QuizSpec) -> dict[str, Target]:
    """Every reader that is met before a model is loaded."""
    ids = ",".join(question.id for question in quiz.questions)
    plain = f"student,name,{ids}\nB1,Ann,B,A,C,,,ABD,,,,,,\nB2,王,,,,,,A,,,,,,\n".encode()
    canvas = ",".join(f'"{title}"' for title in canvas_header(quiz)).encode() + b"\n"
    gradebook = b"Student,ID,SIS User ID,SIS Login ID,Section,Quiz 1 (4321)\n,,,,,10\nAnn,17,B1,b1,S,\n"
    sound = min(STANDIN_AUDIO.glob("*.flac"), key=lambda path: path.stat().st_size).read_bytes()
    codes = (STANDIN_AUDIO / "audio_codes_shuffled.pt").read_bytes()
    paper = b"student: B1\nanswers:\n  q01: B\n  q06: [A, B]\n"
    paper_json = b'{"student": "B1", "answers": {"q01": "B"}}'
    key = (quiz.folder / "key.example.yaml").read_bytes()
    question = (quiz.folder / "q06.yaml").read_bytes()
    record = Record(question="q02", measurements={"x": [1.5, 2]})
    with tempfile.TemporaryDirectory() as name:
        Store(Path(name)).amend(record)
        stored = Store(Path(name)).record_path("q02").read_bytes()
    sounds = Locked(files={"Alice.wav": "b" * 64}, by_file=True)
    lock = Lock(resources={"course-audio": sounds}).model_dump_json().encode()
    return {
        "paper": Target("p.yaml", (paper,), lambda p: read_paper(p, quiz)),
        "paper in JSON": Target("p.json", (paper_json,), lambda p: read_paper(p, quiz)),
        "key": Target("k.yaml", (key,), lambda p: load_key(p, quiz)),
        "question": Target("q06.yaml", (question,), lambda p: read_document(p, max_bytes=2**20)),
        "class": Target("c.csv", (plain, canvas), lambda p: read_class([p], quiz, skip_invalid=True)),
        "gradebook": Target("g.csv", (gradebook,), read_gradebook),
        "record": Target("evidence/q02.json", (stored,), lambda p: Store(p.parents[1]).read("q02")),
        "lock": Target("quizproof.lock", (lock,), read_lock),
        "codes": Target("codes.pt", (codes,), lambda p: load_codes(p, 4, 2048)),
        "sound": Target("a.flac", (sound,), read_samples),
        "config": Target("config.json", (b'{"model_type": "mimi"}',), lambda p: weight_files(p.parent)),
    }  # fmt: skip


def cpu_s() -> float:
    """Seconds that this process and its readers have computed: others may keep the machine busy."""
    pids = (child.pid for child in (sound_files.DECODER, codes_file.CHILD) if child.pid is not None)
    ticks = sum(sum(map(int, Path(f"/proc/{pid}/stat").read_text().split()[13:15])) for pid in pids)
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Print a line a reader; 1 where anything came out but sentences."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=2_000, help="mutants in all")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    found = targets(catalog.load())
    print(f"{'reader':<14}{'tried':>8}{'refused':>9}{'accepted':>10}{'tracebacks':>12}{'over 2 s':>10}")
    n_faults = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, target in found.items():
            _try(
                target, Path(folder), random.Random(asked.seed), 1
            )  # what is imported then is no mutant's fault
            counts = _try(target, Path(folder), random.Random(asked.seed), asked.inputs // len(found))
            n_faults += counts["tracebacks"] + counts["slow"]
            print(
                f"{name:<14}{counts['tried']:>8,}{counts['refused']:>9,}{counts['accepted']:>10,}"
                f"{counts['tracebacks']:>12,}{counts['slow']:>10,}",
                flush=True,
            )
    for child in (sound_files.DECODER, codes_file.CHILD):
        child.close()  # what was not waited for does not count
    own, children = (
        resource.getrusage(whose).ru_maxrss / 2**20
        for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    print(f"peak memory {own:.2f} GB, of the processes that read sounds and codes {children:.2f} GB")
    sys.exit(n_faults > 0)


def _try(target: Target, folder: Path, draw: random.Random, n_inputs: int) -> Counter[str]:
    counts: Counter[str] = Counter()
    path = folder / target.file
    path.parent.mkdir(exist_ok=True)
    for _ in range(n_inputs):
        path.write_bytes(mutant(draw, draw.choice(target.seeds)))
        started_s = cpu_s()
        try:
            target.read(path)
            counts["accepted"] += 1
        except QuizproofError:
            counts["refused"] += 1
        except Exception as error:  # noqa: BLE001  what this looks for
            counts["tracebacks"] += 1
            print(f"{target.file}: {type(error).__name__}: {str(error)[:200]}", file=sys.stderr)
        counts["slow"] += cpu_s() - started_s > SLOW_S
        counts["tried"] += 1
    return counts


if __name__ == "__main__":
    main()
