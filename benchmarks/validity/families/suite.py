"""The families' puzzles, and their table: right, open and wrong, apart by which half they belong to."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.table import Table

from benchmarks.validity.families import codecs, csm, q09, q10, real
from benchmarks.validity.families.pairs import HALVES, TUNED, Half
from benchmarks.validity.puzzle import Grade, Puzzle
from benchmarks.validity.runner import Result
from questions.quiz import QuizSpec
from solvers.run.catalog import pack_of

Maker = Callable[..., tuple[Puzzle, ...]]  # of a question; the halves of voices are the puzzles' kinds
MAKERS: Mapping[str, Mapping[str, Maker]] = {
    name: {"q09": partial(q09.puzzles, family=name), "q10": partial(q10.puzzles, family=name)}
    for name in codecs.NAMES
} | {
    "real": {"q07": real.speech_puzzles, "q08": real.sound_puzzles},
    "csm": {"q11": csm.voice_puzzles, "q12": csm.token_puzzles},
}
WITH_OFFSETS = frozenset({"q07", "q08", "q10"})  # whose start offsets come in rounds
NAMES = tuple(MAKERS)
ALL = "all"
CAPTION = (
    "Of the puzzles with something to find: right / open / wrong; of the others, where open is right too: "
    "wrong of all. Rules may be tuned on the families marked *, in the tuned voices alone."
)


@dataclass(frozen=True)
class Counts:
    """Puzzles of one family, question and half of voices."""

    family: str
    question: str
    half: Half
    right: int
    open: int
    wrong: int
    others: int
    others_wrong: int
    seconds: float  # mean a puzzle


def chosen(names: Sequence[str]) -> tuple[str, ...]:
    """Families by name, `all` for all. ValueError: one that there is not."""
    if unknown := sorted(set(names) - {ALL, *NAMES}):
        raise ValueError(f"no family {', '.join(unknown)}; there are {', '.join(NAMES)}, or {ALL}")
    return NAMES if ALL in names else tuple(name for name in NAMES if name in names)


def tasks(
    quiz: QuizSpec, names: Sequence[str], only: Sequence[str], *, rounds: bool = False
) -> Iterator[tuple[str, str, tuple[Puzzle, ...], int]]:
    """Family, question, puzzles and the version of what solves them; of the questions in `only`, if any.

    `rounds`: only of questions that have start offsets, with as many as the product would take.
    """
    for family in names:
        for question_id, make in MAKERS[family].items():
            if (not only or question_id in only) and (not rounds or question_id in WITH_OFFSETS):
                question = quiz.question(question_id)
                puzzles = make(question, rounds=True) if rounds else make(question)
                yield family, question_id, puzzles, pack_of(quiz).solver(question.solver).version


def file_of(out: Path, family: str, question: str, *, rounds: bool = False) -> Path:
    """Where the results are kept."""
    return out / "families" / f"{family}_{question}{'_rounds' if rounds else ''}.jsonl"


def counted(family: str, question: str, results: Sequence[Result]) -> Iterator[Counts]:
    """A line for either half that has puzzles."""
    for half in HALVES:
        every = [one for one in results if one.kind == half]
        if not every:
            continue
        clear = [one.grade for one in every if one.clear]
        others = [one.grade for one in every if not one.clear]
        yield Counts(
            family, question, half,
            right=clear.count(Grade.RIGHT), open=clear.count(Grade.UNDETERMINED),
            wrong=clear.count(Grade.WRONG), others=len(others), others_wrong=others.count(Grade.WRONG),
            seconds=sum(one.seconds for one in every) / len(every),
        )  # fmt: skip


def table(every: Sequence[Counts]) -> Table:
    """For the terminal: a row a family and question, either half in its columns."""
    shown = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), caption=CAPTION, caption_justify="left")
    names = (
        "family",
        "question",
        *(f"{half}{more}" for half in HALVES for more in (": r / o / w", ", others")),
    )
    for name in names:
        shown.add_column(name, justify="left" if name in {"family", "question"} else "right", no_wrap=True)
    for family, question in dict.fromkeys((one.family, one.question) for one in every):
        of = {one.half: one for one in every if (one.family, one.question) == (family, question)}
        cells = []
        for half in HALVES:
            one = of.get(half)
            cells += (
                [f"{one.right} / {one.open} / {one.wrong}", f"{one.others_wrong} of {one.others}"]
                if one
                else ["–", "–"]
            )
        shown.add_row(f"{family}{'*' if family in TUNED else ''}", question, *cells)
    return shown


def document(every: Sequence[Counts], results: Sequence[Result]) -> dict[str, Any]:
    """The same as one JSON document, with every puzzle that is not right."""
    return {
        "rows": [asdict(one) | {"family_tuned": one.family in TUNED} for one in every],
        "not_right": [asdict(one) for one in results if one.grade != Grade.RIGHT],
    }
