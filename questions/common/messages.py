"""How a message shows what was found, and which allowed word was likely meant."""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Any

MAX_SHOWN_CHARS = 60

_LEADING_ZEROS = re.compile(r"(?<![0-9])0+(?=[0-9])")


def show(value: Any) -> str:
    """Return a found value as a message shows it: short, and with nothing a terminal would obey."""
    if value is None:
        return "nothing (null)"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        shown = repr(value[:MAX_SHOWN_CHARS])
        return shown if len(value) <= MAX_SHOWN_CHARS else shown[:-1] + "…" + shown[-1]
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, (list, tuple)):
        return "a list"
    shown = repr(value)
    return shown if len(shown) <= MAX_SHOWN_CHARS else shown[:MAX_SHOWN_CHARS] + "…"


def listed(words: Iterable[str]) -> str:
    """Join the allowed words as a message lists them."""
    return ", ".join(words)


def did_you_mean(found: Any, allowed: Iterable[str]) -> str:
    """Return ` Did you mean 'x'?`, begun by a full stop, or nothing where no word is near."""
    meant = nearest_word(found, allowed)
    return f". Did you mean {meant!r}?" if meant else ""


def nearest_word(found: Any, allowed: Iterable[str]) -> str | None:
    """The allowed word that was likely meant, None where none is near."""
    if not isinstance(found, str):
        return None
    exact = {_fold(word): word for word in allowed}
    meant = exact.get(_fold(found[:MAX_SHOWN_CHARS]))
    if meant is None:
        # No letter is near another, so single ones are passed over.
        spelled = {word.casefold(): word for word in exact.values() if len(word) > 1}
        near = get_close_matches(found[:MAX_SHOWN_CHARS].strip().casefold(), spelled, n=1)
        meant = spelled[near[0]] if near else None
    return meant


def _fold(word: str) -> str:
    """Return a word without what is easily overlooked: case, spaces around it, `q1` for `q01`."""
    return _LEADING_ZEROS.sub("", word.strip().casefold())


def plain_path(path: Path) -> str:
    """Return the path as a message names it: from the working directory where it lies below it."""
    absolute, here = path.absolute(), Path.cwd()
    named = absolute.relative_to(here) if absolute.is_relative_to(here) else path
    return printable(str(named))


def printable(text: str) -> str:
    """A text with all that a terminal would obey spelled out."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)
