"""The policy of a page fits its style and its script, and lets nothing else in."""

import base64
import hashlib
import re
from html import unescape
from pathlib import Path

import pytest

from grader.analysis.class_analysis import ClassAnalysis
from grader.scores.one_student import check_student
from questions.quiz import QuizSpec
from reports.class_report import render_class
from reports.evidence_report import MAX_EMBEDDED_BYTES, addresses, render_report
from reports.student_page import render_student
from solvers.evidence.store import Store
from tests.grader.graded_class import FULL_KEY, graded_class
from tests.reports.hw10.full import full_verification


def pages(spec: QuizSpec, folder: Path) -> dict[str, str]:
    graded = graded_class(spec, [{"sis_id": "B1", "q01": "A"}], FULL_KEY)
    return {
        "report": render_report(full_verification(spec, folder), {}),
        "class": render_class(ClassAnalysis.of(graded)),
        "student": render_student(spec, check_student(graded.responses, "B1", FULL_KEY, reveal=True)),
    }


def test_style_and_script_are_those_that_the_policy_names(spec: QuizSpec, tmp_path: Path) -> None:
    for html in pages(spec, tmp_path).values():
        (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', html)
        for kind in ("style", "script"):
            (content,) = re.findall(rf"<{kind}>(.*?)</{kind}>", html, re.DOTALL)
            digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
            assert f"{kind}-src 'sha256-{digest}'" in unescape(policy)
        assert policy.startswith("default-src 'none'; ")
        assert "unsafe" not in policy
        assert not re.search(r"https?:|\*", policy)
        assert not re.search(r"<[^>]+ (style|on\w+)=", html)


def test_sounds_go_into_the_page_until_it_is_full(
    spec: QuizSpec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown, store = full_verification(spec, tmp_path), Store(tmp_path)
    found = addresses(shown, store)
    beside = [file for file, address in found.items() if not address.startswith("data:")]
    assert [file.rsplit(".", 2)[0] for file in beside] == [f"q06/clip_{index:03d}" for index in range(20)]
    (recovered,) = (file for file in found if file.startswith("q09/recovered."))
    assert base64.b64decode(found[recovered].split(",")[1]) == (tmp_path / "media" / recovered).read_bytes()
    assert MAX_EMBEDDED_BYTES == 2**20
    original, decoded = (
        next(file for file in found if file.startswith(f"q07/english_{what}"))
        for what in ("original", "decoded")
    )
    size = (tmp_path / "media" / original).stat().st_size
    monkeypatch.setattr("reports.evidence_report.MAX_EMBEDDED_BYTES", size)
    full = addresses(shown, store)
    assert [file for file, address in full.items() if address.startswith("data:")] == [original]
    assert full[decoded] == f"media/{decoded}"
