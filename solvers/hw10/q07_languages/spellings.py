"""The ways one text may be written: numbers in words or digits, Chinese in either script.

Whisper writes "238" or "two hundred and thirty-eight", 历史 or 歷史, as it pleases, and none is an error.
A text is scored in every way, so that a change in the writing is no loss of words.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache
from itertools import groupby
from typing import Any

from solvers.hw10.q07_languages.claims import Language

ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_NUMBER = "|".join([*ONES, *TENS[2:], "hundred", "thousand"])
IN_WORDS = re.compile(rf"\b(?:{_NUMBER})(?:(?:[\s-]+|\s+and\s+)(?:{_NUMBER}))*\b", re.IGNORECASE)
# A whole number up to 9,999, which is as far as clips of some seconds go; not part of a decimal or a time.
IN_DIGITS = re.compile(r"(?<!\d)(?<!\d[.,:])(?:\d,\d{3}|\d{1,4})(?![.,:]?\d)")
HAN_DIGITS, HAN_UNITS = "零一二三四五六七八九", {"千": 1_000, "百": 100, "十": 10}
HAN_VALUES = {digit: value for value, digit in enumerate(HAN_DIGITS)} | {"〇": 0, "两": 2, "兩": 2}
# A single character is as often no number (一起), and is left as it is.
IN_HAN = re.compile("[" + "".join([*HAN_VALUES, *HAN_UNITS]) + "]{2,}")


def spellings(text: str, language: Language) -> tuple[str, ...]:
    """The text as it is, then every other way to write it: at least one, each once."""
    if language == "en":
        return tuple(dict.fromkeys((text, IN_WORDS.sub(_to_digits, text), IN_DIGITS.sub(_to_words, text))))
    numbers = (text, IN_HAN.sub(_from_han, text), IN_DIGITS.sub(_to_han, text))
    scripts = (_converter("t2s"), _converter("s2t"))
    return tuple(dict.fromkeys([*numbers, *(script(one) for script in scripts for one in numbers)]))


def _to_digits(found: re.Match[str]) -> str:
    return str(_english_numbers()(found[0].lower().replace("-", " ")))


def _to_words(found: re.Match[str]) -> str:
    return " ".join(_words(int(found[0].replace(",", ""))))


def _words(number: int) -> Iterator[str]:
    """As they are said, less "and"."""
    for size, name in ((1_000, "thousand"), (100, "hundred")):
        if number >= size:
            yield from (ONES[number // size], name)
            number %= size
            if not number:
                return
    if number < len(ONES):
        yield ONES[number]
    else:
        tens, ones = divmod(number, 10)
        yield TENS[tens] + (f"-{ONES[ones]}" if ones else "")


def _from_han(found: re.Match[str]) -> str:
    """二百三十八 and 二三八 alike are 238."""
    if HAN_UNITS.keys().isdisjoint(found[0]):
        return "".join(str(HAN_VALUES[one]) for one in found[0])
    total, digit = 0, 0
    for one in found[0]:
        if one in HAN_UNITS:
            total += max(digit, 1) * HAN_UNITS[one]  # 十五 has no 一 before it
            digit = 0
        else:
            digit = HAN_VALUES[one]
    return str(total + digit)


def _to_han(found: re.Match[str]) -> str:
    number = int(found[0].replace(",", ""))
    if number == 0:
        return HAN_DIGITS[0]
    parts = []
    for size, unit in ((1_000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // size % 10
        parts.append(HAN_DIGITS[digit] + unit if digit else HAN_DIGITS[0])
    # Zeros within are said once, at the ends never.
    said = "".join("零" if zero else "".join(some) for zero, some in groupby(parts, lambda one: one == "零"))
    said = said.strip("零")
    return said[1:] if said.startswith("一十") else said


@cache
def _english_numbers() -> Any:
    from whisper.normalizers.english import EnglishNumberNormalizer

    return EnglishNumberNormalizer()


@cache
def _converter(name: str) -> Callable[[str], str]:
    from opencc import OpenCC

    convert: Callable[[str], str] = OpenCC(name).convert
    return convert
