"""Why each answer is right or wrong, as QTI feedback: what Canvas shows beside an answer that was picked.

Elements and names are those of Canvas's own export (lib/cc/qti/qti_items.rb in instructure/canvas-lms).
"""

from collections.abc import Mapping
from xml.etree import ElementTree as ET

from grader.exports.xml_text import add, html_paragraph
from grader.key.why import Reasons
from grader.scores.own_paper import Language
from questions.quiz import AnyQuestion, Bilingual

Feedback = Mapping[str, Bilingual]  # by option


def feedback_of(
    question: AnyQuestion, correct: frozenset[str], reasons: Reasons, *, reveal: bool
) -> Feedback:
    """What is told of each option to those who picked it; without `reveal` nothing that tells of another."""
    told = {
        id_: reasons.told(question, id_, frozenset({id_}), right=id_ in correct, reveal=reveal)
        for id_ in question.option_ids
    }
    return {option: one.words for option, one in told.items() if one is not None}


def add_conditions(processing: ET.Element, ident: str, feedback: Feedback) -> None:
    """Who picks an option is shown its feedback. These stand before the one that scores, and go on to it."""
    for option in feedback:
        condition = add(processing, "respcondition", **{"continue": "Yes"})
        variables = add(condition, "conditionvar")
        add(variables, "varequal", f"{ident}_{option}", respident="response1")
        add(condition, "displayfeedback", feedbacktype="Response", linkrefid=_name(ident, option))


def add_feedback(item: ET.Element, ident: str, feedback: Feedback, language: Language) -> None:
    """The texts themselves, in both languages, the quiz's own first."""
    for option, words in feedback.items():
        texts = (words.zh, words.en) if language == "zh" else (words.en, words.zh)
        body = "".join(html_paragraph(text) for text in dict.fromkeys(texts))
        flow = add(add(item, "itemfeedback", ident=_name(ident, option)), "flow_mat")
        add(add(flow, "material"), "mattext", body, texttype="text/html")


def _name(ident: str, option: str) -> str:
    return f"{ident}_{option}_fb"
