"""Renders evidence and key check to one HTML file. Never computes a verdict, never reads a clock."""

import base64
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from grader.key.key_check import Status
from questions.common.files import write_atomic
from questions.quiz import Bilingual
from reports.card import card_of
from reports.details import Details, details_of
from reports.draw.figures import comparison_bar
from reports.next_steps import next_steps
from reports.page import environment, page_parts
from solvers.evidence.sources import Source
from solvers.evidence.store import Store
from solvers.evidence.verdicts import Evidence

if TYPE_CHECKING:
    from grader.key.verification import Verification

# Sounds within the page, so that one file can be kept and sent; what is beyond this lies beside it.
MAX_EMBEDDED_BYTES = 2**20


def render_report(verification: "Verification", media: Mapping[str, str]) -> str:
    """The whole report. `media` maps an artifact's file to the address its player uses."""
    verification, details = _drawn(verification, media)
    check = verification.check
    cards = []
    for question, one in zip(verification.spec.questions, check.questions, strict=True):
        cards.append(
            {
                "question": question,
                "check": one,
                "options": {option.option: option for option in one.options},
                "evidence": verification.evidence[question.id],
                "details": details[question.id],
                "method": card_of(question, verification.pack).method,
            }
        )
    sources = _sources(verification)
    env = environment()
    env.filters["bar"] = comparison_bar
    return env.get_template("report.html.j2").render(
        quiz=verification.spec.quiz,
        titles=verification.titles,
        cards=cards,
        key=verification.key,
        counts={status.value: check.count(status) for status in Status},
        standins=[source for source in sources if source.origin == "stand-in"],
        unlocked=[source for source in sources if source.unlocked],
        steps=next_steps(verification),
        **page_parts(("report.css", "figures.css"), ("page.js", "report.js"), plays=True),
    )


def _drawn(
    verification: "Verification", media: Mapping[str, str]
) -> tuple["Verification", dict[str, Details]]:
    """The details of every card. Numbers that could be judged and cannot be drawn are evidence no more."""
    evidence, details = dict(verification.evidence), dict[str, Details]()
    for question in verification.spec.questions:
        card = card_of(question, verification.pack)
        try:
            details[question.id] = details_of(card, question, evidence[question.id], media)
        except Exception as error:  # noqa: BLE001  the boundary that each question has
            what = f"{type(error).__name__}: {error}"[:300]
            reason = (
                f"{question.id}: what is stored cannot be drawn ({what}); "
                f"run 'quizproof verify {question.id}' to measure again."
            )
            evidence[question.id] = Evidence(question=question.id, failure=Bilingual(zh=reason, en=reason))
            details[question.id] = Details()
    if evidence == verification.evidence:  # whose key check is kept with it
        return verification, details
    return replace(verification, evidence=evidence), details


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
            content = store.sound(artifact)
            if content is None:
                continue
            found[artifact.file] = f"media/{artifact.file}"
            if artifact.name in labels and len(content) <= left_bytes:
                left_bytes -= len(content)
                encoded = base64.b64encode(content).decode("ascii")
                found[artifact.file] = f"data:audio/mpeg;base64,{encoded}"
    return found
