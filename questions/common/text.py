"""Unicode's normal forms in time that grows with the text, whatever the text is."""

import unicodedata
from functools import cache
from typing import Literal

# Unicode Standard Annex #15, section 13, "Stream-Safe Text Format": no language has more in a row.
MAX_MARKS = 30
_JOINER = "\u034f"  # the combining grapheme joiner, which keeps marks apart that are then not sorted


def normalized(form: Literal["NFC", "NFKC"], text: str) -> str:
    """The normal form of a text, with a joiner after each 30 marks that stand on one letter.

    Marks are sorted within their run, which takes quadratic time; the joiner ends a run.
    """
    if len(text) <= MAX_MARKS or text.isascii():
        return unicodedata.normalize(form, text)
    safe, n_marks = [], 0
    for char in text:
        n_marks = n_marks + 1 if _is_mark(char) else 0
        if n_marks > MAX_MARKS:
            safe.append(_JOINER)
            n_marks = 1
        safe.append(char)
    return unicodedata.normalize(form, "".join(safe))


@cache
def _is_mark(char: str) -> bool:
    """Whether a character is sorted among the marks of a letter, or comes apart into such ones."""
    return any(unicodedata.combining(part) for part in unicodedata.normalize("NFKD", char))
