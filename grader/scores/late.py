"""Due dates, extensions, and what becomes of a paper that came late, as Canvas's late policies have it."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path

import polars as pl

from grader.papers.identity import IDS
from grader.papers.responses import DAYS_LATE, Deduction, Responses
from questions.common.errors import QuizproofError, SubmissionError
from questions.common.messages import listed, plain_path, show

DAY_S = 86_400
MAX_EXTENSIONS_BYTES = 4 * 2**20
TIME_FORM = "a time with its zone, such as 2026-01-09T23:59:59+08:00"
# As Canvas writes it, and as ISO 8601 does; with and without seconds.
_FORMATS = ("%Y-%m-%dT%H:%M:%S%.f%z", "%Y-%m-%dT%H:%M%z")


class Late(StrEnum):
    """What becomes of a paper that came late."""

    NONE = "none"
    REFUSE = "refuse"
    DEDUCT = "deduct"


@dataclass(frozen=True)
class LatePolicy:
    """When papers are due, `extensions` by any id of a student, and what becomes of late ones."""

    due: datetime | None = None
    late: Late = Late.NONE
    deduction: Deduction | None = None
    extensions: Mapping[str, datetime] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """The policy in a sentence."""
        if self.due is None:
            return "no due date"
        more = f", {len(self.extensions)} extensions" if self.extensions else ""
        what = {Late.NONE: "late papers count in full", Late.REFUSE: "late papers do not count"}.get(
            self.late
        )
        return f"due {self.due.isoformat()}{more}; {what or self.deduction}"


@dataclass(frozen=True)
class Timed:
    """`responses` that can count; `refused` names each paper that does not, `notes` what else was met."""

    responses: Responses
    refused: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def read_time(text: str, where: str) -> datetime:
    """A time with its zone. Raises QuizproofError."""
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise QuizproofError(f"{where}: found {show(text)}; allowed: {TIME_FORM}")
    return found


def read_extensions(path: Path) -> dict[str, datetime]:
    """A CSV with the columns student and due. Raises SubmissionError with all that is wrong."""
    name = plain_path(path)
    try:
        content = path.read_bytes()[: MAX_EXTENSIONS_BYTES + 1]
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    except OSError as error:
        raise SubmissionError([f"{name}: cannot be read: {error.strerror}"]) from None
    except (UnicodeDecodeError, csv.Error):
        raise SubmissionError([f"{name}: is not CSV in UTF-8; save it so"]) from None
    if len(content) > MAX_EXTENSIONS_BYTES:
        raise SubmissionError([f"{name}: is too large; at most {MAX_EXTENSIONS_BYTES:,} bytes are allowed"])
    if not rows or [title.strip().lower() for title in rows[0]] != ["student", "due"]:
        found = listed(map(show, rows[0])) if rows else "nothing"
        raise SubmissionError([f"{name} row 1: found {found}; allowed: student,due"])
    extensions: dict[str, datetime] = {}
    problems = []
    for number, row in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        student = row[0].strip()
        if len(row) != len(rows[0]) or not student:
            problems.append(f"{name} row {number}: found {len(row)} cells; allowed: a student and a time")
        elif student in extensions:
            problems.append(f"{name} row {number}: {show(student)} stands twice; keep one")
        else:
            try:
                extensions[student] = read_time(row[1], f"{name} row {number}")
            except QuizproofError as error:
                problems.append(str(error))
    if problems:
        raise SubmissionError(problems)
    return extensions


def timed(responses: Responses, policy: LatePolicy) -> Timed:
    """The papers with their `DAYS_LATE`, each day that was begun; those that are refused are left out.

    A paper that does not tell when it was submitted counts as in time, and is noted. Raises SubmissionError
    for a time that cannot be read, with every row.
    """
    if policy.due is None:
        return Timed(responses)
    frame = responses.frame
    submitted = submission_times(frame["submitted"])
    unreadable = frame.filter(submitted.is_null() & frame["submitted"].is_not_null())
    if len(unreadable):
        raise SubmissionError(
            [
                f"{source} row {row}, student {show(student)}: found {show(text)} as the time of submission; "
                f"allowed: {TIME_FORM}"
                for source, row, student, text in unreadable.select(
                    "source", "row", "student", "submitted"
                ).iter_rows()
            ]
        )
    due, unknown = _due(frame, policy)
    late_s = (submitted - due).dt.total_milliseconds() / 1000
    days = (late_s / DAY_S).ceil().clip(lower_bound=0).fill_null(0).cast(pl.UInt32).alias(DAYS_LATE)
    notes = [f"an extension for {show(student)}, who has no paper" for student in unknown]
    if n := submitted.null_count():
        rows = frame.filter(submitted.is_null()).select("source", "row").head(5).iter_rows()
        places = listed(f"{source} row {row}" for source, row in rows)
        notes.append(f"{n:,} papers do not tell when they were submitted and count as in time: {places}")
    frame = frame.with_columns(days)
    if policy.late is not Late.REFUSE:
        return Timed(replace(responses, frame=frame, late=policy.deduction), (), tuple(notes))
    refused = frame.filter(pl.col(DAYS_LATE) > 0).select("source", "row", "student", "submitted").iter_rows()
    lines = tuple(
        f"late, not counted: {source} row {row}, student {show(student)}, submitted {text}"
        for source, row, student, text in refused
    )
    return Timed(replace(responses, frame=frame.filter(pl.col(DAYS_LATE) == 0)), lines, tuple(notes))


def submission_times(texts: pl.Series) -> pl.Series:
    """Times of submission as the files have them, in UTC; null for what is none."""
    text = pl.col("submitted").str.strip_chars().str.replace(r"(?: ?UTC|Z)$", "+00:00").str.replace(" ", "T")
    text = text.str.replace(r" ?([+-]\d\d):?(\d\d)$", "${1}${2}")
    parsed = [text.str.to_datetime(form, time_zone="UTC", time_unit="ms", strict=False) for form in _FORMATS]
    return texts.alias("submitted").to_frame().select(pl.coalesce(parsed)).to_series()


def _due(frame: pl.DataFrame, policy: LatePolicy) -> tuple[pl.Series, Sequence[str]]:
    """When each paper is due, and the extensions of nobody."""
    assert policy.due is not None
    times = pl.Series([policy.due, *policy.extensions.values()]).cast(pl.Datetime("ms", "UTC"))
    students = list(policy.extensions)
    due = pl.Series([None], dtype=times.dtype).new_from_index(0, len(frame))
    used: set[str] = set()
    for name in (*IDS, "name"):
        own = frame[name].replace_strict(students, times[1:], default=None, return_dtype=times.dtype)
        used |= set(frame[name].filter(own.is_not_null()).unique())
        due = due.zip_with(due.is_not_null(), own)
    return due.fill_null(times[0]), [student for student in students if student not in used]
