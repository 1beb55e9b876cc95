"""The cells of a question, and the platform's points for it: what they say, each distinct text read once."""

from collections.abc import Sequence
from typing import Protocol

import polars as pl

from grader.papers.responses import NOT_SHOWN, TWO_ANSWERS
from questions.common.errors import SubmissionError
from questions.common.messages import show
from questions.quiz import AnyQuestion

MAX_UNREADABLE = 10_000  # distinct unreadable texts in one column: these are no answers to this question


class CellReader(Protocol):
    """Reads the cells of one question."""

    def mask(self, cell: str) -> int | None:
        """The bit mask of the options picked; None where the cell has no one reading."""

    def why_not(self, cell: str) -> str:
        """Why `mask` gives None."""

    def unknown(self, cell: str) -> list[str]:
        """What in a cell stands for no option."""

    def nearest(self, text: str) -> str:
        """The option that such a text is most like, in words; empty where texts tell nothing."""


class QuestionColumn:
    """The cells of one question: the mask of every distinct text that was met, by its category's code."""

    def __init__(self, question: AnyQuestion, reader: CellReader, place: str) -> None:
        self.question, self.reader, self._place = question, reader, place
        self.categories = pl.Categories.random()
        self._masks: list[int | None] = []
        self.unreadable: list[str] = []  # the texts that were met and cannot be read
        self._by_code = pl.Series(dtype=pl.UInt32)

    def masks(self, name: str, n_codes: int) -> pl.Expr:
        """UInt32 for each cell of the column of this name: 0 for a blank, null for what cannot be read.

        `n_codes` is one more than the largest code in the column; what is read meanwhile has others.
        """
        if n_codes > len(self._masks) or not len(self._by_code):
            texts = self.categories.to_series()  # in the order of their codes, which only grow
            self._masks += map(self._understand, texts[len(self._masks) : n_codes])
            self._by_code = pl.Series([*self._masks, 0], dtype=pl.UInt32)  # the last for blanks
        return _looked_up(self._by_code, name)

    def _understand(self, text: str) -> int | None:
        mask = self.reader.mask(text)
        if mask is None:
            self.unreadable.append(text)
            if len(self.unreadable) > MAX_UNREADABLE:
                why = f"over {MAX_UNREADABLE:,} different texts that cannot be read, such as {show(text)}"
                raise SubmissionError([f"{self._place}, {self.question.id}: {why}; is this its column?"])
        return mask


def _looked_up(by_code: pl.Series, name: str) -> pl.Expr:
    """For each cell of a categorical column what its code stands for; the last for empty cells."""
    return pl.lit(by_code).gather(pl.col(name).to_physical().fill_null(len(by_code) - 1))


def as_one(masks: Sequence[pl.Expr]) -> pl.Expr:
    """The masks of a question that was put in again: of one column at most is an answer."""
    if len(masks) == 1:
        return masks[0]
    special = {name: pl.lit(mask, pl.UInt32) for name, mask in (("two", TWO_ANSWERS), ("none", NOT_SHOWN))}
    answers = [mask.replace(NOT_SHOWN, 0) for mask in masks]
    one = (
        pl.when(pl.all_horizontal(mask == NOT_SHOWN for mask in masks)).then(special["none"])
        .when(pl.sum_horizontal(answer != 0 for answer in answers) > 1).then(special["two"])
        .otherwise(pl.max_horizontal(answers))
    )  # fmt: skip
    return pl.when(~pl.any_horizontal(mask.is_null() for mask in masks)).then(one)


class PointsColumn:
    """The points that a platform gave for a question, by their category's code, as `QuestionColumn`."""

    def __init__(self) -> None:
        self.categories = pl.Categories.random()
        self._by_code = pl.Series([None], dtype=pl.Float64)  # the last for empty cells

    def numbers(self, name: str, n_codes: int) -> pl.Expr:
        """Float64 for each cell: null for an empty one, NaN for what is no finite number; as `masks`."""
        if n_codes >= len(self._by_code):
            known = len(self._by_code) - 1
            new = _numbers(self.categories.to_series()[known:n_codes].cast(pl.String))
            self._by_code = pl.concat([self._by_code[:known], new, pl.Series([None], dtype=pl.Float64)])
        return _looked_up(self._by_code, name)


def _numbers(texts: pl.Series) -> pl.Series:
    """Points as floats; some spreadsheets write a comma for the point."""
    trimmed = texts.str.strip_chars()
    numbers = trimmed.str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
    wrong = (numbers.is_null() & (trimmed != "")) | numbers.is_finite().not_().fill_null(value=False)
    return pl.select(pl.when(~wrong).then(numbers).otherwise(float("nan"))).to_series()


def all_points(numbers: Sequence[pl.Expr]) -> pl.Expr:
    """The points in the columns of a question that was put in again: null where all are empty."""
    if len(numbers) == 1:
        return numbers[0]
    empty = pl.all_horizontal(number.is_null() for number in numbers)
    return pl.when(~empty).then(pl.sum_horizontal(numbers))
