"""A class's scores as files: a CSV for people, Parquet for data frames, JSON for programs."""

import json
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl

from grader.papers.responses import IDENTITY, picked_of
from grader.scores.credit import display, exact
from grader.scores.graded import LATE, POSSIBLE, ClassGrades
from questions.common.files import write_atomic
from questions.quiz import AnyQuestion

CSV_FILE, PARQUET_FILE = "results.csv", "results.parquet"
ROWS_AT_ONCE = 20_000
EXTRA = {POSSIBLE: "points possible", LATE: "late deduction"}

# A spreadsheet runs a cell that begins with one of these as a formula (OWASP, "CSV injection"); so do some
# that take full-width characters for their narrow ones.
_FORMULA = r"^[=+\-@\t\r\n＝＋－＠]"
# Where ";" separates cells by the spreadsheet's language, what comes after one begins a cell, quoted or not.
_INNER_FORMULA = r"(;[\s\"]*)([=+\-@＝＋－＠])"


def write_results(grades: ClassGrades, folder: Path) -> list[Path]:
    """Write `results.csv` and `results.parquet`, each whole or not at all; return both."""
    write_atomic(folder / CSV_FILE, csv_for_people(for_people(grades)))
    parquet = BytesIO()  # polars itself tells a full disk as a fault of the format
    for_data_frames(grades).write_parquet(parquet)
    write_atomic(folder / PARQUET_FILE, parquet.getvalue())
    return [folder / CSV_FILE, folder / PARQUET_FILE]


def csv_for_people(frame: pl.DataFrame) -> bytes:
    """A frame as CSV for spreadsheets: every text quoted, so that no separator in it makes cells of its own.

    It begins with a BOM, without which Excel takes UTF-8 for another encoding.
    """
    content = BytesIO()
    frame.write_csv(content, include_bom=True, quote_style="non_numeric")
    return content.getvalue()


def for_people(grades: ClassGrades) -> pl.DataFrame:
    """A row a paper: who, then the score of each graded question and the total, with two decimals.

    What a student was not shown is an empty cell, and "of" says what could be had.

    Texts from outside are guarded against being run as formulas by a leading `'`. A total that is not of the
    whole quiz says so in its title.
    """
    who = grades.responses.frame.select(guarded(name) for name in ("student", "name", "section"))
    scores = [_mapped(grades.frame[name], _spelled(grades, display)) for name in _columns(grades)]
    if LATE in grades.frame.columns:
        scores.insert(-1, _mapped(grades.frame[LATE], _spelled(grades, lambda late: display(-late))))
    if POSSIBLE in grades.frame.columns:
        scores.append(_mapped(grades.frame[POSSIBLE], _spelled(grades, display)).alias("of"))
    elif not grades.whole:
        scores[-1] = scores[-1].alias(f"total of {exact(grades.points_graded)}")
    return who.hstack(scores)


def for_data_frames(grades: ClassGrades) -> pl.DataFrame:
    """A row a paper: who, then what was picked in each question and its points as a float.

    The total stands beside it exactly. A question without a key has no points.
    """
    frame = grades.responses.frame
    picked = [
        _mapped(frame[question.id], partial(_letters, question)).alias(f"{question.id} picked")
        for question in grades.responses.quiz.questions
    ]
    points = (pl.col(name) * grades.unit.numerator / grades.unit.denominator for name in _columns(grades))
    exactly = [
        _mapped(grades.frame[name], _spelled(grades, exact)).alias(title)
        for name, title in {"total": "total exact", **EXTRA}.items()
        if name in grades.frame.columns
    ]
    return frame.select(IDENTITY).hstack([*picked, *grades.frame.select(points), *exactly])


def guarded(name: str) -> pl.Expr:
    """A column of texts, none of which a spreadsheet runs."""
    text = pl.col(name).str.replace_all(_INNER_FORMULA, "${1}'${2}")
    return pl.when(text.str.contains(_FORMULA)).then("'" + text).otherwise(text).alias(name)


def json_of(head: Mapping[str, Any], grades: ClassGrades) -> Iterator[str]:
    """One JSON document in pieces: `head`, and under "grades" an object a paper, each on a line of its own.

    A paper has its exact score beside a rounded one, the exact score of each question, and what was picked.
    """
    opened = json.dumps(head, ensure_ascii=False, indent=2).removesuffix("}").rstrip()
    yield f'{opened}{"," if head else ""}\n  "grades": ['
    for start in range(0, len(grades.frame), ROWS_AT_ONCE):
        lines = _objects(grades, start).to_list()
        yield f"{',' if start else ''}\n    " + ",\n    ".join(lines)
    yield "\n  ]\n}\n"


def _objects(grades: ClassGrades, start: int) -> pl.Series:
    """The JSON objects of some papers."""
    units = grades.frame.slice(start, ROWS_AT_ONCE)
    frame = grades.responses.frame.slice(start, ROWS_AT_ONCE)
    scores = [_mapped(units[question.id], _spelled(grades, exact)) for question in grades.graded]
    picked = [_mapped(frame[q.id], partial(_letters, q)) for q in grades.responses.quiz.questions]
    total = _mapped(units["total"], _spelled(grades, exact)).alias("score")
    rounded = _mapped(units["total"], _spelled(grades, display)).cast(pl.Float64).alias("score_rounded")
    paper = frame.select(
        "student",
        *(name for name in IDENTITY if name != "student"),
        total,
        rounded,
        *(
            _mapped(units[name], _spelled(grades, exact)).alias(title.replace(" ", "_"))
            for name, title in EXTRA.items()
            if name in units.columns
        ),
        pl.struct(scores).alias("scores") if scores else pl.lit(None).alias("scores"),
        pl.struct(picked).alias("picked"),
    )
    return paper.select(pl.struct(pl.all()).struct.json_encode()).to_series()


def _columns(grades: ClassGrades) -> list[str]:
    return [*(question.id for question in grades.graded), "total"]


def _mapped(values: pl.Series, spell: Callable[[int], str]) -> pl.Series:
    """Each number spelled; the distinct ones are few. Null stays null."""
    distinct = values.drop_nulls().unique().to_list()
    return values.replace_strict(distinct, list(map(spell, distinct)), return_dtype=pl.String).cast(pl.String)


def _spelled(grades: ClassGrades, spell: Callable[[Fraction], str]) -> Callable[[int], str]:
    return lambda units: spell(grades.points(units))


def _letters(question: AnyQuestion, mask: int) -> str:
    return ",".join(picked_of(question, mask))
