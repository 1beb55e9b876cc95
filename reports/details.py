"""What a card shows beside the verdicts: the measurements as tables, the sounds as players."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from questions.spec import AnyQuestion, Bilingual
from reports import tables_q06, tables_q07_q08, tables_q10, tables_q11_q12
from reports.tables import Table
from solvers import q01_token_shapes, q03_code_axes, q05_codebook_vector, q09_layer_order
from solvers.evidence import Evidence


@dataclass(frozen=True)
class Player:
    """A sound beside the report, with what was heard in it. `address` is None where it is not at hand."""

    label: Bilingual
    address: str | None
    seconds: float
    transcript: str


@dataclass(frozen=True)
class Details:
    """Tables and players of one card."""

    tables: tuple[Table, ...] = ()
    players: tuple[Player, ...] = ()


SOUND_LABELS: Mapping[str, Bilingual] = {
    "english_original": Bilingual(zh="英文，原檔", en="English, original"),
    "english_decoded": Bilingual(zh="英文，重建", en="English, decoded"),
    "chinese_original": Bilingual(zh="中文，原檔", en="Chinese, original"),
    "chinese_decoded": Bilingual(zh="中文，重建", en="Chinese, decoded"),
    "laughter_original": Bilingual(zh="笑聲，原檔", en="Laughter, original"),
    "laughter_decoded": Bilingual(zh="笑聲，重建", en="Laughter, decoded"),
    "music_original": Bilingual(zh="音樂，原檔", en="Music, original"),
    "music_decoded": Bilingual(zh="音樂，重建", en="Music, decoded"),
    "shuffled": Bilingual(zh="打亂的檔案，照原樣解碼", en="The shuffled file, decoded as it is"),
    "recovered": Bilingual(zh="最佳順序，解碼", en="The best order, decoded"),
    **tables_q10.SOUND_LABELS,
    **tables_q11_q12.SOUND_LABELS,
}


def details_of(question: AnyQuestion, evidence: Evidence, media: Mapping[str, str]) -> Details:
    """Tables of what was measured and players of what was kept; empty where nothing was."""
    if evidence.failure is not None:
        return Details()
    build = TABLES.get(question.id)
    players = tuple(
        Player(
            label=SOUND_LABELS[artifact.name],
            address=media.get(artifact.file),
            seconds=artifact.shape[0] / artifact.sample_rate_hz,
            transcript=artifact.transcript,
        )
        for artifact in evidence.artifacts
    )
    tables = build(question, evidence.measurements) if build and evidence.measurements else ()
    return Details(tables=tables, players=players)


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
