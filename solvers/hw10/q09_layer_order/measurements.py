"""Question 9's numbers: every sentence on every order of the layers, and what is heard in the best."""

from questions.common.frozen import Frozen
from solvers.hw10.q09_layer_order.words import WordSupport

# Orders this near to the best are named as tied; they do not change the sentence.
TIE_NAT = 0.05


class OrderScore(Frozen):
    """One order of the file's layers, `order[i]` being the file's layer that is taken as layer i.

    `scores` are mean log-probabilities in nat a token, one a sentence of `Measurements.sentences`.
    """

    order: tuple[int, ...]
    scores: tuple[float, ...]


class Measurements(Frozen):
    """All 24 orders scored, and what Whisper hears in the best one.

    `wers` are of that transcript, `words` each sentence's own in its best order; both one a sentence.
    """

    sentences: tuple[str, ...]
    orders: tuple[OrderScore, ...]
    transcript: str
    transcript_shuffled: str
    wers: tuple[float, ...]
    words: tuple[tuple[WordSupport, ...], ...]
    n_frames: int

    def best_of(self, sentence: str) -> OrderScore:
        """The order in which this sentence scores highest."""
        column = self.sentences.index(sentence)
        return max(self.orders, key=lambda order: order.scores[column])

    @property
    def best(self) -> OrderScore:
        """The order with the highest score of any sentence."""
        return max(self.orders, key=lambda order: max(order.scores))

    @property
    def ties(self) -> int:
        """Other orders whose best score is within `TIE_NAT` of the best."""
        top = max(self.best.scores)
        return sum(top - max(order.scores) <= TIE_NAT for order in self.orders) - 1
