"""What the terminal shows: tables and progress on stderr or stdout, one JSON document where asked for."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from math import ceil
from typing import TYPE_CHECKING, TypeVar

from rich.console import Console
from rich.progress import track
from rich.table import Table
from rich.text import Text

from grader.key.key_check import KeyCheck, QuestionCheck, Rehearsal, Status
from grader.scores.credit import display, exact
from grader.scores.grades import PaperGrade
from questions.common import marks
from questions.quiz import QuizSpec
from solvers.evidence.verdicts import Evidence, Outcome, Standing

if TYPE_CHECKING:
    from solvers.run.measure import Progress
    from solvers.run.outlook import RunOutlook

T = TypeVar("T")
STATUS_STYLE = {
    Status.CONFIRMED: (marks.RIGHT, "green"),
    Status.DECIDED: (marks.RIGHT, "green"),
    Status.CONTRADICTED: (marks.WRONG, "bold red"),
    Status.RULED: (marks.RIGHT, "cyan"),
    Status.OPEN: (marks.OPEN, "yellow"),
    Status.ERROR: (marks.ERROR, "bold red"),
}
OUTCOME_MARKS = {
    Outcome.HOLDS: marks.RIGHT,
    Outcome.FAILS: marks.WRONG,
    Outcome.UNDETERMINED: marks.OPEN,
}
REHEARSAL_WORD = "rehearsal:"
REHEARSAL_WORDS = {
    Rehearsal.FOUND: "the method found what was planted",
    Rehearsal.MISSED: "the method did NOT find what was planted",
    Rehearsal.UNDETERMINED: "the rehearsal is undetermined",
}

# What is printed holds names of files and texts from outside: nothing in it is markup or an emoji's name.
out = Console(markup=False, emoji=False)
err = Console(stderr=True, markup=False, emoji=False)


def tracked(what: Sequence[T]) -> Iterable[T]:
    """The same one after another, with a bar on stderr where that is a terminal."""
    return track(what, "", console=err, transient=True, disable=not err.is_terminal)


def say(line: str) -> None:
    """A line on stderr, as it is."""
    err.print(Text(line), soft_wrap=True)


def print_line(line: str, *, bold: bool = False) -> None:
    """A line on stdout; what no terminal should be sent from a file is replaced."""
    shown = "".join(char if char.isprintable() else "\ufffd" for char in line)
    out.print(Text(shown, style="bold" if bold else ""), soft_wrap=True)


def print_check(spec: QuizSpec, check: KeyCheck) -> None:
    """One line a question: what the key says, what the evidence says, and why."""
    table = Table(box=None, pad_edge=False)
    for name in ("question", "status", "key", "evidence", "why"):
        table.add_column(name, no_wrap=name not in {"evidence", "why"}, overflow="fold")
    for question, one in zip(spec.questions, check.questions, strict=True):
        mark, style = STATUS_STYLE[one.status]
        table.add_row(
            question.id,
            Text(f"{mark} {one.status}", style=style),
            ", ".join(one.declared) if one.declared else "–",
            _outcomes(one),
            Text(_why(one)),
        )
    out.print(table)


def _outcomes(one: QuestionCheck) -> Text:
    """The options with their marks; those of a rehearsal apart, hollow, and behind the word."""
    said, rehearsed = Text(), Text()
    for option in one.options:
        if option.outcome is not None:
            mark = OUTCOME_MARKS[option.outcome]
            if option.standing is Standing.REHEARSAL:
                rehearsed.append(f" {option.option}{marks.hollow(mark)}", style="dim")
            else:
                said.append(f" {option.option}{mark}")
    if rehearsed:
        said.append(f" {REHEARSAL_WORD}", style="dim italic").append_text(rehearsed)
    return said[1:] if said else Text("–")


def _why(one: QuestionCheck) -> str:
    if one.rehearsal is None:
        return one.reason.en
    return f"{one.reason.en} Rehearsal: {REHEARSAL_WORDS[one.rehearsal]}."


def announce_rulings(check: KeyCheck) -> None:
    """Rulings that do not count, and why."""
    for one in check.questions:
        for words in one.passed_over:
            err.print(Text(words.en), soft_wrap=True)


def announce_outlook(found: "RunOutlook") -> None:
    """What a run with the real models will take, before it starts."""
    fetched = [
        f"{one.name} {_size(one.download_bytes)} ({'as its host lists it' if one.listed else 'as published'})"
        for one in found.models
        if one.download_bytes
    ]
    held = [f"{one.name} {_size(one.memory_bytes)} ({one.dtype})" for one in found.models]
    lines = [
        f"To download: {_size(found.download_bytes)}, {', '.join(fetched)}."
        if fetched
        else "To download: nothing, all is at hand.",
        f"Memory on {found.device}: {_size(found.memory_bytes)} of weights, {', '.join(held)}; sounds in "
        f"work come on top, and on the host at most {_size(found.host_bytes)} while a model is loaded."
        if held
        else f"Memory on {found.device}: next to none.",
        f"Time: about {ceil(found.duration.seconds / 60)} minutes for all questions, by "
        f"{found.duration.where}."
        if found.duration
        else f"Time: not known, since it was never timed on {found.device}.",
    ]
    for line in lines:
        err.print(Text(line), soft_wrap=True)


def _size(n_bytes: int) -> str:
    return f"{n_bytes / 1e9:.1f} GB" if n_bytes >= 1e8 else f"{n_bytes / 1e6:.1f} MB"


def announce_standins(evidence: Mapping[str, Evidence]) -> None:
    """A fallback is never silent."""
    names = sorted(
        {
            source.name
            for one in evidence.values()
            if one.provenance
            for source in one.provenance.sources
            if source.origin == "stand-in"
        }
    )
    if names:
        err.print(f"Stand-ins were used, so what rests on them is a rehearsal: {', '.join(names)}")


def announce_unlocked(evidence: Mapping[str, Evidence]) -> None:
    """What may be the real thing and is not known by digest, and why not."""
    found = {
        f"{source.name} ({source.note})"
        for one in evidence.values()
        if one.provenance
        for source in one.provenance.sources
        if source.unlocked
    }
    if found:
        names = ", ".join(sorted(found))
        err.print(
            Text(f"Not known by digest, so a rehearsal until 'quizproof lock' has locked it: {names}"),
            soft_wrap=True,
        )


def announce_notes(evidence: Mapping[str, Evidence]) -> None:
    """What a reader should know of the libraries, such as a transformers that was not tested."""
    notes = {note for one in evidence.values() if one.provenance for note in one.provenance.notes}
    for note in sorted(notes):
        err.print(Text(f"Note: {note}"), soft_wrap=True)


def print_grades(grades: Sequence[PaperGrade]) -> None:
    """One table a paper, every score explained. Names from outside are text, never markup."""
    for grade in grades:
        out.print(Text(f"Student {grade.student}", style="bold"))
        table = Table(box=None, pad_edge=False)
        for name in ("question", "picked", "score", "of", "status", "why"):
            table.add_column(name, overflow="fold")
        for one in grade.questions:
            score = "–" if one.score is None else display(one.score)
            picked = ", ".join(one.picked) or "–"
            table.add_row(one.question, picked, score, exact(one.points), one.status, Text(one.words.en))
        out.print(table)
        total = f"{exact(grade.score)} ({display(grade.score)}) of {exact(grade.points_graded)}"
        if grade.left_out:
            total += f"; {exact(grade.points_in_all)} in all, left out: {', '.join(grade.left_out)}"
        out.print(Text(f"Total {total}", style="bold"))


@contextmanager
def progress_of(question_ids: tuple[str, ...]) -> "Iterator[Callable[[Progress], None]]":
    """A bar over all questions with an estimate, on stderr."""
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("[bold]{task.fields[question]}"), BarColumn(), TextColumn("{task.percentage:3.0f}%"),
        TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn(), TextColumn("{task.fields[step]}"),
    )  # fmt: skip
    done = dict.fromkeys(question_ids, 0.0)
    with Bar(*columns, console=err, transient=True) as bar:
        task = bar.add_task("", total=float(len(done)), question="", step="")

        def show(progress: "Progress") -> None:
            done[progress.question] = max(done[progress.question], progress.fraction)
            step = progress.step or progress.state
            bar.update(task, completed=sum(done.values()), question=progress.question, step=step)

        yield show


@contextmanager
def download_bar(n_files: int) -> "Iterator[Callable[[str, int, int | None], None]]":
    """A bar a file at a time, with the rate and an estimate, on stderr."""
    from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn, TransferSpeedColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("[bold]{task.fields[place]}"), TextColumn("{task.description}", markup=False), BarColumn(),
        DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn(),
    )  # fmt: skip
    seen: dict[str, None] = {}
    with Bar(*columns, console=err, transient=True) as bar:
        task = bar.add_task("", total=None, place="")

        def show(name: str, done: int, total: int | None) -> None:
            if name not in seen:
                seen[name] = None
                bar.reset(task, total=total, description=name, place=f"file {len(seen)}, {n_files} in all")
            bar.update(task, completed=done, total=total)

        yield show
