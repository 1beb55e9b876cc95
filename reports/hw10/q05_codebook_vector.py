"""Question 5's card: the vectors that were looked at."""

from collections.abc import Mapping
from typing import Any

from questions.quiz import AnyQuestion, Bilingual
from reports.card import Card, Method
from reports.draw.tables import Table
from reports.hw10.published import CODES
from solvers.hw10.q05_codebook_vector import NAMES_ZH, Measurements


def tables(_question: AnyQuestion, raw: Mapping[str, Any]) -> tuple[Table, ...]:
    """A row a vector; the first is the one asked for."""
    found = Measurements.model_validate(raw)
    return (
        Table(
            caption=Bilingual(zh="看過的向量，前五個數值", en="The vectors looked at, first five values"),
            columns=(Bilingual(zh="向量", en="vector"), Bilingual(zh="數值", en="values")),
            rows=tuple(
                (
                    Bilingual(zh=NAMES_ZH.get(vector.name, vector.name), en=vector.name),
                    ", ".join(f"{value:.4f}" for value in vector.values),
                )
                for vector in found.vectors
            ),
            marked=0,
        ),
    )


CARD = Card(
    method=Method(
        Bilingual(
            zh="取第零層第 2047 個碼的向量，前五個數值與選項的最大差須 ≤ 6e-5。",
            en="The vector of code 2047 in layer 0: its first five values within 6e-5 of the option's.",
        ),
        CODES,
    ),
    tables=tables,
)
