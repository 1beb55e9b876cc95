"""The class report: how the papers lie, which questions worked, what another key or rule would change.

It holds the key and is for teaching staff; nothing of a single paper goes into it.
"""

from collections.abc import Iterator
from pathlib import Path

from grader.analysis.class_analysis import ClassAnalysis
from grader.analysis.distribution import Distribution, distribution_of
from grader.analysis.item_statistics import rounded
from grader.analysis.items import FLAG_NAMES, FLAG_WORDS, NOT_BY_CANVAS, SMALL_N_WORDS, ItemAnalysis
from grader.analysis.regrade import CANVAS_NAMES, Regrade
from grader.analysis.score_changes import Moved, ScoreChanges
from grader.scores.amendment_words import POLICY_WORDS, amendment_words
from grader.scores.credit import display, exact
from grader.scores.rules import RULE_WORDS
from questions.common.files import write_atomic
from questions.common.version import quizproof_version
from questions.quiz import Bilingual
from reports.class_figures import histogram, outcome_bar, percent
from reports.class_head import ClassHead, newest_paper
from reports.draw.numbers import typeset
from reports.page import environment, page_parts

CLASS_STYLES, PAGE_SCRIPTS = ("palette.css", "report.css", "class.css"), ("page.js",)
PAPERS = Bilingual(zh="考卷", en="papers")
ALL_PAPERS = Bilingual(zh="所有考卷", en="all papers")
OLD = Bilingual(zh="舊", en="old")
NEW = Bilingual(zh="新", en="new")
BY_THE_KEY = Bilingual(zh="依答案與本測驗的計分規則", en="by the key and the quiz's own rules")
TOTAL = Bilingual(zh="總分", en="total")


def render_class(found: ClassAnalysis, head: ClassHead | None = None) -> str:
    """The whole page. Without papers it says so, and what has no value says why."""
    analysis, regrade = found.item_analysis, found.regrade
    distribution = distribution_of(found.grades)
    env = environment()
    env.filters.update(
        rounded=lambda value: typeset(rounded(value)),
        display=lambda value: typeset(display(value)),
        exact=exact,
    )
    return env.get_template("class.html.j2").render(
        quiz=found.grades.responses.quiz.quiz,
        **page_parts(CLASS_STYLES, PAGE_SCRIPTS),
        head=head,
        newest=newest_paper(found.grades.every),
        version=quizproof_version(),
        percent=percent,
        analysis=analysis,
        amendments=[(id_, amendment_words(one)) for id_, one in found.grades.marking.amendments.items()],
        contradictions=found.contradictions,
        despite=found.despite,
        distribution=distribution,
        bars=histogram([distribution.histogram], ["papers"]),
        cards=[{"item": item, "bar": outcome_bar(item)} for item in analysis.items],
        reasons=_reasons(analysis),
        flag_names=FLAG_NAMES,
        flag_words=FLAG_WORDS,
        small_n=SMALL_N_WORDS,
        papers=PAPERS,
        all_papers=ALL_PAPERS,
        old=OLD,
        new=NEW,
        regrade=regrade,
        policy_words=POLICY_WORDS[regrade.policy] if regrade else None,
        canvas_name=CANVAS_NAMES[regrade.policy] if regrade else None,
        regrade_moves=_moves(regrade.changes) if regrade else [],
        regrade_bars=_regrade_bars(regrade) if regrade else (),
        what_if_moves=[(RULE_WORDS[rule], changes.total) for rule, changes in found.what_ifs.items()],
        what_if_distributions=list(_what_if_distributions(found)),
    )


def write_class_report(folder: Path, found: ClassAnalysis, head: ClassHead | None = None) -> Path:
    """Render into `folder`/class.html, whole or not at all."""
    path = folder / "class.html"
    write_atomic(path, render_class(found, head).encode())
    return path


def _reasons(analysis: ItemAnalysis) -> list[Bilingual]:
    """Why figures of the item table have no value, each once."""
    figures = (
        figure
        for item in analysis.items
        for figure in (
            item.difficulty,
            item.discrimination,
            item.canvas_point_biserial,
            item.alpha_if_deleted,
        )
    )
    reasons: list[Bilingual] = []
    for figure in figures:
        if figure.reason is not None and figure.reason not in (NOT_BY_CANVAS, *reasons):
            reasons.append(figure.reason)
    return reasons


def _moves(changes: ScoreChanges) -> list[tuple[Bilingual, Moved]]:
    """The total, and the questions in which any score moved."""
    moved = [(_same(id_), one) for id_, one in changes.by_question.items() if one.gain or one.lose]
    return [(TOTAL, changes.total), *moved]


def _what_if_distributions(found: ClassAnalysis) -> Iterator[tuple[Bilingual, Distribution]]:
    """The totals by the key and the quiz's own rules, then by each other rule."""
    for rule, changes in found.what_ifs.items():
        if rule is next(iter(found.what_ifs)):
            yield BY_THE_KEY, changes.distributions[0]
        yield _same(rule.value), changes.distributions[1]


def _regrade_bars(regrade: Regrade) -> tuple[object, ...]:
    """Old and new side by side; nothing where they have other points and so other ranges."""
    before, after = regrade.changes.distributions
    if before.points != after.points or not before.n:
        return ()
    return histogram([before.histogram, after.histogram], ["old", "papers"])


def _same(name: str) -> Bilingual:
    """A name that is the same in both languages."""
    return Bilingual(zh=name, en=name)
