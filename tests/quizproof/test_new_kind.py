"""A question of a new kind joins a copy of HW10: its own files beside it, and no Python file edited."""

import json
import zipfile
from pathlib import Path

import pytest

from tests.quizproof.commands import Run, copy_of_hw10, edit, message, write

QUESTION = """\
id: q13
solver: q13_bit_count
section: tokenizer
kind: multiple
points: "1"
title: {zh: "一個 frame 的位元數", en: "Bits of a frame"}
prompt:
  zh: "32 個 codebook, 各有 2048 個碼, 一個 frame 有多少位元?"
  en: "32 codebooks of 2048 codes: how many bits has a frame?"
rests_on: []
options:
  - {id: A, text: {zh: "352 位元", en: "352 bits"}, claim: {bits: 352}}
  - {id: B, text: {zh: "2048 位元", en: "2048 bits"}, claim: {bits: 2048}}
  - {id: C, text: {zh: "多於 300 位元", en: "More than 300 bits"}, claim: {more_than: 300}}
"""
SOLVER = '''\
"""How many bits a frame of codes has."""

from typing import Any

from questions.claims import Claim, Count
from questions.common.frozen import Frozen
from questions.quiz import AnyQuestion, Bilingual, Part
from solvers.evidence.verdicts import Finding, Outcome
from solvers.run.session import Session
from solvers.run.solver import Measured, Solver


class Bits(Claim):
    bits: Count


class MoreThan(Claim):
    more_than: Count


class Measurements(Frozen):
    n_bits: int


def measure(_question: AnyQuestion, _session: Session) -> Measured:
    return Measured(Measurements(n_bits=32 * (2048).bit_length() - 32))


def judge(part: Part[Any], found: Measurements) -> Finding:
    claim = part.claim
    holds = claim.bits == found.n_bits if isinstance(claim, Bits) else claim.more_than < found.n_bits
    return Finding(
        outcome=Outcome.HOLDS if holds else Outcome.FAILS,
        measured=f"{found.n_bits} bits",
        threshold=str(claim.model_dump()),
        reason=Bilingual(zh=f"共 {found.n_bits} 位元。", en=f"There are {found.n_bits} bits."),
    )


SOLVER = Solver(
    version=1, claims=(Bits, MoreThan), uses=(), measurements=Measurements, measure=measure, judge=judge
)
'''
CARD = '''\
"""Its card."""

from questions.quiz import Bilingual
from reports.card import Card, Method

CARD = Card(method=Method(Bilingual(zh="數出位元。", en="The bits are counted, one by one."), "arithmetic"))
'''
KEY = {f"q{number:02}": "A" for number in range(1, 13)} | {"q13": ["A", "C"]}


@pytest.fixture
def quiz(run: Run, tmp_path: Path) -> Path:
    folder = copy_of_hw10(tmp_path / "quiz")
    assert run("new", "question", "quiz", "--id", "q13", "--solver", "q13_bit_count").exit_code == 0
    (folder / "q13.yaml").write_text(QUESTION, encoding="utf-8")
    (folder / "q13_bit_count.py").write_text(SOLVER, encoding="utf-8")
    (folder / "cards").mkdir()
    (folder / "cards" / "q13_bit_count.py").write_text(CARD, encoding="utf-8")
    return folder


def test_it_goes_all_the_way(run: Run, quiz: Path) -> None:
    assert run("validate", "--quiz", "quiz").stdout == "13 questions, 58 options, 11 points: all in order.\n"

    key = write(Path("key.yaml"), {"key": KEY})
    verified = json.loads(run("verify", "q13", "--quiz", "quiz", "--key", key, "--json").stdout)
    checked = {one["question"]: one["status"] for one in verified["questions"]}
    assert checked == dict.fromkeys(KEY, "open") | {"q13": "confirmed"}
    found = {verdict["option"]: verdict["outcome"] for verdict in verified["evidence"]["q13"]["verdicts"]}
    assert found == {"A": "holds", "B": "fails", "C": "holds"}

    html = Path("proof/report.html").read_bytes()
    assert run("report", "--quiz", "quiz", "--key", key, "--allow-open").exit_code == 0
    assert Path("proof/report.html").read_bytes() == html
    assert "There are 352 bits." in html.decode()
    assert "The bits are counted, one by one." in html.decode()

    Path("class.csv").write_text("student,q01,q13\nB1,A,AC\nB2,B,AB\n", encoding="utf-8")
    only = write(Path("only.yaml"), {"key": {"q01": "A", "q13": ["A", "C"]}})
    graded = json.loads(run("grade", "class.csv", "--quiz", "quiz", "--key", only, "--json").stdout)
    assert [one["score"] for one in graded["grades"]] == ["1.8", "0"]

    assert run("export", "qti", "--quiz", "quiz", "--key", key).stdout == (
        "quiz-qti.zip: 13 questions, 11 points.\n"
    )
    with zipfile.ZipFile("quiz-qti.zip") as package:
        assert any("一個 frame 有多少位元?" in package.read(name).decode() for name in package.namelist())


def test_its_wrong_key_is_contradicted(run: Run, quiz: Path) -> None:
    key = write(Path("key.yaml"), {"key": {"q13": ["A", "B", "C"]}})
    assert run("verify", "q13", "--quiz", "quiz", "--key", key).exit_code == 1


def test_the_other_questions_are_still_answered_by_the_pack(run: Run, quiz: Path) -> None:
    edit(quiz / "q02.yaml", "{frames: 100}", "{framse: 100}")
    assert "unknown field 'framse'; allowed: frames. Did you mean 'frames'?" in message(
        run("verify", "q13", "--quiz", "quiz")
    )
