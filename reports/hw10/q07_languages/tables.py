"""Question 7 as tables: a summary, every start offset, what was heard."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from questions.quiz import AnyQuestion, Bilingual
from reports.draw.tables import Cell, Table
from reports.hw10.round_trip import (
    CLIP,
    EVERY,
    LENGTH,
    MEDIAN,
    OFFSET,
    metric_name,
    milliseconds,
    shown,
    shown_spread,
)
from solvers.hw10.q07_languages.judge import BOUNDS, NAMES
from solvers.hw10.q07_languages.measurements import Clip, Grade, Measurements

# Columns: what decides, and the error rate beside.
COLUMNS: Mapping[str, Bilingual] = {
    **{metric: name for metric, (name, *_) in BOUNDS.items()},
    "error_rate": metric_name("error rate"),
}


def tables(_question: AnyQuestion, raw: Mapping[str, Any]) -> tuple[Table, ...]:
    """A summary, every start offset, and what was heard."""
    found = Measurements.model_validate(raw)
    names = [NAMES[language] for language in found.clips]
    grades = {
        language: Counter(decode.grade.value for decode in clip.decodes)
        for language, clip in found.clips.items()
    }
    summary = Table(
        caption=MEDIAN,
        columns=(
            CLIP,
            LENGTH,
            *COLUMNS.values(),
            Bilingual(zh="評等：良好/之間/不佳", en="grade: good / between / not good"),
        ),
        rows=tuple(
            (
                NAMES[language],
                f"{clip.duration_s:.2f}",
                *(shown_spread(clip.spread(metric)) for metric in COLUMNS),
                " / ".join(str(grades[language][grade.value]) for grade in Grade),
            )
            for language, clip in found.clips.items()
        ),
    )
    offsets = Table(
        caption=EVERY,
        columns=(
            OFFSET,
            *(
                Bilingual(zh=f"{name.zh} {metric.zh}", en=f"{name.en} {metric.en}")
                for name in names
                for metric in COLUMNS.values()
            ),
        ),
        rows=tuple(
            (
                milliseconds(next(iter(pair.values())).offset_samples),
                *(shown(getattr(decode, metric)) for decode in pair.values() for metric in COLUMNS),
            )
            for pair in found.pairs
        ),
    )
    heard = Table(
        caption=Bilingual(
            zh=f"{found.ear} 聽到的文字（字詞損失以參考文字計算；錯誤率以原檔各種起點的聽寫中最接近者計算，"
            "只供參考）",
            en=f"What {found.ear} hears (words lost are those of the reference text; error rates are to the "
            "nearest of the original's own readings, and decide nothing)",
        ),
        columns=(CLIP, Bilingual(zh="次數", en="times"), Bilingual(zh="文字", en="text")),
        rows=tuple(row for language, clip in found.clips.items() for row in _heard(NAMES[language], clip)),
    )
    return summary, offsets, heard


def _heard(name: Bilingual, clip: Clip) -> list[tuple[Cell, ...]]:
    counts = Counter(decode.transcript.strip() for decode in clip.decodes).most_common()
    known = [(_of(name, "音檔的內容", "the clip says"), "–", clip.said)] if clip.said else []
    return [
        *known,
        (
            _of(name, f"{clip.reference_by} 寫下的參考文字", f"reference text by {clip.reference_by}"),
            "–",
            clip.reference.strip(),
        ),
        (_of(name, "原檔", "original"), "1", clip.transcript.strip()),
        *(
            (_of(name, "原檔，從其他起點", "original from other starts"), "–", text.strip())
            for text in clip.readings
            if text != clip.transcript
        ),
        *((_of(name, "重建", "decoded"), str(n), text) for text, n in counts),
    ]


def _of(name: Bilingual, zh: str, en: str) -> Bilingual:
    return Bilingual(zh=f"{name.zh}，{zh}", en=f"{name.en}, {en}")
