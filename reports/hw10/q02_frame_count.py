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
)
