"""`quizproof export junit`: the key check for a CI server."""

from pathlib import Path

import typer

from questions.common.errors import QuizproofError
from quizproof.cli.exit_codes import EXIT_DIFFERS, EXIT_OPEN
from quizproof.cli.options import (
    DEFAULT_OUT,
    AllowOpen,
    EvidenceDir,
    Json,
    KeyFile,
    LockFile,
    OutFile,
    QuizOption,
    RulingsFile,
)
from quizproof.cli.output import done


def export_junit(
    key: KeyFile = None,
    evidence: EvidenceDir = DEFAULT_OUT,
    out: OutFile = Path("key-check.xml"),
    quiz: QuizOption = None,
    lock: LockFile = None,
    rulings: RulingsFile = None,
    allow_open: AllowOpen = False,
    json: Json = False,
) -> None:
    """Write the key check as JUnit XML, for a CI server.

    Judges stored evidence; ends with the exit code that report ends with.
    """
    import socket
    from importlib.metadata import version

    from grader.exports.junit import Run, junit_xml
    from grader.key.key_check import Status
    from grader.key.rulings import find_rulings
    from grader.key.verification import load_verification
    from questions.common.files import write_atomic
    from questions.key import load_key
    from solvers.evidence.store import Store
    from solvers.resources.lock import find_lock
    from solvers.run import catalog

    if key is None:
        raise QuizproofError("Give --key FILE: without a declared key there is nothing to check.")
    if not (evidence / "evidence").is_dir():
        raise QuizproofError(f"{evidence}: no evidence there; run 'quizproof verify --out {evidence}' first.")
    spec = catalog.load(quiz)
    declared, ruled = load_key(key, spec), find_rulings(rulings, spec)
    verification = load_verification(spec, Store(evidence), declared, find_lock(lock), rulings=ruled)
    write_atomic(out, junit_xml(verification, Run(socket.gethostname(), version("quizproof"))))
    counts = {status.value: verification.check.count(status) for status in Status}
    line = ", ".join(f"{count} {status}" for status, count in counts.items() if count)
    done(f"{out}: {line}.", {"file": str(out), "questions": counts}, json=json)
    if counts[Status.CONTRADICTED]:
        raise typer.Exit(EXIT_DIFFERS)
    if verification.check.n_undecided and not allow_open:
        raise typer.Exit(EXIT_OPEN)
