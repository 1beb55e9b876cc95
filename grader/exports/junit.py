"""The key check as JUnit XML: a test case a question, for the test report of a CI server.

Confirmed passes, and so does what a person ruled, which is said; contradicted fails, open is skipped with its
reason, and a measurement that broke off is an error. Nothing counts as passed that was not checked; where
nothing was, that is an error of its own.
Times are those of measuring, so that the same evidence and key give the same bytes on one machine.
"""

import math
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from xml.etree import ElementTree as ET

from grader.exports.xml_text import add, xml_bytes, xml_text
from grader.key.key_check import Accord, QuestionCheck, Status
from grader.key.verification import Verification
from questions.quiz import AnyQuestion
from solvers.evidence.verdicts import Evidence

SUITE = "quizproof key check"
CLASS_NAME = "quizproof.key"
NOTHING_CHECKED = "No question was confirmed or contradicted: nothing was checked."
UNKNOWN = datetime.fromtimestamp(0, UTC)
NO_KEY = "The key of this question is not known."

Result = Literal["passed", "failure", "error", "skipped"]


@dataclass(frozen=True)
class Run:
    """Where the file was made, and by what."""

    hostname: str
    version: str


def junit_xml(verification: Verification, run: Run) -> bytes:
    """The check of a declared key as one test suite, in the quiz's order.

    It is valid against junit-10.xsd, the schema of Jenkins' xUnit plugin, and against windyroad's
    JUnit.xsd, which is stricter: what each option came to stands below the cases, not in them.
    """
    check = verification.check
    suite = ET.Element("testsuite")
    properties = add(suite, "properties")
    about = {
        "quizproof": run.version,
        "quiz": verification.spec.quiz.title.en,
        "key": verification.key.name if verification.key else "none",
    }
    for name, value in about.items():
        add(properties, "property", name=name, value=value)
    counts: Counter[Result] = Counter()
    lines: list[str] = []
    for question, one in zip(verification.spec.questions, check.questions, strict=True):
        evidence = verification.evidence[question.id]
        counts[_add_case(suite, question, one, evidence)] += 1
        lines += _options(one) if evidence.verdicts else []
    if not counts["passed"] and not counts["failure"]:
        case = add(suite, "testcase", classname=CLASS_NAME, name="the key was checked", time=_seconds(0))
        add(case, "error", NOTHING_CHECKED, message=NOTHING_CHECKED, type="nothing checked")
        counts["error"] += 1
    add(suite, "system-out", "\n".join(lines))
    add(suite, "system-err", "")
    suite.attrib |= {
        "name": SUITE,
        "tests": str(counts.total()),
        "failures": str(counts["failure"]),
        "errors": str(counts["error"]),
        "skipped": str(counts["skipped"]),
        "time": _seconds(math.fsum(map(_wall_time_s, verification.evidence.values()))),
        # The newest evidence; the schema asks for one also where no record tells.
        "timestamp": (verification.measured_at or UNKNOWN).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S"),
        "hostname": xml_text(run.hostname) or "localhost",
    }
    return xml_bytes(suite)


def _add_case(suite: ET.Element, question: AnyQuestion, check: QuestionCheck, evidence: Evidence) -> Result:
    name, time = f"{question.id} {question.title.en}", _seconds(_wall_time_s(evidence))
    case = add(suite, "testcase", classname=CLASS_NAME, name=name, time=time)
    result = _result(check)
    reason = NO_KEY if check.declared is None and evidence.failure is None else check.reason.en
    if result == "skipped":
        add(case, "skipped", message=reason)
    elif result != "passed":
        kind = "contradicted" if result == "failure" else "measuring failed"
        add(case, result, f"{check.reason.en}\n{check.reason.zh}", message=reason, type=kind)
    return result


def _wall_time_s(evidence: Evidence) -> float:
    """How long measuring took; nothing where nothing was measured."""
    return evidence.provenance.wall_time_s if evidence.provenance else 0.0


def _seconds(time_s: float) -> str:
    return f"{time_s:.3f}"


def _result(check: QuestionCheck) -> Result:
    results: dict[Status, Result] = {
        Status.ERROR: "error",
        Status.CONTRADICTED: "failure",
        Status.CONFIRMED: "passed",
        Status.RULED: "passed" if check.declared is not None else "skipped",
    }
    return results.get(check.status, "skipped")


def _options(check: QuestionCheck) -> list[str]:
    """A line an option: what the key says, what the evidence, and whether that is conclusive."""
    says = {True: "right", False: "wrong", None: "nothing"}
    return [
        f"{check.question}, {one.option}: key {says[one.declared]}, evidence {one.outcome} ({one.standing})"
        + "".join(f", {ruling.words.en}" for ruling in one.rulings)
        + ("" if one.accord is Accord.OPEN else f": {one.accord}")
        for one in check.options
    ]
