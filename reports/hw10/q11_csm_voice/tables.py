"""Question 11 as a table: every clip that CSM generated, with what decided it."""

from collections.abc import Mapping
from typing import Any

from questions.quiz import AnyQuestion, Bilingual
from reports.draw.tables import Cell, Table
from reports.hw10.csm_clips import CAPPED, FRAMES, HEARD, NOTHING, NUMBER
from solvers.hw10.q11_csm_voice.measurements import Clip, Measurements


def tables(_question: AnyQuestion, raw: Mapping[str, Any]) -> tuple[Table, ...]:
    """A row a clip; nothing where there was no CSM."""
    found = Measurements.model_validate(raw)
    if found.scale is None:
        return ()
    texts = ", ".join(f"{number} = “{text}”" for number, text in enumerate(found.texts, 1))
    return (
        Table(
            caption=Bilingual(
                zh=f"CSM 生成的 {len(found.clips)} 段（文字 {texts}；聲音位置 +1 為 Emily、−1 為 Jason；"
                f"到長度上限仍未結束者，聽的是其中說出的部分）",
                en=f"The {len(found.clips)} clips that CSM generated (texts: {texts}; voice position +1 is "
                f"Emily, −1 Jason; of those that ran into the length limit what was said before the tail)",
            ),
            columns=(
                NUMBER,
                FRAMES,
                *(
                    Bilingual(
                        zh=f"文字 {number} 的分數（nat/token）", en=f"score of text {number} (nat/token)"
                    )
                    for number in range(1, len(found.texts) + 1)
                ),
                *(
                    Bilingual(zh=f"對文字 {number} 的 WER", en=f"WER to text {number}")
                    for number in range(1, len(found.texts) + 1)
                ),
                Bilingual(zh="聲音位置", en="voice position"),
                Bilingual(zh="聲音", en="voice"),
                Bilingual(zh="文字", en="text"),
                HEARD,
            ),
            rows=tuple(_clip_row(number, clip, found) for number, clip in enumerate(found.clips, 1)),
        ),
    )


def _clip_row(number: int, clip: Clip, found: Measurements) -> tuple[Cell, ...]:
    heard, text = clip.hearing, found.text_of(clip)
    start = (str(number), str(clip.n_frames))
    if heard is None:
        return (*start, *(NOTHING,) * (2 * len(found.texts) + 3), CAPPED if clip.capped else NOTHING)
    at = None if heard.margin is None or found.scale is None else found.scale.position(heard.margin)
    return (
        *start,
        *(f"{score:.2f}" for score in heard.scores),
        *(f"{wer:.2f}" for wer in heard.wers),
        NOTHING if at is None else f"{at:+.2f}",
        found.voice_of(clip) or NOTHING,
        NOTHING if text is None else str(found.texts.index(text) + 1),
        heard.transcript.strip(),
    )
