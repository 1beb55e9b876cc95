"""What a TA sees of a class beside its grades: items, a regrade, other credit rules; and their files."""

from collections.abc import Iterable
from csv import QUOTE_NONNUMERIC, writer
from dataclasses import dataclass, replace
from fractions import Fraction
from io import StringIO
from pathlib import Path
from typing import Self

import polars as pl

from grader.analysis.item_analysis import analyse
from grader.analysis.item_statistics import Statistic
from grader.analysis.items import ItemAnalysis
from grader.analysis.regrade import Regrade, RegradeSummary, regrade_class, what_if
from grader.analysis.score_changes import ChangesSummary, ScoreChanges
from grader.key.contradictions import Contradiction
from grader.scores.credit import display, exact
from grader.scores.graded import ClassGrades
from grader.scores.results import csv_for_people, guarded
from questions.amendments import Regrading
from questions.common.files import write_atomic
from questions.common.frozen import Frozen
from questions.key import Key
from questions.quiz import CreditRule

ITEMS_FILE, REGRADE_FILE = "items.csv", "regrade.csv"
COLUMNS = (
    "question", "kind", "points", "right", "partly right", "wrong", "blank", "difficulty",
    "discrimination (corrected item-rest)", "95 % from", "95 % to", "Canvas's point-biserial (uncorrected)",
    "alpha without it", "look at",
)  # fmt: skip
UNDEFINED = "undefined"


class AnalysisSummary(Frozen):
    """What a document says of a class; nothing of a single paper."""

    items: ItemAnalysis
    regrade: RegradeSummary | None
    what_if: dict[CreditRule, ChangesSummary]


@dataclass(frozen=True)
class ClassAnalysis:
    """`grades` are those that count: by the key, or regraded where an old key was given.

    `contradictions` are what conclusive evidence says against the key, `despite` is why it counts.
    """

    grades: ClassGrades
    item_analysis: ItemAnalysis
    regrade: Regrade | None
    what_ifs: dict[CreditRule, ScoreChanges]
    contradictions: tuple[Contradiction, ...] = ()
    despite: str | None = None

    @classmethod
    def of(
        cls,
        grades: ClassGrades,
        old_key: Key | None = None,
        policy: Regrading = Regrading.BOTH,
        rules: Iterable[CreditRule] = (),
    ) -> Self:
        """Analyse a class that was graded by its key. Raises ValueError for an old key that cannot be.

        Other credit rules are compared with the course's on the key alone, apart from a regrade.
        """
        regraded = None if old_key is None else regrade_class(grades, old_key, policy)
        counting = grades if regraded is None else regraded.changes.after
        what_ifs = {rule: what_if(grades, rule) for rule in dict.fromkeys(rules)}
        return cls(counting, analyse(counting.by_paper), regraded, what_ifs)

    def beside(self, contradictions: tuple[Contradiction, ...], despite: str | None) -> Self:
        """The same with what evidence says against the key."""
        items = self.item_analysis.contradicted({one.question for one in contradictions})
        return replace(self, item_analysis=items, contradictions=contradictions, despite=despite)

    @property
    def summary(self) -> AnalysisSummary:
        """All but the single papers."""
        return AnalysisSummary(
            items=self.item_analysis,
            regrade=self.regrade and self.regrade.summary,
            what_if={rule: changes.summary for rule, changes in self.what_ifs.items()},
        )

    def write(self, folder: Path) -> list[Path]:
        """Write `items.csv` and, of a regrade, `regrade.csv`, each whole or not at all; return them."""
        write_atomic(folder / ITEMS_FILE, items_csv(self.item_analysis).encode())
        if self.regrade is None:
            return [folder / ITEMS_FILE]
        write_atomic(folder / REGRADE_FILE, csv_for_people(changes_table(self.regrade.changes)))
        return [folder / ITEMS_FILE, folder / REGRADE_FILE]


def items_csv(analysis: ItemAnalysis) -> str:
    """A row a question; "undefined" where a figure has no value. Texts are quoted, for some hold a ";"."""
    text = StringIO()
    rows = writer(text, lineterminator="\n", quoting=QUOTE_NONNUMERIC)
    rows.writerow(COLUMNS)
    for item in analysis.items:
        low, high = item.discrimination.interval or ("", "")
        rows.writerow(
            [
                item.question.id,
                item.question.kind,
                exact(item.worth),
                *item.outcomes.values(),
                _cell(item.difficulty),
                _cell(item.discrimination),
                low,
                high,
                _cell(item.canvas_point_biserial),
                _cell(item.alpha_if_deleted),
                "; ".join(item.flags),
            ]
        )
    return text.getvalue()


def changes_table(changes: ScoreChanges) -> pl.DataFrame:
    """A row a paper: who, the total before and after and the change, with two decimals each.

    Texts from outside are guarded against being run as formulas.
    """
    who = changes.after.responses.frame.select(guarded(name) for name in ("student", "name", "section"))
    return who.hstack([_shown(changes.frame[name], changes.unit) for name in ("before", "after", "change")])


def _shown(units: pl.Series, unit: Fraction) -> pl.Series:
    distinct = units.unique().to_list()
    shown = [display(value * unit) for value in distinct]
    return units.replace_strict(distinct, shown, return_dtype=pl.String)


def _cell(statistic: Statistic) -> float | str:
    return UNDEFINED if statistic.value is None else statistic.value
