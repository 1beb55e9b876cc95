"""The committed JSON Schemas are current, and say what the loader says as far as they can."""

import copy
import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from questions.reading.yaml_reader import read_document
from questions.schema import SCHEMA_FOLDER, json_schemas, write_schemas
from solvers.run import catalog

QUIZ = catalog.load()
PACK = catalog.pack_of(QUIZ)
SCHEMAS = json_schemas(QUIZ, PACK)


def data_of(name: str) -> Any:
    return read_document(QUIZ.folder / name, max_bytes=1 << 20).data


def fits(stem: str, data: Any) -> bool:
    return Draft202012Validator(SCHEMAS[stem]).is_valid(data)


def test_there_is_one_for_every_file_people_write() -> None:
    assert list(SCHEMAS) == [*QUIZ.quiz.questions, "quiz", "key", "paper"]


def test_the_committed_files_are_current(tmp_path) -> None:
    """Renew them with `quizproof export schema`."""
    write_schemas(QUIZ, PACK, tmp_path)
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert made == {path.name: path.read_bytes() for path in (QUIZ.folder / SCHEMA_FOLDER).iterdir()}


@pytest.mark.parametrize("stem", SCHEMAS)
def test_each_is_a_schema(stem: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[stem])


@pytest.mark.parametrize("stem", [stem for stem in SCHEMAS if stem not in ("key", "paper")])
def test_each_file_fits_its_schema(stem: str) -> None:
    assert fits(stem, data_of(f"{stem}.yaml"))


def test_the_example_key_fits() -> None:
    assert fits("key", data_of("key.example.yaml"))


MUTANTS = {
    "unknown field": ("q07", lambda q: q.update(weight=1)),
    "another id": ("q07", lambda q: q.update(id="q08")),
    "unknown section": ("q07", lambda q: q.update(section="x")),
    "points as a number": ("q07", lambda q: q.update(points=0.8)),
    "claim of another question": ("q07", lambda q: q["options"][0].update(claim={"worst": "music"})),
    "two claims in one": ("q07", lambda q: q["options"][0].update(claim={"better": "zh", "only": "zh"})),
    "claim and parts": ("q07", lambda q: q["options"][3].update(claim={"better": "zh"})),
    "neither": ("q07", lambda q: q["options"][0].pop("claim")),
    "no parts": ("q07", lambda q: q["options"][3].update(all=[])),
    "basis beside parts": ("q07", lambda q: q["options"][3].update(basis="measured")),
    "documented without a source": ("q10", lambda q: q["options"][0].pop("source")),
    "a source for a measurement": ("q10", lambda q: q["options"][0].pop("basis")),
    "documented part without a source": ("q12", lambda q: q["options"][2]["all"][0].pop("source")),
    "a source for a measured part": ("q12", lambda q: q["options"][2]["all"][1].update(source="x")),
    "one option": ("q07", lambda q: q.update(options=q["options"][:1])),
    "no solver": ("q07", lambda q: q.pop("solver")),
    "a path as solver": ("q07", lambda q: q.update(solver="hw10/q07_languages")),
    "unknown credit rule": ("q07", lambda q: q.update(credit="gross")),
    "a resource that is no name": ("q07", lambda q: q["rests_on"].append("codec_weights")),
    "question of another form": ("quiz", lambda q: q["questions"].append("q1 3")),
    "unknown rule of the quiz": ("quiz", lambda q: q["rule"].update(name="gross")),
    "question listed twice": ("quiz", lambda q: q["questions"].append("q12")),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_an_editor_marks_what_the_loader_refuses(name: str) -> None:
    stem, spoil = MUTANTS[name]
    data = copy.deepcopy(data_of(f"{stem}.yaml"))
    spoil(data)
    assert not fits(stem, data)


PAPER = {"student": "B11901001", "answers": {"q01": "B", "q06": ["A", "B", "D"]}}
ANSWERS = [
    ({"q01": "B"}, True, True),
    ({"q01": ["B"]}, True, True),
    ({"q01": None}, True, True),
    ({}, True, True),
    ({"q06": []}, False, True),  # a key needs a correct option; a paper may be blank
    ({"q01": ["A", "B"]}, False, False),
    ({"q01": "E"}, False, False),
    ({"q01": "b"}, False, False),
    ({"q06": ["A", "A"]}, False, False),
    ({"q06": "AB"}, True, True),
    ({"q06": "D, A; B"}, True, True),
    ({"q06": "ABA"}, False, False),
    ({"q06": "AZ"}, False, False),
    ({"q01": "AB"}, False, False),
    ({"q13": "A"}, False, False),
]


@pytest.mark.parametrize(("answers", "key_fits", "paper_fits"), ANSWERS)
def test_key_and_paper(answers: dict[str, Any], key_fits: bool, paper_fits: bool) -> None:
    assert fits("key", {"key": answers}) is key_fits
    assert fits("paper", PAPER | {"answers": answers}) is paper_fits


def test_a_paper_has_a_student_and_answers() -> None:
    assert fits("paper", PAPER)
    assert not fits("paper", {"answers": {}})
    assert not fits("paper", {"student": "B11901001"})
    assert not fits("paper", PAPER | {"grade": 10})


def test_texts_in_schemas_are_for_readers() -> None:
    """Names made by pydantic from type arguments would show in the editor."""
    assert "Annotated" not in json.dumps(SCHEMAS)


def test_a_field_that_may_be_left_out_keeps_its_own_description() -> None:
    properties = SCHEMAS["q12"]["$defs"]["Part"]["properties"]
    assert properties["source"]["description"] == "The published source of a documented part."
    assert SCHEMAS["quiz"]["properties"]["pack"]["description"].startswith("The pack that ships")
