"""Mutants of every file that a person gives: read, or refused in sentences that a terminal can show."""

from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.exports.gradebook import read_gradebook
from grader.papers.class_files import read_class
from grader.papers.column_map import load_map
from grader.papers.paper import read_paper
from grader.papers.table_form import FIELDS
from questions.common.errors import QuizproofError
from questions.key import load_key
from questions.quiz import QuizSpec
from questions.reading.yaml_reader import read_document
from solvers.resources.lock import Lock, Locked, read_lock
from solvers.run import catalog
from tests.fuzz.mutate import mutants
from tests.grader.papers.canvas_files import ANN, BEN, write_canvas

MANY = settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
MAX_CHARS = 60_000  # of all that is said of one file

GRADEBOOK = b"""Student,ID,SIS User ID,SIS Login ID,Section,Quiz 1 (4321),Final Score
    Points Possible,,,,,10,(read only)
"Lee, Ann",17,B11901001,b11901001,S,,
"""
MAP = 'columns:\n  "a": q01\n  ? "b"\n  : ignore\noptions:\n  q06:\n    "舊": A\n'.encode()
PAPER = b"student: B11901001\nanswers:\n  q01: B\n  q06: [A, B, D]\n  q12: null\n"
PAPER_JSON = b'{"student": "B11901001", "answers": {"q01": "B", "q06": ["A", "D"]}}'
HW10 = catalog.find_quiz("hw10")
QUESTION = (HW10 / "q06.yaml").read_bytes()
KEY = (HW10 / "key.example.yaml").read_bytes()


def lock_bytes() -> bytes:
    lock = Lock(
        resources={
            "asr-weights": Locked(name="x", origin="path", files={"x.pt": "a" * 64}),
            "course-audio": Locked(by_file=True, files={"Alice.wav": "b" * 64}),
        }
    )
    return lock.model_dump_json().encode()


def held(read: Callable[[Path], object], path: Path, content: bytes) -> None:
    """Read it, or refuse it in words of a bounded length that no terminal obeys."""
    path.write_bytes(content)
    try:
        read(path)
    except QuizproofError as error:
        told = str(error)
        assert told
        assert len(told) < MAX_CHARS
        assert all(line.isprintable() for line in told.split("\n"))


@MANY
@given(content=mutants((PAPER, PAPER_JSON)), suffix=st.sampled_from([".yaml", ".json"]))
def test_papers(tmp_path: Path, spec: QuizSpec, content: bytes, suffix: str) -> None:
    held(lambda path: read_paper(path, spec), tmp_path / f"paper{suffix}", content)


@MANY
@given(content=mutants((KEY, b'{"key": {"q01": "B", "q06": ["A"]}, "note": "x"}')), json=st.booleans())
def test_keys(tmp_path: Path, spec: QuizSpec, content: bytes, json: bool) -> None:
    held(lambda path: load_key(path, spec), tmp_path / ("key.json" if json else "key.yaml"), content)


@MANY
@given(content=mutants((QUESTION, b"a: [1, {b: c}]\nd: |\n  e\n")))
def test_documents(tmp_path: Path, content: bytes) -> None:
    held(lambda path: read_document(path, max_bytes=2**20), tmp_path / "q06.yaml", content)
    if not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return
    with pytest.raises(QuizproofError):
        read_document(tmp_path / "q06.yaml", max_bytes=2**20)


@pytest.fixture(scope="module")
def canvas(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("canvas")
    papers = [{**ANN, "q01": "B", "q06": "ABD"}, BEN]
    return write_canvas(folder / "canvas.csv", papers, catalog.load()).read_bytes()


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("workbook") / "class.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    ids = [question.id for question in catalog.load().questions]
    for row, cells in enumerate((["student", "name", *ids], ["B1", "王", "B", "A", *[""] * 10])):
        sheet.write_row(row, 0, cells)
    book.close()
    return path.read_bytes()


@MANY
@given(data=st.data(), skip_invalid=st.booleans())
def test_class_files(
    tmp_path: Path, spec: QuizSpec, canvas: bytes, data: st.DataObject, skip_invalid: bool
) -> None:
    ids = ",".join(question.id for question in spec.questions)
    plain = f'student,name,{ids}\nB1,Ann,B,A,C,,,ABD,,,,,,\nB2,王,,,,,,"A, B",,,,,,\n'.encode()
    content = data.draw(mutants((canvas, plain, plain.replace(b",", b";"))))
    held(lambda path: read_class([path], spec, skip_invalid=skip_invalid), tmp_path / "class.csv", content)


@MANY
@given(data=st.data())
def test_workbooks(tmp_path: Path, spec: QuizSpec, workbook: bytes, data: st.DataObject) -> None:
    content = data.draw(mutants((workbook,)))
    held(lambda path: read_class([path], spec, skip_invalid=True), tmp_path / "class.xlsx", content)


@MANY
@given(content=mutants((MAP,)))
def test_maps(tmp_path: Path, spec: QuizSpec, content: bytes) -> None:
    held(lambda path: load_map(path, spec, FIELDS), tmp_path / "map.yaml", content)


@MANY
@given(content=mutants((GRADEBOOK,)))
def test_gradebooks(tmp_path: Path, content: bytes) -> None:
    held(read_gradebook, tmp_path / "gradebook.csv", content)


@MANY
@given(content=mutants((lock_bytes(),)))
def test_locks(tmp_path: Path, content: bytes) -> None:
    held(read_lock, tmp_path / "quizproof.lock", content)


def test_the_seeds_themselves_are_read(
    tmp_path: Path, spec: QuizSpec, canvas: bytes, workbook: bytes
) -> None:
    """A mutant of what is refused already would show nothing."""
    seeds: list[tuple[str, bytes, Callable[[Path], object]]] = [
        ("paper.yaml", PAPER, lambda path: read_paper(path, spec)),
        ("paper.json", PAPER_JSON, lambda path: read_paper(path, spec)),
        ("key.yaml", KEY, lambda path: load_key(path, spec)),
        ("class.csv", canvas, lambda path: read_class([path], spec)),
        ("class.xlsx", workbook, lambda path: read_class([path], spec)),
        ("map.yaml", MAP, lambda path: load_map(path, spec, FIELDS)),
        ("gradebook.csv", GRADEBOOK, read_gradebook),
        ("quizproof.lock", lock_bytes(), read_lock),
    ]
    for name, content, read in seeds:
        (tmp_path / name).write_bytes(content)
        read(tmp_path / name)
    assert yaml.safe_load(QUESTION)["id"] == "q06"
