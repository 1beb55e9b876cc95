"""Where `quizproof.toml` lies, and which options of a command its fields fill in."""

from collections.abc import Mapping
from pathlib import Path

PROJECT_FILE = "quizproof.toml"
# `out` is where the evidence lies, whatever reads it.
OPTIONS = {
    "quiz": "quiz",
    "key": "key",
    "audio": "audio",
    "models": "models",
    "device": "device",
    "out": "evidence",
}
# `--out` is where verify and report keep the evidence; fetch puts there what belongs to the course's files.
OUT_OF = {"verify": "out", "report": "out", "fetch": "audio"}


def find_project(start: Path) -> Path | None:
    """The nearest `quizproof.toml`, from `start` upwards."""
    folders = (start, *start.parents)
    return next((path for folder in folders if (path := folder / PROJECT_FILE).is_file()), None)


def project_defaults(command: str) -> dict[str, str]:
    """What the current folder's project gives a command, by option. Raises SpecError: the file is wrong."""
    path = find_project(Path.cwd())
    if path is None:
        return {}
    from quizproof.cli.project import read_project

    return defaults_of(read_project(path), command)


def defaults_of(fields: Mapping[str, str], command: str) -> dict[str, str]:
    """The fields as defaults of a command's options; those that it has not are no matter."""
    defaults = {option: fields[field] for field, option in OPTIONS.items() if field in fields}
    if OUT_OF.get(command, "") in fields:
        defaults["out"] = fields[OUT_OF[command]]
    return defaults
