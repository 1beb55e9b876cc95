"""Renders evidence and key check to one HTML file. Never computes a verdict, never reads a clock."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from grader.keycheck import Status
from questions.files import write_atomic
from reports.details import details_of
from solvers.store import Store

if TYPE_CHECKING:
    from grader.proof import Proof

# Shape beside colour: a verdict is never told by colour alone.
OUTCOME_MARKS = {"holds": "✔", "fails": "✘", "undetermined": "?"}
STATUS_MARKS = {"confirmed": "✔", "decided": "✔", "contradicted": "✘", "unverified": "○"}


def environment() -> Environment:
    """Jinja with autoescape always on and undefined names refused."""
    env = Environment(
        loader=PackageLoader("reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    env.globals.update(outcome_marks=OUTCOME_MARKS, status_marks=STATUS_MARKS)
    env.filters["number"] = shown_number
    return env


def shown_number(value: float) -> str:
    """Four significant digits, without an exponent for everyday sizes."""
    return f"{value:.4g}"


def render_report(proof: "Proof", media: Mapping[str, str]) -> str:
    """The whole report. `media` maps an artifact's file to the address its player uses."""
    check = proof.check
    cards = [
        {
            "question": question,
            "check": one,
            "options": {option.option: option for option in one.options},
            "evidence": proof.evidence[question.id],
            "details": details_of(question, proof.evidence[question.id], media),
        }
        for question, one in zip(proof.spec.questions, check.questions, strict=True)
    ]
    sources = _sources(proof)
    return (
        environment()
        .get_template("report.html.j2")
        .render(
            quiz=proof.spec.quiz,
            cards=cards,
            key=proof.key,
            key_name=proof.key_name,
            counts={status.value: check.count(status) for status in Status},
            standins=[source for source in sources if source.origin == "stand-in"],
            style=_asset("report.css"),
        )
    )


def _sources(proof: "Proof") -> list[Any]:
    found = {
        source: None
        for evidence in proof.evidence.values()
        if evidence.provenance
        for source in evidence.provenance.sources
    }
    return list(found)


def _asset(name: str) -> Markup:
    """A file of ours that goes into the page as it is. It holds nothing from outside."""
    return Markup((Path(__file__).parent / "templates" / name).read_text(encoding="utf-8"))  # noqa: S704


def write_report(proof: "Proof", store: Store) -> Path:
    """Render into the store's folder, players pointing at the sounds beside it."""
    media = {
        artifact.file: f"media/{artifact.file}"
        for evidence in proof.evidence.values()
        for artifact in evidence.artifacts
        if store.media_path(artifact).is_file()
    }
    path = store.folder / "report.html"
    write_atomic(path, render_report(proof, media).encode())
    return path
