"""What is wrong with single papers of a class: in words for the first, counted for the rest."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from questions.common.messages import show

MAX_SHOWN = 1000  # problems kept with their words; nobody reads on after these
ONE_MORE = "it cannot be graded either"

Place = tuple[str, int | None, str | None]  # of a paper: source, row, student


@dataclass(frozen=True)
class RowProblem:
    """Why a row cannot be graded.

    `row` is None for a paper in a file of its own, whose words name the place.
    """

    source: str
    row: int | None
    student: str | None
    question: str | None
    text: str

    def __str__(self) -> str:
        if self.row is None:
            return self.text
        student = f", student {show(self.student)}" if self.student is not None else ""
        question = f", {self.question}" if self.question is not None else ""
        return f"{self.source} row {self.row}{student}{question}: {self.text}"


@dataclass
class Problems:
    """The problems of one or more files, in their order; `n_rows` papers have at least one.

    `rows` are the papers whose problems were too many to keep their words.
    """

    shown: list[RowProblem] = field(default_factory=list)
    n_problems: int = 0
    n_rows: int = 0
    rows: list[Place] = field(default_factory=list)

    @property
    def n_free(self) -> int:
        """How many more are shown."""
        return MAX_SHOWN - len(self.shown)

    def add(
        self, shown: Iterable[RowProblem], *, n_problems: int, n_rows: int, rows: Iterable[Place] = ()
    ) -> None:
        """Note the problems of some rows; `shown` is drawn from only as far as it will be shown.

        `rows` are all of them; those whose problems are not shown are kept by their place.
        """
        before = len(self.shown)
        self.shown += islice(shown, self.n_free)
        if len(self.shown) == MAX_SHOWN:
            kept = {(one.source, one.row) for one in self.shown[before:]}
            self.rows += [place for place in rows if place[:2] not in kept]
        self.n_problems += n_problems
        self.n_rows += n_rows

    def extend(self, other: "Problems") -> None:
        """Note another file's problems after these."""
        places = [(one.source, one.row, one.student) for one in other.shown]
        self.add(other.shown, n_problems=other.n_problems, n_rows=other.n_rows, rows=places)
        self.rows += other.rows

    def every_line(self) -> Iterator[str]:
        """All that is kept in words, and a line for each other paper, so that none is left out unnamed."""
        yield from map(str, self.shown)
        for source, row, student in self.rows:
            yield str(RowProblem(source, row, student, None, ONE_MORE))

    def lines(self, most: int) -> Iterator[str]:
        """The first `most` problems and how many there are beside them."""
        yield from map(str, self.shown[:most])
        if rest := self.n_problems - min(most, len(self.shown)):
            yield f"and {rest:,} more problems, {self.n_problems:,} in all, in {self.n_rows:,} papers"
