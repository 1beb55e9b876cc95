"""Question 7's card."""

from collections.abc import Mapping
from typing import Any

from questions.quiz import Bilingual
from reports.card import Card, Method
from reports.hw10.q07_languages.figures import figures
from reports.hw10.q07_languages.tables import tables

PAIRS = (("english_original", "english_decoded"), ("chinese_original", "chinese_decoded"))


def own(_claim: Any, _measurements: Mapping[str, Any]) -> tuple[str, ...]:
    """Every claim compares the two decodes."""
    return tuple(name for pair in PAIRS for name in pair)


CARD = Card(
    method=Method(
        Bilingual(
            zh="全部碼本重建後與原檔比較：STOI、PESQ-WB，以及原檔的 Whisper 聽寫在重建聲音中損失多少可能性；"
            "由各起點偏移的分布決定。",
            en="After all codebooks against the original: STOI, PESQ-WB, and by how much Whisper finds the "
            "original's transcript less likely in the decode; decided by the distribution over the start "
            "offsets.",
        ),
        "Taal et al. 2011 (STOI); ITU-T P.862.2 (PESQ-WB)",
    ),
    figures=figures,
    tables=tables,
    sound_labels={
        "english_original": Bilingual(zh="英文，原檔", en="English, original"),
        "english_decoded": Bilingual(zh="英文，重建", en="English, decoded"),
        "chinese_original": Bilingual(zh="中文，原檔", en="Chinese, original"),
        "chinese_decoded": Bilingual(zh="中文，重建", en="Chinese, decoded"),
    },
    pairs=PAIRS,
    own=own,
)
