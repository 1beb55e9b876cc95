"""Question 4's card: how it is decided."""

from questions.quiz import Bilingual
from reports.card import Card, Method
from reports.hw10.published import CODES

CARD = Card(
    method=Method(
        Bilingual(
            zh="讀出 dtype；再以每個碼查表，檢查是否正好得到解碼器所用的向量。",
            en="The dtype is read off, and every code looked up to see whether that gives the very vectors "
            "that the decoder uses.",
        ),
        CODES,
    ),
    conclusive=Bilingual(
        zh="數值的種類與意義由架構決定，與權重、音檔內容無關：code 是碼本的索引。",
        en="The kind of number follows from the architecture, whatever the weights or the clip: an index.",
    ),
)
