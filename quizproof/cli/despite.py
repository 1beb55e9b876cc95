"""Where stored evidence refutes the key, commands stop, unless they are given a reason to go on."""

from collections.abc import Sequence

import typer

from grader.key.contradictions import Contradiction
from questions.common.errors import QuizproofError
from quizproof.cli.exit_codes import EXIT_DIFFERS
from quizproof.cli.output import print_json
from quizproof.cli.terminal import err

HOW = "Mend the key, or give --despite-evidence REASON to go on all the same; nothing was written."


def hold_to_evidence(found: Sequence[Contradiction], reason: str | None, *, json: bool) -> str | None:
    """End with 1 on a contradiction without a reason; else return the reason, None where none is needed.

    Raises QuizproofError for a reason that says nothing.
    """
    if reason is not None and not reason.strip():
        raise QuizproofError("--despite-evidence: found no reason; write why the key holds all the same.")
    if not found:
        if reason is not None:
            err.print("--despite-evidence: no stored evidence contradicts the key, so it is not needed.")
        return None
    for one in found:
        err.print(f"the evidence contradicts the key: {one.line}", markup=False, soft_wrap=True)
    if reason is not None:
        return reason.strip()
    err.print(HOW, markup=False, soft_wrap=True)
    if json:
        print_json({"stopped": HOW, "contradictions": [one.model_dump(mode="json") for one in found]})
    raise typer.Exit(EXIT_DIFFERS)
