"""`quizproof check`: a student's own paper."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from quizproof.cli.options import (
    DEFAULT_OUT,
    EvidenceDir,
    Json,
    KeyFile,
    Language,
    QuizOption,
    RulingsFile,
)
from quizproof.cli.output import print_json


def check(
    paper: Annotated[Path, typer.Argument(metavar="FILE", help="Your own paper in YAML or JSON.")],
    key: KeyFile = None,
    reveal: Annotated[bool, typer.Option("--reveal", help="Show the correct options and why.")] = False,
    coarse: Annotated[
        bool, typer.Option("--coarse", help="Right, partly right or wrong: scores tell how many are right.")
    ] = False,
    evidence: EvidenceDir = DEFAULT_OUT,
    rulings: RulingsFile = None,
    quiz: QuizOption = None,
    language: Language = "en",
    json: Json = False,
) -> None:
    """Check your own paper; without --reveal, nothing is shown of options you did not pick.

    Where several options are right, the score itself tells how many there are; --coarse shows none.
    """
    from grader.key.rulings import find_rulings
    from grader.key.verification import knowledge_from_evidence, knowledge_from_key, load_verification
    from grader.key.why import NO_REASONS, reasons_of
    from grader.papers.paper import read_paper
    from grader.scores import own_paper as checking
    from grader.scores.coarse_check import CoarseResult
    from questions.common.errors import QuizproofError
    from questions.key import load_key
    from solvers.evidence.store import Store
    from solvers.run import catalog

    spec = catalog.load(quiz)
    read = read_paper(paper, spec)
    ruled = find_rulings(rulings, spec)
    stored = None
    if (evidence / "evidence").is_dir():
        stored = load_verification(spec, Store(evidence), keep_stale=key is not None, rulings=ruled)
    if key is not None:
        knowledge = knowledge_from_key(spec, load_key(key, spec), read)
    elif stored is None:
        raise QuizproofError(
            f"{evidence}: no evidence there, and no --key was given, so nothing tells what is right. Ask the "
            "course's staff for the folder that 'quizproof verify' wrote and give it as --evidence DIR, or "
            "run 'quizproof verify' yourself."
        )
    else:
        knowledge = knowledge_from_evidence(stored)
    reasons = NO_REASONS
    if stored is not None:
        from reports.student_details import own_files

        reasons = reasons_of(spec, stored.evidence, ruled).model_copy(
            update={"own": own_files(spec, stored.evidence, Store(evidence), in_report=reveal)}
        )
    checked = checking.check(read, spec, knowledge, reveal=reveal, reasons=reasons)
    result = CoarseResult.of(checked) if coarse else checked
    if json:
        print_json(result.model_dump(mode="json"))
    else:
        sys.stdout.write("\n".join(result.lines(language)) + "\n")
