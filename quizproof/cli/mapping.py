"""`quizproof grade --write-map`: what columns and texts are taken for, to be edited and given as --map."""

from pathlib import Path

from grader.papers.class_files import TABLES
from grader.papers.table_form import map_of
from questions.common.errors import QuizproofError
from questions.common.files import write_atomic
from quizproof.cli.grade import map_given
from quizproof.cli.grading_options import GradingOptions
from quizproof.cli.output import done
from solvers.run import catalog


def write_column_map(asked: GradingOptions, path: Path) -> None:
    """Write the map of the tables given. Raises QuizproofError where none is, or a map is there already."""
    spec = catalog.load(asked.quiz)
    tables = [paper for paper in asked.papers if paper.suffix.lower() in TABLES]
    if not tables:
        raise QuizproofError("--write-map: give the CSV or workbook of the class.")
    if path.exists() and (asked.column_map is None or path.resolve() != asked.column_map.resolve()):
        raise QuizproofError(f"{path}: is there already; give another name, or go on from it by --map.")
    text, n_undecided = map_of(tables, spec, asked.encoding, map_given(asked, spec))
    write_atomic(path, text.encode())
    left = f'{n_undecided} to decide, where it says "?"' if n_undecided else "nothing to decide"
    done(
        f"{path}: {left}; then grade with --map {path}.",
        {"file": str(path), "undecided": n_undecided},
        json=asked.json,
    )
