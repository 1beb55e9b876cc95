"""Q7's and Q8's measurements as tables: a summary, every start offset, what was heard, the cuts."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from questions.quiz import AnyQuestion, Bilingual
from reports.draw.tables import Table
from solvers.audio.quality import Score
from solvers.evidence.statistics import Spread
from solvers.hw10.q07_languages import grades as q07_grades
from solvers.hw10.q07_languages import measure as q07_languages
from solvers.hw10.q08_laughter_music import measure as q08_laughter_music
from solvers.hw10.q08_laughter_music.length import CUT_LENGTHS_S

SAMPLES_PER_MS = 24
OFFSET = Bilingual(zh="起點偏移（ms）", en="start offset (ms)")
CLIP = Bilingual(zh="音檔", en="clip")
MEDIAN = Bilingual(
    zh="全部碼本重建後的品質：各起點偏移的中位數 [最小、最大]",
    en="Quality after all codebooks: median [lowest, highest] over the start offsets",
)
EVERY = Bilingual(zh="每個起點偏移的數值", en="Every start offset")


def tables(question: AnyQuestion, raw: Mapping[str, Any]) -> tuple[Table, ...]:
    """The tables of Q7 or Q8."""
    return _q07(raw) if question.id == "q07" else _q08(raw)


def _q07(raw: Mapping[str, Any]) -> tuple[Table, ...]:
    found = q07_grades.Measurements.model_validate(raw)
    metrics = q07_languages.BOUNDS
    names = [q07_languages.NAMES[language] for language in found.clips]
    grades = {
        language: Counter(decode.grade.value for decode in clip.decodes)
        for language, clip in found.clips.items()
    }
    summary = Table(
        caption=MEDIAN,
        columns=(
            CLIP,
            Bilingual(zh="長度（秒）", en="length (s)"),
            *(_metric(name) for name, *_ in metrics.values()),
            Bilingual(zh="評等：良好/之間/不佳", en="grade: good / between / not good"),
        ),
        rows=tuple(
            (
                q07_languages.NAMES[language].en,
                f"{clip.duration_s:.2f}",
                *(_spread(clip.spread(metric)) for metric in metrics),
                " / ".join(str(grades[language][grade.value]) for grade in q07_grades.Grade),
            )
            for language, clip in found.clips.items()
        ),
    )
    offsets = Table(
        caption=EVERY,
        columns=(OFFSET, *(_both(name, metric) for name in names for metric, *_ in metrics.values())),
        rows=tuple(
            (
                _ms(next(iter(pair.values())).offset_samples),
                *(_cell(getattr(decode, metric)) for decode in pair.values() for metric in metrics),
            )
            for pair in found.pairs
        ),
    )
    heard = Table(
        caption=Bilingual(
            zh="Whisper 聽到的文字（錯誤率以原檔各種起點的聽寫中最接近者計算）",
            en="What Whisper hears (error rates are to the nearest of the original's own readings)",
        ),
        columns=(CLIP, Bilingual(zh="次數", en="times"), Bilingual(zh="文字", en="text")),
        rows=tuple(
            row
            for language, clip in found.clips.items()
            for row in _heard(q07_languages.NAMES[language].en, clip)
        ),
    )
    return summary, offsets, heard


def _heard(name: str, clip: q07_grades.Clip) -> list[tuple[str, str, str]]:
    counts = Counter(decode.transcript.strip() for decode in clip.decodes).most_common()
    return [
        (f"{name}, original", "1", clip.transcript.strip()),
        *(
            (f"{name}, original from other starts", "–", text.strip())
            for text in clip.readings
            if text != clip.transcript
        ),
        *((f"{name}, decoded", str(n), text) for text, n in counts),
    ]


def _q08(raw: Mapping[str, Any]) -> tuple[Table, ...]:
    found = q08_laughter_music.Measurements.model_validate(raw)
    metrics = q08_laughter_music.METRICS
    summary = Table(
        caption=Bilingual(
            zh=f"{MEDIAN.zh}；距離以該檔對其 3.5 kHz 低通版本的距離為單位",
            en=f"{MEDIAN.en}; distances in units of the clip's own distance to its 3.5 kHz low-pass",
        ),
        columns=(
            CLIP,
            Bilingual(zh="長度（秒）", en="length (s)"),
            *(Bilingual(zh=name, en=name) for name in metrics.values()),
        ),
        rows=tuple(
            (
                name,
                f"{found.duration_s[name]:.2f}",
                *(_spread(_of_scores([getattr(one, metric) for one in decodes])) for metric in metrics),
            )
            for name, decodes in found.clips.items()
        ),
    )
    offsets = Table(
        caption=EVERY,
        columns=(
            OFFSET,
            *(
                _both(q08_laughter_music.NAMES[name], metric)
                for name in found.clips
                for metric in metrics.values()
            ),
        ),
        rows=tuple(
            (_ms(row[0].offset_samples), *(_cell(getattr(one, metric)) for one in row for metric in metrics))
            for row in zip(*found.clips.values(), strict=True)
        ),
    )
    return (summary, offsets, _cuts(found)) if found.windows else (summary, offsets)


def _cuts(found: q08_laughter_music.Measurements) -> Table:
    lengths = [(name, length_s) for name in ("log-mel", "STFT") for length_s in CUT_LENGTHS_S]
    return Table(
        caption=Bilingual(
            zh="同一段 8 秒的音樂，切成不同長度分別編碼再接回：對原段的距離",
            en="The same 8 s of music, coded in cuts of each length and put together again: "
            "distance to the original",
        ),
        columns=(
            Bilingual(zh="段落起點（秒）", en="starts at (s)"),
            *(
                Bilingual(zh=f"{name}，{length_s} 秒", en=f"{name}, {length_s} s")
                for name, length_s in lengths
            ),
        ),
        rows=tuple(
            (f"{window.start_s:.3f}", *(f"{value:.3f}" for value in (*window.log_mel, *window.stft)))
            for window in found.windows
        ),
    )


def _both(name: Bilingual, metric: str) -> Bilingual:
    return Bilingual(zh=f"{name.zh} {_metric(metric).zh}", en=f"{name.en} {metric}")


def _metric(name: str) -> Bilingual:
    """Names of measures stay as they are; only the plain word is translated."""
    return Bilingual(zh="錯誤率" if name == "error rate" else name, en=name)


def _ms(offset_samples: int) -> str:
    return f"{offset_samples / SAMPLES_PER_MS:.0f}"


def _cell(value: Score | float) -> str:
    number = value.value if isinstance(value, Score) else value
    return "–" if number is None else f"{number:.2f}"


def _of_scores(scores: Sequence[Score]) -> Spread | None:
    known = [one.value for one in scores if one.value is not None]
    return Spread.of(known) if known else None


def _spread(spread: Spread | None) -> str:
    return spread.text() if spread else "–"
