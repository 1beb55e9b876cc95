"""The command line as a test types it: in this process, and ended as `quizproof` ends it."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from questions.quiz import Bilingual
from solvers.evidence.sources import Provenance
from solvers.evidence.store import Record, RunInputs, Store
from solvers.run import catalog

TINY = Path(__file__).parents[1] / "tiny_quiz"
#: Of the tiny quiz: what is true, and what earns all its points.
TRUE = {"q01": "B", "q02": "C", "q06": ["A", "B", "D"], "q10": ["A", "B", "D", "E"]}


@dataclass(frozen=True)
class Result:
    """What a command said and how it ended."""

    exit_code: int
    stdout: str
    stderr: str

    @property
    def output(self) -> str:
        """All that it said."""
        return self.stdout + self.stderr


Run = Callable[..., Result]


def message(result: Result) -> str:
    """The words of a user's mistake; there must have been one."""
    assert result.exit_code == 2, result.output
    assert not result.stdout
    return result.stderr.removesuffix("\n")


def write(path: Path, content: Any) -> Path:
    """A file in YAML."""
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return path


def copy_of(quiz: Path, folder: Path) -> Path:
    """A quiz's own files in another folder, as somebody would copy them."""
    shutil.copytree(quiz, folder, ignore=shutil.ignore_patterns("__pycache__", "schema", "key*.yaml"))
    return folder


def copy_of_hw10(folder: Path) -> Path:
    """HW10's questions in a folder of their own, answered by the pack that ships."""
    copy_of(catalog.find_quiz("hw10"), folder)
    edit(folder / "quiz.yaml", "\nsections:", "\npack: hw10\nsections:")
    return folder


def edit(path: Path, old: str, new: str) -> None:
    """Replace a text that stands in a file exactly once."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path.name}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def write_evidence(folder: Path) -> None:
    """Conclusive evidence that C of the tiny quiz's q02 holds, and a measurement of q01 that broke off."""
    inputs = RunInputs(
        solver="q01_sum",
        solver_version=1,
        solver_sha256=catalog.pack_at(TINY, None).digest_of("q01_sum"),
        spec={},
        sources=(),
        device="cpu",
        seed=0,
    )
    provenance = Provenance(sources=(), libraries={}, device="cpu", dtype="", seed=0, wall_time_s=1.0)
    measured = Record(question="q02", inputs=inputs, measurements={"total": 5}, provenance=provenance)
    store = Store(folder / "proof")
    store.write(measured, {})
    store.write(Record(question="q01", failure=Bilingual(zh="測量失敗", en="Measuring failed: x")), {})
