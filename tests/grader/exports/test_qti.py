"""The QTI package read back: the same questions, options, points and key; and the rules Canvas imports by."""

import html
import io
import zipfile
from pathlib import PurePosixPath
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.exports.qti import qti_zip
from grader.scores.own_paper import Language
from questions.common.errors import QuizproofError
from questions.quiz import AnyQuestion, Bilingual, QuizSpec
from solvers.run import catalog
from tests.grader.graded_class import FULL_KEY
from tests.grader.tiny import QUIZ, TINY

QTI = "{http://www.imsglobal.org/xsd/ims_qtiasiv1p2}"
CANVAS = "{http://canvas.instructure.com/xsd/cccv1p0}"
CP = "{http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1}"


def unpack(content: bytes) -> tuple[str, dict[str, ET.Element]]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert package.testzip() is None
        documents = {
            name: ET.fromstring(package.read(name))
            for name in package.namelist()
            if not name.startswith("media/")
        }
    (ident,) = {PurePosixPath(name).parts[0] for name in documents if "/" in name}
    return ident, documents


def fields(parent: ET.Element) -> dict[str, str]:
    return {
        field.findtext(f"{QTI}fieldlabel", ""): field.findtext(f"{QTI}fieldentry", "")
        for field in parent.iter(f"{QTI}qtimetadatafield")
    }


def text_of(parent: ET.Element) -> tuple[str, str]:
    (mattext,) = parent.findall(f"{QTI}material/{QTI}mattext")
    return mattext.attrib["texttype"], mattext.text or ""


def read_item(item: ET.Element) -> dict[str, Any]:
    """An item as its own elements tell it, independently of how it was written."""
    (presentation,) = item.findall(f"{QTI}presentation")
    (response,) = presentation.findall(f"{QTI}response_lid")
    options = {label.attrib["ident"]: text_of(label) for label in response.iter(f"{QTI}response_label")}
    (condition,) = item.findall(f"{QTI}resprocessing/{QTI}respcondition")
    (variables,) = condition.findall(f"{QTI}conditionvar")
    (score,) = condition.findall(f"{QTI}setvar")
    assert (score.attrib, score.text) == ({"action": "Set", "varname": "SCORE"}, "100")
    wrong = {equal.text for no in variables.iter(f"{QTI}not") for equal in no}
    named = [equal.text for equal in variables.iter(f"{QTI}varequal")]
    kind = fields(item)["question_type"]
    if kind == "multiple_choice_question":
        assert (response.attrib["rcardinality"], len(named), wrong) == ("Single", 1, set())
        assert [child.tag for child in variables] == [f"{QTI}varequal"]
    else:
        assert (response.attrib["rcardinality"], named) == ("Multiple", list(options))
        assert [child.tag for child in variables] == [f"{QTI}and"]
    return {
        "ident": item.attrib["ident"],
        "title": item.attrib["title"],
        "kind": kind,
        "points": fields(item)["points_possible"],
        "prompt": text_of(presentation),
        "options": {ident.rpartition("_")[2]: text for ident, text in options.items()},
        "correct": {str(name).rpartition("_")[2] for name in named if name not in wrong},
    }


def read_items(content: bytes) -> list[dict[str, Any]]:
    ident, documents = unpack(content)
    return [read_item(item) for item in documents[f"{ident}/{ident}.xml"].iter(f"{QTI}item")]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_quiz_comes_back(language: Language) -> None:
    items = read_items(qti_zip(QUIZ, FULL_KEY, language))
    assert [item["points"] for item in items].count("0.8") == 2
    for item, question in zip(items, QUIZ.questions, strict=True):
        kinds = {"single": "multiple_choice_question", "multiple": "multiple_answers_question"}
        assert item["kind"] == kinds[question.kind]
        assert item["points"] == question.points
        assert item["title"] == f"{question.id} {getattr(question.title, language)}"
        assert item["prompt"][0] == "text/html"
        shown = html.unescape(
            item["prompt"][1].removeprefix("<p>").removesuffix("</p>").replace("<br>", "\n")
        )
        assert shown == getattr(question.prompt, language)
        assert item["options"] == {
            option.id: ("text/plain", getattr(option.text, language)) for option in question.options
        }
        assert item["correct"] == FULL_KEY[question.id]


def shown(body: str) -> str:
    """What a paragraph of HTML says; it has no markup but line breaks."""
    text = body.removeprefix("<p>").removesuffix("</p>").replace("<br>", "\n")
    assert "<" not in text
    return html.unescape(text)


def edited(question: AnyQuestion, prompt: str, texts: list[str]) -> QuizSpec:
    options = tuple(
        option.model_copy(update={"text": Bilingual(zh=text, en=text)})
        for option, text in zip(question.options, texts, strict=False)
    )
    changed = question.model_copy(update={"prompt": Bilingual(zh=prompt, en=prompt), "options": options})
    return QUIZ.model_copy(update={"questions": (changed,)})


# All that XML can hold but for the carriage return, which it reads as a newline and a question file refuses.
TEXT = st.text(
    st.sampled_from("<>&\"'],\\\n\t=語😀\u202e")
    | st.characters(codec="utf-8", exclude_categories=["Cc", "Cn"]),
    min_size=1,
    max_size=20,
)


@given(TEXT, st.lists(TEXT, min_size=2, max_size=8), st.data())
def test_any_text_comes_back(prompt: str, texts: list[str], data: st.DataObject) -> None:
    quiz = edited(QUIZ.question("q06"), prompt, texts)
    ids = quiz.questions[0].option_ids
    correct = data.draw(st.frozensets(st.sampled_from(ids), min_size=1))
    (item,) = read_items(qti_zip(quiz, {"q06": correct}))
    assert item["options"] == {id_: ("text/plain", text) for id_, text in zip(ids, texts, strict=True)}
    assert item["correct"] == correct
    assert shown(item["prompt"][1]) == prompt


def test_the_package_is_what_the_manifest_says() -> None:
    ident, documents = unpack(qti_zip(QUIZ, FULL_KEY))
    assert list(documents) == ["imsmanifest.xml", f"{ident}/{ident}.xml", f"{ident}/assessment_meta.xml"]
    resources = {one.attrib["identifier"]: one for one in documents["imsmanifest.xml"].iter(f"{CP}resource")}
    quiz = resources[ident]
    assert quiz.attrib["type"] == "imsqti_xmlv1p2"
    files = [file.attrib["href"] for one in resources.values() for file in one.iter(f"{CP}file")]
    assert files == [f"{ident}/{ident}.xml", f"{ident}/assessment_meta.xml"]
    assert [one.attrib["identifierref"] for one in quiz.iter(f"{CP}dependency")] == [f"{ident}_meta"]
    assert resources[f"{ident}_meta"].attrib["href"] == files[1]
    assessment = documents[f"{ident}/{ident}.xml"][0]
    assert assessment.attrib == {"ident": ident, "title": "小測驗"}
    idents = [element.attrib["ident"] for element in assessment.iter() if "ident" in element.attrib]
    own = [one for one in idents if one != "response1"]
    assert len(set(own)) == len(own) == 2 + 4 + 23
    meta = documents[f"{ident}/assessment_meta.xml"]
    assert meta.attrib == {"identifier": ident}
    settings = {child.tag.removeprefix(CANVAS): child.text for child in meta}
    assert settings["points_possible"] == "3.6"
    assert settings["available"] == settings["show_correct_answers"] == "false"
    assert QUIZ.quiz.rule.text.zh in (settings["description"] or "")


def test_the_same_quiz_gives_the_same_bytes_and_another_key_another_quiz() -> None:
    content = qti_zip(QUIZ, FULL_KEY)
    assert content == qti_zip(catalog.load(TINY), dict(reversed(FULL_KEY.items())))
    idents = {unpack(content)[0], unpack(qti_zip(QUIZ, FULL_KEY, "en"))[0]}
    idents.add(unpack(qti_zip(QUIZ, FULL_KEY | {"q01": frozenset("B")}))[0])
    assert len(idents) == 3
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert {info.date_time for info in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_an_incomplete_key_is_refused() -> None:
    with pytest.raises(QuizproofError) as met:
        qti_zip(QUIZ, {**FULL_KEY, "q02": None, "q10": None})
    assert str(met.value) == "The key of q02, q10 is not known; a quiz for Canvas needs every correct answer."


@pytest.mark.parametrize("correct", ["", "AB", "Z"])
def test_a_key_that_cannot_be_is_refused(correct: str) -> None:
    with pytest.raises(ValueError, match="q01"):
        qti_zip(QUIZ, FULL_KEY | {"q01": frozenset(correct)})
