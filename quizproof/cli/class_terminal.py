"""What the terminal shows of a class: items, a regrade, what other credit rules would have given."""

from collections.abc import Mapping

from rich.text import Text

from grader.analysis.class_analysis import UNDEFINED, ClassAnalysis
from grader.analysis.distribution import Distribution
from grader.analysis.item_statistics import Statistic, rounded
from grader.analysis.items import FLAG_WORDS, SMALL_N_WORDS, ItemAnalysis
from grader.analysis.regrade import CANVAS_NAMES, Regrade
from grader.analysis.score_changes import Moved, ScoreChanges
from grader.scores.amendment_words import POLICY_WORDS
from grader.scores.credit import display, exact
from questions.quiz import CreditRule
from quizproof.cli.terminal import out, print_table, table_of


def in_digits(statistic: Statistic) -> str:
    """A statistic with two decimals, or the word that it has no value."""
    return UNDEFINED if statistic.value is None else rounded(statistic.value)


def interval_in_digits(statistic: Statistic) -> str:
    """The 95 % interval, or nothing where there is none."""
    return "" if statistic.interval is None else f"[{', '.join(map(rounded, statistic.interval))}]"


def signed(moved: Moved) -> str:
    """The mean change with its sign; a dash without papers."""
    if moved.mean_change is None:
        return "–"
    return ("+" if moved.mean_change > 0 else "") + display(moved.mean_change)


def print_class_analysis(class_analysis: ClassAnalysis) -> None:
    """The items, then the regrade and the other rules that were asked for."""
    print_items(class_analysis.item_analysis)
    if class_analysis.regrade is not None:
        print_regrade(class_analysis.regrade)
    print_what_if(class_analysis.what_ifs)


def print_items(analysis: ItemAnalysis) -> None:
    """One line a question, what to look at, then alpha and what the figures are good for."""
    table = table_of("question", "difficulty", "discrimination", "95 %", "by Canvas", "alpha without")
    for item in analysis.items:
        table.add_row(
            item.question.id,
            in_digits(item.difficulty),
            in_digits(item.discrimination),
            interval_in_digits(item.discrimination),
            "–" if item.question.kind == "multiple" else in_digits(item.canvas_point_biserial),
            in_digits(item.alpha_if_deleted),
        )
    print_table(table)
    out.print("discrimination: with the other questions; by Canvas: its own figure, uncorrected")
    for item in analysis.items:
        for flag in item.flags:
            out.print(Text(f"{item.question.id}: {flag}: {FLAG_WORDS[flag].en}.", style="yellow"))
    out.print(f"Cronbach's alpha {in_digits(analysis.alpha)}, n = {analysis.n}")
    if analysis.small:
        out.print(Text(SMALL_N_WORDS.en, style="yellow"))
    if analysis.left_out:
        out.print(f"Left out, their key is not known: {', '.join(analysis.left_out)}")
    if analysis.dropped:
        out.print(f"Left out, they were dropped: {', '.join(analysis.dropped)}")
    if analysis.settled:
        out.print(f"Not analysed, full credit was given: {', '.join(analysis.settled)}")
    if analysis.not_asked:
        out.print(f"Left out, they were not asked: {', '.join(analysis.not_asked)}")


def print_regrade(regrade: Regrade) -> None:
    """What the mended key changes, in all and by question."""
    out.print(Text(f"Regrade: {POLICY_WORDS[regrade.policy].en}", style="bold"))
    out.print(
        f"Canvas: {CANVAS_NAMES[regrade.policy]}; changed: {', '.join(regrade.changed) or 'no question'}"
    )
    for word, ids in (("only the new key knows", regrade.added), ("only the old key knows", regrade.dropped)):
        if ids:
            out.print(f"{word}: {', '.join(ids)}")
    if regrade.lowered_otherwise is not None:
        out.print(Text(regrade.lowered_otherwise.en, style="yellow"))
    _print_moved({"total": regrade.changes.total, **_moving(regrade.changes)})
    _print_distributions(dict(zip(("old", "new"), regrade.changes.distributions, strict=True)))


def print_what_if(by_rule: Mapping[CreditRule, ScoreChanges]) -> None:
    """One line a rule: who would gain and lose, and where the totals would lie."""
    if not by_rule:
        return
    out.print(Text("What if another credit rule held", style="bold"))
    _print_moved({rule.value: changes.total for rule, changes in by_rule.items()})
    course = next(iter(by_rule.values())).distributions[0]
    _print_distributions(
        {"the course's": course} | {rule.value: changes.distributions[1] for rule, changes in by_rule.items()}
    )


def _moving(changes: ScoreChanges) -> dict[str, Moved]:
    """The questions in which any score moved."""
    return {id_: moved for id_, moved in changes.by_question.items() if moved.gain or moved.lose}


def _print_moved(rows: Mapping[str, Moved]) -> None:
    table = table_of("", "gain", "lose", "same", "mean change", "largest gain", "largest loss")
    for name, moved in rows.items():
        counts = (str(moved.gain), str(moved.lose), str(moved.same))
        table.add_row(name, *counts, signed(moved), display(moved.largest_gain), display(moved.largest_loss))
    print_table(table)


def _print_distributions(rows: Mapping[str, Distribution]) -> None:
    table = table_of("totals", "of", "mean", "least", "lower quartile", "median", "upper quartile", "most")
    for name, one in rows.items():
        figures = (one.mean, one.minimum, one.lower_quartile, one.median, one.upper_quartile, one.maximum)
        table.add_row(name, exact(one.points), *("–" if f is None else display(f) for f in figures))
    print_table(table)
