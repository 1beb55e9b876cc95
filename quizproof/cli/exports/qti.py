"""`quizproof export qti`: the quiz for Canvas."""

from pathlib import Path

from quizproof.cli.options import (
    DEFAULT_OUT,
    DespiteEvidence,
    EvidenceDir,
    FromEvidence,
    Json,
    KeyFile,
    LanguageOption,
    OutFile,
    QuizOption,
    RevealWhy,
    RulingsFile,
)
from quizproof.cli.output import done


def export_qti(
    key: KeyFile = None,
    from_evidence: FromEvidence = False,
    evidence: EvidenceDir = DEFAULT_OUT,
    despite_evidence: DespiteEvidence = None,
    language: LanguageOption = "zh",
    reveal: RevealWhy = False,
    out: OutFile = Path("quiz-qti.zip"),
    rulings: RulingsFile = None,
    quiz: QuizOption = None,
    json: Json = False,
) -> None:
    """Write the quiz as a QTI 1.2 zip for Canvas.

    It has points and correct answers, and comes unpublished. Where evidence is stored, each answer's feedback
    tells those who pick it why it is right or wrong, with its sounds and figures. Another wording, key or
    reason makes another quiz.
    """
    from grader.exports.qti import qti_zip, require_plain, scored_otherwise
    from grader.key.contradictions import contradictions, stored_evidence
    from grader.key.rulings import find_rulings
    from grader.key.verification import chosen_key
    from grader.key.why import reasons_of
    from questions.common.files import write_atomic
    from quizproof.cli.despite import hold_to_evidence
    from quizproof.cli.reasons import MAX_COURSE_BYTES
    from quizproof.cli.terminal import say
    from reports.option_media import with_media
    from reports.student_details import student_details
    from solvers.evidence.store import Store
    from solvers.run import catalog

    spec = catalog.load(quiz)
    ruled = find_rulings(rulings, spec)
    given = chosen_key(spec, key, evidence, ruled, from_evidence=from_evidence)
    require_plain(given)
    stored = stored_evidence(spec, evidence)
    reasons = reasons_of(spec, stored, ruled)
    details = student_details(spec, stored, Store(evidence), MAX_COURSE_BYTES)
    reasons, media = with_media(reasons, details, language)
    content = qti_zip(spec, given.answers, language, reasons, media, reveal=reveal)
    found = contradictions(spec, given, stored, ruled)
    despite = hold_to_evidence(found, despite_evidence, json=json)
    write_atomic(out, content)
    differing = scored_otherwise(spec)
    if not json:
        for line in differing:
            say(line)
    document = {"file": str(out), "despite_evidence": despite, "scored_otherwise": differing}
    done(f"{out}: {len(spec.questions)} questions, {spec.quiz.total} points.", document, json=json)
