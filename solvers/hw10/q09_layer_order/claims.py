"""What the options of question 9 assert."""

from questions.claims import Claim, Text
from questions.quiz import AnyQuestion, Option


class Said(Claim):
    """The sentence in the shuffled file."""

    said: Text


def sentence_of(option: Option[Said]) -> str:
    """The sentence that an option claims."""
    return option.parts[0].claim.said


def sentences_of(question: AnyQuestion) -> tuple[str, ...]:
    """The sentences of all options, in their order."""
    return tuple(sentence_of(option) for option in question.options)
