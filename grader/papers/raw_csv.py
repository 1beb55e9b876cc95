"""CSV with every field as it is spelled, so that what is not changed stays byte for byte.

Python's csv module gives a field's value and forgets its quotes; a file that another program wrote, and will
read again, keeps them here.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from questions.common.messages import show

MAX_COLUMNS = 2_000  # Canvas's analysis has two a question and some nine beside them

# A quoted field or a bare one, and what ends it. Possessive, so that no text is tried in many ways.
_FIELD = r'("(?:[^"]++|"")*+"|[^"{0}\r\n]*+)({0}|\r\n|\r|\n|\Z)'


@dataclass(frozen=True)
class Record:
    """A record's fields as spelled, quotes included, and its line end, "" at the end of the file."""

    spelled: tuple[str, ...]
    end: str

    @property
    def values(self) -> tuple[str, ...]:
        """What the fields say."""
        return tuple(value_of(spelled) for spelled in self.spelled)


def value_of(spelled: str) -> str:
    """What a field says, without its quotes."""
    return spelled[1:-1].replace('""', '"') if spelled.startswith('"') else spelled


def read_records(text: str, delimiter: str, max_columns: int = MAX_COLUMNS) -> list[Record]:
    """The records of a CSV text.

    ValueError: quotes that do not fit, or too many cells, with the row as a spreadsheet counts.
    """
    return list(_records(text, re.compile(_FIELD.format(re.escape(delimiter))), delimiter, max_columns))


def _records(text: str, field: re.Pattern[str], delimiter: str, max_columns: int) -> Iterator[Record]:
    spelled: list[str] = []
    row, place = 1, 0
    while place < len(text) or spelled:
        match = field.match(text, place)
        if match is None:
            found = show(text[place : place + 40].splitlines()[0])
            raise ValueError(f"row {row}: the quotes of a cell do not fit, at {found}")
        spelled.append(match.group(1))
        if len(spelled) > max_columns:
            raise ValueError(f"row {row}: more than {max_columns:,} cells")
        place = match.end()
        if match.group(2) != delimiter:
            yield Record(tuple(spelled), match.group(2))
            spelled, row = [], row + 1


def write_records(records: Sequence[Record], delimiter: str) -> str:
    """The CSV text of records; that of `read_records` if they are unchanged."""
    return "".join(delimiter.join(record.spelled) + record.end for record in records)
