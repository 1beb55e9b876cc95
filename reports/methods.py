"""How each question is decided, in a sentence or two, and where the rule or measure comes from."""

from collections.abc import Mapping
from dataclasses import dataclass

from questions.quiz import Bilingual


@dataclass(frozen=True)
class Method:
    """A rule in a sentence or two; `source` names what was published of it."""

    rule: Bilingual
    source: str


CODES = "Défossez et al., “Moshi”, 2024, section 3.3 (Mimi); transformers, MimiModel.encode and decode"
METHODS: Mapping[str, Method] = {
    "q01": Method(
        Bilingual(
            zh="把 2 秒與 4 秒的音訊編碼，讀出形狀 [B, K, T]；T = ⌈秒數 × 12.5⌉。",
            en="Clips of 2 and 4 s are encoded and the shape [B, K, T] read off; T = ⌈seconds × 12.5⌉.",
        ),
        CODES,
    ),
    "q02": Method(
        Bilingual(
            zh="把 8 秒的音訊編碼，數最後一維：8 × 12.5 = 100 幀。",
            en="A clip of 8 s is encoded and its last axis counted: 8 × 12.5 = 100 frames.",
        ),
        CODES,
    ),
    "q03": Method(
        Bilingual(
            zh="一次只改變一個量（長度、碼本數、批次、聲道），看第二維是否隨之改變。",
            en="One quantity at a time is changed (duration, codebooks, batch, channels) to see which one "
            "axis 1 follows.",
        ),
        CODES,
    ),
    "q04": Method(
        Bilingual(
            zh="讀出 dtype；再以每個碼查表，檢查是否正好得到解碼器所用的向量。",
            en="The dtype is read off, and every code looked up to see whether that gives the very vectors "
            "that the decoder uses.",
        ),
        CODES,
    ),
    "q05": Method(
        Bilingual(
            zh="取第零層第 2047 個碼的向量，前五個數值與選項的最大差須 ≤ 6e-5。",
            en="The vector of code 2047 in layer 0: its first five values within 6e-5 of the option's.",
        ),
        CODES,
    ),
    "q06": Method(
        Bilingual(
            zh="S = 輪廓係數 − 打亂情緒標記後的平均；成群與否看未見過的句子由 5 個鄰居認出情緒的正確率 "
            "(a − c) / (1 − c)，c 為亂猜。",
            en="S = silhouette − its mean with permuted labels; groups by how often five neighbours tell the "
            "emotion of held-out sentences, (a − c) / (1 − c) with c for guessing.",
        ),
        "Rousseeuw 1987 (silhouette); McInnes et al. 2018 (UMAP)",
    ),
    "q07": Method(
        Bilingual(
            zh="全部碼本重建後與原檔比較：STOI、PESQ-WB，以及 Whisper 聽寫的錯誤率；16 個起點偏移須一致。",
            en="After all codebooks against the original: STOI, PESQ-WB and Whisper's error rate; 16 start "
            "offsets must agree.",
        ),
        "Taal et al. 2011 (STOI); ITU-T P.862.2 (PESQ-WB)",
    ),
    "q08": Method(
        Bilingual(
            zh="三票（log-mel 距離、多解析度 STFT 距離、PESQ-WB）須一致；長度的影響看距離對長度的斜率。",
            en="Three votes (log-mel distance, multi-resolution STFT distance, PESQ-WB) must agree; whether "
            "length is why, by the slope of the distance over it.",
        ),
        "Yamamoto et al. 2020 (multi-resolution STFT); ITU-T P.862.2 (PESQ-WB)",
    ),
    "q09": Method(
        Bilingual(
            zh="解碼 24 種層順序，Whisper 對每句給出平均對數機率；最佳者須領先 ≥ 0.3 nat/token 且聽寫相符。"
            "四層聽不出音近的詞之別：選項若只差這樣的詞，請自己聽。",
            en="All 24 orders are decoded and Whisper scores each sentence by mean log-probability; the best "
            "must lead by ≥ 0.3 nat a token, and what is heard must agree. Four layers do not tell words "
            "apart that sound alike: where an option differs by such a word, listen yourself.",
        ),
        "Radford et al. 2022 (Whisper)",
    ),
    "q10": Method(
        Bilingual(
            zh="前 k 層取 Alice、其餘取 James，解碼後量內容（WER、對數機率）與聲音（與兩人參考的餘弦）。",
            en="The first k layers Alice's, the rest James's; the decode is measured for words (WER, "
            "log-probability) and voice (cosine to either's reference).",
        ),
        "Défossez et al., “Moshi”, 2024, section 3.3; Wan et al. 2018 (speaker embeddings)",
    ),
    "q11": Method(
        Bilingual(
            zh="生成 16 段，數出「這個聲音說這句話」的段數；Wilson 95% 區間須整個在一半之上或之下。"
            "聲音取兩個參考中較近者，不辨認第三人。",
            en="Of 16 generated clips those with this voice and this text are counted; Wilson's 95 % "
            "interval must lie wholly above or below one half. The voice is the nearer of the two "
            "references; a third one would not be noticed.",
        ),
        "Wilson 1927; Radford et al. 2022 (Whisper)",
    ),
    "q12": Method(
        Bilingual(
            zh="逐一比較 CSM 內的 codec 與 Mimi 的張量，並以獨立的 Mimi 解碼 CSM 的 token 來聽。",
            en="The tensors of CSM's codec are held against Mimi's, and CSM's tokens are decoded by a "
            "standalone Mimi and heard.",
        ),
        "transformers, CsmForConditionalGeneration; Défossez et al., “Moshi”, 2024",
    ),
}
