"""Renders evidence and key check to one HTML file. Never computes a verdict, never reads a clock."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from grader.key.change_words import in_words
from grader.key.key_check import Status, Titles
from grader.key.outcome_words import OUTCOME_WORDS
from grader.key.run_changes import RunChanges
from questions.common.files import write_atomic
from questions.common.version import quizproof_version
from questions.quiz import AnyQuestion, Basis, Bilingual
from reports.card import Card, card_of
from reports.details import Details, details_of
from reports.draw.figures import comparison_bar
from reports.next_steps import next_steps
from reports.option_lines import option_lines
from reports.page import environment, page_parts, sound_within
from solvers.evidence.sources import Source
from solvers.evidence.store import REPORT_FILE, Store
from solvers.evidence.verdicts import Evidence, Standing

if TYPE_CHECKING:
    from grader.key.verification import Verification

# Sounds within the page, so that one file can be kept and sent; what is beyond this lies beside it.
MAX_EMBEDDED_BYTES = 2**20
BASES = {
    Basis.MEASURED: Bilingual(zh="測量", en="measured"),
    Basis.ENTAILED: Bilingual(zh="由前提推得", en="entailed"),
    Basis.DOCUMENTED: Bilingual(zh="文獻記載", en="documented"),
    Basis.BY_CONSTRUCTION: Bilingual(zh="由構造得知", en="by construction"),
    Basis.JUDGEMENT: Bilingual(zh="判斷", en="judgement"),
}
ORIGINS = {
    "hub": Bilingual(zh="模型庫", en="hub"),
    "path": Bilingual(zh="給定的路徑", en="path"),
    "package": Bilingual(zh="套件", en="package"),
    "named": Bilingual(zh="具名的模型", en="named"),
    "stand-in": Bilingual(zh="替身", en="stand-in"),
    "random": Bilingual(zh="隨機權重", en="random"),
    "library": Bilingual(zh="函式庫", en="library"),
}


def render_report(
    verification: "Verification", media: Mapping[str, str], changes: RunChanges | None = None
) -> str:
    """The whole report. `media` maps an artifact's file to the address its player uses.

    `changes` are those since another run.
    """
    verification, details = _drawn(verification, media)
    check = verification.check
    cards = []
    for question, one in zip(verification.spec.questions, check.questions, strict=True):
        card, evidence = card_of(question, verification.pack), verification.evidence[question.id]
        before = verification.last_good.get(question.id)
        cards.append(
            {
                "question": question,
                "check": one,
                "lines": option_lines(question, one, evidence),
                "last_good": option_lines(question, one, before) if before is not None else (),
                "evidence": evidence,
                "details": details[question.id],
                "method": card.method,
                "conclusive": _why_conclusive(card, question, evidence, verification.titles),
            }
        )
    sources = _sources(verification)
    env = environment()
    env.filters["bar"] = comparison_bar
    env.globals.update(bases=BASES, outcome_words=OUTCOME_WORDS, titles=verification.titles)
    return env.get_template("report.html.j2").render(
        quiz=verification.spec.quiz,
        cards=cards,
        key=verification.key,
        version=quizproof_version(),
        nothing=Details(),
        measured_at=_in_utc(verification.measured_at),
        origins=ORIGINS,
        counts={status.value: check.count(status) for status in Status},
        standins=[source for source in sources if source.origin == "stand-in"],
        unlocked=[source for source in sources if source.unlocked],
        steps=next_steps(verification),
        changes=changes,
        change_sections=in_words(changes) if changes else (),
        **page_parts(
            ("palette.css", "report.css", "drawing.css", "figures.css"), ("page.js", "report.js"), plays=True
        ),
    )


def _in_utc(at: datetime | None) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if at else ""


def _why_conclusive(
    card: Card, question: AnyQuestion, evidence: Evidence, titles: Titles
) -> Bilingual | None:
    """What makes a question's verdicts conclusive; None where one of them is a rehearsal."""
    standings = {verdict.standing for verdict in evidence.verdicts}
    if standings != {Standing.CONCLUSIVE}:
        return None
    if card.conclusive is not None:
        return card.conclusive
    names = dict.fromkeys(
        name for o in question.options for p in o.parts for name in question.resources_of(p)
    )
    rests = [titles[name] for name in names if name in titles]
    return Bilingual(
        zh=f"所依據的{'、'.join(one.zh for one in rests)}都是真品，由摘要值確認。",
        en=f"All it rests on is the real thing, known by digest: {', '.join(one.en for one in rests)}.",
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
            failure = Bilingual(
                zh=f"存檔的內容畫不出來，請以 quizproof verify {question.id} 重新測量；程式訊息：「{what}」",
                en=reason,
            )
            evidence[question.id] = Evidence(question=question.id, failure=failure)
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


def write_report(verification: "Verification", store: Store, changes: RunChanges | None = None) -> Path:
    """Render into the store's folder; sounds within the page up to `MAX_EMBEDDED_BYTES`, then beside it."""
    path = store.folder / REPORT_FILE
    write_atomic(path, render_report(verification, addresses(verification, store), changes).encode())
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
                found[artifact.file] = sound_within(content)
    return found
