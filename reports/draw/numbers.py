"""Numbers as print has them."""

import re

SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
POWER = re.compile(r"(\d(?:\.\d+)?)e([+-]\d+)")
HYPHEN = re.compile(r"(?<![\w.)\]-])-(?=\d)")


def shown_number(value: float) -> str:
    """Three significant digits, whole numbers whole, with a true minus sign and no `e`."""
    if value == int(value) and abs(value) < 1e6:
        return typeset(str(int(value)))
    return typeset(f"{value:.3g}")


def typeset(text: str) -> str:
    """A text with its numbers as print has them: 6 × 10⁻⁵ for 6e-05, and a minus sign for a hyphen."""
    powers = POWER.sub(lambda found: f"{found[1]} × 10{str(int(found[2])).translate(SUPERSCRIPT)}", text)
    return HYPHEN.sub("−", powers)
