"""`quizproof grade` as the command line takes it."""

from pathlib import Path
from typing import Annotated

import typer

from quizproof.cli.exit_codes import EXIT_DIFFERS
from quizproof.cli.options import (
    DEFAULT_OUT,
    AttemptsOption,
    DespiteEvidence,
    Due,
    EvidenceDir,
    Extensions,
    FromEvidence,
    Json,
    KeyFile,
    LateFloor,
    LateOption,
    OldKey,
    QuizOption,
    RegradeOption,
    SkipInvalid,
    StudentOption,
    WhatIf,
)


def grade(
    papers: Annotated[
        list[Path],
        typer.Argument(metavar="FILE…", help="Canvas's Student Analysis, a plain CSV, papers, a folder."),
    ],
    key: KeyFile = None,
    from_evidence: FromEvidence = False,
    evidence: EvidenceDir = DEFAULT_OUT,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Write the results, class.html and items.csv there."),
    ] = None,
    attempts: AttemptsOption = None,
    due: Due = None,
    extensions: Extensions = None,
    late: LateOption = None,
    late_floor: LateFloor = None,
    compare: Annotated[
        bool, typer.Option("--compare", help="Hold each score against Canvas's own; 1 if any differs.")
    ] = False,
    skip_invalid: SkipInvalid = False,
    despite_evidence: DespiteEvidence = None,
    old_key: OldKey = None,
    regrade: RegradeOption = None,
    what_if: WhatIf = None,
    student: StudentOption = None,
    reveal: Annotated[
        bool, typer.Option("--reveal", help="Show the correct options on the student's page.")
    ] = False,
    show: Annotated[bool, typer.Option("--open", help="Open the page that is written to --out.")] = False,
    quiz: QuizOption = None,
    json: Json = False,
) -> None:
    """Grade papers or a class by the course's partial-credit rule, in exact fractions."""
    from questions.amendments import Regrading
    from quizproof.cli import grade as grading
    from quizproof.cli.class_options import ClassOptions, rules_named
    from quizproof.cli.counting import CountingAsked

    options = ClassOptions(
        old_key=old_key,
        policy=Regrading(regrade) if regrade else None,
        rules=rules_named(what_if or ()),
        student=student,
        reveal=reveal,
        out=out,
        show=show,
    )
    graded = grading.load_class(
        papers,
        quiz=quiz,
        key=key,
        from_evidence=from_evidence,
        evidence=evidence,
        counting=CountingAsked(attempts, due, extensions, late, late_floor),
        skip_invalid=skip_invalid,
        despite=despite_evidence,
        json=json,
    )
    if grading.run(graded, papers, options, comparing=compare, json=json):
        raise typer.Exit(EXIT_DIFFERS)
