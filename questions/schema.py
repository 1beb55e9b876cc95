"""JSON Schemas of every file people write, so that an editor helps while they write it.

`quizproof export schema` writes them; those of the quizzes that ship are committed beside their questions.
"""

import json
from pathlib import Path
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, NoDefault
from pydantic_core.core_schema import CoreSchema, NullableSchema, WithDefaultSchema

from questions.amendments import MAX_REASON_CHARS, Drop, Full, Regrading
from questions.common.files import write_atomic
from questions.key import MAX_NOTE_CHARS
from questions.load import Vocabulary
from questions.quiz import AnyQuestion, Quiz, QuizSpec, question_model

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
SCHEMA_FOLDER = "schema"  # beside the questions

# A source is needed where the basis is 'documented', and only there.
_SOURCE_RULE: Schema = {
    "if": {"properties": {"basis": {"const": "documented"}}, "required": ["basis"]},
    "then": {"required": ["source"]},
    "else": {"properties": {"source": False}},
}
# An option has parts under `all`, which say the rest themselves, or else one claim.
_OPTION_RULE: Schema = {
    "if": {"required": ["all"]},
    "then": {"properties": dict.fromkeys(("claim", "basis", "rests_on", "source"), False)},
    "else": {"required": ["claim"], "allOf": [_SOURCE_RULE]},
}


class EditorSchema(GenerateJsonSchema):
    """A model's schema as an editor shows it: without null, which a field left out means, and short names."""

    def nullable_schema(self, schema: NullableSchema) -> Schema:
        """The schema of what is there."""
        return self.generate_inner(schema["schema"])

    def get_default_value(self, schema: WithDefaultSchema) -> Any:
        """None is no default of what is there."""
        default = super().get_default_value(schema)
        return NoDefault if default is None else default

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002
        """Never: it would be the field's name again."""
        return False

    def generate(self, schema: CoreSchema, mode: JsonSchemaMode = "validation") -> Schema:
        """Without the names of the classes, which stand in `$defs` where anybody needs them."""
        found = super().generate(schema, mode)
        for model in (found, *found["$defs"].values()):
            model.pop("title", None)
        return found

    def normalize_name(self, name: str) -> str:
        """Without type arguments, which say nothing to a reader."""
        return super().normalize_name(name.partition("[")[0])


def json_schemas(quiz: QuizSpec, vocabulary: Vocabulary) -> dict[str, Schema]:
    """Return the schemas by the stem of their file: one a question, quiz, key, paper.

    `vocabulary` has what the quiz's questions can name.
    """
    schemas = {question.id: _question_schema(question, vocabulary, quiz) for question in quiz.questions}
    schemas["quiz"] = Quiz.model_json_schema(schema_generator=EditorSchema)
    schemas["quiz"]["properties"]["questions"] |= {"uniqueItems": True}
    schemas["key"] = _key_schema(quiz)
    schemas["paper"] = _paper_schema(quiz)
    return {stem: {"$schema": DIALECT, **schema} for stem, schema in schemas.items()}


def write_schemas(quiz: QuizSpec, vocabulary: Vocabulary, folder: Path) -> None:
    """Write every schema to its file in `folder`."""
    for stem, schema in json_schemas(quiz, vocabulary).items():
        text = json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
        write_atomic(folder / f"{stem}.json", text.encode())


def _question_schema(question: AnyQuestion, vocabulary: Vocabulary, quiz: QuizSpec) -> Schema:
    model = question_model(vocabulary.claims_of(question.solver), vocabulary.inputs_of(question.solver))
    schema = model.model_json_schema(schema_generator=EditorSchema)
    schema["title"] = f"Question {question.id}"
    schema["properties"]["id"] = {"const": question.id}
    schema["properties"]["section"] = {"enum": list(quiz.quiz.sections)}
    schema["$defs"]["Option"] |= _OPTION_RULE
    if "Part" in schema["$defs"]:
        schema["$defs"]["Part"] |= _SOURCE_RULE
    schema["properties"]["solver"] |= {"enum": list(vocabulary.solver_names)}
    for model in (schema, *schema["$defs"].values()):
        if rests_on := model.get("properties", {}).get("rests_on"):
            rests_on["items"] = {"enum": list(vocabulary.resource_names)}
    return schema


def _answers(quiz: QuizSpec) -> Schema:
    """Return the schema of answers by question: a letter or a list of them, or null."""
    properties: Schema = {}
    for question in quiz.questions:
        letter = {"enum": list(question.option_ids)}
        several: Schema = {"type": "array", "items": letter, "minItems": 1, "uniqueItems": True}
        if question.kind == "single":
            several["maxItems"] = 1
        properties[question.id] = {
            "description": question.title.en,
            "anyOf": [letter, several, *_in_a_row(question), {"type": "null"}],
        }
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _in_a_row(question: AnyQuestion) -> list[Schema]:
    """Several letters in one text, such as AB or "A, B", each once; where a question takes several."""
    if question.kind == "single":
        return []
    one = f"[{''.join(question.option_ids)}]"
    return [{"type": "string", "pattern": rf"^(?!.*({one}).*\1){one}([\s,;/|+&、]*{one})+$"}]


def _key_schema(quiz: QuizSpec) -> Schema:
    note = {"type": "string", "maxLength": MAX_NOTE_CHARS, "description": "Where the key comes from."}
    answers = _answers(quiz)
    for answer in answers["properties"].values():
        answer["anyOf"].append(_amendment_schema(answer["anyOf"][:-1]))  # all but null
    return {
        "title": "Declared key",
        "$defs": {"amendment": _any_amendment_schema()},
        "type": "object",
        "properties": {
            "key": answers | {"description": "The correct options; null for not known."},
            "note": note,
        },
        "required": ["key"],
        "additionalProperties": False,
    }


def _amendment_schema(written: list[Schema]) -> Schema:
    """Return the schema of a question's mapping, by the schemas of the ways to write an answer."""
    answer: Schema = {"anyOf": written}
    accept = {"type": "array", "items": answer, "minItems": 2, "uniqueItems": True}
    return {
        "$ref": "#/$defs/amendment",
        "properties": {"correct": answer, "accept": accept},
        "unevaluatedProperties": False,
    }


def _any_amendment_schema() -> Schema:
    """Return what the mappings of all questions have in common."""
    return {
        "type": "object",
        "properties": {
            "drop": {
                "enum": list(Drop),
                "description": "Taken out; its points go, or others share them.",
            },
            "full": {"enum": list(Full), "description": "Full credit, to whom."},
            "bonus": {"const": True, "description": "Its points come on top."},
            "regrade": {"enum": list(Regrading), "description": "Canvas's option where the key changed."},
            "reason": {"type": "string", "pattern": r"\S", "maxLength": MAX_REASON_CHARS},
        },
        "required": ["reason"],
        "anyOf": [{"required": [name]} for name in ("correct", "accept", "drop", "full")],
        "not": {
            "anyOf": [
                {"required": both}
                for both in (["correct", "accept"], ["drop", "full"], ["drop", "bonus"], ["full", "accept"])
            ]
        },
    }


def _paper_schema(quiz: QuizSpec) -> Schema:
    answers = _answers(quiz)
    for answer in answers["properties"].values():
        del answer["anyOf"][1]["minItems"]  # nothing picked is a blank
    return {
        "title": "Paper",
        "type": "object",
        "properties": {
            "student": {"type": ["string", "integer"], "minLength": 1, "description": "Such as B11901001."},
            "answers": answers | {"description": "The options picked; a question left out is blank."},
        },
        "required": ["student", "answers"],
        "additionalProperties": False,
    }
