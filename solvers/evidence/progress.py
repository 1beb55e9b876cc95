"""How a measurement says how far it is."""

from collections.abc import Callable

OnStep = Callable[[str, float], None]  # what is done, and which share of the question (0 … 1) is behind it
