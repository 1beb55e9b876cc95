"""What an option can assert, as data: one small model per kind of claim, a union of them a question.

A judge matches on these classes, so a TA edits numbers and options in YAML without touching code.
Claims are told apart by their first field: `{worst: music}` is a `Worst`.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, Union

from pydantic import BaseModel, ConfigDict, Discriminator, Field, StrictBool, StrictFloat, Tag

Emotion = Literal["Amused", "Angry", "Disgusted", "Sleepy", "Neutral"]
Language = Literal["en", "zh"]
Count = Annotated[int, Field(strict=True, ge=0)]  # strict: `true` or "8" is no number
Layer = Annotated[Count, Field(le=31)]
Split = Annotated[Count, Field(le=8)]
Text = Annotated[str, Field(min_length=1, max_length=400)]
Shape = Annotated[tuple[Count, ...], Field(min_length=1, max_length=6)]


class Claim(BaseModel):
    """One assertion of an option."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


def tag_of(model: type[Claim]) -> str:
    """The field that tells this claim from the question's others."""
    return next(iter(model.model_fields))


def _discriminate(tags: frozenset[str]) -> Callable[[Any], str | None]:
    def first_known_field(value: Any) -> str | None:
        if isinstance(value, Claim):
            return tag_of(type(value))
        fields = value if isinstance(value, Mapping) else {}
        return next((str(name) for name in fields if name in tags), None)

    return first_known_field


def one_of(*models: type[Claim]) -> Any:
    """The type of a question's claims: exactly one of `models`, chosen by its first field."""
    tagged = tuple(Annotated[model, Tag(tag_of(model))] for model in models)
    if len(tagged) == 1:
        return tagged[0]
    tags = frozenset(tag_of(model) for model in models)
    return Annotated[Union[tagged], Discriminator(_discriminate(tags))]  # noqa: UP007


# Q1 to Q5: the tokenizer
class Shapes(Claim):
    """Shapes `[B, K, T]` of the codes of the 2-second and the 4-second clip."""

    shape_2s: Shape
    shape_4s: Shape


class Frames(Claim):
    """Frames `T` of an 8-second clip."""

    frames: Count


class AxisFollows(Claim):
    """The one quantity that axis 1 of the codes follows when it alone is changed."""

    axis_1_follows: Literal["duration", "num_quantizers", "channels", "batch"]


class DtypeKind(Claim):
    """The kind of the codes' dtype."""

    dtype: Literal["float", "integer", "string", "boolean"]


class ValueIs(Claim):
    """What a single code is."""

    value_is: Literal["embedding_value", "codebook_index", "symbol", "bit"]


class FirstFive(Claim):
    """The first five values of the embedding of code 2047 in layer 0, rounded to four decimals."""

    first_five: Annotated[tuple[StrictFloat, ...], Field(min_length=5, max_length=5)]


# Q6: emotions in UMAP
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


# Q7 and Q8: reconstruction
class Better(Claim):
    """Which language is reconstructed clearly better than the other."""

    better: Language


class Both(Claim):
    """Both languages are reconstructed well, or neither is."""

    both: Literal["good", "not_good"]


class Only(Claim):
    """Which language is reconstructed well while the other is not."""

    only: Language


class Worst(Claim):
    """The clip that is reconstructed worst."""

    worst: Literal["laughter", "music"]


class Because(Claim):
    """Why it is reconstructed worst."""

    because: Literal["paralinguistics_unrecognised", "only_for_speech", "long_duration"]


class Implies(Claim):
    """What it may mean for models built on the codes."""

    implies: Literal["may_be_hard_for_later_models"]


# Q9 and Q10: layers
class Said(Claim):
    """The sentence in the shuffled file."""

    said: Text


class LayerZero(Claim):
    """How layer 0 was trained."""

    layer_0: Literal["aligned_with_wavlm"]


class WithoutLayerZero(Claim):
    """What is heard when layer 0 is another's."""

    without_layer_0: Literal["unintelligible", "converts_well"]


class BlurredAt(Claim):
    """The split at which the sound is blurred."""

    blurred_at: Split


class NearerFrom(Claim):
    """From this split on, the sound is nearer to the named speaker."""

    nearer_from: Split
    speaker: Literal["Alice", "James"]


class Dominant(Claim):
    """Whether the front or the back layers decide what is heard."""

    dominant: Literal["front", "back"]


# Q11 and Q12: CSM
class Speaks(Claim):
    """Whose voice says what."""

    voice: Literal["Emily", "Jason"]
    text: Text


class CodecIs(Claim):
    """How CSM's codec relates to Mimi."""

    codec: Literal["same_tokens", "post_trained"]


class Decodable(Claim):
    """Whether CSM's codes decode to intelligible speech in a standalone Mimi."""

    decodable: StrictBool


class TrainedTogether(Claim):
    """Whether CSM and Mimi were trained together."""

    trained_together: StrictBool


class ModelsAre(Claim):
    """How the two models relate."""

    models_are: Literal["independent"]


class DecodesTo(Claim):
    """What a standalone Mimi makes of CSM's codes."""

    decodes_to: Literal["noise"]


CLAIMS: Mapping[str, tuple[type[Claim], ...]] = {
    "q01": (Shapes,),
    "q02": (Frames,),
    "q03": (AxisFollows,),
    "q04": (DtypeKind, ValueIs),
    "q05": (FirstFive,),
    "q06": (UmapIs, ColourIs, MoreSeparated, Groups),
    "q07": (Better, Both, Only),
    "q08": (Worst, Because, Implies),
    "q09": (Said,),
    "q10": (LayerZero, WithoutLayerZero, BlurredAt, NearerFrom, Dominant),
    "q11": (Speaks,),
    "q12": (CodecIs, Decodable, TrainedTogether, ModelsAre, DecodesTo),
}
