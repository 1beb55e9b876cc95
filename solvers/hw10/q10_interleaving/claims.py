"""What the options of question 10 assert."""

from typing import Annotated, Literal

from pydantic import Field

from questions.claims import Claim, Count

Split = Annotated[Count, Field(le=8)]


class LayerZero(Claim):
    """How layer 0 was trained."""

    layer_0: Literal["aligned_with_wavlm"]


class WithoutLayerZero(Claim):
    """What is heard when layer 0 is another's."""

    without_layer_0: Literal["unintelligible", "converts_well"]


class BlurredAt(Claim):
    """The split at which the sound is blurred."""

    blurred_at: Split


class Nearer(Claim):
    """Which speaker is nearer, at which splits: what is measured for one such claim bears on the others."""


class NearerFrom(Nearer):
    """From this split on, the sound is nearer to the named speaker."""

    nearer_from: Split
    speaker: Literal["Alice", "James"]


class Dominant(Nearer):
    """Whether the front or the back layers decide what is heard."""

    dominant: Literal["front", "back"]
