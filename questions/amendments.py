"""What a key says of a question beside its right options, once papers are in, and why."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Annotated, Any

from pydantic import PlainSerializer

from questions.answers import spelled_out
from questions.common.frozen import Frozen
from questions.common.messages import did_you_mean, listed, show
from questions.quiz import AnyQuestion
from questions.reading.document import Document, Place

MAX_REASON_CHARS = 1000
FIELDS = ("correct", "accept", "drop", "full", "bonus", "regrade", "reason")
Options = Annotated[frozenset[str], PlainSerializer(sorted, when_used="json")]
FORM = "a mapping such as {accept: [A, C], reason: both wordings were taught}"


class Drop(StrEnum):
    """What becomes of the points of a question that is taken out."""

    KEEP = "keep"  # they go with it
    RESCALE = "rescale"  # the other questions share them, each by its points


class Full(StrEnum):
    """Who has full credit, whatever was picked."""

    ALL = "all"
    ANSWERED = "answered"
    SEEN = "seen"


class Regrading(StrEnum):
    """What becomes of papers that were graded by an old key; Canvas's four options."""

    BOTH = "both"
    NEW = "new"
    FULL = "full"
    NONE = "none"


class Amendment(Frozen):
    """Of one question. `accept` are answers that each earn full credit; the best for the student counts.

    A bonus is earned on top: its points are not among those that can be had.
    """

    reason: str
    accept: tuple[Options, ...] = ()
    drop: Drop | None = None
    full: Full | None = None
    bonus: bool = False
    regrade: Regrading | None = None


def read_amendment(
    found: Mapping[str, Any], question: AnyQuestion
) -> tuple[frozenset[str] | None, Amendment]:
    """The right options, None where there is not one set of them, and the rest; of what has no problem."""
    correct = found.get("correct")
    amendment = Amendment(
        reason=found["reason"].strip(),
        accept=tuple(frozenset(spelled_out(answer, question)) for answer in found.get("accept") or ()),
        drop=Drop(found["drop"]) if found.get("drop") else None,
        full=Full(found["full"]) if found.get("full") else None,
        bonus=bool(found.get("bonus")),
        regrade=Regrading(found["regrade"]) if found.get("regrade") else None,
    )
    return None if correct is None else frozenset(spelled_out(correct, question)), amendment


def problems_of_amendment(
    document: Document, place: Place, found: Mapping[str, Any], question: AnyQuestion
) -> Iterator[str]:
    """What is wrong in a question's mapping, but for its right options."""
    at = document.at(place)
    for name in found:
        if name not in FIELDS:
            hint = did_you_mean(name, FIELDS)
            yield f"{document.at((*place, name))}: unknown field; allowed: {listed(FIELDS)}{hint}"
    reason = found.get("reason")
    if not isinstance(reason, str) or not reason.strip():
        yield f"{at}: found {show(reason)} as the reason; allowed: a text that students and staff may read"
    elif len(reason) > MAX_REASON_CHARS:
        yield f"{at}: found a reason of {len(reason)} characters; allowed: at most {MAX_REASON_CHARS}"
    for name, words in (("drop", Drop), ("full", Full), ("regrade", Regrading)):
        if found.get(name) is not None and found[name] not in list(words):
            hint = did_you_mean(found[name], list(words))
            yield f"{document.at((*place, name))}: found {show(found[name])}; allowed: {listed(words)}{hint}"
    if "bonus" in found and found["bonus"] is not True:
        yield f"{document.at((*place, 'bonus'))}: found {show(found['bonus'])}; allowed: true"
    if "accept" in found:
        yield from _problems_of_accept(document, (*place, "accept"), found["accept"], question)
    yield from _problems_together(at, found)


def _problems_together(at: str, found: Mapping[str, Any]) -> Iterator[str]:
    said = {name for name in FIELDS if found.get(name) is not None}
    for one, other in (("correct", "accept"), ("drop", "full"), ("drop", "bonus"), ("full", "accept")):
        if {one, other} <= said:
            yield f"{at}: found both {one!r} and {other!r}; keep one"
    if not said & {"correct", "accept", "drop", "full"}:
        yield f"{at}: says nothing of what is right; allowed: one of correct, accept, drop, full"


def _problems_of_accept(document: Document, place: Place, found: Any, question: AnyQuestion) -> Iterator[str]:
    form = "[A, C]" if question.kind == "single" else "[[A, B], [A, B, D]]"
    if not isinstance(found, list) or len(found) < 2:
        what = f"a list of {len(found)}" if isinstance(found, list) else show(found)
        yield f"{document.at(place)}: found {what}; allowed: two answers or more, such as {form}"
        return
    answers: list[frozenset[str]] = []
    for index, answer in enumerate(found):
        at, given = document.at((*place, index)), spelled_out(answer, question)
        picks = given if isinstance(given, list) else [given]
        unknown = [picked for picked in picks if picked not in question.option_ids]
        if unknown or not picks:
            wrong = show(unknown[0]) if unknown else "no option"
            yield f"{at}: found {wrong}; allowed: {listed(question.option_ids)}"
        elif len(set(picks)) < len(picks) or frozenset(picks) in answers:
            yield f"{at}: stands twice; keep one"
        elif question.kind == "single" and len(picks) > 1:
            yield f"{at}: found {len(picks)} options; allowed: one, since {question.id} is a single choice"
        else:
            answers.append(frozenset(picks))
