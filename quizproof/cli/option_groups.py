"""Options that several commands take together: spelled once, spliced into each command's signature."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any


def in_place_of(
    name: str,
    options: Sequence[inspect.Parameter],
    gather: Callable[[Mapping[str, Any]], Any],
    command: Callable[..., None],
) -> Callable[..., None]:
    """A command that takes `options` where `command` takes `name`; `gather` makes that of their values.

    Typer reads the options off its signature and its annotations.
    """
    signature = inspect.signature(command, eval_str=True)
    parameters = [
        one.replace(kind=inspect.Parameter.KEYWORD_ONLY)  # one without a default may come after others
        for parameter in signature.parameters.values()
        for one in (options if parameter.name == name else (parameter,))
    ]

    @wraps(command)
    def with_options(**arguments: Any) -> None:
        given = {option.name: arguments.pop(option.name) for option in options}
        command(**arguments, **{name: gather(given)})

    with_options.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    with_options.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return with_options
