"""What a card shows beside the verdicts: measurements as figures and tables, sounds as players."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from questions.quiz import AnyQuestion, Bilingual
from reports.draw.figures import Figure
from reports.draw.players import NO_SOUND, Players, players_of
from reports.draw.tables import Table
from reports.hw10 import (
    figures_q06,
    figures_q07_q08,
    figures_q09,
    figures_q10,
    figures_q11,
    tables_q06,
    tables_q07_q08,
    tables_q10,
    tables_q11_q12,
)
from solvers.evidence.verdicts import Evidence
from solvers.hw10 import q01_token_shapes, q03_code_axes, q05_codebook_vector
from solvers.hw10.q09_layer_order import measure as q09_layer_order


@dataclass(frozen=True)
class Details:
    """Figures, players and tables of one card."""

    figures: tuple[Figure, ...] = ()
    players: Players = NO_SOUND
    tables: tuple[Table, ...] = ()


def details_of(question: AnyQuestion, evidence: Evidence, media: Mapping[str, str]) -> Details:
    """What was measured as figures and tables, what was kept as players; empty where nothing was.

    `media` maps an artifact's file to its address.
    """
    if evidence.failure is not None or not evidence.measurements:
        return Details()
    addresses = {
        artifact.name: media[artifact.file] for artifact in evidence.artifacts if artifact.file in media
    }
    draw, tabulate = FIGURES.get(question.id), TABLES.get(question.id)
    return Details(
        figures=draw(question, evidence.measurements, addresses) if draw else (),
        players=players_of(question, evidence.artifacts, media),
        tables=tabulate(question, evidence.measurements) if tabulate else (),
    )


def _shapes(_question: AnyQuestion, raw: Mapping[str, Any]) -> tuple[Table, ...]:
    found = q01_token_shapes.Measurements.model_validate(raw)
    rows = tuple(
        (clip.file or f"{clip.clip}: noise, {clip.n_samples} samples", str(list(clip.shape)))
        for clip in (*found.exact, *found.files)
    )
    return (
        Table(
            caption=Bilingual(zh="編碼得到的形狀 [B, K, T]", en="Shapes of the codes [B, K, T]"),
            columns=(Bilingual(zh="音訊", en="audio"), Bilingual(zh="形狀", en="shape")),
            rows=rows,
        ),
    )


def _interventions(_question: AnyQuestion, raw: Mapping[str, Any]) -> tuple[Table, ...]:
    found = q03_code_axes.Measurements.model_validate(raw)
    rows = tuple(
        (
            change.quantity,
            f"{change.before} → {change.after}",
            str(list(change.shape_before)),
            str(list(change.shape_after)),
            "yes" if change.followed else "no",
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


def _vectors(_question: AnyQuestion, raw: Mapping[str, Any]) -> tuple[Table, ...]:
    found = q05_codebook_vector.Measurements.model_validate(raw)
    return (
        Table(
            caption=Bilingual(zh="看過的向量，前五個數值", en="The vectors looked at, first five values"),
            columns=(Bilingual(zh="向量", en="vector"), Bilingual(zh="數值", en="values")),
            rows=tuple(
                (vector.name, ", ".join(f"{value:.4f}" for value in vector.values))
                for vector in found.vectors
            ),
            marked=0,
        ),
    )


def _orders(question: AnyQuestion, raw: Mapping[str, Any]) -> tuple[Table, ...]:
    found = q09_layer_order.Measurements.model_validate(raw)
    ranked = sorted(found.orders, key=lambda order: -max(order.scores))
    column = {sentence: index for index, sentence in enumerate(found.sentences)}
    options = [(option.id, column[option.parts[0].claim.said]) for option in question.options]
    return (
        Table(
            caption=Bilingual(
                zh="24 種順序 × 各句的平均對數機率(nat/token，越高越像)",
                en="24 orders × mean log-probability of each sentence (nat/token, higher is likelier)",
            ),
            columns=(
                Bilingual(zh="順序", en="order"),
                *(Bilingual(zh=f"選項 {id_}", en=f"option {id_}") for id_, _ in options),
            ),
            rows=tuple(
                (str(list(order.order)), *(f"{order.scores[index]:.2f}" for _, index in options))
                for order in ranked
            ),
            marked=0,
        ),
    )


TABLES: Mapping[str, Callable[[AnyQuestion, Mapping[str, Any]], tuple[Table, ...]]] = {
    "q01": _shapes,
    "q03": _interventions,
    "q05": _vectors,
    "q06": tables_q06.tables,
    "q07": tables_q07_q08.tables,
    "q08": tables_q07_q08.tables,
    "q09": _orders,
    "q10": tables_q10.tables,
    "q11": tables_q11_q12.tables,
    "q12": tables_q11_q12.tables,
}

FIGURES: Mapping[str, Callable[[AnyQuestion, Mapping[str, Any], Mapping[str, str]], tuple[Figure, ...]]] = {
    "q06": figures_q06.figures,
    "q07": figures_q07_q08.figures,
    "q08": figures_q07_q08.figures,
    "q09": figures_q09.figures,
    "q10": figures_q10.figures,
    "q11": figures_q11.figures,
}
