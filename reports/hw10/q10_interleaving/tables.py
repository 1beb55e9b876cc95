"""Question 10 as tables: the nine mixes, what layer 0 is worth, where the curves cross at every offset."""

from collections.abc import Mapping
from typing import Any

from questions.quiz import AnyQuestion, Bilingual
from reports.draw.tables import Table
from solvers.hw10.q10_interleaving.measurements import (
    MAX_MISREAD_WER,
    SPLITS,
    Measurements,
    Mix,
    Offset,
    Speaker,
)
from solvers.models.speaker.scale import MIN_GAP_SHARE

MIX_COLUMNS = (
    Bilingual(zh="k", en="k"),
    Bilingual(zh="對 Alice 的 WER", en="WER to Alice"),
    Bilingual(zh="對 James 的 WER", en="WER to James"),
    Bilingual(zh="Alice 逐字稿分數", en="score of Alice's text"),
    Bilingual(zh="James 逐字稿分數", en="score of James's text"),
    Bilingual(zh="Alice 逐字稿的吻合度", en="fit of Alice's text"),
    Bilingual(zh="James 逐字稿的吻合度", en="fit of James's text"),
    Bilingual(zh="聲音位置", en="voice position"),
    Bilingual(zh="與 Alice 的距離", en="distance to Alice"),
    Bilingual(zh="與 James 的距離", en="distance to James"),
    Bilingual(zh="內容", en="words"),
    Bilingual(zh="聲音", en="voice"),
)


def tables(_question: AnyQuestion, raw: Mapping[str, Any]) -> tuple[Table, ...]:
    """The mixes of the first offset and their transcripts, layer 0 replaced, all offsets side by side."""
    found = Measurements.model_validate(raw)
    first = found.offsets[0]
    return (
        _mixes(first, first.mixes, "Alice"),
        _mixes(first, first.exchanged, "James"),
        _transcripts(first, found),
        _without_first(found),
        _crossings(found),
    )


def _mixes(offset: Offset, mixes: tuple[Mix, ...], front: Speaker) -> Table:
    return Table(
        caption=Bilingual(
            zh=f"前 k 層取自 {front}、其餘取自另一人（起點不位移；WER 以 k = 0 與 k = 8 的逐字稿為準；"
            "分數：nat/token；吻合度：1 同此人八層的解碼，0 同另一人的；聲音位置：+1 Alice，−1 James；"
            "距離：log-mel，dB）",
            en=f"The first k layers are {front}'s, the rest the other's (clips not shifted; WER against the "
            "transcripts of k = 0 and k = 8; scores in nat/token; fit: 1 as in the decode of this speaker's "
            "eight layers, 0 as in the other's; voice position: +1 Alice, −1 James; distances: log-mel, dB)",
        ),
        columns=MIX_COLUMNS,
        rows=tuple(_row(offset, mix) for mix in mixes),
    )


def _row(offset: Offset, mix: Mix) -> tuple[str, ...]:
    return (
        str(mix.split),
        f"{mix.wer.alice:.2f}",
        f"{mix.wer.james:.2f}",
        f"{mix.nat.alice:.2f}",
        f"{mix.nat.james:.2f}",
        f"{offset.fit(mix, 'Alice'):+.2f}",
        f"{offset.fit(mix, 'James'):+.2f}",
        f"{offset.leads(mix, 'Alice').voice:+.2f}",
        f"{mix.mel_db.alice:.1f}",
        f"{mix.mel_db.james:.1f}",
        offset.content(mix) or "–",
        offset.voice(mix) or "–",
    )


def _transcripts(offset: Offset, found: Measurements) -> Table:
    said = (("Alice", found.said_alice), ("James", found.said_james))
    heard = (("Alice", found.original_alice), ("James", found.original_james))
    return Table(
        caption=Bilingual(
            zh="Whisper 在這些混合中聽到什麼（起點不位移）",
            en="What Whisper hears in these mixes (clips not shifted)",
        ),
        columns=(
            Bilingual(zh="前 k 層", en="first k layers"),
            Bilingual(zh="k", en="k"),
            Bilingual(zh="Whisper 聽到", en="Whisper hears"),
        ),
        rows=(
            *((_of(who, "音檔的內容", "the clip says"), "–", text) for who, text in said if text),
            *((_of(who, "原檔", "original"), "–", text.strip()) for who, text in heard),
            *(
                (front, str(mix.split), mix.transcript.strip())
                for front, mixes in (("Alice", offset.mixes), ("James", offset.exchanged))
                for mix in mixes
            ),
        ),
    )


def _without_first(found: Measurements) -> Table:
    # Random codes are heard at some offsets alone, the first among them.
    columns = [offset.without_first | offset.with_random_first for offset in found.offsets]
    return Table(
        caption=Bilingual(
            zh=f"第零層被取代：對其餘七層主人的 WER（{len(columns)} 個位移的最低與最高）",
            en=f"Layer 0 replaced: WER to the speaker of the other seven layers "
            f"(lowest and highest of {len(columns)} offsets)",
        ),
        columns=(
            Bilingual(zh="取代", en="replacement"),
            Bilingual(zh="最低", en="lowest"),
            Bilingual(zh="最高", en="highest"),
        ),
        rows=tuple(
            (
                _replaced(name),
                f"{min(column[name] for column in columns if name in column):.2f}",
                f"{max(column[name] for column in columns if name in column):.2f}",
            )
            for name in columns[0]
        ),
    )


def _replaced(name: str) -> Bilingual:
    """Such as "Alice's layer 0 by James's" and "Alice's layer 0 by random codes"."""
    kept, by = name.split("'s layer 0 by ")
    by_zh = "隨機的 codes" if by == "random codes" else f" {by.removesuffix(chr(39) + 's')} 的"
    return Bilingual(zh=f"{kept} 的第零層換成{by_zh}", en=name)


def _crossings(found: Measurements) -> Table:
    return Table(
        caption=Bilingual(
            zh="每個位移下，各個 k 的內容／聲音更接近誰（A：Alice，J：James，–：無法判定）",
            en="At every offset, whose words/voice each k is nearer to (A: Alice, J: James, –: undecided)",
        ),
        columns=(
            Bilingual(zh="位移（取樣點）", en="offset (samples)"),
            *(
                Bilingual(
                    zh=f"{who} 八層解碼對原檔的 WER（須 ≤ {MAX_MISREAD_WER}）",
                    en=f"WER of {who}'s eight layers to the original (≤ {MAX_MISREAD_WER} needed)",
                )
                for who in ("Alice", "James")
            ),
            Bilingual(
                zh=f"兩人聲音的差距（須 ≥ {MIN_GAP_SHARE}）",
                en=f"gap of the voices (≥ {MIN_GAP_SHARE} needed)",
            ),
            *(Bilingual(zh=f"k={split}", en=f"k={split}") for split in SPLITS),
        ),
        rows=tuple(
            (
                str(offset.n_skipped),
                f"{offset.misread.alice:.2f}",
                f"{offset.misread.james:.2f}",
                f"{offset.voices.gap_share:.2f}",
                *(f"{_initial(offset.content(mix))}/{_initial(offset.voice(mix))}" for mix in offset.mixes),
            )
            for offset in found.offsets
        ),
    )


def _initial(speaker: Speaker | None) -> str:
    return "–" if speaker is None else speaker[0]


def _of(who: str, zh: str, en: str) -> Bilingual:
    return Bilingual(zh=f"{who}，{zh}", en=f"{who}, {en}")
