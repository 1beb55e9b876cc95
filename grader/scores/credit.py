"""The course's credit rule over two sets, in exact fractions; numbers are rounded only where they are shown.

With k correct options each is worth points/k, a wrong pick takes one such share away, and the score
never falls below zero. A single choice is the case of one pick and one correct option.
"""

from decimal import Decimal
from fractions import Fraction

from questions.quiz import AnyQuestion, Bilingual

NO_CORRECT_OPTION = "a key without a correct option gives no credit to share"


def credit(picked: frozenset[str], correct: frozenset[str], points: Fraction | Decimal) -> Fraction:
    """The score of `picked` against `correct`. Raises ValueError if nothing is correct."""
    if not correct:
        raise ValueError(NO_CORRECT_OPTION)
    net = len(picked & correct) - len(picked - correct)
    return max(0, net) * Fraction(points) / len(correct)


def explain_credit(picked: frozenset[str], correct: frozenset[str], points: Fraction | Decimal) -> Bilingual:
    """The score in words. They tell how many options are correct: not for a student who may not know."""
    score = credit(picked, correct, points)
    en, zh = points_in_words(score)
    if not picked:
        return Bilingual(en=f"nothing picked: {en}", zh=f"沒有作答：{zh}")
    if len(picked) == len(correct) == 1:
        if picked == correct:
            return Bilingual(en=f"the correct option: {en}", zh=f"選到正確選項：{zh}")
        return Bilingual(en=f"not the correct option: {en}", zh=f"沒有選到正確選項：{zh}")
    right, wrong, share = len(picked & correct), len(picked - correct), Fraction(points) / len(correct)
    counts_en = f"{right} right − {wrong} wrong, of {len(correct)} correct"
    counts_zh = f"答對 {right} 個，答錯 {wrong} 個，正確選項共 {len(correct)} 個"
    if right < wrong:
        return Bilingual(
            en=f"{counts_en}: {right} − {wrong} is below zero, so {en}",
            zh=f"{counts_zh}：{right} − {wrong} 小於零，扣到零為止，得 {zh}",
        )
    product = f"({right} − {wrong}) × {exact(share)}"
    return Bilingual(en=f"{counts_en}: {product} = {en}", zh=f"{counts_zh}：{product} = {zh}")


def points_in_words(value: Fraction) -> tuple[str, str]:
    """An exact number of points in English and in Chinese: "1/3 point", "0.8 points"."""
    number = exact(value)
    singular = value == 1 or (value < 1 and "/" in number)
    return f"{number} {'point' if singular else 'points'}", f"{number} 分"


def display(value: Fraction) -> str:
    """Rounded half up (away from zero) to two decimals."""
    hundredths = (200 * abs(value.numerator) + value.denominator) // (2 * value.denominator)
    sign = "-" if value < 0 and hundredths else ""
    return f"{sign}{hundredths // 100}.{hundredths % 100:02d}"


def exact(value: Fraction) -> str:
    """With nothing lost: a decimal where that is finite ("0.8"), else a fraction ("1/3")."""
    rest, places = value.denominator, 0
    for prime in (2, 5):
        power = 0
        while rest % prime == 0:
            rest, power = rest // prime, power + 1
        places = max(places, power)
    if rest != 1:
        return f"{value.numerator}/{value.denominator}"
    if places == 0:
        return str(value.numerator)
    digits = str(abs(value.numerator) * 10**places // value.denominator).zfill(places + 1)
    return f"{'-' if value < 0 else ''}{digits[:-places]}.{digits[-places:]}"


def require_answer(question: AnyQuestion, chosen: frozenset[str], whose: str) -> None:
    """Raise ValueError unless `chosen` can be an answer to `question`. Readers have refused it before."""
    if not chosen <= set(question.option_ids):
        raise ValueError(f"{question.id}: {whose} {sorted(chosen)} is not among {question.option_ids}")
    if question.kind == "single" and len(chosen) > 1:
        raise ValueError(f"{question.id}: {whose} {sorted(chosen)} is more than a single choice has")


def require_key(question: AnyQuestion, correct: frozenset[str]) -> None:
    """Raise ValueError unless `correct` can be the key of `question`."""
    require_answer(question, correct, "key")
    if not correct:
        raise ValueError(f"{question.id}: {NO_CORRECT_OPTION}")
