"""Question 10's card."""

from collections.abc import Iterable, Mapping
from typing import Any

from questions.quiz import Bilingual
from reports.card import Card, Method, Slider
from reports.hw10.q10_interleaving.figures import VOICE, WORDS, figures, layer_bar
from reports.hw10.q10_interleaving.tables import tables
from solvers.hw10.q10_interleaving.claims import BlurredAt, Dominant, NearerFrom, WithoutLayerZero
from solvers.hw10.q10_interleaving.measurements import N_CODEBOOKS, SPLITS
from solvers.hw10.q10_interleaving.rules import BACK_HOLDS, FRONT_HOLDS


def split_sound(split: int) -> str:
    """The name of a split's sound."""
    return f"split_{split}"


def own(claim: Any, _measurements: Mapping[str, Any]) -> tuple[str, ...]:
    """The splits that a claim speaks of, and the curves that it is judged by."""
    match claim:
        case WithoutLayerZero():  # the other way round, James's first layer before Alice's, is not kept
            return split_sound(1), WORDS
        case BlurredAt(blurred_at=split):
            return split_sound(split), WORDS
        case NearerFrom(nearer_from=first):
            splits: Iterable[int] = SPLITS[first:]
        case Dominant(dominant=which):
            splits = sorted(FRONT_HOLDS if which == "front" else BACK_HOLDS)
        case _:
            return ()
    return *map(split_sound, splits), WORDS, VOICE


CARD = Card(
    method=Method(
        Bilingual(
            zh="前 k 層取 Alice、其餘取 James，解碼後量內容（WER、對數機率）與聲音（與兩人參考的餘弦）。",
            en="The first k layers Alice's, the rest James's; the decode is measured for words (WER, "
            "log-probability) and voice (cosine to either's reference).",
        ),
        "Défossez et al., “Moshi”, 2024, section 3.3; Wan et al. 2018 (speaker embeddings)",
    ),
    figures=figures,
    tables=tables,
    sound_labels={
        **{
            split_sound(split): Bilingual(
                zh=f"k = {split}：前 {split} 層 Alice，後 {N_CODEBOOKS - split} 層 James",
                en=f"k = {split}: the first {split} layers Alice's, the last {N_CODEBOOKS - split} James's",
            )
            for split in SPLITS
        },
        "original_alice": Bilingual(zh="Alice，原檔", en="Alice, original"),
        "original_james": Bilingual(zh="James，原檔", en="James, original"),
    },
    pairs=(("original_alice", "original_james"),),
    own=own,
    slider=Slider("split_index k", tuple(map(split_sound, SPLITS)), layer_bar),
)
