"""Tables that are not CSV in UTF-8: workbooks of a spreadsheet, and CSV in another encoding.

Each is written out as the CSV in UTF-8 that it says, row for row, and read as such: so that a row has the
number that the spreadsheet shows.
"""

import codecs
import csv
import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from questions.common.errors import SubmissionError
from questions.common.files import open_regular, read_regular
from questions.common.messages import listed, plain_path, show

WORKBOOKS = (".xlsx", ".xlsm")
# What spreadsheets and Windows save CSV as; the names are Python's.
ENCODINGS = ("utf-8", "utf-16", "cp950", "big5", "big5hkscs", "gb18030", "cp1252")
MAX_WORKBOOK_BYTES = 64 * 2**20
MAX_SHEET_BYTES = 512 * 2**20  # of what the archive unpacks to
MAX_SHEETS = 100

_CHUNK_CHARS = 2**20


@contextmanager
def as_csv(path: Path, encoding: str | None) -> Iterator[Path]:
    """The table as CSV in UTF-8: the file itself where it is one, else a copy that is gone at the end.

    `encoding` is one of ENCODINGS, None for UTF-8; a workbook has its own. Raises SubmissionError.
    """
    if path.suffix.lower() in WORKBOOKS:
        with TemporaryDirectory(prefix="quizproof-") as folder:
            copy = Path(folder) / "sheet.csv"
            _write_rows(copy, _rows_of_workbook(path))
            yield copy
    elif encoding is None or codecs.lookup(encoding).name == "utf-8":
        yield path
    else:
        with TemporaryDirectory(prefix="quizproof-") as folder:
            copy = Path(folder) / "table.csv"
            _transcode(path, encoding, copy)
            yield copy


def likely_encodings(content: bytes) -> list[str]:
    """Those of ENCODINGS, but for those that any bytes are, in which a text that is not UTF-8 can be read."""
    found = []
    for encoding in ("cp950", "big5hkscs", "gb18030"):
        try:
            codecs.getincrementaldecoder(encoding)().decode(content)  # it may be cut within a character
        except UnicodeDecodeError:
            continue
        found.append(encoding)
    return found


def _transcode(path: Path, encoding: str, copy: Path) -> None:
    name = plain_path(path)
    try:
        with (
            open_regular(path) as source,
            io.TextIOWrapper(source, encoding=encoding, newline="") as text,
            copy.open("w", encoding="utf-8", newline="") as target,
        ):
            target.write(text.read(_CHUNK_CHARS).removeprefix("\ufeff"))
            while chunk := text.read(_CHUNK_CHARS):
                target.write(chunk)
    except OSError as error:
        raise SubmissionError([f"{name}: cannot be read: {error.strerror}"]) from None
    except UnicodeError as error:
        why = f"is not {encoding}: {error}"
        raise SubmissionError([f"{name}: {why}; allowed with --encoding: {listed(ENCODINGS)}"]) from None


def _rows_of_workbook(path: Path) -> list[tuple[Any, ...]]:
    """The rows of the workbook's one sheet with something in it, every cell as text or None."""
    name = plain_path(path)
    try:
        content = read_regular(path, MAX_WORKBOOK_BYTES)
    except OSError as error:
        raise SubmissionError([f"{name}: cannot be read: {error.strerror}"]) from None
    if content is None:
        raise SubmissionError(
            [f"{name}: a workbook has at most {MAX_WORKBOOK_BYTES:,} bytes; save it as CSV"]
        )
    _require_small(content, name)
    import fastexcel

    try:
        workbook = fastexcel.read_excel(content)
        names = workbook.sheet_names[:MAX_SHEETS]
        sheets = {
            sheet: workbook.load_sheet(sheet, header_row=None, dtypes="string").to_polars().rows()
            for sheet in names
        }
    except fastexcel.FastExcelError as error:
        why = f"cannot be read as a workbook ({show(str(error).splitlines()[0])}); save it as CSV in UTF-8"
        raise SubmissionError([f"{name}: {why}"]) from None
    filled = {sheet: rows for sheet, rows in sheets.items() if any(any(row) for row in rows)}
    if len(filled) == 1:
        return next(iter(filled.values()))
    found = f"the sheets {listed(map(show, filled))} have something in them" if filled else "it is empty"
    raise SubmissionError([f"{name}: {found}; keep the one with the papers, or save it as CSV in UTF-8"])


def _require_small(content: bytes, name: str) -> None:
    """A workbook is an archive; one that unpacks to more than can be held is refused before it does."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            n_bytes = sum(one.file_size for one in archive.infolist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        raise SubmissionError([f"{name}: is no workbook (.xlsx); save it as CSV in UTF-8"]) from None
    if n_bytes > MAX_SHEET_BYTES:
        why = f"unpacks to {n_bytes:,} bytes; at most {MAX_SHEET_BYTES:,} are allowed; save it as CSV"
        raise SubmissionError([f"{name}: {why}"])


def _write_rows(path: Path, rows: list[tuple[Any, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
