"""The figures and sounds that students may see: of questions that were measured on the real thing alone."""

from collections.abc import Mapping

from questions.common.errors import QuizproofError
from questions.quiz import AnyQuestion, QuizSpec
from reports.card import card_of
from reports.details import Details, details_of
from reports.page import sound_within
from solvers.evidence.store import REPORT_FILE, Store
from solvers.evidence.verdicts import Evidence
from solvers.run import catalog


def student_details(
    spec: QuizSpec, evidence: Mapping[str, Evidence], store: Store, max_bytes: int
) -> dict[str, Details]:
    """The details by question, sounds within the page up to `max_bytes`, each whole or not at all.

    A stand-in's say nothing of the real model, so that there are none. Raises QuizproofError for what is
    stored and cannot be drawn, StaleEvidenceError for a sound that is not the one that was measured.
    """
    pack, found, left_bytes = catalog.pack_of(spec), {}, max_bytes
    for question in spec.questions:
        one = evidence[question.id]
        if not is_real(one):
            continue
        card, media = card_of(question, pack), {}
        for artifact in one.artifacts:
            content = store.sound(artifact) if artifact.name in card.sound_labels else None
            if content is not None and len(content) <= left_bytes:
                left_bytes -= len(content)
                media[artifact.file] = sound_within(content)
        try:
            found[question.id] = details_of(card, question, one, media)
        except Exception as error:  # the boundary that each question has
            raise _undrawn(question, error) from error
    return found


def own_files(
    spec: QuizSpec, evidence: Mapping[str, Evidence], store: Store, *, in_report: bool
) -> dict[str, dict[str, tuple[str, ...]]]:
    """Where the sounds of each option that students may hear lie, by question, as far as they are stored.

    `in_report`: its figures too, as places in the stored report, which tells everything. Raises
    QuizproofError as `student_details`.
    """
    pack, found = catalog.pack_of(spec), {}
    report = store.folder / REPORT_FILE
    drawn = in_report and report.is_file()
    for question in spec.questions:
        one = evidence[question.id]
        if not is_real(one):
            continue
        try:
            card = card_of(question, pack)
            own = card.own_of(question, one.measurements)
        except Exception as error:  # the boundary that each question has
            raise _undrawn(question, error) from error
        paths = {artifact.name: store.folder / "media" / artifact.file for artifact in one.artifacts}
        places = {name: str(path) for name, path in paths.items() if path.is_file()}
        if drawn:
            panels = {name for names in own.values() for name in names} - card.sound_labels.keys()
            places |= {name: f"{report}#{Details(question.id).id_of(name)}" for name in panels}
        found[question.id] = {
            option: tuple(places[name] for name in names if name in places) for option, names in own.items()
        }
    return found


def is_real(evidence: Evidence) -> bool:
    """Whether all that was measured on is the real thing."""
    provenance = evidence.provenance
    return (
        bool(evidence.verdicts) and provenance is not None and all(one.genuine for one in provenance.sources)
    )


def _undrawn(question: AnyQuestion, error: Exception) -> QuizproofError:
    what = " ".join(f"{type(error).__name__}: {error}".split())[:300]
    return QuizproofError(
        f"{question.id}: what is stored cannot be drawn ({what}); run 'quizproof verify {question.id}' to "
        "measure again."
    )
