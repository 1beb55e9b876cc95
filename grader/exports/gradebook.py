"""Fills one assignment of a gradebook that Canvas exported, for Canvas to import again.

All that Canvas knows a row and the assignment by stays byte for byte: ids with their leading zeros, names,
the title with its id, quotes, order, BOM. Only the columns of identity and the one assignment are kept:
Canvas imports every column it finds, so another would put back what was in it when the file was exported.

Cells are not guarded against spreadsheet formulas: the importer would take the guard for a part of the text.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.papers.csv_blocks import MAX_COLUMNS
from grader.papers.raw_csv import Record, read_records, write_records
from questions.common.errors import SubmissionError
from questions.common.files import read_regular
from questions.common.messages import did_you_mean, listed, plain_path, show
from questions.reading.document import MAX_PROBLEMS, first_problems

MAX_GRADEBOOK_BYTES = 64 * 2**20  # 100,000 students of 200 bytes have 20 MiB
BOM = b"\xef\xbb\xbf"

# Titles that Canvas keeps for itself (lib/gradebook_importer.rb).
IDENTITY_TITLES = (
    "Student", "LastName", "FirstName", "ID", "SIS User ID", "SIS Login ID", "Integration ID", "Root Account",
    "Section",
)  # fmt: skip
# A title with one of these anywhere in it is dropped by the importer without a word.
RESERVED = re.compile("(?:Current|Final) (?:Score|Points|Grade)|Override (?:Score|Grade|Status)")
POINTS_POSSIBLE = "Points Possible"
READ_ONLY = re.compile(r"read\s+only")

_HEADER = re.compile(r'(?:"Student"|Student|"LastName"|LastName)([,;])')
_TITLE_AND_ID = re.compile(r"(.+) \(([0-9]+)\)", re.DOTALL)


@dataclass(frozen=True)
class GradebookRow:
    """A student of the gradebook. `names` has "Ann Lee" beside the "Lee, Ann" that Canvas writes."""

    index: int
    id: str
    sis_user_id: str
    sis_login_id: str
    names: tuple[str, ...]

    @property
    def number(self) -> int:
        """The row as a spreadsheet counts."""
        return self.index + 1

    @property
    def label(self) -> str:
        """How a message names the student."""
        return self.sis_user_id or self.sis_login_id or self.id or self.names[0]


@dataclass(frozen=True)
class Gradebook:
    """A gradebook as Canvas exported it. `identity` counts the leading columns that tell who a row is."""

    name: str
    bom: bool
    delimiter: str
    records: tuple[Record, ...]
    identity: int

    @property
    def titles(self) -> tuple[str, ...]:
        """The titles of all columns."""
        return self.records[0].values

    @property
    def assignments(self) -> tuple[int, ...]:
        """The columns that are assignments: `Title (id)`, and not a title that Canvas drops."""
        return tuple(
            column
            for column, title in enumerate(self.titles)
            if column >= self.identity and _TITLE_AND_ID.fullmatch(title) and not RESERVED.search(title)
        )

    @property
    def points_row(self) -> int | None:
        """The record of "Points Possible", if there is one."""
        rows = (row for row, record in enumerate(self.records) if row and POINTS_POSSIBLE in record.values[0])
        return next(rows, None)

    def students(self) -> Iterator[GradebookRow]:
        """The rows that are students: neither points, nor posting policies, nor blank."""
        titles, points_row = self.titles[: self.identity], self.points_row
        for index, record in enumerate(self.records[1:], start=1):
            ids = {title: cell.strip() for title, cell in zip(titles, record.values, strict=False)}
            if index == points_row or not any(ids.values()):
                continue
            yield GradebookRow(
                index, ids["ID"], ids.get("SIS User ID", ""), ids.get("SIS Login ID", ""), _names(ids)
            )

    def with_column(self, column: int, cells: dict[int, str]) -> bytes:
        """The file with its columns of identity and this one; `cells` replace its cells, by record."""
        records = [
            Record((*record.spelled[: self.identity], cells.get(index, record.spelled[column])), record.end)
            if len(record.spelled) > 1
            else record  # a blank line
            for index, record in enumerate(self.records)
        ]
        content = write_records(records, self.delimiter).encode()
        return BOM + content if self.bom else content


def _names(ids: dict[str, str]) -> tuple[str, ...]:
    if "Student" in ids:
        written = ids["Student"]
        last, comma, first = written.partition(", ")
    else:
        last, comma, first = ids["LastName"], ", ", ids["FirstName"]
        written = f"{last}, {first}"
    return (written, f"{first} {last}") if comma else (written,)


def read_gradebook(path: Path) -> Gradebook:
    """Read a gradebook that Canvas exported. Raises SubmissionError with every problem of the file."""
    name = plain_path(path)
    text, bom = _text(path, name)
    header = _HEADER.match(text)
    if header is None:
        begins = show(text[:40].splitlines()[0] if text else "")
        raise SubmissionError(
            [f"{name}: is not a Canvas gradebook: begins with {begins}; allowed: Student,ID,…, as exported"]
        )
    delimiter = header.group(1)
    try:
        records = tuple(read_records(text, delimiter, MAX_COLUMNS))
    except ValueError as error:
        raise SubmissionError([f"{name}: {error}; export the gradebook again"]) from None
    titles = records[0].values
    identity = next((n for n, title in enumerate(titles) if title not in IDENTITY_TITLES), len(titles))
    problems = first_problems(_problems(name, records, titles[:identity]), name)
    if problems:
        raise SubmissionError(problems)
    return Gradebook(name, bom, delimiter, records, identity)


def _text(path: Path, name: str) -> tuple[str, bool]:
    try:
        content = read_regular(path, MAX_GRADEBOOK_BYTES)
    except OSError as error:
        raise SubmissionError([f"{name}: cannot be read: {error.strerror}"]) from None
    if content is None:
        raise SubmissionError([f"{name}: is too large; at most {MAX_GRADEBOOK_BYTES:,} bytes are allowed"])
    try:
        return content.removeprefix(BOM).decode(), content.startswith(BOM)
    except UnicodeDecodeError as error:
        found = f"byte 0x{error.object[error.start]:02x} at offset {error.start}"
        raise SubmissionError(
            [f"{name}: is not UTF-8: {found}; export it again, unchanged by a spreadsheet"]
        ) from None


def _problems(name: str, records: Sequence[Record], identity: tuple[str, ...]) -> Iterator[str]:
    """What Canvas would not read, or would read as something else."""
    for title in ("ID", "Section", *(("FirstName",) if identity[0] == "LastName" else ())):
        if title not in identity:
            yield f"{name}: the column {title!r} is missing among the first ones; export the gradebook again"
    for title in dict.fromkeys(identity):
        if identity.count(title) > 1:
            yield f"{name}: the column {title!r} stands twice; export the gradebook again"
    n_columns = len(records[0].spelled)
    for number, record in enumerate(records, start=1):
        if len(record.spelled) != n_columns and record.spelled != ("",):
            yield (
                f"{name}: row {number}: found {len(record.spelled)} cells, the header has {n_columns}; "
                "export the gradebook again"
            )


def choose_assignment(gradebook: Gradebook, wanted: str | None) -> int:
    """The column of an assignment, by `Title (id)`, else by its title, else by its id.

    Raises SubmissionError, with the assignments there are, where that is not exactly one.
    """
    titles = gradebook.titles
    there = [titles[column] for column in gradebook.assignments]
    named = [*there[:MAX_PROBLEMS], *(["…"] if len(there) > MAX_PROBLEMS else [])]
    allowed = f"allowed: {listed(named) or 'none; the file has no assignment'}"
    if wanted is None:
        raise SubmissionError([f"{gradebook.name}: say which assignment to fill (--assignment); {allowed}"])
    for part in range(3):
        found = [
            column
            for column in gradebook.assignments
            if wanted == (titles[column], *_TITLE_AND_ID.fullmatch(titles[column]).groups())[part]  # type: ignore[union-attr]
        ]
        if len(found) == 1:
            return _importable(gradebook, found[0])
        if found:
            same = listed(titles[column] for column in found)
            raise SubmissionError(
                [f"{gradebook.name}: {show(wanted)} is the title of several assignments; allowed: {same}"]
            )
    why = f"no assignment {show(wanted)}"
    if wanted in IDENTITY_TITLES or RESERVED.search(wanted):
        why = f"{show(wanted)} is a title that Canvas keeps for itself and does not import"
    elif wanted in titles:
        why = f"the column {show(wanted)} has no id, so Canvas would make a new assignment of it"
    raise SubmissionError([f"{gradebook.name}: {why}; {allowed}{did_you_mean(wanted, there)}"])


def _importable(gradebook: Gradebook, column: int) -> int:
    row = gradebook.points_row
    if row is not None and READ_ONLY.search(gradebook.records[row].values[column]):
        raise SubmissionError(
            [f"{gradebook.name}: {show(gradebook.titles[column])} is read only; Canvas does not import it"]
        )
    return column
