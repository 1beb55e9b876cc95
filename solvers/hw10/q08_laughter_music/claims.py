"""What the options of question 8 assert."""

from typing import Literal

from questions.claims import Claim


class Worst(Claim):
    """The clip that is reconstructed worst."""

    worst: Literal["laughter", "music"]


class Because(Claim):
    """Why it is reconstructed worst."""

    because: Literal["paralinguistics_unrecognised", "only_for_speech", "long_duration"]


class Implies(Claim):
    """What it may mean for models built on the codes."""

    implies: Literal["may_be_hard_for_later_models"]
