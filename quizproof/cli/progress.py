"""How far a command is, on stderr: a bar in a terminal, lines anywhere else."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING

from quizproof.cli.terminal import err, say

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

    from solvers.run.measure import Progress


class Estimate:
    """How many questions are done, and how long the rest will take by what those before it took.

    Questions that are kept take no time and tell nothing of the others.
    """

    def __init__(self, n_questions: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.n_questions = n_questions
        self.n_done = 0
        self._clock = clock
        self._measured_s: list[float] = []
        self._began_s: float | None = None
        self._fraction = 0.0

    def take(self, progress: "Progress") -> None:
        """What a run says of a question."""
        if progress.state == "running":
            self._began_s = self._clock() if self._began_s is None else self._began_s
            self._fraction = max(self._fraction, progress.fraction)
            return
        if progress.state != "kept" and self._began_s is not None:
            self._measured_s.append(self._clock() - self._began_s)
        self.n_done += 1
        self._began_s, self._fraction = None, 0.0

    @property
    def share(self) -> float:
        """Of all questions, the one in work by its fraction."""
        return (self.n_done + self._fraction) / self.n_questions

    @property
    def left_s(self) -> float | None:
        """Seconds that are left; None as long as nothing has been measured."""
        work = len(self._measured_s) + self._fraction
        if not work:
            return None
        now_s = 0.0 if self._began_s is None else self._clock() - self._began_s
        return (sum(self._measured_s) + now_s) / work * (self.n_questions - self.n_done - self._fraction)

    @property
    def words(self) -> str:
        """Such as `3/12, about 40 s left`."""
        place = f"{self.n_done}/{self.n_questions}"
        left_s = self.left_s
        return place if left_s is None or self.n_done == self.n_questions else f"{place}, {_left(left_s)}"


def _left(seconds: float) -> str:
    return f"about {seconds / 60:.0f} min left" if seconds >= 90 else f"about {max(1, round(seconds))} s left"


class RunView:
    """What is shown while questions are measured. `apart` hides the bar as long as rows are printed."""

    def __init__(self, n_questions: int, bar: "Bar | None") -> None:
        self.estimate = Estimate(n_questions)
        self._bar = bar
        self._task = None if bar is None else bar.add_task("", total=1.0, question="", step="", place="")

    def show(self, progress: "Progress") -> None:
        """Take what a run says."""
        self.estimate.take(progress)
        if self._bar is not None and self._task is not None:
            self._bar.update(
                self._task,
                completed=self.estimate.share,
                question=progress.question,
                step=progress.step or progress.state,
                place=self.estimate.words,
            )
        elif progress.state != "running":
            say(f"{progress.question} {progress.state} ({self.estimate.words})")

    def apart(self) -> AbstractContextManager[None]:
        """Within it, rows may be printed."""
        return nullcontext() if self._bar is None else _hidden(self._bar)


@contextmanager
def _hidden(bar: "Bar") -> Iterator[None]:
    bar.live.stop()
    try:
        yield
    finally:
        bar.live.start()


@contextmanager
def run_view(n_questions: int) -> Iterator[RunView]:
    """A bar over all questions with an estimate, or a line as each of them ends."""
    if not err.is_terminal:
        yield RunView(n_questions, None)
        return
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Bar

    texts = [
        TextColumn(f"{{task.fields[{name}]}}", style=style, markup=False)
        for name, style in (("question", "bold"), ("place", "none"), ("step", "dim"))
    ]
    columns = (texts[0], BarColumn(bar_width=20), *texts[1:])
    with Bar(*columns, console=err, transient=True, redirect_stdout=False) as bar:
        yield RunView(n_questions, bar)


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
