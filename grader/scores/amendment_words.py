"""What was amended in a key, in words for staff and students; they name no option."""

from questions.amendments import Amendment, Drop, Full, Regrading
from questions.quiz import Bilingual

# Canvas's own, of its four options.
POLICY_WORDS: dict[Regrading, Bilingual] = {
    Regrading.BOTH: Bilingual(
        en="Award points for both corrected and previously correct answers (no scores will be reduced)",
        zh="新舊正確答案都給分（不會有人被扣分）",
    ),
    Regrading.NEW: Bilingual(
        en="Only award points for the correct answer (some students' scores may be reduced)",
        zh="只有新的正確答案給分（有些學生的分數可能降低）",
    ),
    Regrading.FULL: Bilingual(en="Give everyone full credit for this question", zh="這一題所有人都給滿分"),
    Regrading.NONE: Bilingual(en="Update question without regrading", zh="更新題目但不重新評分"),
}
_DROP = {
    Drop.KEEP: Bilingual(
        en="taken out of the grade, the other questions keep their points",
        zh="本題不列入成績，其他題配分不變",
    ),
    Drop.RESCALE: Bilingual(
        en="taken out of the grade, the other questions share its points",
        zh="本題不列入成績，配分按比例分給其他題",
    ),
}
_FULL = {
    Full.ALL: Bilingual(en="full credit to all", zh="所有人都給滿分"),
    Full.ANSWERED: Bilingual(en="full credit to all who answered", zh="有作答者都給滿分"),
    Full.SEEN: Bilingual(en="full credit to all who were shown it", zh="有看到這一題者都給滿分"),
}
_ACCEPT = Bilingual(en="several answers earn full credit", zh="接受多種答案")
_BONUS = Bilingual(en="a bonus, its points come on top", zh="加分題，得分另外加上")


def amendment_words(amendment: Amendment) -> Bilingual:
    """What was amended, and why."""
    said = [
        *([_DROP[amendment.drop]] if amendment.drop else []),
        *([_FULL[amendment.full]] if amendment.full else []),
        *([_ACCEPT] if amendment.accept else []),
        *([_BONUS] if amendment.bonus else []),
        *([POLICY_WORDS[amendment.regrade]] if amendment.regrade else []),
    ]
    en, zh = ", ".join(one.en for one in said), "，".join(one.zh for one in said)
    reason = amendment.reason
    return Bilingual(en=f"{en}: {reason}", zh=f"{zh}：{reason}") if said else Bilingual(en=reason, zh=reason)
