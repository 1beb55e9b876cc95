"""Turns pydantic's errors into sentences: file, line, place, what was found, what is allowed."""

from collections.abc import Iterator
from functools import cache
from itertools import islice
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from questions.common.messages import MAX_SHOWN_CHARS, did_you_mean, listed, printable, show
from questions.reading.document import Document, Place, first_problems

Schema = dict[str, Any]

MAX_FIELDS_NAMED = 5

_MAPPING = "a mapping of fields"
_KINDS = {
    "string_type": "a text",
    "int_type": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "dict_type": _MAPPING,
    "mapping_type": _MAPPING,
    "model_type": _MAPPING,
    "model_attributes_type": _MAPPING,
}
# What a limit counts, where it counts, and the limit in words.
_LIMITS: dict[str, tuple[str, str]] = {
    "greater_than_equal": ("", "at least {ge}"),
    "less_than_equal": ("", "at most {le}"),
    "finite_number": ("", "a finite number"),
    "too_short": (" items", "at least {min_length}"),
    "too_long": (" items", "at most {max_length}"),
    "string_too_short": (" characters", "at least {min_length}"),
    "string_too_long": (" characters", "at most {max_length}"),
}


def explain(error: ValidationError, model: type[BaseModel], document: Document) -> list[str]:
    """Return a sentence for each of the first problems that pydantic found in `document` as a `model`."""
    root = _schema(model)
    details = error.errors(include_url=False)
    unknown: dict[Place, list[Any]] = {}
    for detail in details:
        if detail["type"] == "extra_forbidden":
            unknown.setdefault(detail["loc"][:-1], []).append(detail["loc"][-1])
    no_claim = {detail["loc"][:-1] for detail in details if _has_no_claim(detail, root)}
    sentences = (
        sentence
        for detail in details
        if not _follows_from_others(detail, unknown, no_claim, root)
        for sentence in _sentences(detail, root, document)
    )
    return first_problems(sentences, document.name)


def in_short(error: ValidationError) -> str:
    """Where the first problem of a file is that people do not write, and which: on one line, in bounds."""
    first = error.errors(include_url=False)[0]
    steps = (printable(str(step)[:MAX_SHOWN_CHARS]) for step in first["loc"])
    return f"{'.'.join(steps) or 'the document'}: {printable(first['msg'])}"


@cache
def _schema(model: type[BaseModel]) -> Schema:
    return model.model_json_schema()


def _has_no_claim(detail: ErrorDetails, root: Schema) -> bool:
    """Whether the field is missing that makes a claim the only one that the question's solver understands."""
    *parent, field = detail["loc"] or ("",)
    if detail["type"] != "missing" or parent[-1:] != ["claim"]:
        return False
    return bool(field == _tag(_walk(tuple(parent), root)[1]))


def _follows_from_others(
    detail: ErrorDetails, unknown: dict[Place, list[Any]], no_claim: set[Place], root: Schema
) -> bool:
    """Whether another sentence says it already, so that one mistake earns one sentence.

    A list is called too short only because its faulty items were not counted; a field is missing only
    because it is misspelt; the fields of what is no claim are named where that is said.
    """
    *parent, field = detail["loc"] or ("",)
    if detail["type"] == "too_short":
        return bool(len(detail["input"]) >= detail.get("ctx", {})["min_length"])
    if tuple(parent) in no_claim:
        return not _has_no_claim(detail, root)
    misspelt = (did_you_mean(name, [str(field)]) for name in unknown.get(tuple(parent), ()))
    return detail["type"] == "missing" and any(misspelt)


def _sentences(detail: ErrorDetails, root: Schema, document: Document) -> Iterator[str]:
    place, schema = _walk(detail["loc"], root)
    kind, found, ctx = detail["type"], detail["input"], detail.get("ctx", {})
    if kind == "extra_forbidden":
        yield _unknown_field(document, place, _fields(_walk(detail["loc"][:-1], root)[1]))
    elif _has_no_claim(detail, root):
        yield _no_claim(document, place[:-1], found, [str(place[-1])])
    elif kind == "missing":
        yield f"{document.at(place[:-1])}: the field {place[-1]!r} is missing"
    elif kind == "union_tag_not_found":
        yield _no_claim(document, place, found, [_tag(choice) for choice in schema["oneOf"]])
    elif kind in ("literal_error", "enum"):
        allowed = [str(word) for word in schema.get("enum", [schema.get("const")])]
        hint = did_you_mean(found, allowed)
        yield f"{document.at(place)}: found {show(found)}; allowed: {listed(allowed)}{hint}"
    elif kind == "string_pattern_mismatch":
        allowed_text = schema.get("description", f"a text that matches {schema.get('pattern')}")
        yield f"{document.at(place)}: found {show(found)}; allowed: {allowed_text}"
    elif kind in _KINDS:
        scalar = kind == "string_type" and isinstance(found, (bool, int, float))
        quotes = "; put it in quotes" if scalar else ""
        yield f"{document.at(place)}: found {show(found)}; allowed: {_KINDS[kind]}{quotes}"
    elif kind in _LIMITS:
        counted, allowed_text = _LIMITS[kind]
        size = f"{len(found)}{counted}" if counted else show(found)
        yield f"{document.at(place)}: found {size}; allowed: {allowed_text.format(**ctx)}"
    elif kind == "value_error":
        yield f"{document.at(place)}: {ctx['error']}"
    else:
        yield f"{document.at(place)}: found {show(found)}: {detail['msg']}"


def _unknown_field(document: Document, place: Place, allowed: list[str]) -> str:
    """Name the mapping that holds the field, on the field's own line."""
    at = document.at(place[:-1], line_of=place)
    return (
        f"{at}: unknown field {show(place[-1])}; allowed: {listed(allowed)}{did_you_mean(place[-1], allowed)}"
    )


def _no_claim(document: Document, place: Place, found: Any, allowed: list[str]) -> str:
    """Explain a claim none of whose fields is a known claim's first field."""
    if not isinstance(found, dict) or not found:
        return f"{document.at(place)}: found {show(found)}; allowed: a mapping with one of {listed(allowed)}"
    if len(found) == 1:
        return _unknown_field(document, (*place, *found), allowed)
    hint = next(filter(None, (did_you_mean(field, allowed) for field in found)), "")
    fields = listed(map(show, islice(found, MAX_FIELDS_NAMED))) + (
        "…" if len(found) > MAX_FIELDS_NAMED else ""
    )
    return f"{document.at(place)}: unknown fields {fields}; allowed: one of {listed(allowed)}{hint}"


def _walk(loc: tuple[int | str, ...], root: Schema) -> tuple[Place, Schema]:
    """Return the place in the file that `loc` names, and the schema of what stands there.

    pydantic puts the tag of a chosen claim into `loc`; the file has no such step.
    """
    place: list[int | str] = []
    schema = _resolve(root, root)
    for step in loc:
        choices = schema.get("oneOf")
        if choices:
            resolved = [_resolve(choice, root) for choice in choices]
            schema = next(choice for choice in resolved if _tag(choice) == step)
            continue
        place.append(step)
        if isinstance(step, int):
            items = schema.get("items") or (schema.get("prefixItems") or [{}])[0]
            schema = _resolve(items, root)
        else:
            below = schema.get("properties", {}).get(step, schema.get("additionalProperties"))
            schema = _resolve(below if isinstance(below, dict) else {}, root)
    if "oneOf" in schema:
        schema = schema | {"oneOf": [_resolve(choice, root) for choice in schema["oneOf"]]}
    return tuple(place), schema


def _fields(schema: Schema) -> list[str]:
    return list(schema.get("properties", {}))


def _tag(choice: Schema) -> str:
    return str(next(iter(choice["properties"])))


def _resolve(schema: Schema, root: Schema) -> Schema:
    """Follow references, and the one alternative that is not null, keeping descriptions."""
    while True:
        if "$ref" in schema:
            target = root["$defs"][schema["$ref"].rsplit("/", 1)[1]]
            schema = target | {key: value for key, value in schema.items() if key != "$ref"}
        elif "anyOf" in schema:
            choices = [choice for choice in schema["anyOf"] if choice.get("type") != "null"]
            schema = {key: value for key, value in schema.items() if key != "anyOf"} | choices[0]
        else:
            return schema
