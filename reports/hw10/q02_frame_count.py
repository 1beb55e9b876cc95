"""Question 2's card: how it is decided."""

from questions.quiz import Bilingual
from reports.card import Card, Method
from reports.hw10.published import CODES

CARD = Card(
    method=Method(
        Bilingual(
            zh="把 8 秒的音訊編碼，數最後一維：8 × 12.5 = 100 幀。",
            en="A clip of 8 s is encoded and its last axis counted: 8 × 12.5 = 100 frames.",
        ),
        CODES,
    ),
    conclusive=Bilingual(
        zh="幀數由架構決定，與權重、音檔內容無關：每秒 12.5 幀。",
        en="The frames follow from the architecture, whatever the weights or the clip: 12.5 a second.",
    ),
)
