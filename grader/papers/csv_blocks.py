"""Reads a CSV file of any size in blocks of columns, in bounded memory, and says in which row it is broken.

polars reads blocks that end where a row ends. What it refuses is read again by Python's csv module, which is
slow and knows the row.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, NoReturn

import polars as pl

from grader.papers.other_tables import likely_encodings
from questions.common.errors import SubmissionError
from questions.common.files import open_regular
from questions.common.messages import plain_path

BLOCK_BYTES = 8 * 2**20  # larger ones are no faster
MAX_ROW_BYTES = 32 * 2**20  # a row that does not end within this has a quote that is never closed
MAX_HEADER_BYTES = 2**20
SAMPLE_BYTES = 2**18
MAX_COLUMNS = 2_000  # Canvas's analysis has two a question and some nine beside them
MAX_CELL_CHARS = 100_000  # ten times what the texts of twelve options take with HTML in them
MAX_BROKEN_ROWS = 10_000  # with more, it is the header that does not fit
DELIMITERS = ",;\t"

# Where a file has no quote, or one never closed, a cell may be as long as a row; its length is held below.
csv.field_size_limit(2 * MAX_ROW_BYTES)

_BOM = b"\xef\xbb\xbf"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_OUTSIDE_QUOTES = re.compile(r'"[^"]*"')


@dataclass(frozen=True)
class Header:
    """The first row of a file. `name` is for messages, `n_bytes` is where the next row begins."""

    path: Path
    name: str
    delimiter: str
    titles: tuple[str, ...]
    n_bytes: int


@dataclass(frozen=True)
class Block:
    """Some rows: `row` UInt32 as a spreadsheet counts, and `c0`, `c1`, … by position.

    Text columns are never null. In categorical ones a blank is null or "". Empty rows are not in the frame,
    nor are `broken` ones, with too few or too many cells.
    """

    frame: pl.DataFrame
    broken: Mapping[int, str] = field(default_factory=dict)


def column_name(position: int) -> str:
    """The name of the column at a position of the file."""
    return f"c{position}"


def read_header(path: Path, name: str | None = None) -> Header:
    """Read the first row, which may span lines. Raises SubmissionError.

    `name` is what messages call a file that is the copy of another.
    """
    name = plain_path(path) if name is None else name
    with opened(path, name) as file:
        start = file.read(MAX_HEADER_BYTES)
    if start.startswith(_UTF_16):
        raise SubmissionError([f"{name}: is UTF-16; give --encoding utf-16, or save it as CSV in UTF-8"])
    if not start.strip():
        raise SubmissionError([f"{name}: the file is empty; it needs a header and a row for each paper"])
    skipped = len(_BOM) if start.startswith(_BOM) else 0
    end = next(_row_ends(start), len(start))
    if end == len(start) == MAX_HEADER_BYTES:
        raise SubmissionError([f"{name} row 1: the header is longer than {MAX_HEADER_BYTES:,} bytes"])
    if b"\n" not in start and b"\r" in start:
        raise SubmissionError([f"{name}: its lines end in CR alone; save it as CSV with LF or CRLF"])
    text = _decoded(start[skipped:end], name, 1)
    delimiter = next((char for char in _OUTSIDE_QUOTES.sub("", text) if char in DELIMITERS), ",")
    records = list(_records(text, name, delimiter, 1))
    if len(records) != 1:
        why = "the header has a CR alone, or nothing, where its line should end"
        raise SubmissionError([f"{name} row 1: {why}; export the file again"])
    titles = tuple(records[0])
    if len(titles) > MAX_COLUMNS:
        raise SubmissionError([f"{name} row 1: {len(titles):,} columns; at most {MAX_COLUMNS:,} are allowed"])
    return Header(path, name, delimiter, titles, end)


def sample_rows(header: Header) -> list[list[str]]:
    """The first rows below the header, as far as they are whole and have all their cells."""
    with opened(header.path, header.name) as file:
        file.seek(header.n_bytes)
        content = file.read(SAMPLE_BYTES)
    text = _decoded(content[: _last_row_end(content) or len(content)], header.name, 2)
    records = _records(text, header.name, header.delimiter, 2)
    return [cells for cells in records if len(cells) == len(header.titles)]


def read_blocks(
    header: Header, categories: Mapping[int, pl.Categories], block_bytes: int = BLOCK_BYTES
) -> Iterator[Block]:
    """Read all rows below the header. The columns in `categories` are categorical, the others text.

    Raises SubmissionError for what cannot be read as CSV in UTF-8, naming the row.
    """
    dtypes = dtypes_of(header, categories)
    row = 2
    with opened(header.path, header.name) as file:
        file.seek(header.n_bytes)
        for content in _cut_at_rows(file, block_bytes):
            block, n_rows = _read(content, header, dtypes, row)
            row += n_rows
            yield block


def dtypes_of(header: Header, categories: Mapping[int, pl.Categories]) -> dict[str, pl.DataType]:
    """The types of the columns: categorical where there are categories, else text."""
    return {
        column_name(i): pl.Categorical(categories[i]) if i in categories else pl.String()
        for i in range(len(header.titles))
    }


def _cut_at_rows(file: BinaryIO, block_bytes: int) -> Iterator[bytes]:
    start, n_bytes = file.tell(), block_bytes
    while content := file.read(n_bytes):
        end = _last_row_end(content)
        is_last, is_endless = len(content) < n_bytes, end == 0 and n_bytes >= MAX_ROW_BYTES
        if is_last or is_endless:
            yield content
        elif end == 0:
            file.seek(start)
            n_bytes *= 2
            continue
        else:
            yield content[:end]
            file.seek(start + end)
        start, n_bytes = file.tell(), block_bytes


def _row_ends(content: bytes) -> Iterator[int]:
    """Where rows end: after the line ends that stand outside of quotes."""
    n_quotes = done = 0
    while (newline := content.find(b"\n", done)) >= 0:
        n_quotes += content.count(b'"', done, newline)
        done = newline + 1
        if n_quotes % 2 == 0:
            yield done


def _last_row_end(content: bytes) -> int:
    """Where the last whole row ends; 0 if none does."""
    n_quotes, end = content.count(b'"'), len(content)
    while (newline := content.rfind(b"\n", 0, end)) >= 0:
        n_quotes -= content.count(b'"', newline, end)
        if n_quotes % 2 == 0:
            return newline + 1
        end = newline
    return 0


def _read(
    content: bytes, header: Header, dtypes: Mapping[str, pl.DataType], first_row: int
) -> tuple[Block, int]:
    """A block, and how many rows it took."""
    if (place := content.find(b"\0")) >= 0:
        _refuse_byte(content, place, header.name, first_row, "a NUL character; save the file as CSV in UTF-8")
    last = column_name(len(dtypes) - 1)
    try:
        frame = pl.read_csv(
            content,
            has_header=False,
            separator=header.delimiter,
            schema={**dtypes, last: pl.String()},
            empty_string_is_null=False,
        ).with_row_index("row", first_row)
    except pl.exceptions.PolarsError:
        return _read_slowly(content, header, dtypes, first_row)
    fills_up = (frame[last].fill_null("") == "").any()  # polars does so to rows that have too few cells
    if fills_up or is_too_long(frame):
        return _read_slowly(content, header, dtypes, first_row)
    return Block(written(frame.with_columns(pl.col(last).cast(dtypes[last])))), len(frame)


def is_too_long(frame: pl.DataFrame) -> bool:
    """Whether some text has more characters than the slow way, which names its row, would read."""
    longest = frame.select(pl.col(pl.String).str.len_bytes().max()).row(0)  # no fewer than characters
    if max((found or 0 for found in longest), default=0) <= MAX_CELL_CHARS:
        return False
    longest = frame.select(pl.col(pl.String).str.len_chars().max()).row(0)
    return max((found or 0 for found in longest), default=0) > MAX_CELL_CHARS


def _read_slowly(
    content: bytes, header: Header, dtypes: Mapping[str, pl.DataType], first_row: int
) -> tuple[Block, int]:
    n_cells, broken, rows = len(header.titles), {}, []
    row = first_row - 1
    text = _decoded(content, header.name, first_row)
    for row, cells in enumerate(_records(text, header.name, header.delimiter, first_row), first_row):
        longest = max(map(len, cells), default=0)
        if len(cells) == n_cells and longest <= MAX_CELL_CHARS:
            rows.append([row, *cells])
        elif cells:
            broken[row] = f"{len(cells)} cells, where the header has {n_cells}"
            if len(cells) == n_cells:
                broken[row] = f"a cell of {longest:,} characters; at most {MAX_CELL_CHARS:,} are allowed"
            if len(broken) > MAX_BROKEN_ROWS:
                why = f"over {MAX_BROKEN_ROWS:,} rows up to here have other cells than the header"
                raise SubmissionError([f"{header.name} row {row}: {why}; export the file again"])
    frame = pl.DataFrame(rows, schema={"row": pl.UInt32, **dict.fromkeys(dtypes, pl.String)}, orient="row")
    return Block(written(frame.cast(dict(dtypes))), broken), row + 1 - first_row  # type: ignore[arg-type]


def written(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows with something in them: empty ones are nobody's paper."""
    candidates = frame["c0"].cast(pl.String).fill_null("") == ""  # it may be a question's, and categorical
    if not candidates.any():
        return frame
    return frame.filter(~pl.all_horizontal(pl.exclude("row").cast(pl.String).fill_null("") == ""))


def _records(text: str, name: str, delimiter: str, first_row: int) -> Iterator[list[str]]:
    records = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    row = first_row
    try:
        for row, record in enumerate(records, first_row + 1):  # noqa: B007 the row that comes next
            yield record
    except csv.Error as error:
        why = f"{name} row {row}: the quotes of a cell do not fit ({error}); export the file again"
        raise SubmissionError([why]) from None


def _decoded(content: bytes, name: str, first_row: int) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        likely = " or ".join(likely_encodings(content))
        give = f"give --encoding {likely}, or " if likely else ""
        why = f"the byte 0x{content[error.start]:02x} is not UTF-8; {give}save the file as CSV in UTF-8"
        _refuse_byte(content, error.start, name, first_row, why)


def _refuse_byte(content: bytes, place: int, name: str, first_row: int, why: str) -> NoReturn:
    row = first_row + sum(1 for end in _row_ends(content[:place]))
    raise SubmissionError([f"{name} row {row}: {why}"])


def opened(path: Path, name: str) -> BinaryIO:
    """A file to read. Raises SubmissionError where it cannot be."""
    try:
        return open_regular(path)
    except OSError as error:
        raise SubmissionError([f"{name}: cannot be read: {error.strerror}"]) from None
