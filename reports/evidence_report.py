"""Renders evidence and key check to one HTML file. Never computes a verdict, never reads a clock."""

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from grader.key.key_check import Status
from questions.common.files import write_atomic
from reports.card import card_of
from reports.details import details_of
from reports.draw.figures import comparison_bar
from reports.next_steps import next_steps
from reports.page import environment, page_parts
from solvers.evidence.sources import Source
from solvers.evidence.store import Store

if TYPE_CHECKING:
    from grader.key.verification import Verification

# Sounds within the page, so that one file can be kept and sent; what is beyond this lies beside it.
MAX_EMBEDDED_BYTES = 2**20


def render_report(verification: "Verification", media: Mapping[str, str]) -> str:
    """The whole report. `media` maps an artifact's file to the address its player uses."""
    check = verification.check
    cards = []
    for question, one in zip(verification.spec.questions, check.questions, strict=True):
        card, evidence = card_of(question, verification.pack), verification.evidence[question.id]
        cards.append(
            {
                "question": question,
                "check": one,
                "options": {option.option: option for option in one.options},
                "evidence": evidence,
                "details": details_of(card, question, evidence, media),
                "method": card.method,
            }
        )
    sources = _sources(verification)
    env = environment()
    env.filters["bar"] = comparison_bar
    return env.get_template("report.html.j2").render(
        quiz=verification.spec.quiz,
        cards=cards,
        key=verification.key,
        counts={status.value: check.count(status) for status in Status},
        standins=[source for source in sources if source.origin == "stand-in"],
        unlocked=[source for source in sources if source.unlocked],
        steps=next_steps(verification),
        **page_parts(("report.css", "figures.css"), ("page.js", "report.js"), plays=True),
    )


def _sources(verification: "Verification") -> list[Source]:
    found = {
        source: None
        for evidence in verification.evidence.values()
        if evidence.provenance
        for source in evidence.provenance.sources
    }
    return list(found)


def write_report(verification: "Verification", store: Store) -> Path:
    """Render into the store's folder; sounds within the page up to `MAX_EMBEDDED_BYTES`, then beside it."""
    path = store.folder / "report.html"
    write_atomic(path, render_report(verification, addresses(verification, store)).encode())
    return path


def addresses(verification: "Verification", store: Store) -> dict[str, str]:
    """The address of every sound that is at hand, by its file.

    Sounds with a player go into the page in their order, each whole or not at all. A sound that a figure's
    point links to stays a file: browsers do not open data as a page.
    """
    found: dict[str, str] = {}
    left_bytes = MAX_EMBEDDED_BYTES
    for question in verification.spec.questions:
        labels = card_of(question, verification.pack).sound_labels
        for artifact in verification.evidence[question.id].artifacts:
            path = store.media_path(artifact)
            if not path.is_file():
                continue
            found[artifact.file] = f"media/{artifact.file}"
            if artifact.name in labels and (size := path.stat().st_size) <= left_bytes:
                left_bytes -= size
                content = base64.b64encode(path.read_bytes()).decode("ascii")
                found[artifact.file] = f"data:audio/mpeg;base64,{content}"
    return found
