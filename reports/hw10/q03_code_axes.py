"""Question 3's card: what was changed, and whether the second axis followed."""

from collections.abc import Mapping
from typing import Any

from questions.quiz import AnyQuestion, Bilingual
from reports.card import Card, Method
from reports.draw.tables import NO, YES, Table
from reports.hw10.published import CODES
from solvers.hw10.q03_code_axes import Measurements


def tables(_question: AnyQuestion, raw: Mapping[str, Any]) -> tuple[Table, ...]:
    """A row a change."""
    found = Measurements.model_validate(raw)
    rows = tuple(
        (
            change.quantity,
            f"{change.before} → {change.after}",
            str(list(change.shape_before)),
            str(list(change.shape_after)),
            YES if change.followed else NO,
        )
        for change in found.interventions
    )
    return (
        Table(
            caption=Bilingual(zh="一次只改變一個量", en="One quantity changed at a time"),
            columns=(
                Bilingual(zh="量", en="quantity"),
                Bilingual(zh="改變", en="change"),
                Bilingual(zh="之前的形狀", en="shape before"),
                Bilingual(zh="之後的形狀", en="shape after"),
                Bilingual(zh="第二維隨之改變", en="axis 1 follows"),
            ),
            rows=rows,
            marked=next((i for i, change in enumerate(found.interventions) if change.followed), None),
        ),
    )


CARD = Card(
    method=Method(
        Bilingual(
            zh="一次只改變一個量（長度、碼本數、批次、聲道），看第二維是否隨之改變。",
            en="One quantity at a time is changed (duration, codebooks, batch, channels) to see which one "
            "axis 1 follows.",
        ),
        CODES,
    ),
    conclusive=Bilingual(
        zh="軸的順序由架構決定，與權重、音檔內容無關。",
        en="The order of the axes follows from the architecture, whatever the weights or the clip.",
    ),
    tables=tables,
)
