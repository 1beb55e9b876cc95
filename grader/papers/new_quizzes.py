"""Tells a report of Canvas's New Quizzes, whose form is not published, from those of Classic Quizzes."""

from collections.abc import Iterable
from typing import Any

SENTENCE = (
    "looks like a report of New Quizzes; allowed: the Student Analysis of a Classic Quiz, or a plain CSV "
    "with the columns student, q01, q02, … and the letters picked in its cells"
)
_TITLES = frozenset({"itemid", "itemtype", "earnedpoints"})
_FIELDS = frozenset({"student_data", "item_responses", "item_id", "item_type"})


def are_titles(titles: Iterable[str]) -> bool:
    """Whether a CSV's titles are those of its report, which has the item's id and type beside each answer."""
    return bool(_TITLES & {"".join(title.split()).replace("_", "").casefold() for title in titles})


def is_document(data: Any) -> bool:
    """Whether a JSON document is its report: a list of students with their responses."""
    first = data[0] if isinstance(data, list) and data else None
    return isinstance(first, dict) and bool(_FIELDS & first.keys())
