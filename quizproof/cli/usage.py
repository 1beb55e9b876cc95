"""What is refused before anything is measured: options that nothing here can follow."""

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from questions.common.errors import QuizproofError, UnreachableError
from questions.common.messages import plain_path

if TYPE_CHECKING:
    from questions.quiz import AnyQuestion
    from solvers.resources.resource import Setup
    from solvers.run.catalog import Pack


def require_audio_folder(audio: Path | None) -> None:
    """Raises QuizproofError for a folder of the course's files that is none."""
    if audio is None or audio.is_dir():
        return
    found = "is a file" if audio.exists() else "does not exist"
    raise QuizproofError(f"--audio {plain_path(audio)}: {found}; give the folder with the course's files.")


def require_out_folder(out: Path) -> None:
    """Raises QuizproofError for a folder to write into that is a file."""
    if out.exists() and not out.is_dir():
        raise QuizproofError(
            f"--out {plain_path(out)}: is a file; give a folder, which is made where there is none."
        )


def require_packages(pack: "Pack", questions: "tuple[AnyQuestion, ...]") -> None:
    """Raises QuizproofError: measuring needs packages that the light install has not."""
    needed = dict.fromkeys(
        name
        for question in questions
        for resource in pack.solver(question.solver).uses
        for name in resource.packages
    )
    missing = [name for name in needed if find_spec(name) is None]
    if missing:
        raise QuizproofError(
            f"verify needs packages that are not installed: {', '.join(missing)}; "
            "run pip install 'quizproof[solve]', or 'quizproof report' for stored evidence."
        )


def require_device(setup: "Setup", pack: "Pack") -> None:
    """Raises QuizproofError for a device that is not there; `auto` and `cpu` always are."""
    from solvers.run.pool import ResourcePool

    if setup.device not in {"auto", "cpu"}:
        _ = ResourcePool(setup, pack).device


def require_official(setup: "Setup", pack: "Pack", questions: "tuple[AnyQuestion, ...]") -> None:
    """Raises QuizproofError where the real models alone are asked for and cannot be reached from here."""
    from questions.common.errors import SourceError
    from solvers.resources.resource import Weights
    from solvers.run.pool import ResourcePool

    if setup.models != "official":
        return
    pool = ResourcePool(setup, pack)
    uses = dict.fromkeys(one for question in questions for one in pack.solver(question.solver).uses)
    problems = []
    for resource in uses:
        try:
            if isinstance(resource, Weights):
                pool.found(resource)
        except UnreachableError as error:
            problems.append(f"--models official: {error}")
        except SourceError:  # of this question alone, and said there
            continue
    if problems:
        raise QuizproofError("\n".join(problems))
