"""What is wrong with single papers of a class: told for the first, counted for the rest."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from questions.common.messages import show

MAX_TOLD = 1000  # problems kept with their words; nobody reads on after these


@dataclass(frozen=True)
class RowProblem:
    """Why a row cannot be graded.

    `row` is None for a paper in a file of its own, whose words name the place.
    """

    source: str
    row: int | None
    student: str | None
    question: str | None
    told: str

    def __str__(self) -> str:
        if self.row is None:
            return self.told
        student = f", student {show(self.student)}" if self.student is not None else ""
        question = f", {self.question}" if self.question is not None else ""
        return f"{self.source} row {self.row}{student}{question}: {self.told}"


@dataclass
class Problems:
    """The problems of one or more files, in their order; `n_rows` papers have at least one."""

    told: list[RowProblem] = field(default_factory=list)
    n_problems: int = 0
    n_rows: int = 0

    @property
    def n_free(self) -> int:
        """How many more are told."""
        return MAX_TOLD - len(self.told)

    def add(self, told: Iterable[RowProblem], *, n_problems: int, n_rows: int) -> None:
        """Note the problems of some rows; `told` is drawn from only as far as it will be told."""
        self.told += islice(told, self.n_free)
        self.n_problems += n_problems
        self.n_rows += n_rows

    def extend(self, other: "Problems") -> None:
        """Note another file's problems after these."""
        self.add(other.told, n_problems=other.n_problems, n_rows=other.n_rows)

    def lines(self, most: int) -> Iterator[str]:
        """The first `most` problems and how many there are beside them."""
        yield from map(str, self.told[:most])
        if rest := self.n_problems - min(most, len(self.told)):
            yield f"and {rest:,} more problems, {self.n_problems:,} in all, in {self.n_rows:,} papers"
