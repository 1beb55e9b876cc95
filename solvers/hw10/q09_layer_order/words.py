"""Q9's check word by word: is each word of a sentence heard, or does the sound at least speak for it?

A score is a mean over a whole sentence, which one wrong word hardly moves. So every word is weighed by
itself: its log-probability in the right order less the one it has in orders that start with a wrong layer,
where Whisper knows no more than the words before it. What is left is what the sound says.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from questions.common.frozen import Frozen
from solvers.audio.error_rate import normalise

if TYPE_CHECKING:
    from torch import Tensor

    from solvers.models.whisper.asr import Listening

# Spoken without stress and often swallowed: their absence from a transcript says little. Words of negation
# are not among them, since they turn a sentence round.
FUNCTION_WORDS = frozenset({
    "a", "an", "the", "this", "that", "these", "those", "some", "any", "each", "every", "and", "or", "but",
    "yet", "so", "as", "if", "than", "then", "because", "since", "while", "though", "when", "where", "who",
    "whom", "whose", "which", "what", "why", "how", "of", "to", "in", "on", "at", "by", "for", "from",
    "with", "into", "onto", "over", "under", "up", "down", "out", "off", "about", "after", "before",
    "between", "through", "i", "you", "he", "she", "it", "we", "they", "me", "him", "us", "them", "my",
    "your", "his", "her", "its", "our", "their", "own", "be", "is", "am", "are", "was", "were", "been",
    "being", "has", "have", "had", "having", "do", "does", "did", "can", "could", "may", "might", "must",
    "shall", "should", "will", "would", "there", "here",
})  # fmt: skip


class WordSupport(Frozen):
    """A word of a sentence. `nat`: how much likelier the right order makes it; `heard`: in the transcript."""

    word: str
    nat: float
    heard: bool

    @property
    def in_doubt(self) -> bool:
        """Whether it rests on its support alone: it carries meaning and is not in the transcript."""
        return not self.heard and self.word.lower() not in FUNCTION_WORDS


def supports(
    listening: "Listening",
    tokens: Sequence[int],
    log_probs: "Tensor",
    right: int,
    wrong: Sequence[int],
    transcript: str,
) -> tuple[WordSupport, ...]:
    """The words of one sentence, punctuation left out.

    `tokens` and float32 `[B, L]` of the sentence are as `Listening.log_probs` gives them; `right` and `wrong`
    are clips of `B`. `transcript` is of the right one.
    """
    gains = log_probs[right] - log_probs[list(wrong)].mean(dim=0)
    words, parts = listening.tokenizer.split_to_word_tokens(list(tokens))
    heard = set(normalise(transcript, listening.language).split())
    found = []
    start = 0
    for word, part in zip(words, parts, strict=True):
        end = start + len(part)
        plain = set(normalise(word, listening.language).split())
        if plain:  # neither punctuation nor the end token
            nat = float(gains[start:end].sum())
            found.append(WordSupport(word=word.strip(), nat=nat, heard=plain <= heard))
        start = end
    return tuple(found)
