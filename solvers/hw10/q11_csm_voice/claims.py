"""What the options of question 11 assert."""

from typing import Literal

from questions.claims import Claim, Text


class Speaks(Claim):
    """Whose voice says what."""

    voice: Literal["Emily", "Jason"]
    text: Text
