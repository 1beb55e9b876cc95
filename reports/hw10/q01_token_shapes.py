"""Question 1's card: the shapes of all clips that were encoded."""

from collections.abc import Mapping
from typing import Any

from questions.quiz import AnyQuestion, Bilingual
from reports.card import Card, Method
from reports.draw.tables import Table
from reports.hw10.published import CODES
from solvers.hw10.q01_token_shapes import ClipShape, Measurements


def tables(_question: AnyQuestion, raw: Mapping[str, Any]) -> tuple[Table, ...]:
    """A row a clip."""
    found = Measurements.model_validate(raw)
    rows = tuple((clip.file or _noise(clip), str(list(clip.shape))) for clip in (*found.exact, *found.files))
    return (
        Table(
            caption=Bilingual(zh="編碼得到的形狀 [B, K, T]", en="Shapes of the codes [B, K, T]"),
            columns=(Bilingual(zh="音訊", en="audio"), Bilingual(zh="形狀", en="shape")),
            rows=rows,
        ),
    )


def _noise(clip: ClipShape) -> Bilingual:
    return Bilingual(
        zh=f"{clip.clip}：雜訊，{clip.n_samples} 個取樣點", en=f"{clip.clip}: noise, {clip.n_samples} samples"
    )


CARD = Card(
    method=Method(
        Bilingual(
            zh="把 2 秒與 4 秒的音訊編碼，讀出形狀 [B, K, T]；T = ⌈秒數 × 12.5⌉。",
            en="Clips of 2 and 4 s are encoded and the shape [B, K, T] read off; T = ⌈seconds × 12.5⌉.",
        ),
        CODES,
    ),
    conclusive=Bilingual(
        zh="形狀由架構決定，與權重、音檔內容無關：幀數是 ⌈秒數 × 12.5⌉，碼本 32 個；"
        "課程的檔案在手邊時，顯示的就是它的形狀。",
        en="The shape follows from the architecture, whatever the weights or the clip: ⌈seconds × 12.5⌉ "
        "frames by 32 codebooks. Where the course's files are at hand it is their own shape that is shown.",
    ),
    tables=tables,
)
