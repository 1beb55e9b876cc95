"""What must hold beyond the shape of a file: distinct options, points that add up.

The checks read the raw document, so that they still find their mistakes where another part of the
file is wrong; what is not of the right type is passed over, since the model has reported it.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from questions.common.messages import did_you_mean, listed, show
from questions.common.text import normalized
from questions.quiz import AnyQuestion
from questions.reading.document import Document, Place

_POINTS = re.compile(r"\d{1,3}(\.\d{1,4})?", re.ASCII)


def mapping_in(document: Document | None, field: str) -> Mapping[str, Any]:
    """Return the mapping that stands in a field of the file; empty where none does."""
    value = _field(document.data if document else None, field)
    return value if isinstance(value, Mapping) else {}


def list_items(document: Document, field: str) -> Iterator[tuple[Place, str]]:
    """Yield the texts of the list that stands in a field, each with its place."""
    values = _field(document.data, field)
    for index, value in enumerate(values if isinstance(values, list) else []):
        if isinstance(value, str):
            yield (field, index), value


def check_question(document: Document, question_id: str, sections: Sequence[str]) -> Iterator[str]:
    """Yield what is wrong with one question's id, section and options."""
    found_id = _field(document.data, "id")
    if isinstance(found_id, str) and found_id != question_id:
        at = document.at(("id",))
        yield f"{at}: found {show(found_id)}; allowed: {question_id!r}, as the file is named"
    section = _field(document.data, "section")
    if isinstance(section, str) and sections and section not in sections:
        hint = did_you_mean(section, sections)
        at = document.at(("section",))
        yield f"{at}: unknown section {show(section)}; allowed: {listed(sections)}{hint}"
    yield from _repeated(document, ("id",), "option id", str)
    for language in ("zh", "en"):
        yield from _repeated(document, ("text", language), f"{language} text", fold_text)


def fold_text(text: str) -> str:
    """Return a text without what readers overlook: case, spaces, width of characters."""
    return "".join(normalized("NFKC", text).casefold().split())


def _repeated(document: Document, path: Place, what: str, fold: Callable[[str], str]) -> Iterator[str]:
    first_places: dict[str, Place] = {}
    options = _field(document.data, "options")
    for index, option in enumerate(options if isinstance(options, list) else []):
        value = option
        for step in path:
            value = _field(value, step)
        if not isinstance(value, str):
            continue
        place = ("options", index, *path)
        first = first_places.setdefault(fold(value), place)
        if first != place:
            line = document.line(first)
            yield f"{document.at(place)}: the {what} {show(value)} stands twice, first on line {line}"


def check_claims(document: Document, question: AnyQuestion) -> Iterator[str]:
    """Yield the options that claim what an earlier option of the question claims."""
    first_with: dict[Any, str] = {}
    for index, option in enumerate(question.options):
        claims = frozenset(part.claim for part in option.parts)
        first = first_with.setdefault(claims, option.id)
        if first != option.id:
            at = document.at(("options", index))
            yield f"{at}: option {option.id} claims the same as option {first}; change one of them"


def check_points(quiz: Document, questions: Sequence[Document | None]) -> Iterator[str]:
    """Yield a sentence where the questions' points do not add up to the quiz's total."""
    total = _points(quiz, "total")
    points = [_points(question, "points") for question in questions]
    if total is None or not points or None in points:
        return
    found = sum((value for value in points if value is not None), Decimal(0))
    if found != total:
        yield f"{quiz.at(('total',))}: the total is {total}, the questions' points add up to {found}"


def _points(document: Document | None, field: str) -> Decimal | None:
    value = _field(document.data if document else None, field)
    return Decimal(value) if isinstance(value, str) and _POINTS.fullmatch(value) else None


def _field(data: Any, field: str | int) -> Any:
    return data.get(field) if isinstance(data, Mapping) else None


def resource_names(document: Document) -> Iterator[tuple[Place, str]]:
    """Yield what the question, its options and their parts rest on, each with its place."""
    places: list[tuple[Place, Any]] = [((), document.data)]
    options = _field(document.data, "options")
    for index, option in enumerate(options if isinstance(options, list) else []):
        places.append((("options", index), option))
        parts = _field(option, "all")
        for number, part in enumerate(parts if isinstance(parts, list) else []):
            places.append((("options", index, "all", number), part))
    for place, holder in places:
        names = _field(holder, "rests_on")
        for number, name in enumerate(names if isinstance(names, list) else []):
            if isinstance(name, str):
                yield (*place, "rests_on", number), name
