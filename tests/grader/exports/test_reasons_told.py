"""Why, in what other programs show students: Gradescope's output and the feedback of a quiz for Canvas."""

import json
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from grader.exports.gradescope import gradescope_files
from grader.exports.media import NO_MEDIA, Media
from grader.exports.qti import qti_zip
from grader.key.why import NO_REASONS, Reasons, reasons_of
from grader.scores.own_paper import Language
from tests.grader.exports.test_qti import QTI, unpack
from tests.grader.graded_class import graded_class
from tests.grader.tiny import QUIZ
from tests.grader.tiny_evidence import evidence_of, judged

TRUE = {"q01": "B", "q02": "C", "q06": "ABD", "q10": "ABDE"}
KEY = {question: frozenset(options) for question, options in TRUE.items()}
REASONS = reasons_of(QUIZ, evidence_of())


def outputs(*, language: Language = "en", reveal: bool = False, **answers: str) -> list[str]:
    papers: list[dict[str, Any]] = [{"id": "1", **answers}]
    ((_, content),) = gradescope_files(
        graded_class(QUIZ, papers, KEY), language=language, reasons=REASONS, reveal=reveal
    )
    return [test["output"] for test in json.loads(content)["tests"]]


def test_gradescope_tells_why_of_what_was_picked() -> None:
    right, wrong, several, _ = outputs(q01="B", q02="A", q06="AC")
    assert right == "the correct option: 0.8 points\nB: 2 + 3 = 5. Measured: 5."
    assert wrong == "not the correct option: 0 points\nA: What was measured is not as it says."
    assert several == (
        "1 right − 1 wrong, of 3 correct: (1 − 1) × 1/3 = 0 points\n"
        "A: What was measured is as it says.\nC: What was measured is not as it says."
    )


def test_gradescope_tells_why_of_every_option_where_asked() -> None:
    told = outputs(q02="A", reveal=True, language="zh")[1]
    reasons = "".join(f"\n{option}：2 + 3 = 5。測得：5。" for option in "ABCD")
    assert told == f"沒有選到正確選項：0 分{reasons}"


def feedback(
    language: Language = "en", reasons: Reasons = REASONS, media: Media = NO_MEDIA, *, reveal: bool = False
) -> dict[str, dict[str, str]]:
    """What is shown to who picks an option, by question and option, as Canvas links it."""
    ident, documents = unpack(qti_zip(QUIZ, KEY, language, reasons, media, reveal=reveal))
    found = {}
    for item in documents[f"{ident}/{ident}.xml"].iter(f"{QTI}item"):
        texts = {
            one.attrib["ident"]: one.findtext(f"{QTI}flow_mat/{QTI}material/{QTI}mattext") or ""
            for one in item.findall(f"{QTI}itemfeedback")
        }
        found[item.attrib["ident"].rpartition("_")[2]] = {
            option.rpartition("_")[2]: texts.pop(link) for option, link in links_of(item)
        }
        assert texts == {}
    return found


def links_of(item: ET.Element) -> list[tuple[str, str]]:
    *shown, scored = item.findall(f"{QTI}resprocessing/{QTI}respcondition")
    assert [child.tag for child in scored] == [f"{QTI}conditionvar", f"{QTI}setvar"]
    assert scored.attrib == {"continue": "No"}
    found = []
    for condition in shown:
        assert condition.attrib == {"continue": "Yes"}
        (equal,) = condition.findall(f"{QTI}conditionvar/{QTI}varequal")
        (link,) = condition.findall(f"{QTI}displayfeedback")
        assert equal.attrib == {"respident": "response1"}
        assert link.attrib == {"feedbacktype": "Response", "linkrefid": f"{equal.text}_fb"}
        found.append((equal.text or "", link.attrib["linkrefid"]))
    return found


def test_each_answer_of_a_quiz_for_canvas_has_its_feedback_in_both_languages() -> None:
    told = feedback()
    assert [len(options) for options in told.values()] == [4, 4, 8, 7]
    assert told["q01"]["B"] == "<p>2 + 3 = 5. Measured: 5.</p><p>2 + 3 = 5。測得：5。</p>"
    assert told["q01"]["A"] == "<p>What was measured is not as it says.</p><p>測得的結果與此說不符。</p>"
    assert feedback("zh")["q01"]["B"] == "<p>2 + 3 = 5。測得：5。</p><p>2 + 3 = 5. Measured: 5.</p>"
    assert feedback(reveal=True)["q01"]["A"] == told["q01"]["B"]


def test_without_evidence_the_quiz_is_as_it_was_and_a_reason_makes_another() -> None:
    assert not any(feedback(reasons=NO_REASONS).values())
    assert qti_zip(QUIZ, KEY, "en", NO_REASONS) == qti_zip(QUIZ, KEY, "en")
    plain, told = (unpack(qti_zip(QUIZ, KEY, "en", one))[0] for one in (NO_REASONS, REASONS))
    assert plain != told


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", "a & b", "\x0b]]>"])
def test_what_was_measured_is_text_in_html_and_xml(hostile: str) -> None:
    question = QUIZ.question("q01")
    evidence = judged(question)
    why = reasons_of(QUIZ, {**evidence_of(), "q01": evidence}).by_question["q01"]["B"]
    words = why.words.model_copy(update={"en": hostile})
    reasons = Reasons(by_question={"q01": {"B": why.model_copy(update={"words": words})}})
    body = feedback(reasons=reasons)["q01"]["B"]
    shown = hostile.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\x0b", "\ufffd")
    assert body == f"<p>{shown}</p><p>2 + 3 = 5。測得：5。</p>"
