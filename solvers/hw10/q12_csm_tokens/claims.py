"""What the options of question 12 assert."""

from typing import Literal

from pydantic import StrictBool

from questions.claims import Claim


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
