"""`quizproof lock`: everything real that is at hand goes into the lock, with its digests.

Stand-ins never do, however they are named or wrapped.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from questions.common.errors import SourceError
from questions.quiz import QuizSpec
from quizproof.cli import terminal
from quizproof.cli.options import AudioDir, Json, LockFile, ModelsOption, QuizOption
from quizproof.cli.output import print_json
from quizproof.cli.resource_options import require_known
from quizproof.cli.usage import require_audio_folder
from solvers.evidence.sources import Source
from solvers.resources.lock import LOCK_FILE, Lock, files_of, find_lock, read_lock
from solvers.resources.resource import Setup
from solvers.run import catalog
from solvers.run.pool import ResourcePool, resources_of


def lock_sources(
    models: ModelsOption = "auto",
    audio: AudioDir = None,
    quiz: QuizOption = None,
    lock: LockFile = None,
    update: Annotated[bool, typer.Option("--update", help="Replace what is locked already.")] = False,
    json: Json = False,
    *,
    given: dict[str, str],
) -> None:
    """Write quizproof.lock: the revisions and SHA-256 of all that is real and at hand."""
    require_audio_folder(audio)
    spec = catalog.load(quiz)
    pack = catalog.pack_of(spec)
    require_known(given, pack)
    path = lock or LOCK_FILE
    held = read_lock(path) if path.is_file() and not update else Lock()
    setup = Setup(models=models, audio_dir=audio, given=given, lock=held)
    done = freeze(spec, ResourcePool(setup, pack), path, update=update)
    if json:
        shown = {"resource", "name", "origin", "revision"}
        locked = [one.model_dump(include=shown) | {"files": files_of(one)} for one in done.sources]
        print_json({"lock": str(path), "locked": locked, "left_out": done.left_out})
    else:
        print_locked(done, path)


@dataclass
class Locking:
    """What went into the lock, and what did not and why."""

    lock: Lock
    sources: list[Source] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)


def freeze(spec: QuizSpec, pool: ResourcePool, path: Path, *, update: bool) -> Locking:
    """Lock what is at hand and write `path`. What it had before and is not at hand now stays in it.

    Raises SourceError: a stand-in given as the real thing, nothing at hand at all, a lock that cannot be
    read or written, or, unless `update`, something that differs from what is locked already.
    """
    held = find_lock(path) if path.is_file() else Lock()
    done = Locking(held)
    lockables = [one for resource in resources_of(spec, pool.pack) for one in resource.lockable(pool, spec)]
    for one in lockables:
        try:
            found = one.find()
        except SourceError as error:
            done.left_out[one.label] = str(error)
            continue
        if found.source.origin == "stand-in":
            done.left_out[one.label] = "only a stand-in is at hand, which can never be locked"
            continue
        one.resource.refuse_impostor(found)
        if not update and (problem := held.mismatch(found.source)):
            raise SourceError(problem)
        done.sources.append(found.source)
        done.lock = done.lock.with_source(
            found.source, by_file=one.resource.locked_by_file, companions=one.companions
        )
    if not done.sources:
        raise SourceError("nothing to lock is at hand:\n" + "\n".join(done.left_out.values()))
    done.lock.write(path)
    return done


def print_locked(done: Locking, path: Path) -> None:
    """A line a source on stdout; what was left out, and what is locked on the user's word, on stderr."""
    for source in done.sources:
        revision = f" @ {source.revision}" if source.revision else ""
        terminal.out.print(Text(f"{source.resource}  {source.name}{revision}"), soft_wrap=True)
        for name, digest in files_of(source).items():
            terminal.out.print(Text(f"     {digest}  {name}"), soft_wrap=True)
    terminal.out.print(Text(f"Lock: {path}"), soft_wrap=True)
    if on_word := [source.name for source in done.sources if not source.genuine]:
        names = ", ".join(on_word)
        terminal.err.print(
            Text(f"Locked on your word alone that they are the real ones: {names}"), soft_wrap=True
        )
    for name, reason in done.left_out.items():
        terminal.err.print(Text(f"Left out {name}: {reason}"), soft_wrap=True)
