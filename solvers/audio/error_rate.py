"""Error rates between what was said and what was heard: by word for English, by character for Chinese.

Importing openai-whisper's normalisers imports torch with them, so the first call is slow where
nothing has measured yet. Judges get numbers and never call this module.
"""

from __future__ import annotations

import re
import unicodedata
import warnings
from functools import cache
from typing import Any

LANGUAGES = ("en", "zh")

# "A.I.", "U.S.A", "p.m.": letters with points between them are one word, as without the points.
INITIALS = re.compile(r"(?<![\w.])[A-Za-z](?:\.[A-Za-z])+\.?(?!\w)")
ELLIPSIS = re.compile(r"\.{2,}")


def normalise(text: str, language: str) -> str:
    """The text as error rates compare it.

    English: openai-whisper's EnglishTextNormalizer (case, punctuation, numbers, contractions,
    British spelling, fillers such as "um"), with initials such as "A.I." as one word. Chinese:
    openai-whisper's BasicTextNormalizer, then Traditional characters folded to Simplified by OpenCC
    (one by one and phrase by phrase, no regional vocabulary), and no spaces.
    ValueError: another language.
    """
    if language not in LANGUAGES:
        raise ValueError(f"There is no error rate for language {language!r}: use {' or '.join(LANGUAGES)}.")
    # Of "..." (and "…", which NFKC writes so) the English normaliser would keep a point as a word.
    text = ELLIPSIS.sub(" ", unicodedata.normalize("NFKC", text))
    text = INITIALS.sub(lambda initials: initials[0].replace(".", ""), text)
    plain: str = _normaliser(language)(text)
    if language == "zh":
        plain = "".join(_to_simplified().convert(plain).split())
    return plain.strip()


def error_rate(reference: str, hypothesis: str, language: str) -> float:
    """Edits that turn the reference into the hypothesis, over the reference's words or characters.

    Word error rate for `en`, character error rate for `zh`, both after `normalise`. 0 for equal
    texts, 1.0 for an empty hypothesis, and above 1 where more is heard than was said.
    ValueError: nothing is left of the reference once normalised, or another language.
    """
    import jiwer

    said, heard = normalise(reference, language), normalise(hypothesis, language)
    if not said:
        raise ValueError(f"The reference {reference!r} has no words to compare with: give what was said.")
    rate = jiwer.wer(said, heard) if language == "en" else jiwer.cer(said, heard)
    return float(rate)


@cache
def _normaliser(language: str) -> Any:
    from whisper.normalizers import BasicTextNormalizer, EnglishTextNormalizer

    if language != "en":
        return BasicTextNormalizer()
    with warnings.catch_warnings():  # it leaves its table of spellings open
        warnings.simplefilter("ignore", ResourceWarning)
        return EnglishTextNormalizer()


@cache
def _to_simplified() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")
