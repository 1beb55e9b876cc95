"""Initials with points and without are one word; points that end a sentence are none of theirs."""

import pytest

from solvers.audio.error_rate import error_rate, normalise

SAID = "Generative AI is so much fun."  # 6 words


@pytest.mark.parametrize(
    "heard",
    [
        "Generative A.I. is so much fun.",
        "generative a.i. is so much fun",
        "Generative A.I is so much fun",
        "Generative Ａ.Ｉ． is so much fun.",  # as wide as Chinese letters
        "Generative AI is so much fun",
    ],
)
def test_ai_is_one_word_with_points_or_without(heard: str) -> None:
    assert error_rate(SAID, heard, "en") == 0
    assert error_rate(heard, SAID, "en") == 0


def test_another_word_in_its_place_is_one_error() -> None:
    assert error_rate(SAID, "Generative A.M. is so much fun.", "en") == pytest.approx(1 / 6)
    assert error_rate(SAID, "Generative is so much fun.", "en") == pytest.approx(1 / 6)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("A.I.", "ai"),
        ("I like A.I. It is fun.", "i like ai it is fun"),
        ("A.I., she said", "ai she said"),
        ("the U.S.A. and the U.K.", "the usa and the uk"),
        ("at 3 p.m. today", "at 3 pm today"),
        ("It is I. A man came.", "it is i a man came"),  # two sentences
        ("Plan B. I agree.", "plan b i agree"),
        ("3.14 and 2.5", "3.14 and 2.5"),
        ("Well... A.I.", "well ai"),
    ],
)
def test_what_stays_a_word_of_its_own(text: str, plain: str) -> None:
    assert normalise(text, "en") == plain


def test_chinese_text_has_them_as_letters_either_way() -> None:
    assert error_rate("生成式AI很有趣", "生成式 A.I. 很有趣", "zh") == 0
