"""Measuring while somebody watches: a row as each question ends; what is kept is said where it breaks off."""

from contextlib import suppress
from dataclasses import replace

import typer

from grader.key.verification import Verification, judge_stored, last_good_of
from questions.common.errors import StaleEvidenceError
from questions.common.messages import listed
from questions.quiz import AnyQuestion
from quizproof.cli.exit_codes import EXIT_INTERRUPTED
from quizproof.cli.key_terminal import CheckRows
from quizproof.cli.progress import run_view
from quizproof.cli.terminal import say
from solvers.evidence.store import Store
from solvers.evidence.verdicts import Evidence
from solvers.run.measure import run
from solvers.run.pool import ResourcePool


def measure(
    questions: tuple[AnyQuestion, ...],
    pool: ResourcePool,
    store: Store,
    asked: Verification,
    rows: CheckRows | None,
) -> dict[str, Evidence]:
    """Measure what has changed; return the evidence as it was judged for the rows.

    `asked` has the quiz, the key and the rulings, and no evidence yet; without `rows` none are shown. What
    does not belong any more is in neither. Ends the command where it is interrupted.
    """
    judged: dict[str, Evidence] = {}
    lock = pool.setup.lock
    try:
        with run_view(len(questions)) as view:
            for record in run(questions, pool, store, view.show):
                question = asked.spec.question(record.question)
                with suppress(StaleEvidenceError):  # which is said of it at the end
                    evidence = judge_stored(question, pool.pack, store, lock)
                    judged[question.id] = evidence
                    if rows is not None:
                        known = last_good_of(question, evidence, pool.pack, store, lock)
                        with view.apart():
                            rows.show(replace(asked, evidence=judged).check_of(question), known)
    except KeyboardInterrupt:
        kept = listed([id_ for id_, one in judged.items() if one.failure is None]) or "nothing"
        say(f"Broken off. Kept in {store.folder}: {kept}. Run the same command again to go on from there.")
        raise typer.Exit(EXIT_INTERRUPTED) from None
    return judged
