"""Counts of right, wrong and undetermined with Wilson's intervals, a row a question and kind of truth."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.table import Table

from benchmarks.validity.puzzle import Grade
from benchmarks.validity.runner import Result
from solvers.evidence.statistics import wilson

CLEAR, NOTHING, ALIKE = "clear", "nothing", "alike"
CAPTION = (
    "Clear: there is something to find. Nothing: there is not, and undetermined is right. Alike: to Whisper "
    "an option sounds like what is said even on the recording. A puzzle is wrong if any verdict on it is, "
    "else open (undetermined) if any is. Shares: Wilson's intervals."
)


@dataclass(frozen=True)
class Row:
    """Puzzles of one question and one kind of truth. Shares are of puzzles, `parts_*` counts of verdicts."""

    question: str
    truth: str
    puzzles: int
    right: int
    wrong: int
    undetermined: int
    right_interval: tuple[float, float]
    wrong_interval: tuple[float, float]
    parts_right: int
    parts_wrong: int
    parts_undetermined: int
    seconds: float  # mean a puzzle


def row(question: str, truth: str, results: Sequence[Result]) -> Row:
    """Count. ValueError: no results."""
    if not results:
        raise ValueError(f"{question}: no puzzle was run.")
    grades = [result.grade for result in results]
    parts = [grade for result in results for grade in result.parts.values()]
    n, right, wrong = len(grades), grades.count(Grade.RIGHT), grades.count(Grade.WRONG)
    return Row(
        question=question,
        truth=truth,
        puzzles=n,
        right=right,
        wrong=wrong,
        undetermined=n - right - wrong,
        right_interval=wilson(right, n),
        wrong_interval=wilson(wrong, n),
        parts_right=parts.count(Grade.RIGHT),
        parts_wrong=parts.count(Grade.WRONG),
        parts_undetermined=parts.count(Grade.UNDETERMINED),
        seconds=sum(result.seconds for result in results) / n,
    )


def rows(results: Mapping[str, Sequence[Result]]) -> Iterator[Row]:
    """A row for each question and kind of truth that has puzzles."""
    for question, every in results.items():
        for truth in (CLEAR, NOTHING, ALIKE):
            if chosen := [result for result in every if _truth(result) == truth]:
                yield row(question, truth, chosen)


def _truth(result: Result) -> str:
    if not result.distinct:
        return ALIKE
    return CLEAR if result.clear else NOTHING


def table(every: Iterable[Row]) -> Table:
    """For the terminal."""
    # Narrow enough for the 80 columns that a pipe has.
    shown = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), caption=CAPTION, caption_justify="left")
    for name in ("", "truth", "puzzles", "right", "wrong", "open", "right, 95 %", "wrong, 95 %", "s each"):
        shown.add_column(name, justify="left" if name in {"", "truth"} else "right", no_wrap=True)
    for one in every:
        shown.add_row(
            one.question, one.truth, str(one.puzzles), str(one.right), str(one.wrong), str(one.undetermined),
            _interval(one.right_interval), _interval(one.wrong_interval), f"{one.seconds:.2f}",
        )  # fmt: skip
    return shown


def document(results: Mapping[str, Sequence[Result]], missing: Sequence[str]) -> dict[str, Any]:
    """The same as one JSON document, with every puzzle that is not right."""
    return {
        "rows": [asdict(one) for one in rows(results)],
        "not_right": {
            question: [asdict(one) for one in every if one.grade != Grade.RIGHT]
            for question, every in results.items()
        },
        "no_puzzles_for": list(missing),
    }


def _interval(found: tuple[float, float]) -> str:
    return f"{100 * found[0]:.1f}–{100 * found[1]:.1f}"
