"""Question 12's card: the tensors of CSM's codec beside Mimi's, and every clip decoded by both."""

from collections.abc import Mapping
from typing import Any

from questions.common.absent import Absent
from questions.quiz import AnyQuestion, Bilingual
from reports.card import Card, Method
from reports.draw.tables import NO, YES, Cell, Table
from reports.hw10.csm_clips import CAPPED, FRAMES, HEARD, NOTHING, NUMBER
from solvers.hw10.models.stored_codec import StoredComparison
from solvers.hw10.q12_csm_tokens.claims import Decodable, DecodesTo
from solvers.hw10.q12_csm_tokens.measurements import Decoded, Measurements


def tables(_question: AnyQuestion, raw: Mapping[str, Any]) -> tuple[Table, ...]:
    """The files compared, then a row a clip; nothing where there was no CSM."""
    found = Measurements.model_validate(raw)
    if isinstance(found.stored, Absent):
        return ()
    return (_stored(found.stored), _decodes(found))


def _stored(stored: StoredComparison) -> Table:
    difference = "" if stored.max_difference is None else f" ({stored.max_difference:.2e})"
    return Table(
        caption=Bilingual(
            zh="CSM 內的 codec 與獨立的 codec：檔案中的張量逐值比較",
            en="CSM's codec and a standalone one: the tensors in their files, value by value",
        ),
        columns=(Bilingual(zh="比較", en="comparison"), Bilingual(zh="結果", en="result")),
        rows=(
            (
                Bilingual(zh="CSM 內／獨立 codec 的張量", en="tensors in CSM / in the standalone codec"),
                f"{stored.n_csm} / {stored.n_codec}",
            ),
            (Bilingual(zh="相同", en="equal"), str(stored.n_equal)),
            (Bilingual(zh="不同", en="different"), str(stored.n_differing)),
            (Bilingual(zh="除捨入外相同", en="equal but for rounding"), str(stored.n_rounded)),
            (Bilingual(zh="沒有同名者", en="without a namesake"), str(stored.n_unmatched)),
            (
                Bilingual(zh="第一個不同者（最大相差）", en="first different (largest difference)"),
                (stored.first_differing or NOTHING) + difference,
            ),
            (
                Bilingual(zh="第一個沒有同名者", en="first without a namesake"),
                stored.first_unmatched or NOTHING,
            ),
        ),
    )


def _decodes(found: Measurements) -> Table:
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


def _decode_row(number: int, clip: Decoded) -> tuple[Cell, ...]:
    start, decode = (str(number), clip.text, str(clip.n_frames)), clip.decode
    if decode is None:
        return (*start, *(NOTHING,) * 4, CAPPED if clip.capped else NOTHING)
    return (
        *start,
        f"{decode.difference:.1e}",
        f"{decode.own_wer:.2f}",
        f"{decode.wer:.2f}",
        YES if decode.speech_found else NO,
        decode.transcript.strip(),
    )


PAIR = ("csm_own", "csm_standalone")


def own(claim: Any, _measurements: Mapping[str, Any]) -> tuple[str, ...]:
    """What the decoders make of the tokens is heard."""
    return PAIR if isinstance(claim, Decodable | DecodesTo) else ()


CARD = Card(
    method=Method(
        Bilingual(
            zh="逐一比較 CSM 內的 codec 與 Mimi 的張量，並以獨立的 Mimi 解碼 CSM 的 token 來聽。",
            en="The tensors of CSM's codec are held against Mimi's, and CSM's tokens are decoded by a "
            "standalone Mimi and heard.",
        ),
        "transformers, CsmForConditionalGeneration; Défossez et al., “Moshi”, 2024",
    ),
    tables=tables,
    sound_labels={
        "csm_own": Bilingual(
            zh="CSM 的 token，由它自己的 codec 解碼", en="CSM's tokens, decoded by its own codec"
        ),
        "csm_standalone": Bilingual(
            zh="同樣的 token，由獨立的 codec 解碼", en="The same tokens, decoded by a standalone codec"
        ),
    },
    pairs=(PAIR,),
    own=own,
)
