"""Question 11's card."""

from collections.abc import Mapping
from typing import Any

from questions.quiz import Bilingual
from reports.card import Card, Method
from reports.hw10.q11_csm_voice.figures import figures, text_panel
from reports.hw10.q11_csm_voice.tables import tables
from solvers.hw10.q11_csm_voice.claims import Speaks
from solvers.hw10.q11_csm_voice.measurements import N_CLIPS, Measurements


def own(claim: Any, measurements: Mapping[str, Any]) -> tuple[str, ...]:
    """The text's panel, whose marks play the clips."""
    texts = Measurements.model_validate(measurements).texts
    return (text_panel(texts.index(claim.text)),) if isinstance(claim, Speaks) and claim.text in texts else ()


CARD = Card(
    method=Method(
        Bilingual(
            zh="生成 16 段，數出「這個聲音說這句話」的段數；Wilson 95% 區間須整個在一半之上或之下。"
            "聲音取兩個參考中較近者，不辨認第三人。",
            en="Of 16 generated clips those with this voice and this text are counted; Wilson's 95 % "
            "interval must lie wholly above or below one half. The voice is the nearer of the two "
            "references; a third one would not be noticed.",
        ),
        "Wilson 1927; Radford et al. 2022 (Whisper)",
    ),
    figures=figures,
    tables=tables,
    own=own,
    sound_labels={
        f"clip_{number:02d}": Bilingual(zh=f"CSM 生成的第 {number} 段", en=f"CSM, clip {number}")
        for number in range(1, N_CLIPS + 1)
    },
)
