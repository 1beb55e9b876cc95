"""What `quizproof grade` is asked of a class beside its grades, and where the answers go."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.analysis.class_analysis import ClassAnalysis
from grader.exports.gradescope import lateness, require_one_paper
from grader.scores.graded import ClassGrades
from grader.scores.one_student import check_student, place_of
from questions.amendments import Regrading
from questions.common.errors import QuizproofError
from questions.common.messages import did_you_mean, listed, show
from questions.key import load_key
from questions.quiz import CreditRule
from quizproof.cli.reasons import NOTHING_TOLD, Told
from reports.class_head import ClassHead


@dataclass(frozen=True)
class ClassOptions:
    """Options of the command line. Raises QuizproofError for those that do not go together."""

    old_key: Path | None = None
    policy: Regrading | None = None
    rules: tuple[CreditRule, ...] = ()
    student: str | None = None
    reveal: bool = False
    out: Path | None = None
    show: bool = False
    told: Told = NOTHING_TOLD  # on a student's page

    def __post_init__(self) -> None:
        """Refuse what would do nothing, or not what it says."""
        require_both(self.old_key, self.policy)
        if self.reveal and self.student is None:
            raise QuizproofError("--reveal is for one student's page: give --student ID.")
        if self.student is not None and self.out is None:
            raise QuizproofError("--student writes a page: give --out DIR.")
        if self.show and self.out is None:
            raise QuizproofError("--open shows the page that is written: give --out DIR.")
        if self.student is not None and self.old_key is not None:
            raise QuizproofError(
                "--student explains each score by one key: give it without --old-key and --regrade."
            )


def require_both(old_key: Path | None, policy: str | None) -> None:
    """Raises QuizproofError for one of --old-key and --regrade without the other."""
    if policy is not None and old_key is None:
        raise QuizproofError("--regrade needs the key that the papers were graded by: give --old-key FILE.")
    if old_key is not None and policy is None:
        raise QuizproofError(
            "--old-key needs to know what becomes of the papers: give --regrade both, new, full or none."
        )


def rules_named(names: Sequence[str]) -> tuple[CreditRule, ...]:
    """The credit rules of these names. Raises QuizproofError for a name that is not one."""
    allowed = [rule.value for rule in CreditRule]
    for name in names:
        if name not in allowed:
            hint = did_you_mean(name, allowed)
            raise QuizproofError(f"--what-if {show(name)}: allowed: {listed(allowed)}{hint}")
    return tuple(map(CreditRule, names))


def analyse_class(grades: ClassGrades, options: ClassOptions, *, one_by_one: bool) -> ClassAnalysis | None:
    """What is to be told of a class; None where nothing was asked and no file is to be written.

    Raises QuizproofError for papers given one by one, of which each is explained by its key.
    """
    if one_by_one:
        if options.old_key is not None or options.rules:
            raise QuizproofError(
                "--old-key and --what-if are for a class: give its CSV or a folder of papers."
            )
        return None
    if options.out is None and options.old_key is None and not options.rules:
        return None
    old_key = None if options.old_key is None else load_key(options.old_key, grades.responses.quiz)
    return ClassAnalysis.of(grades, old_key, options.policy or Regrading.NONE, options.rules)


def write_files(
    grades: ClassGrades, options: ClassOptions, class_analysis: ClassAnalysis | None, head: ClassHead
) -> list[Path]:
    """Write the page of the student asked for, the class report and its tables; return them, pages first."""
    from reports.class_report import write_class_report
    from reports.student_page import write_student_page

    pages: list[Path] = []
    if options.out is None:
        return pages
    if options.student is not None:  # first, since the student may not be there
        require_one_paper(grades)
        marking = grades.marking
        result = check_student(
            grades.responses,
            options.student,
            marking.key,
            reveal=options.reveal,
            amendments=marking.amendments,
            reasons=options.told.reasons,
        )
        late = lateness(grades)[place_of(grades.responses, options.student)]
        pages.append(
            write_student_page(options.out, grades.responses.quiz, result, late, options.told.details)
        )
    if class_analysis is None:
        return pages
    tables = class_analysis.write(options.out)
    return [*pages, write_class_report(options.out, class_analysis, head), *tables]
