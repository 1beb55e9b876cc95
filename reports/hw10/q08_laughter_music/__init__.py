"""Question 8's card."""

from collections.abc import Mapping
from typing import Any

from questions.quiz import Bilingual
from reports.card import Card, Method
from reports.hw10.q08_laughter_music.figures import figures
from reports.hw10.q08_laughter_music.tables import tables
from solvers.hw10.q08_laughter_music.claims import Worst

PAIRS = (("laughter_original", "laughter_decoded"), ("music_original", "music_decoded"))


def own(claim: Any, _measurements: Mapping[str, Any]) -> tuple[str, ...]:
    """Which clip is worst is heard; why it is, is not."""
    return tuple(name for pair in PAIRS for name in pair) if isinstance(claim, Worst) else ()


CARD = Card(
    method=Method(
        Bilingual(
            zh="重建聲音與原檔的響度距離（權重 0.6）與多解析度 STFT 距離（0.4），差到 1.35 倍才算較差；"
            "PESQ 為語音而設，只供參考。長度的影響看同一段音樂切得越長是否越差。",
            en="Loudness distance (weight 0.6) and multi-resolution STFT distance (0.4) to the original; "
            "worse is 1.35 times further off. PESQ is made for speech and shown beside. Whether length is "
            "why: whether the same music gets worse in longer cuts.",
        ),
        "Zwicker and Fastl 2007 (specific loudness); Yamamoto et al. 2020 (multi-resolution STFT)",
    ),
    figures=figures,
    tables=tables,
    sound_labels={
        "laughter_original": Bilingual(zh="笑聲，原檔", en="Laughter, original"),
        "laughter_decoded": Bilingual(zh="笑聲，重建", en="Laughter, decoded"),
        "music_original": Bilingual(zh="音樂，原檔", en="Music, original"),
        "music_decoded": Bilingual(zh="音樂，重建", en="Music, decoded"),
    },
    pairs=PAIRS,
    own=own,
)
