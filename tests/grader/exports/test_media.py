"""Sounds and pictures in what other programs show: Gradescope's output and a quiz for Canvas."""

import base64
import io
import json
import zipfile
from typing import Any

from grader.exports.gradescope import gradescope_files
from grader.exports.media import Medium
from grader.exports.qti import qti_zip
from grader.key.why import reasons_of
from questions.quiz import Bilingual
from tests.grader.exports.test_qti import CP
from tests.grader.exports.test_reasons_told import KEY, feedback
from tests.grader.graded_class import graded_class
from tests.grader.tiny import QUIZ
from tests.grader.tiny_evidence import evidence_of
from tests.reports.drawn import tree

SOUND = Medium(Bilingual(zh="原檔", en='the "original" <b>'), "audio/mpeg", b"ID3 sound")
CURVE = Medium(Bilingual(zh="曲線", en="the curve"), "image/svg+xml", b"<svg/>")
OTHER = Medium(Bilingual(zh="另一個", en="another"), "audio/mpeg", b"ID3 other")
MEDIA = {"q01": {"../s": SOUND, "c": CURVE, "o": OTHER}, "q06": {"../s": SOUND, "o": OTHER}}
OWN = {
    "q01": {"A": ("../s",), "B": ("../s", "c"), "C": ("o",)},
    "q06": {"A": ("../s",), "B": ("../s",), "H": ("o",)},
}
REASONS = reasons_of(QUIZ, evidence_of()).model_copy(update={"own": OWN})
LABEL = "the &quot;original&quot; &lt;b&gt;"


def outputs(*, reveal: bool = False, **answers: str) -> list[dict[str, Any]]:
    papers: list[dict[str, Any]] = [{"id": "1", **answers}]
    ((_, content),) = gradescope_files(
        graded_class(QUIZ, papers, KEY), language="en", reasons=REASONS, media=MEDIA, reveal=reveal
    )
    tests: list[dict[str, Any]] = json.loads(content)["tests"]
    return tests


def within(medium: Medium) -> str:
    return f"data:{medium.mime};base64,{base64.b64encode(medium.content).decode()}"


def test_gradescope_plays_and_shows_what_belongs_to_the_options_picked() -> None:
    one, two, *_ = outputs(q01="B", q02="C")
    assert (one["output_format"], two["output_format"]) == ("html", "text")
    assert one["output"] == (
        "<p>the correct option: 0.8 points<br>B: 2 + 3 = 5. Measured: 5.</p>"
        f'<p>B: {LABEL}<br/><audio controls="controls" src="{within(SOUND)}"></audio></p>'
        f'<p>B: the curve<br/><img src="{within(CURVE)}" alt="B: the curve"/></p>'
    )
    assert two["output"] == "the correct option: 0.8 points\nC: 2 + 3 = 5. Measured: 5."


def test_gradescope_shows_each_once_and_nothing_that_tells_of_others() -> None:
    wrong, _, several, _ = outputs(q01="A", q06="A")
    assert (wrong["output_format"], several["output_format"]) == ("text", "text")
    told = outputs(q01="A", reveal=True)[0]["output"]
    assert told.count(within(SOUND)) == 1
    assert f"<p>A, B: {LABEL}<br/>" in told
    assert "<p>C: another<br/>" in told


def package(*, reveal: bool) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(qti_zip(QUIZ, KEY, "en", REASONS, MEDIA, reveal=reveal))) as found:
        return {info.filename: found.read(info) for info in found.infolist()}


def test_the_package_for_canvas_has_the_files_and_its_manifest_names_them() -> None:
    files = package(reveal=True)
    media = {name: content for name, content in files.items() if name.startswith("media/")}
    assert media == {
        "media/q01-1.mp3": SOUND.content,
        "media/q01-2.svg": CURVE.content,
        "media/q01-3.mp3": OTHER.content,
        "media/q06-1.mp3": SOUND.content,
        "media/q06-2.mp3": OTHER.content,
    }
    resources = tree(files["imsmanifest.xml"].decode()).iter(f"{CP}resource")
    assert [one.attrib["href"] for one in resources if one.attrib["type"] == "webcontent"] == list(media)


def test_an_answers_feedback_leads_to_its_own_files() -> None:
    place = "%24IMS-CC-FILEBASE%24/media/q01"
    told = feedback(reasons=REASONS, media=MEDIA)["q01"]
    label = f"{LABEL} 原檔"
    assert told["B"] == (
        "<p>2 + 3 = 5. Measured: 5.</p><p>2 + 3 = 5。測得：5。</p>"
        f'<p><a href="{place}-1.mp3">{label}</a><br/>'
        f'<audio controls="controls" src="{place}-1.mp3"></audio></p>'
        f'<p><a href="{place}-2.svg">the curve 曲線</a><br/>'
        f'<img src="{place}-2.svg" alt="the curve 曲線"/></p>'
    )
    assert told["A"] == "<p>What was measured is not as it says.</p><p>測得的結果與此說不符。</p>"


def test_what_no_feedback_shows_is_not_in_the_package() -> None:
    """Who opens the files of the course learns nothing of options that they did not pick."""
    media = {name for name in package(reveal=False) if name.startswith("media/")}
    assert media == {"media/q01-1.mp3", "media/q01-2.svg"}


def test_another_sound_is_another_quiz() -> None:
    changed = MEDIA | {"q01": MEDIA["q01"] | {"../s": OTHER}}
    one, two = (qti_zip(QUIZ, KEY, "en", REASONS, media, reveal=True) for media in (MEDIA, changed))
    assert one == qti_zip(QUIZ, KEY, "en", REASONS, MEDIA, reveal=True)
    (ident,) = {name.split("/")[0] for name in package(reveal=True) if name.startswith("quizproof_")}
    assert ident.encode() in one
    assert ident.encode() not in two
