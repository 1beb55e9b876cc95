"""`quizproof export gradescope`: a results.json a paper."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from quizproof.cli.grading_options import GradingOptions, with_grading
from quizproof.cli.options import AllowLower, LanguageOption, OutFolder, RevealWhy


@with_grading
def export_gradescope(
    grading: GradingOptions,
    allow_lower: AllowLower = False,
    language: LanguageOption = "zh",
    reveal: RevealWhy = False,
    visibility: Annotated[
        Literal["hidden", "after_due_date", "after_published", "visible"],
        typer.Option("--visibility", help="When students see the results, which tell what is correct."),
    ] = "after_published",
    results: Annotated[
        Path | None,
        typer.Option(
            "--results", metavar="FILE", help="For an autograder: one paper's results, always written."
        ),
    ] = None,
    out: OutFolder = Path("gradescope"),
) -> None:
    """Write a results.json for each paper, for Gradescope.

    Every score is explained in words, which tell how many options are correct; where evidence is stored, so
    is every option picked, with --reveal every option, with its sounds and figures. Ends with 1, and writes
    nothing, where a regrade would lower a score without --allow-lower. With --results, a paper that cannot be
    read has score 0 and is told why.
    """
    from grader.exports.gradescope import GradescopeExport
    from quizproof.cli.autograder import write_one
    from quizproof.cli.exports.class_export import export_class
    from quizproof.cli.reasons import MAX_STUDENT_BYTES, stored_reasons
    from reports.option_media import with_media

    told = stored_reasons(grading.quiz, grading.evidence, grading.rulings, max_bytes=MAX_STUDENT_BYTES)
    reasons, media = with_media(told.reasons, told.details, language)
    export = GradescopeExport(language, visibility, reasons, media, reveal)
    if results is not None:
        write_one(grading, export, results)
    else:
        export_class(grading, export, out, allow_lower=allow_lower)
