"""The quiz as a QTI 1.2 package that Canvas imports: all items, both kinds, with points and key.

The structure is Canvas's own export's. Options are plain text, which Canvas takes as it stands; as HTML it
would show `<` and `&` escaped. Ids come from the content, so another wording or key is another quiz and never
changes one that has been taken. The quiz comes unpublished and tells no answers until someone lets it.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from xml.etree import ElementTree as ET

from grader.exports.media import NO_MEDIA, Media
from grader.exports.qti_feedback import Feedback, add_conditions, add_feedback, feedback_of
from grader.exports.xml_text import add, html_paragraph, xml_bytes
from grader.key.why import NO_REASONS, Reasons
from grader.scores.credit import require_key
from grader.scores.own_paper import Language
from questions.common.errors import QuizproofError
from questions.common.messages import listed
from questions.key import Answers
from questions.key import Key as DeclaredKey
from questions.quiz import AnyQuestion, Bilingual, CreditRule, QuizSpec

QTI = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
CANVAS = "http://canvas.instructure.com/xsd/cccv1p0"
MANIFEST = "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"

QUESTION_TYPE = {"single": "multiple_choice_question", "multiple": "multiple_answers_question"}
CARDINALITY = {"single": "Single", "multiple": "Multiple"}
FIXED_DATE = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can have

# Canvas has none that keeps the first; a quiz for which that counts has one attempt.
SCORING_POLICY = {
    "latest": "keep_latest",
    "highest": "keep_highest",
    "first": "keep_highest",
    "average": "keep_average",
}
Key = Mapping[str, frozenset[str]]


def qti_zip(
    quiz: QuizSpec,
    key: Answers,
    language: Language = "zh",
    reasons: Reasons = NO_REASONS,
    media: Media = NO_MEDIA,
    *,
    reveal: bool = False,
) -> bytes:
    """The package, the same bytes every time. Raises QuizproofError while the key is incomplete.

    `reasons` become the answers' feedback, all that was measured only with `reveal`; `media` has all that
    the reasons name.
    ValueError: a key that no credit can be shared by.
    """
    missing = [question.id for question in quiz.questions if key.get(question.id) is None]
    if missing:
        raise QuizproofError(
            f"The key of {listed(missing)} is not known; a quiz for Canvas needs every correct answer."
        )
    full = {question.id: key[question.id] or frozenset() for question in quiz.questions}
    for question in quiz.questions:
        require_key(question, full[question.id])
    feedback = {
        question.id: feedback_of(question, full[question.id], reasons, media, reveal=reveal)
        for question in quiz.questions
    }
    ident = _ident(quiz, full, language, feedback)
    media_files = {path: content for one in feedback.values() for path, content in one.files.items()}
    files = {
        "imsmanifest.xml": _manifest(ident, media_files),
        f"{ident}/{ident}.xml": _assessment(quiz, full, language, ident, feedback),
        f"{ident}/assessment_meta.xml": _meta(quiz, language, ident),
        **media_files,
    }
    content = io.BytesIO()
    # Stored, since compressors differ in their bytes; Canvas reads both.
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as package:
        for name, document in files.items():
            info = zipfile.ZipInfo(name, FIXED_DATE)
            info.create_system, info.external_attr = 3, 0o644 << 16  # as on Unix, wherever it is written
            package.writestr(info, document)
    return content.getvalue()


def require_plain(key: DeclaredKey) -> None:
    """Raises QuizproofError for what QTI cannot say: that a person settled a question once papers were in."""
    settled = [id_ for id_, one in key.amendments.items() if one.accept or one.drop or one.full]
    if settled:
        raise QuizproofError(
            f"The key of {listed(settled)} has accept, drop or full, which grade papers that are in; "
            "a quiz for Canvas needs the correct options alone: give them in another key file."
        )


def scored_otherwise(quiz: QuizSpec) -> list[str]:
    """A line for each question that Canvas Classic scores by another rule: it has net alone."""
    return [
        f"{question.id}: Canvas scores it net, the quiz {question.credit.value}; "
        "fill Canvas's gradebook with 'quizproof export gradebook'"
        for question in quiz.questions
        if question.kind == "multiple" and question.credit is not CreditRule.NET
    ]


def _ident(quiz: QuizSpec, key: Key, language: Language, feedback: Mapping[str, Feedback]) -> str:
    content = [[question.model_dump(mode="json"), sorted(key[question.id])] for question in quiz.questions]
    said = [language, quiz.quiz.model_dump(mode="json"), content]
    if any(one.told for one in feedback.values()):
        said.append({id_: one.as_json() for id_, one in feedback.items()})
    document = json.dumps(said, sort_keys=True)
    return f"quizproof_{hashlib.sha256(document.encode()).hexdigest()[:24]}"


def _manifest(ident: str, media: Iterable[str]) -> bytes:
    root = ET.Element("manifest", {"identifier": f"{ident}_manifest", "xmlns": MANIFEST})
    metadata = add(root, "metadata")
    add(metadata, "schema", "IMS Content")
    add(metadata, "schemaversion", "1.1.3")
    add(root, "organizations")
    resources = add(root, "resources")
    quiz = add(resources, "resource", identifier=ident, type="imsqti_xmlv1p2")
    add(quiz, "file", href=f"{ident}/{ident}.xml")
    add(quiz, "dependency", identifierref=f"{ident}_meta")
    href = f"{ident}/assessment_meta.xml"
    kind = "associatedcontent/imscc_xmlv1p1/learning-application-resource"
    meta = add(resources, "resource", identifier=f"{ident}_meta", type=kind, href=href)
    add(meta, "file", href=href)
    for number, path in enumerate(media, 1):
        one = add(resources, "resource", identifier=f"{ident}_media_{number}", type="webcontent", href=path)
        add(one, "file", href=path)
    return xml_bytes(root)


def _meta(quiz: QuizSpec, language: Language, ident: str) -> bytes:
    """Canvas's settings of the quiz, on the safe side: unpublished, one attempt, no answers shown."""
    root = ET.Element("quiz", {"identifier": ident, "xmlns": CANVAS})
    settings = {
        "title": _in(quiz.quiz.title, language),
        "description": html_paragraph(_in(quiz.quiz.rule.text, language)),
        "shuffle_answers": "false",
        "scoring_policy": SCORING_POLICY[quiz.quiz.settings.attempts],
        "hide_results": "always",
        "quiz_type": "assignment",
        "points_possible": quiz.quiz.total,
        "show_correct_answers": "false",
        "allowed_attempts": "1",
        "one_question_at_a_time": "false",
        "cant_go_back": "false",
        "available": "false",
    }
    for name, value in settings.items():
        add(root, name, value)
    assignment = add(root, "assignment", identifier=f"{ident}_assignment")
    for name, value in {
        "title": settings["title"],
        "workflow_state": "unpublished",
        "quiz_identifierref": ident,
        "points_possible": quiz.quiz.total,
        "grading_type": "points",
        "submission_types": "online_quiz",
    }.items():
        add(assignment, name, value)
    return xml_bytes(root)


def _assessment(
    quiz: QuizSpec, key: Key, language: Language, ident: str, feedback: Mapping[str, Feedback]
) -> bytes:
    root = ET.Element("questestinterop", {"xmlns": QTI})
    assessment = add(root, "assessment", ident=ident, title=_in(quiz.quiz.title, language))
    _fields(add(assessment, "qtimetadata"), {"cc_maxattempts": "1"})
    section = add(assessment, "section", ident="root_section")
    for question in quiz.questions:
        item = f"{ident}_{question.id}"
        _add_item(section, question, key[question.id], language, item, feedback[question.id])
    return xml_bytes(root)


def _add_item(
    section: ET.Element,
    question: AnyQuestion,
    correct: frozenset[str],
    language: Language,
    ident: str,
    feedback: Feedback,
) -> None:
    item = add(section, "item", ident=ident, title=f"{question.id} {_in(question.title, language)}")
    fields = {
        "question_type": QUESTION_TYPE[question.kind],
        "points_possible": question.points,
        "assessment_question_identifierref": f"{ident}_bank",
    }
    _fields(add(add(item, "itemmetadata"), "qtimetadata"), fields)
    presentation = add(item, "presentation")
    add(
        add(presentation, "material"),
        "mattext",
        html_paragraph(_in(question.prompt, language)),
        texttype="text/html",
    )
    response = add(presentation, "response_lid", ident="response1", rcardinality=CARDINALITY[question.kind])
    choices = add(response, "render_choice")
    for option in question.options:
        label = add(choices, "response_label", ident=f"{ident}_{option.id}")
        add(add(label, "material"), "mattext", _in(option.text, language), texttype="text/plain")
    processing = add(item, "resprocessing")
    outcome = {"maxvalue": "100", "minvalue": "0", "varname": "SCORE", "vartype": "Decimal"}
    add(add(processing, "outcomes"), "decvar", **outcome)
    add_conditions(processing, ident, feedback)
    condition = add(processing, "respcondition", **{"continue": "No"})
    variables = add(condition, "conditionvar")
    if question.kind == "single":
        wanted, options = variables, tuple(correct)
    else:
        wanted, options = add(variables, "and"), question.option_ids
    for option_id in options:
        parent = wanted if option_id in correct else add(wanted, "not")
        add(parent, "varequal", f"{ident}_{option_id}", respident="response1")
    add(condition, "setvar", "100", action="Set", varname="SCORE")
    add_feedback(item, ident, feedback, language)


def _fields(parent: ET.Element, fields: Mapping[str, str]) -> None:
    for label, entry in fields.items():
        field = add(parent, "qtimetadatafield")
        add(field, "fieldlabel", label)
        add(field, "fieldentry", entry)


def _in(text: Bilingual, language: Language) -> str:
    return text.zh if language == "zh" else text.en
