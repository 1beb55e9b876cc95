"""What an option can assert, as data: one small model a kind of claim, declared beside its solver.

A solver matches on these classes, so a TA edits numbers and options in YAML without touching code. The claims
of a question are a union, told apart by their first field: `{frames: 100}` is a `Frames`.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Union

from pydantic import Discriminator, Field, Tag

from questions.common.frozen import Frozen

Count = Annotated[int, Field(strict=True, ge=0)]  # strict: `true` or "8" is no number
Text = Annotated[str, Field(min_length=1, max_length=400)]
Shape = Annotated[tuple[Count, ...], Field(min_length=1, max_length=6)]


class Claim(Frozen):
    """One assertion of an option."""


def tag_of(model: type[Claim]) -> str:
    """The field that tells this claim from the question's others."""
    return next(iter(model.model_fields))


def _discriminate(tags: frozenset[str]) -> Callable[[Any], str | None]:
    def first_known_field(value: Any) -> str | None:
        if isinstance(value, Claim):
            return tag_of(type(value))
        fields = value if isinstance(value, Mapping) else {}
        return next((str(name) for name in fields if name in tags), None)

    return first_known_field


def one_of(*models: type[Claim]) -> Any:
    """The type of a question's claims: exactly one of `models`, chosen by its first field."""
    tagged = tuple(Annotated[model, Tag(tag_of(model))] for model in models)
    if len(tagged) == 1:
        return tagged[0]
    tags = frozenset(tag_of(model) for model in models)
    return Annotated[Union[tagged], Discriminator(_discriminate(tags))]  # noqa: UP007
