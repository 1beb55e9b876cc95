"""`quizproof export pages`: a page for each student, and a table to send them by mail."""

from pathlib import Path

from questions.common.errors import QuizproofError
from quizproof.cli.grading_options import GradingOptions, with_grading
from quizproof.cli.options import LanguageOption, OutFolder, Reveal


@with_grading
def export_pages(
    grading: GradingOptions,
    reveal: Reveal = False,
    language: LanguageOption = "zh",
    out: OutFolder = Path("pages"),
) -> None:
    """Write a page for each student, in a folder each, and mail.csv.

    Nothing of other students is in a page; the correct options are with --reveal only. mail.csv is for a mail
    merge: who, the total, the page, and a text a question in the language asked. Where evidence is stored,
    both tell why, and with --reveal a page has figures and sounds.
    """
    from quizproof.cli.exports.class_export import export_class
    from quizproof.cli.reasons import MAX_STUDENT_BYTES, stored_reasons
    from reports.student_pages import PagesExport

    if grading.old_key is not None or grading.regrade is not None:
        raise QuizproofError("A page explains each score by one key: give no --old-key and no --regrade.")
    sounds = MAX_STUDENT_BYTES if reveal else None
    told = stored_reasons(grading.quiz, grading.evidence, grading.rulings, max_bytes=sounds)
    export_class(grading, PagesExport(language, reveal, told.reasons, told.details), out, allow_lower=False)
