"""`quizproof.toml`: what a folder's commands are given unless the command line says otherwise."""

import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from questions.common.errors import SpecError
from questions.common.frozen import Frozen
from questions.common.messages import did_you_mean, listed, plain_path, show
from solvers.run import catalog

MAX_BYTES = 64 * 1024
PATHS = ("key", "audio", "out")


class Project(Frozen):
    """The fields of `quizproof.toml`; paths are from the file's own folder."""

    quiz: str | None = None
    key: str | None = None
    audio: str | None = None
    models: Literal["auto", "official", "standin"] | None = None
    device: str | None = None
    out: str | None = None


def read_project(path: Path) -> dict[str, str]:
    """The fields that are set, paths made whole. Raises SpecError with every problem of the file."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise SpecError([f"{plain_path(path)}: over {MAX_BYTES:,} bytes; it needs a few lines"])
        project = Project.model_validate(tomllib.loads(content.decode()))
    except OSError as error:
        raise SpecError([f"{plain_path(path)}: cannot be read: {error.strerror}"]) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SpecError([f"{plain_path(path)}: no TOML ({error})"]) from error
    except ValidationError as error:
        raise SpecError([_problem(path, detail) for detail in error.errors()]) from error
    fields = {name: value for name, value in project.model_dump().items() if value is not None}
    for name in PATHS:
        if name in fields:
            fields[name] = str(path.parent / fields[name])
    # A quiz that ships goes by its name, any other by its folder; what is neither is refused by its name.
    quiz = fields.get("quiz")
    if quiz is not None and quiz not in catalog.shipped() and (path.parent / quiz).is_dir():
        fields["quiz"] = str(path.parent / quiz)
    return fields


def _problem(path: Path, detail: Any) -> str:
    name = str(detail["loc"][0])
    at = plain_path(path)
    if detail["type"] == "extra_forbidden":
        hint = did_you_mean(name, Project.model_fields)
        return f"{at}: unknown field {show(name)}; allowed: {listed(Project.model_fields)}{hint}"
    allowed = "auto, official, standin" if name == "models" else "a text"
    return f"{at}: {name}: found {show(detail['input'])}; allowed: {allowed}"
