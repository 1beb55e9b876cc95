"""Why each answer is right or wrong, as QTI feedback: what Canvas shows beside an answer that was picked.

Elements and names are those of Canvas's own export (lib/cc/qti/qti_items.rb in instructure/canvas-lms).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as ET

from grader.exports.media import NO_MEDIA, Media, Medium
from grader.exports.xml_text import add, html_paragraph
from grader.key.why import Reasons, Told
from grader.scores.own_paper import Language
from questions.quiz import AnyQuestion, Bilingual

# What stands in Canvas's own exports for the place where a package's files lie once they are imported.
FILES = "%24IMS-CC-FILEBASE%24"


@dataclass(frozen=True)
class Feedback:
    """What is told of each option of a question to those who picked it, and what it shows, by name."""

    question: str
    told: Mapping[str, Told]
    media: Mapping[str, Medium]

    @property
    def files(self) -> dict[str, bytes]:
        """What it shows, by the place in the package."""
        return {self.path(name): medium.content for name, medium in self.media.items()}

    def path(self, name: str) -> str:
        """Where a sound or picture lies; its name, which is from a stored record, is no part of it."""
        return f"media/{self.question}-{list(self.media).index(name) + 1}{self.media[name].suffix}"

    def as_json(self) -> dict[str, Any]:
        """All that it is made of, for the quiz's id."""
        told = {option: one.model_dump(mode="json") for option, one in self.told.items()}
        media = [[name, hashlib.sha256(one.content).hexdigest()] for name, one in self.media.items()]
        return {"told": told, "media": media}


def feedback_of(
    question: AnyQuestion,
    correct: frozenset[str],
    reasons: Reasons,
    media: Media = NO_MEDIA,
    *,
    reveal: bool,
) -> Feedback:
    """Without `reveal` nothing that tells of another option, and of sounds and pictures its own alone."""
    found = {
        id_: reasons.told(question, id_, frozenset({id_}), right=id_ in correct, reveal=reveal)
        for id_ in question.option_ids
    }
    told = {option: one for option, one in found.items() if one is not None}
    shown = {name for one in told.values() for name in one.shown}
    held = media.get(question.id, {})
    return Feedback(question.id, told, {name: one for name, one in held.items() if name in shown})


def add_conditions(processing: ET.Element, ident: str, feedback: Feedback) -> None:
    """Who picks an option is shown its feedback. These stand before the one that scores, and go on to it."""
    for option in feedback.told:
        condition = add(processing, "respcondition", **{"continue": "Yes"})
        variables = add(condition, "conditionvar")
        add(variables, "varequal", f"{ident}_{option}", respident="response1")
        add(condition, "displayfeedback", feedbacktype="Response", linkrefid=_name(ident, option))


def add_feedback(item: ET.Element, ident: str, feedback: Feedback, language: Language) -> None:
    """The texts themselves, in both languages, the quiz's own first; below, what is heard and seen."""
    for option, told in feedback.told.items():
        body = "".join(map(html_paragraph, _in_both(told.words, language)))
        for name in told.shown:
            medium, address = feedback.media[name], f"{FILES}/{feedback.path(name)}"
            body += medium.as_html(address, " ".join(_in_both(medium.label, language)), link=True)
        flow = add(add(item, "itemfeedback", ident=_name(ident, option)), "flow_mat")
        add(add(flow, "material"), "mattext", body, texttype="text/html")


def _in_both(text: Bilingual, language: Language) -> tuple[str, ...]:
    """In this language and the other, once where both are the same."""
    texts = (text.zh, text.en) if language == "zh" else (text.en, text.zh)
    return tuple(dict.fromkeys(texts))


def _name(ident: str, option: str) -> str:
    return f"{ident}_{option}_fb"
