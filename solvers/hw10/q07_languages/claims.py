"""What the options of question 7 assert."""

from typing import Literal

from questions.claims import Claim

Language = Literal["en", "zh"]


class Better(Claim):
    """Which language is reconstructed clearly better than the other."""

    better: Language


class Both(Claim):
    """Both languages are reconstructed well, or neither is."""

    both: Literal["good", "not_good"]


class Only(Claim):
    """Which language is reconstructed well while the other is not."""

    only: Language
