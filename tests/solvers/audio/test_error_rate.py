import pytest
from hypothesis import given
from hypothesis import strategies as st

from solvers.audio.error_rate import error_rate, normalise

SAID = "Generative AI is so much fun, and every experiment feels like discovering a brand-new world of ideas."


@pytest.mark.parametrize(
    ("reference", "hypothesis", "expected"),
    [
        ("Hello, World!", "hello world", 0),
        ("The colour's grey.", "the color is gray", 0),  # spelling and contraction folded
        ("twenty one clips", "21 clips", 0),
        ("the cat sat down", "the cat sat", 1 / 4),  # one deletion
        ("the cat sat down", "the bat sat down", 1 / 4),  # one substitution
        ("the cat sat down", "the cat just sat right down", 2 / 4),  # two insertions
        ("yes", "no no no", 3 / 1),  # one substitution, two insertions: above 1
        ("well... I see…", "well I see", 0),  # points left by an ellipsis are no words
        ("anything said", "", 1),
        ("anything said", " ... ", 1),
        (SAID, SAID.replace("brand-new", "brand new").upper(), 0),
    ],
)
def test_word_error_rate(reference: str, hypothesis: str, expected: float) -> None:
    assert error_rate(reference, hypothesis, "en") == pytest.approx(expected)


@pytest.mark.parametrize(
    ("reference", "hypothesis", "expected"),
    [
        ("語音合成，真有趣。", "语音合成真有趣", 0),  # Traditional and Simplified are one
        ("臺灣後面裡面", "台湾后面里面", 0),
        ("語音 合成", "語音合成!", 0),  # spaces and punctuation do not count
        ("語音合成", "語音合", 1 / 4),
        ("語音合成", "語義合成", 1 / 4),
        ("用Mimi編碼", "用mimi编码", 0),
        ("語音", "語音合成", 2 / 2),
        ("語音合成", "", 1),
    ],
)
def test_character_error_rate(reference: str, hypothesis: str, expected: float) -> None:
    assert error_rate(reference, hypothesis, "zh") == pytest.approx(expected)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("reference", ["", "  ", "…!"])
def test_a_reference_without_words_is_refused(reference: str, language: str) -> None:
    with pytest.raises(ValueError, match="has no words to compare with"):
        error_rate(reference, "something", language)


def test_a_reference_of_fillers_alone_is_refused() -> None:
    with pytest.raises(ValueError, match="'um, uh' has no words"):
        error_rate("um, uh", "something", "en")


def test_another_language_is_refused() -> None:
    with pytest.raises(ValueError, match="no error rate for language 'fr': use en or zh"):
        error_rate("bonjour", "bonjour", "fr")


@given(text=st.text(min_size=1), language=st.sampled_from(["en", "zh"]))
def test_a_text_has_no_error_against_itself(text: str, language: str) -> None:
    if normalise(text, language):
        assert error_rate(text, text, language) == 0
        assert error_rate(text, "", language) == 1


@given(
    words=st.lists(st.sampled_from(["語", "音", "合", "成"]), min_size=1, max_size=8), cut=st.integers(0, 8)
)
def test_each_character_missing_counts_once(words: list[str], cut: int) -> None:
    heard = words[cut:]
    assert error_rate("".join(words), "".join(heard), "zh") == pytest.approx(1 - len(heard) / len(words))
