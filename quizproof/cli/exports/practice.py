"""`quizproof export practice`: a page on which students try the quiz after the release."""

from pathlib import Path

from quizproof.cli.options import (
    DEFAULT_OUT,
    DespiteEvidence,
    EvidenceDir,
    FromEvidence,
    Json,
    KeyFile,
    OutFile,
    QuizOption,
    RulingsFile,
)
from quizproof.cli.output import done

HOLDS_THE_KEY = "It holds the correct answers: give it to students after the release only."


def export_practice(
    key: KeyFile = None,
    from_evidence: FromEvidence = False,
    evidence: EvidenceDir = DEFAULT_OUT,
    despite_evidence: DespiteEvidence = None,
    out: OutFile = Path("practice.html"),
    rulings: RulingsFile = None,
    quiz: QuizOption = None,
    json: Json = False,
) -> None:
    """Write one HTML file on which students pick answers and see what they earn, and why.

    It holds the correct answers, in both languages; sounds are within it. Reasons, figures and sounds are
    those of stored evidence, and none of a stand-in's. Without a script the answers are folded below.
    """
    from grader.key.contradictions import contradictions, stored_evidence
    from grader.key.rulings import find_rulings
    from grader.key.verification import chosen_key
    from grader.key.why import reasons_of
    from questions.common.files import write_atomic
    from quizproof.cli.despite import hold_to_evidence
    from quizproof.cli.reasons import MAX_COURSE_BYTES
    from reports.practice import render_practice
    from reports.student_details import student_details
    from solvers.evidence.store import Store
    from solvers.run import catalog

    spec = catalog.load(quiz)
    ruled = find_rulings(rulings, spec)
    given = chosen_key(spec, key, evidence, ruled, from_evidence=from_evidence)
    stored = stored_evidence(spec, evidence)
    reasons = reasons_of(spec, stored, ruled)
    details = student_details(spec, stored, Store(evidence), MAX_COURSE_BYTES)
    content = render_practice(spec, given, reasons, details)
    found = contradictions(spec, given, stored, ruled)
    despite = hold_to_evidence(found, despite_evidence, json=json)
    write_atomic(out, content.encode())
    n_reasons = sum(map(len, reasons.by_question.values()))
    n_options = sum(len(question.options) for question in spec.questions)
    document = {
        "file": str(out),
        "holds_the_key": True,
        "options": n_options,
        "reasons": n_reasons,
        "despite_evidence": despite,
    }
    line = (
        f"{out}: {len(spec.questions)} questions, why for {n_reasons} of {n_options} options. {HOLDS_THE_KEY}"
    )
    done(line, document, json=json)
