"""What a reader meets of a rehearsal: resources by their titles, never by the names that specs give them."""

import re
from pathlib import Path

from questions.quiz import QuizSpec
from reports.evidence_report import addresses, render_report
from solvers.evidence.store import Store
from tests.reports.hw10 import full


def test_the_report_names_resources_by_their_titles(spec: QuizSpec, tmp_path: Path) -> None:
    verification = full.full_verification(spec, tmp_path)
    check = {one.question: one for one in verification.check.questions}
    rehearsed = [one for one in check.values() if "rehearsals" in one.reason.en]
    assert rehearsed
    page = render_report(verification, addresses(verification, Store(tmp_path)))
    said = "".join(one.reason.en + one.reason.zh for one in rehearsed) + page
    for name in verification.pack.resource_names:
        if "-" in name:  # the others are words of the language too
            assert not re.search(rf"(?<![\w/-]){name}(?![\w-])", said), name
    assert any(title.en in page for title in verification.titles.values())
