"""`quizproof export gradebook`: scores into a gradebook that Canvas exported."""

from pathlib import Path
from typing import Annotated

import typer

from questions.common.errors import QuizproofError
from quizproof.cli.grading_options import GradingOptions, with_grading
from quizproof.cli.options import AllowLower, OutFile


@with_grading
def export_gradebook(
    grading: GradingOptions,
    gradebook: Annotated[
        Path, typer.Option("--gradebook", metavar="FILE", help="The gradebook that Canvas exported.")
    ],
    assignment: Annotated[
        str | None, typer.Option("--assignment", help="Its title, its id, or both as in the file.")
    ] = None,
    points_possible: Annotated[
        bool, typer.Option("--points-possible", help="Set the assignment's points to the quiz's.")
    ] = False,
    allow_lower: AllowLower = False,
    out: OutFile = Path("gradebook-import.csv"),
) -> None:
    """Fill an assignment of an exported Canvas gradebook.

    Export the gradebook just before: what was graded in this assignment since then would be put back. Other
    assignments are left out, so that an import changes this one alone. Cells are not guarded against
    spreadsheet formulas: the file is for Canvas, not for a spreadsheet. Ends with 1 where a paper has no row,
    its student is not assigned, a score would be lowered, or the assignment counts other points.
    """
    from grader.exports.gradebook import read_gradebook
    from grader.exports.gradebook_fill import GradebookExport
    from quizproof.cli.exports.class_export import export_class

    if out.resolve() == gradebook.resolve():
        raise QuizproofError(f"{out}: the gradebook itself is not overwritten; give another --out.")
    export = GradebookExport(read_gradebook(gradebook), assignment, points_possible, allow_lower)
    export_class(grading, export, out, allow_lower=allow_lower)
