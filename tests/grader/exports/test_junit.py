"""The key check as JUnit XML: nothing passes that was not checked, and the counts are those of the cases."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.exports.junit import Run, junit_xml
from grader.key.verification import Verification
from questions.key import Key
from questions.quiz import Bilingual, QuizSpec
from solvers.evidence.verdicts import Evidence, Outcome, Standing
from solvers.run.judge import NOT_MEASURED
from tests.grader.key.test_key_check import conclusive, evidence
from tests.grader.tiny import QUIZ, with_singles
from tests.grader.tiny_evidence import judged

RUN = Run("ci-7", "1.2.3")
BROKEN = Bilingual(zh="測量失敗：<b>\x00\x1b[31m", en="Measuring failed: <b>\x00\x1b[31m & \ufffe")


def suite(
    found: Mapping[str, Evidence], key: Mapping[str, str], quiz: QuizSpec = QUIZ
) -> tuple[bytes, ET.Element]:
    everything = {q.id: Evidence(question=q.id, failure=NOT_MEASURED) for q in quiz.questions} | found
    answers = {q.id: frozenset(key[q.id]) if q.id in key else None for q in quiz.questions}
    content = junit_xml(Verification(quiz, everything, Key(answers, name="key.yaml")), RUN)
    return content, ET.fromstring(content)


def results(root: ET.Element) -> dict[str, str]:
    """What each case came to, as a CI server reads it: no child is a pass."""
    told = {}
    for case in root.iter("testcase"):
        children = [child.tag for child in case]
        assert len(children) <= 1
        told[case.attrib["name"].split()[0]] = children[0] if children else "passed"
    return told


def follows_the_schema(root: ET.Element) -> None:
    """The rules of junit-10.xsd and of windyroad's JUnit.xsd for what is used here."""
    assert root.tag == "testsuite"
    properties, *cases, out, err = root
    assert {case.tag for case in cases} == {"testcase"}
    assert (properties.tag, out.tag, err.tag) == ("properties", "system-out", "system-err")
    for one in properties:
        assert (one.tag, set(one.attrib)) == ("property", {"name", "value"})
        assert one.attrib["name"]
    tags = [child.tag for case in cases for child in case]
    counts = {name: int(root.attrib[name]) for name in ("tests", "failures", "errors", "skipped")}
    assert counts == {
        "tests": len(cases),
        "failures": tags.count("failure"),
        "errors": tags.count("error"),
        "skipped": tags.count("skipped"),
    }
    assert set(root.attrib) == {"name", "time", "timestamp", "hostname", *counts}
    assert re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}", root.attrib["timestamp"])
    assert root.attrib["hostname"]
    for timed in (root, *cases):
        assert re.fullmatch(r"[0-9]+\.[0-9]{3}", timed.attrib["time"])
    for case in cases:
        assert set(case.attrib) == {"name", "classname", "time"}
        assert len(case) <= 1
        for child in case:
            assert set(child.attrib) == ({"message"} if child.tag == "skipped" else {"message", "type"})


def test_each_status_is_told_apart() -> None:
    quiz = with_singles("q03", "q04")
    q01, q02, q03 = quiz.questions[:3]
    rehearsal = dict.fromkeys(q03.option_ids, (Outcome.FAILS, Standing.REHEARSAL))
    found = {
        "q01": conclusive(q01, frozenset("B")),
        "q02": conclusive(q02, frozenset("C")),
        "q03": evidence(q03, rehearsal),
        "q04": Evidence(question="q04", failure=BROKEN),
    }
    _, root = suite(found, {"q01": "B", "q02": "A", "q03": "A", "q04": "A", "q06": "A"}, quiz)
    follows_the_schema(root)
    # q06 was not measured; q10 was not either, and has no key
    assert list(results(root).values()) == ["passed", "failure", "skipped", "error", "skipped", "skipped"]
    cases = list(root.iter("testcase"))
    assert {case.attrib["classname"] for case in cases} == {"quizproof.key"}
    (failure,) = cases[1].iter("failure")
    assert failure.attrib == {
        "message": "The key marks A correct; measured 1 (threshold: 1). "
        "The key marks C incorrect; measured 1 (threshold: 1).",
        "type": "contradicted",
    }
    (skipped,) = cases[2].iter("skipped")
    rehearsed = "Options A, B, C, D are rehearsals, on something else than Whisper's weights."
    assert skipped.attrib["message"] == rehearsed
    (error,) = cases[3].iter("error")
    assert error.attrib["message"] == "Measuring failed: <b>\ufffd\ufffd[31m & \ufffd"
    (output,) = root.iter("system-out")
    assert (output.text or "").splitlines()[4] == "q02, A: key right, evidence fails (conclusive): conflicts"
    about = {one.attrib["name"]: one.attrib["value"] for one in root.iter("property")}
    assert about == {"quizproof": "1.2.3", "quiz": QUIZ.quiz.title.en, "key": "key.yaml"}
    assert root.attrib["hostname"] == "ci-7"


def test_its_time_is_when_the_newest_evidence_was_measured() -> None:
    """In UTC, whatever the machine's own zone was; the beginning of 1970 where no record tells."""
    times = [
        datetime(2026, 1, 9, 15, 59, 58, tzinfo=UTC),
        datetime(2026, 1, 9, 23, 59, 59, tzinfo=timezone(timedelta(hours=8))),
        None,
    ]
    found = {
        question.id: judged(question, measured_at=at)
        for question, at in zip(QUIZ.questions, times, strict=False)
    }
    assert suite(found, {"q01": "B"})[1].attrib["timestamp"] == "2026-01-09T15:59:59"
    assert suite({}, {"q01": "B"})[1].attrib["timestamp"] == "1970-01-01T00:00:00"


def test_a_question_without_a_key_does_not_pass() -> None:
    found = {q.id: conclusive(q, frozenset("B")) for q in QUIZ.questions}
    _, root = suite(found, {"q01": "B"})
    told = results(root)
    assert told.pop("q01") == "passed"
    assert set(told.values()) == {"skipped"}
    assert root[2][0].attrib["message"] == "The key of this question is not known."


@pytest.mark.parametrize("key", [{}, {q.id: "A" for q in QUIZ.questions}])
def test_nothing_checked_is_an_error_of_its_own(key: dict[str, str]) -> None:
    _, root = suite({}, key)
    follows_the_schema(root)
    assert (root.attrib["tests"], root.attrib["skipped"], root.attrib["errors"]) == ("5", "4", "1")
    assert root[-3].attrib["name"] == "the key was checked"
    assert root[-3][0].tag == "error"


@given(st.dictionaries(st.sampled_from([q.id for q in QUIZ.questions]), st.sampled_from("ABCD")))
def test_what_passes_is_what_was_confirmed(key: dict[str, str]) -> None:
    found = {q.id: conclusive(q, frozenset("B")) for q in QUIZ.questions}
    content, root = suite(found, key)
    follows_the_schema(root)
    told = results(root)
    for question in QUIZ.questions:
        picked = key.get(question.id)
        assert told[question.id] == {None: "skipped", "B": "passed"}.get(picked, "failure")
    assert suite(found, key)[0] == content


@given(st.text(max_size=20))
def test_any_reason_makes_well_formed_xml(reason: str) -> None:
    words = Bilingual(zh="因", en=f"Measuring failed: {reason}")
    content, root = suite({"q01": Evidence(question="q01", failure=words)}, {"q01": "A"})
    follows_the_schema(root)
    assert results(root)["q01"] == "error"
    assert content.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n<testsuite name=')
