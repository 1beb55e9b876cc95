"""Question 10's card."""

from questions.quiz import Bilingual
from reports.card import Card, Method, Slider, StandInText
from reports.hw10.q10_interleaving.figures import figures, layer_bar
from reports.hw10.q10_interleaving.tables import tables
from solvers.hw10.q10_interleaving.measurements import N_CODEBOOKS, SPLITS

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
            f"split_{split}": Bilingual(
                zh=f"k = {split}：前 {split} 層 Alice，後 {N_CODEBOOKS - split} 層 James",
                en=f"k = {split}: the first {split} layers Alice's, the last {N_CODEBOOKS - split} James's",
            )
            for split in SPLITS
        },
        "original_alice": Bilingual(zh="Alice，原檔", en="Alice, original"),
        "original_james": Bilingual(zh="James，原檔", en="James, original"),
    },
    spoken={
        "original_alice": StandInText("Alice.flac", "Alice.flac"),
        "original_james": StandInText("James.flac", "James.flac"),
    },
    pairs=(("original_alice", "original_james"),),
    slider=Slider("split_index k", tuple(f"split_{split}" for split in SPLITS), layer_bar),
)
