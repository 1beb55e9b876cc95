"""The one shape of a table on a card; each question's builder fills it."""

from dataclasses import dataclass

from questions.quiz import Bilingual

YES, NO = Bilingual(zh="是", en="yes"), Bilingual(zh="否", en="no")

Cell = str | Bilingual


@dataclass(frozen=True)
class Table:
    """Cells of text, such as numbers and names, or of words; `marked` is the row that decided."""

    caption: Bilingual
    columns: tuple[Bilingual, ...]
    rows: tuple[tuple[Cell, ...], ...]
    marked: int | None = None
