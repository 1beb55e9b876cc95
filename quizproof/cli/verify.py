"""`quizproof verify` and `quizproof report`: evidence for every option, the key held against it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from questions.common.errors import QuizproofError
from questions.common.temporary import holding
from quizproof.cli import usage
from quizproof.cli.options import (
    DEFAULT_OUT,
    AllowOpen,
    AudioDir,
    Json,
    KeyFile,
    LockFile,
    ModelsOption,
    Out,
    QuizOption,
    RulingsFile,
)
from quizproof.cli.output import open_page, print_json

if TYPE_CHECKING:
    from grader.key.verification import Verification
    from quizproof.cli.key_terminal import CheckRows


def verify(
    context: typer.Context,
    question_ids: Annotated[
        list[str] | None, typer.Argument(metavar="qNN", help="Only these questions, such as q01,q02.")
    ] = None,
    key: KeyFile = None,
    models: ModelsOption = "auto",
    audio: AudioDir = None,
    device: Annotated[str, typer.Option(metavar="NAME", help="auto, cpu, cuda, cuda:N or mps.")] = "auto",
    out: Out = DEFAULT_OUT,
    jobs: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, max=1024, help="Cores at most; all there are unless given."),
    ] = None,
    cluster: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="A Dask cluster's scheduler, such as tcp://HOST:8786."),
    ] = None,
    seed: Annotated[
        int, typer.Option(metavar="N", min=0, max=2**32 - 1, help="Seed of all that is random.")
    ] = 0,
    quiz: QuizOption = None,
    lock: LockFile = None,
    rulings: RulingsFile = None,
    allow_open: AllowOpen = False,
    json: Json = False,
    *,
    given: dict[str, str],
) -> None:
    """Compute the evidence for every option, hold the key against it, and write the report."""
    from grader.key.rulings import find_rulings
    from grader.key.run_summary import drop_summary, write_summary
    from grader.key.verification import Verification, load_verification
    from questions.key import load_key
    from questions.selection import selected
    from quizproof.cli import announcements
    from quizproof.cli.key_terminal import CheckRows
    from quizproof.cli.measuring import measure
    from quizproof.cli.resource_options import require_known
    from reports.evidence_report import write_report
    from solvers.evidence.store import Store
    from solvers.resources.lock import find_lock
    from solvers.resources.resource import Setup
    from solvers.run import catalog
    from solvers.run.measure import hold_to_lock
    from solvers.run.outlook import outlook_of
    from solvers.run.pool import ResourcePool

    usage.require_audio_folder(audio)
    usage.require_out_folder(out)
    spec = catalog.load(quiz)
    pack = catalog.pack_of(spec)
    chosen = selected(spec, question_ids or ())
    usage.require_packages(pack, chosen)
    require_known(given, pack)
    declared = load_key(key, spec) if key else None  # a mistake in it is met before the long work
    ruled = find_rulings(rulings, spec)
    setup = Setup(
        models=models,
        audio_dir=audio,
        device=device,
        seed=seed,
        jobs=jobs,
        cluster=cluster,
        given=given,
        lock=find_lock(lock),
    )
    usage.require_device(setup, pack)
    usage.require_official(setup, pack, chosen)
    pool, store = ResourcePool(setup, pack), Store(out)
    if models == "official":
        announcements.announce_outlook(outlook_of(chosen, pool))
    hold_to_lock(chosen, pool)
    context.with_resource(pool.workers).connect()
    context.with_resource(holding(out))
    drop_summary(store)
    rows = CheckRows(spec)
    judged = measure(chosen, pool, store, Verification(spec, {}, declared, ruled), None if json else rows)
    verification = load_verification(
        spec, store, declared, setup.lock, keep_stale=True, rulings=ruled, judged=judged
    )
    path = write_report(verification, store)
    write_summary(verification, store)
    announcements.announce_standins(verification.evidence)
    announcements.announce_unlocked(verification.evidence)
    announcements.announce_notes(verification.evidence)
    _finish(verification, path, rows, allow_open=allow_open, json=json)


def report(
    context: typer.Context,
    key: KeyFile = None,
    out: Out = DEFAULT_OUT,
    quiz: QuizOption = None,
    lock: LockFile = None,
    rulings: RulingsFile = None,
    allow_open: AllowOpen = False,
    against: Annotated[
        Path | None, typer.Option("--against", metavar="DIR", help="Show what changed since that run.")
    ] = None,
    show: Annotated[bool, typer.Option("--open", help="Open the report in the browser.")] = False,
    json: Json = False,
) -> None:
    """Judge stored measurements again and render the report; needs no models."""
    from grader.key.rulings import find_rulings
    from grader.key.run_changes import changes_between
    from grader.key.run_summary import summary_of, write_summary
    from grader.key.verification import load_verification
    from questions.key import load_key
    from quizproof.cli.diff import summary_in
    from quizproof.cli.key_terminal import CheckRows
    from reports.evidence_report import write_report
    from solvers.evidence.store import Store
    from solvers.resources.lock import find_lock
    from solvers.run import catalog

    store = Store(out)
    if not (out / "evidence").is_dir():
        raise QuizproofError(f"{out}: no evidence there; run 'quizproof verify --out {out}' first.")
    context.with_resource(holding(out))
    spec = catalog.load(quiz)
    declared = load_key(key, spec) if key else None
    ruled = find_rulings(rulings, spec)
    verification = load_verification(spec, store, declared, find_lock(lock), rulings=ruled)
    changes = None
    if against is not None:
        changes = changes_between(summary_in(against, key, quiz, lock, rulings), summary_of(verification))
    path = write_report(verification, store, changes)
    write_summary(verification, store)
    if show:
        open_page(path)
    _finish(verification, path, CheckRows(spec), allow_open=allow_open, json=json)


def _finish(
    verification: "Verification", path: Path, rows: "CheckRows", *, allow_open: bool, json: bool
) -> None:
    """Say what came out and was not said yet, and end with the exit code that says the same."""
    from quizproof.cli.announcements import announce_rulings
    from quizproof.cli.key_terminal import exit_code_of, print_ending
    from quizproof.cli.terminal import out
    from reports.next_steps import next_steps

    check = verification.check
    if json:
        print_json(
            {
                "report": str(path),
                "questions": [one.model_dump(mode="json") for one in check.questions],
                "evidence": {id_: one.model_dump(mode="json") for id_, one in verification.evidence.items()},
            }
        )
    else:
        for one in check.questions:
            if one.question not in rows.shown:
                rows.show(one, verification.last_good.get(one.question))
        announce_rulings(check)
        out.print(f"Report: {path}", soft_wrap=True)
        print_ending(check, next_steps(verification), allow_open=allow_open)
    if code := exit_code_of(check, allow_open=allow_open):
        raise typer.Exit(code)
