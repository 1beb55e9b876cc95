"""How points stand in a JSON document: the one place that says so."""

from fractions import Fraction
from typing import Annotated

from pydantic import PlainSerializer

from grader.scores.credit import display, exact


def rounded(value: Fraction) -> float:
    """Half up to two decimals, for those who only look."""
    return float(display(value))


def _both_ways(value: Fraction) -> dict[str, str | float]:
    return {"exact": exact(value), "rounded": rounded(value)}


Points = Annotated[Fraction, PlainSerializer(exact, when_used="json")]
BothWays = Annotated[Fraction, PlainSerializer(_both_ways, when_used="json")]  # exact beside rounded
Rounded = Annotated[Fraction, PlainSerializer(rounded, when_used="json")]
