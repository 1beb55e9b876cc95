"""Reads a CSV file by polars' own scan of it, fast and in bounded memory, where nothing is unusual about it.

What a sentence may have to be said of is left to `read_blocks`, which reads the same and looks more closely.
"""

from collections.abc import Iterator, Mapping

import polars as pl

from grader.papers.csv_blocks import Block, Header, column_name, dtypes_of, is_too_long, opened, written

BATCH_ROWS = 50_000


class OutOfTheOrdinaryError(Exception):
    """A file that `read_blocks` has to read."""


def scanned(header: Header, categories: Mapping[int, pl.Categories]) -> Iterator[Block]:
    """All rows below the header, as `read_blocks` gives them, none of them broken.

    Raises OutOfTheOrdinaryError for short rows, cells that are too long, NULs and what polars refuses; some
    blocks may have been given by then.
    """
    with opened(header.path, header.name) as file:
        titles = file.read(header.n_bytes)
    if not titles.endswith(b"\n"):
        raise OutOfTheOrdinaryError
    dtypes = dtypes_of(header, categories)
    last = column_name(len(dtypes) - 1)
    frame = pl.scan_csv(
        header.path,
        has_header=False,
        skip_lines=titles.count(b"\n"),
        separator=header.delimiter,
        schema={**dtypes, last: pl.String()},
        empty_string_is_null=False,
        row_index_name="row",
        row_index_offset=2,
        glob=False,
    )
    try:
        for rows in frame.collect_batches(chunk_size=BATCH_ROWS, maintain_order=True):
            _require_ordinary(rows, last)
            yield Block(written(rows.with_columns(pl.col(last).cast(dtypes[last]))))
    except (pl.exceptions.PolarsError, OSError) as error:
        raise OutOfTheOrdinaryError from error
    for one in categories.values():
        if one.to_series().str.contains("\0", literal=True).any():
            raise OutOfTheOrdinaryError


def _require_ordinary(rows: pl.DataFrame, last: str) -> None:
    fills_up = (rows[last].fill_null("") == "").any()  # polars does so to rows that have too few cells
    nul = rows.select(pl.col(pl.String).str.contains("\0", literal=True).any()).row(0)
    if fills_up or any(nul) or is_too_long(rows):
        raise OutOfTheOrdinaryError
