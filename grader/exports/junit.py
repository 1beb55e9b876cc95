"""The key check as JUnit XML: a test case a question, for the test report of a CI server.

Confirmed passes, contradicted fails, unverified is skipped with its reason, and a measurement that broke off
is an error. Nothing counts as passed that was not checked; where nothing was, that is an error of its own.
There are no times: the same evidence and key give the same bytes.
"""

from collections import Counter
from typing import Literal
from xml.etree import ElementTree as ET

from grader.exports.xml_text import add, xml_bytes
from grader.key.key_check import Accord, QuestionCheck, Status
from grader.key.verification import Verification
from questions.quiz import AnyQuestion
from solvers.evidence.verdicts import Evidence
from solvers.run.judge import NOT_MEASURED

SUITE = "quizproof key check"
CLASS_NAME = "quizproof.key"
NOTHING_CHECKED = "No question was confirmed or contradicted: nothing was checked."
NO_KEY = "The key of this question is not known."

Result = Literal["passed", "failure", "error", "skipped"]


def junit_xml(verification: Verification) -> bytes:
    """The check of a declared key as one test suite, in the quiz's order.

    Elements and attributes are those of junit-10.xsd, the schema of Jenkins' xUnit plugin.
    """
    check = verification.check
    suite = ET.Element("testsuite")
    counts: Counter[Result] = Counter()
    for question, one in zip(verification.spec.questions, check.questions, strict=True):
        counts[_add_case(suite, question, one, verification.evidence[question.id])] += 1
    if not counts["passed"] and not counts["failure"]:
        case = add(suite, "testcase", classname=CLASS_NAME, name="the key was checked")
        add(case, "error", NOTHING_CHECKED, message=NOTHING_CHECKED, type="nothing checked")
        counts["error"] += 1
    suite.attrib |= {
        "name": SUITE,
        "tests": str(counts.total()),
        "failures": str(counts["failure"]),
        "errors": str(counts["error"]),
        "skipped": str(counts["skipped"]),
    }
    return xml_bytes(suite)


def _add_case(suite: ET.Element, question: AnyQuestion, check: QuestionCheck, evidence: Evidence) -> Result:
    case = add(suite, "testcase", classname=CLASS_NAME, name=f"{question.id} {question.title.en}")
    result = _result(check, evidence)
    reason = NO_KEY if check.declared is None and evidence.failure is None else check.reason.en
    if result == "skipped":
        add(case, "skipped", message=reason)
    elif result != "passed":
        kind = "contradicted" if result == "failure" else "measuring failed"
        add(case, result, f"{check.reason.en}\n{check.reason.zh}", message=reason, type=kind)
    if evidence.verdicts:
        add(case, "system-out", "\n".join(_options(check)))
    return result


def _result(check: QuestionCheck, evidence: Evidence) -> Result:
    if evidence.failure is not None and evidence.failure != NOT_MEASURED:
        return "error"
    if check.status is Status.CONTRADICTED:
        return "failure"
    return "passed" if check.status is Status.CONFIRMED else "skipped"


def _options(check: QuestionCheck) -> list[str]:
    """A line an option: what the key says, what the evidence, and whether that is conclusive."""
    says = {True: "right", False: "wrong", None: "nothing"}
    return [
        f"{one.option}: key {says[one.declared]}, evidence {one.outcome} ({one.standing})"
        + ("" if one.accord is Accord.OPEN else f": {one.accord}")
        for one in check.options
    ]
