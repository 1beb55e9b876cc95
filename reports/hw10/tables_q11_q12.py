"""Q11 and Q12 on their cards: every clip that CSM generated, and its codec's tensors beside Mimi's."""

from collections.abc import Mapping
from typing import Any

from questions.quiz import AnyQuestion, Bilingual
from reports.draw.tables import Table
from solvers.hw10.models.stored_codec import StoredComparison
from solvers.hw10.q11_csm_voice import judge as q11_rules
from solvers.hw10.q12_csm_tokens import measurements as q12_measurements

SOUND_LABELS: Mapping[str, Bilingual] = {
    **{
        f"clip_{number:02d}": Bilingual(zh=f"CSM 生成的第 {number} 段", en=f"CSM, clip {number}")
        for number in range(1, q11_rules.N_CLIPS + 1)
    },
    "csm_own": Bilingual(
        zh="CSM 的 token，由它自己的 codec 解碼", en="CSM's tokens, decoded by its own codec"
    ),
    "csm_standalone": Bilingual(
        zh="同樣的 token，由獨立的 codec 解碼", en="The same tokens, decoded by a standalone codec"
    ),
}
NUMBER = Bilingual(zh="段", en="clip")
FRAMES = Bilingual(zh="幀數", en="frames")
HEARD = Bilingual(zh="Whisper 聽到", en="Whisper hears")
CAPPED = "capped"
NOTHING = "–"


def tables(question: AnyQuestion, raw: Mapping[str, Any]) -> tuple[Table, ...]:
    """The tables of either question; none where there was no CSM."""
    if question.id == "q11":
        return _voices_and_texts(q11_rules.Measurements.model_validate(raw))
    found = q12_measurements.Measurements.model_validate(raw)
    if found.stored is None:
        return ()
    return (_stored(found.stored), _decodes(found))


def _voices_and_texts(found: q11_rules.Measurements) -> tuple[Table, ...]:
    if found.scale is None:
        return ()
    texts = ", ".join(f"{number} = “{text}”" for number, text in enumerate(found.texts, 1))
    return (
        Table(
            caption=Bilingual(
                zh=f"CSM 生成的 {len(found.clips)} 段（文字 {texts}；聲音位置 +1 為 Emily、−1 為 Jason；"
                f"到長度上限仍未結束者記為 {CAPPED}，不列入計算）",
                en=f"The {len(found.clips)} clips that CSM generated (texts: {texts}; voice position +1 is "
                f"Emily, −1 Jason; those that ran into the length limit are {CAPPED} and left out)",
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


def _clip_row(number: int, clip: q11_rules.Clip, found: q11_rules.Measurements) -> tuple[str, ...]:
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


def _stored(stored: StoredComparison) -> Table:
    difference = "" if stored.max_difference is None else f" ({stored.max_difference:.2e})"
    return Table(
        caption=Bilingual(
            zh="CSM 內的 codec 與獨立的 codec：檔案中的張量逐值比較",
            en="CSM's codec and a standalone one: the tensors in their files, value by value",
        ),
        columns=(Bilingual(zh="比較", en="comparison"), Bilingual(zh="結果", en="result")),
        rows=(
            ("tensors in CSM / in the standalone codec", f"{stored.n_csm} / {stored.n_codec}"),
            ("equal", str(stored.n_equal)),
            ("different", str(stored.n_differing)),
            ("equal but for rounding", str(stored.n_rounded)),
            ("without a namesake", str(stored.n_unmatched)),
            ("first different (largest difference)", (stored.first_differing or NOTHING) + difference),
            ("first without a namesake", stored.first_unmatched or NOTHING),
        ),
    )


def _decodes(found: q12_measurements.Measurements) -> Table:
    return Table(
        caption=Bilingual(
            zh="CSM 生成的 token，分別由它自己的 codec 與獨立的 codec 解碼（相差為最大差占峰值的比例）",
            en="Tokens that CSM generated, decoded by its own codec and by a standalone one "
            "(difference: the largest one, over the peak)",
        ),
        columns=(
            NUMBER,
            Bilingual(zh="指定的句子", en="prompted text"),
            FRAMES,
            Bilingual(zh="相差", en="difference"),
            Bilingual(zh="CSM 自己的 WER", en="WER, CSM's own"),
            Bilingual(zh="獨立 codec 的 WER", en="WER, standalone"),
            Bilingual(zh="聽得出有人說話", en="speech found"),
            HEARD,
        ),
        rows=tuple(_decode_row(number, clip) for number, clip in enumerate(found.clips, 1)),
    )


def _decode_row(number: int, clip: q12_measurements.Decoded) -> tuple[str, ...]:
    start, decode = (str(number), clip.text, str(clip.n_frames)), clip.decode
    if decode is None:
        return (*start, *(NOTHING,) * 4, CAPPED if clip.capped else NOTHING)
    return (
        *start,
        f"{decode.difference:.1e}",
        f"{decode.own_wer:.2f}",
        f"{decode.wer:.2f}",
        "yes" if decode.speech_found else "no",
        decode.transcript.strip(),
    )
