"""`quizproof grade` as the command line takes it."""

from pathlib import Path
from typing import Annotated

import typer

from quizproof.cli.exit_codes import EXIT_DIFFERS
from quizproof.cli.grading_options import GradingOptions, with_grading
from quizproof.cli.options import Reveal, StudentOption, WhatIf


@with_grading
def grade(
    grading: GradingOptions,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Write the results, class.html and items.csv there."),
    ] = None,
    compare: Annotated[
        bool, typer.Option("--compare", help="Hold each score against Canvas's own; 1 if any differs.")
    ] = False,
    what_if: WhatIf = None,
    student: StudentOption = None,
    reveal: Reveal = False,
    write_map: Annotated[
        Path | None,
        typer.Option("--write-map", metavar="FILE", help="Write a --map to be edited, and grade nothing."),
    ] = None,
    show: Annotated[bool, typer.Option("--open", help="Open the page that is written to --out.")] = False,
) -> None:
    """Grade papers or a class by the course's partial-credit rule, in exact fractions."""
    from questions.amendments import Regrading
    from quizproof.cli.class_options import ClassOptions, rules_named
    from quizproof.cli.grade import load_class, run
    from quizproof.cli.reasons import MAX_STUDENT_BYTES, NOTHING_TOLD, stored_reasons

    if write_map is not None:
        from quizproof.cli.mapping import write_column_map

        write_column_map(grading, write_map)
        return
    told = NOTHING_TOLD
    if student is not None:
        sounds = MAX_STUDENT_BYTES if reveal else None
        told = stored_reasons(grading.quiz, grading.evidence, grading.rulings, max_bytes=sounds)
    options = ClassOptions(
        old_key=grading.old_key,
        policy=Regrading(grading.regrade) if grading.regrade else None,
        rules=rules_named(what_if or ()),
        student=student,
        reveal=reveal,
        out=out,
        show=show,
        told=told,
    )
    if run(load_class(grading), grading.papers, options, comparing=compare, json=grading.json):
        raise typer.Exit(EXIT_DIFFERS)
