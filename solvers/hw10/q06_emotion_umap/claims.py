"""What the options of question 6 assert."""

from typing import Annotated, Literal

from pydantic import Field

from questions.claims import Claim, Count

Emotion = Literal["Amused", "Angry", "Disgusted", "Sleepy", "Neutral"]
Layer = Annotated[Count, Field(le=31)]


class UmapIs(Claim):
    """The kind of reduction UMAP is."""

    umap_is: Literal["nonlinear", "linear"]


class ColourIs(Claim):
    """What a point's colour stands for in the figure."""

    colour_is: Literal["label"]


class MoreSeparated(Claim):
    """The emotions are better separated at layer `more_separated` than at layer `than`."""

    more_separated: Layer
    than: Layer


class Groups(Claim):
    """The named emotions form groups in the scatter plot of a layer."""

    groups: Annotated[tuple[Emotion, ...], Field(min_length=2, max_length=5)]
    layer: Layer
