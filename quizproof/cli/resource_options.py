"""The options that resources bring: `--codec DIR` and its like, and `--resource NAME=PATH` for any."""

import inspect
from collections.abc import Callable, Mapping
from typing import Annotated, Any

import typer

from questions.common.errors import QuizproofError
from questions.common.messages import did_you_mean, listed, show
from quizproof.cli.option_groups import in_place_of
from solvers.resources.resource import CommandOption
from solvers.run import catalog

GENERAL = "resource"


def with_resources(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of all resources of the quizzes that ship; it takes them as `given`.

    `given` maps a resource's name to what the option said; an outside quiz's own resources are given by
    `--resource NAME=PATH`.
    """
    options = _options()

    def gather(arguments: Mapping[str, Any]) -> dict[str, str]:
        said = {name: arguments[_argument(name)] for name in options}
        return _pairs(arguments[GENERAL] or ()) | {n: value for n, value in said.items() if value is not None}

    added = [_parameter(name, option) for name, option in options.items()]
    return in_place_of("given", [*added, _general()], gather, command)


def _options() -> dict[str, CommandOption]:
    found: dict[str, CommandOption] = {}
    for folder in catalog.shipped().values():
        pack = catalog.pack_at(folder, None)
        for name in pack.resource_names:
            option = pack.resource(name).option
            if option is not None:
                found.setdefault(name, option)
    return found


def _argument(name: str) -> str:
    return f"given_{name.replace('-', '_')}"


def _parameter(name: str, option: CommandOption) -> inspect.Parameter:
    annotation = Annotated[str | None, typer.Option(option.flag, metavar=option.metavar, help=option.help)]
    return inspect.Parameter(
        _argument(name), inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation
    )


def _general() -> inspect.Parameter:
    annotation = Annotated[
        list[str] | None,
        typer.Option("--resource", metavar="NAME=PATH", help="Any resource, by name, such as a quiz's own."),
    ]
    return inspect.Parameter(GENERAL, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)


def _pairs(texts: list[str] | tuple[str, ...]) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not (name and sign and value):
            raise QuizproofError(f"--resource {show(text)}: allowed: NAME=PATH, such as codec-weights=DIR.")
        pairs[name] = value
    return pairs


def require_known(given: dict[str, str], pack: catalog.Pack) -> None:
    """Raise QuizproofError for a resource that the quiz does not know."""
    for name in given:
        if name not in pack.resource_names:
            hint = did_you_mean(name, pack.resource_names)
            raise QuizproofError(
                f"--resource {show(name)}: this quiz has none of that name; allowed: "
                f"{listed(pack.resource_names)}{hint}"
            )
