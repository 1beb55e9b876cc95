"""Question 8's card."""

from questions.quiz import Bilingual
from reports.card import Card, Method
from reports.hw10.q08_laughter_music.figures import figures
from reports.hw10.q08_laughter_music.tables import tables

CARD = Card(
    method=Method(
        Bilingual(
            zh="三票（log-mel 距離、多解析度 STFT 距離、PESQ-WB）須一致；長度的影響看距離對長度的斜率。",
            en="Three votes (log-mel distance, multi-resolution STFT distance, PESQ-WB) must agree; whether "
            "length is why, by the slope of the distance over it.",
        ),
        "Yamamoto et al. 2020 (multi-resolution STFT); ITU-T P.862.2 (PESQ-WB)",
    ),
    figures=figures,
    tables=tables,
    sound_labels={
        "laughter_original": Bilingual(zh="笑聲，原檔", en="Laughter, original"),
        "laughter_decoded": Bilingual(zh="笑聲，重建", en="Laughter, decoded"),
        "music_original": Bilingual(zh="音樂，原檔", en="Music, original"),
        "music_decoded": Bilingual(zh="音樂，重建", en="Music, decoded"),
    },
    pairs=(("laughter_original", "laughter_decoded"), ("music_original", "music_decoded")),
)
