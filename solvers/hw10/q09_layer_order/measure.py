"""Q9: which sentence is in a file of codes whose four layers were shuffled.

All 24 orders are decoded in one batch and Whisper scores every sentence on every one of them in one pass.
"""

from collections.abc import Mapping
from itertools import permutations
from typing import TYPE_CHECKING

from questions.claims import Said
from questions.quiz import AnyQuestion, Bilingual, Option, Rest
from solvers.audio.error_rate import error_rate
from solvers.audio.sound_files import HEARING_RATE_HZ
from solvers.evidence.verdicts import Comparison, Finding, Findings, Frozen, Outcome, at_least, at_most
from solvers.hw10.q09_layer_order.words import WordSupport, supports
from solvers.run.catalog import Measured

if TYPE_CHECKING:
    import torch

    from solvers.hw10.models.codec import Codec
    from solvers.models.whisper.asr import Asr
    from solvers.run.session import Bench, OnStep

VERSION = 3
USES = (Rest.CODEC_WEIGHTS, Rest.ASR_WEIGHTS, Rest.COURSE_AUDIO)
N_LAYERS = 4
LANGUAGE = "en"
# Recovered layers put the right sentence 1.5 to 3.7 nat a token ahead. Noise gives up to 0.35, and layers of
# several clips more, so that the lead alone decides nothing.
MIN_MARGIN_NAT = 0.3
# The said sentence may not be among the options, so each word of the winner must be in the transcript, or the
# right order must make it e² = 7.4 times as likely as wrong orders do (benchmarks/validity). A word that
# sounds like the said one, "loud" for "large", cannot be told from it.
MIN_SUPPORT_NAT = 2.0
# Where a file's first layer is of another clip than the others, that clip's words are supported well enough,
# but most of them are heard as others.
MAX_WER = 0.5
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


def spec_read(question: AnyQuestion) -> Mapping[str, tuple[str, ...]]:
    """Measuring scores the sentences that the options claim."""
    return {"sentences": _sentences(question)}


def measure(question: AnyQuestion, bench: "Bench") -> Measured:
    """Read the file, decode the 24 orders, score the sentences, transcribe the best."""
    from solvers.audio.codes_file import load_codes

    codec = bench.codec
    codes = load_codes(bench.file("codes"), N_LAYERS, codec.codebook_size)
    bench.step("decoding 24 orders", 0.05)
    return recover(codes, _sentences(question), codec, bench.asr, bench.step)


def recover(
    codes: "torch.Tensor",
    sentences: tuple[str, ...],
    codec: "Codec",
    asr: "Asr",
    on_step: "OnStep",
) -> Measured:
    """Score `sentences` on every order of shuffled codes int64 `[1, 4, T]`."""
    import torch

    from solvers.audio.sound_files import Sound, resample

    orders = tuple(permutations(range(N_LAYERS)))
    audio = codec.decode(torch.cat([codes[:, list(order)] for order in orders]))
    heard = resample(audio, codec.sample_rate_hz, HEARING_RATE_HZ)
    on_step("scoring 24 × 4 sentences", 0.4)
    listening = asr.listen(heard, LANGUAGE)
    log_probs, tokens = listening.log_probs(sentences)
    scores = log_probs.sum(dim=2) / torch.tensor([len(row) for row in tokens])
    best = int(scores.max(dim=1).values.argmax())
    on_step("transcribing", 0.9)
    # Two clips only, so they are read as Whisper was trained, with its 30 seconds.
    recovered, shuffled = asr.transcribe(heard[[best, 0]], LANGUAGE, full_context=True)
    words = []
    for column, (row, right) in enumerate(zip(tokens, scores.argmax(dim=0).tolist(), strict=True)):
        # Orders of the other layers may sound alike, so that the right one would be held against itself.
        wrong = [i for i, order in enumerate(orders) if order[0] != orders[right][0]]
        words.append(supports(listening, row, log_probs[:, column], right, wrong, recovered.text))
    numbers = Measurements(
        sentences=sentences,
        orders=tuple(
            OrderScore(order=order, scores=tuple(row))
            for order, row in zip(orders, scores.tolist(), strict=True)
        ),
        transcript=recovered.text,
        transcript_shuffled=shuffled.text,
        wers=tuple(error_rate(sentence, recovered.text, LANGUAGE) for sentence in sentences),
        words=tuple(words),
        n_frames=codes.shape[2],
    )
    sounds = (
        Sound("shuffled", audio[0].cpu().numpy(), codec.sample_rate_hz, shuffled.text),
        Sound("recovered", audio[best].cpu().numpy(), codec.sample_rate_hz, recovered.text),
    )
    return Measured(numbers, sounds)


def judge(question: AnyQuestion, measurements: Measurements) -> Findings:
    """A sentence holds if it leads, is read well enough and nearer than any other, every word supported.

    Then the others fail; where none holds, none is decided.
    """
    compared = {
        option.id: _compare(_sentence(option), _sentences(question), measurements)
        for option in question.options
    }
    found = next((id_ for id_, every in compared.items() if all(one.met for one in every)), None)
    findings: dict[str, tuple[Finding, ...]] = {}
    for option in question.options:
        if found is None:
            outcome = Outcome.UNDETERMINED
        else:
            outcome = Outcome.HOLDS if option.id == found else Outcome.FAILS
        sentence = _sentence(option)
        column = measurements.sentences.index(sentence)
        best = measurements.best_of(sentence)
        margin, *_ = comparisons = compared[option.id]
        weakest = _weakest(sentence, measurements)
        findings[option.id] = (
            Finding(
                outcome=outcome,
                measured=f"{best.scores[column]:.2f} nat/token at its best order {list(best.order)}; "
                f"{margin.value:+.2f} to the best other sentence; WER {measurements.wers[column]:.2f}; "
                f"weakest word not heard: {_doubt(weakest, 'none')}",
                threshold=f"≥ {MIN_MARGIN_NAT} nat/token above every other sentence; every word of "
                f"meaning heard or supported by ≥ {MIN_SUPPORT_NAT} nat; WER ≤ {MAX_WER} and no higher than "
                "any other's",
                comparisons=comparisons,
                reason=_reason(outcome, margin, weakest, measurements),
            ),
        )
    return findings


def _sentence(option: Option[Said]) -> str:
    return option.parts[0].claim.said


def _sentences(question: AnyQuestion) -> tuple[str, ...]:
    return tuple(_sentence(option) for option in question.options)


def _weakest(sentence: str, measurements: Measurements) -> WordSupport | None:
    """The least supported of the words that are in doubt; None where every word is heard."""
    words = measurements.words[measurements.sentences.index(sentence)]
    return min((word for word in words if word.in_doubt), key=lambda word: word.nat, default=None)


def _compare(sentence: str, sentences: tuple[str, ...], measurements: Measurements) -> tuple[Comparison, ...]:
    """The sentence's margin to the best other one, how its transcript compares, and its weakest word."""

    def best_score(text: str) -> float:
        return measurements.best_of(text).scores[measurements.sentences.index(text)]

    def wer(text: str) -> float:
        return measurements.wers[measurements.sentences.index(text)]

    others = [other for other in sentences if other != sentence]
    margin = best_score(sentence) - max(map(best_score, others))
    lag = wer(sentence) - min(map(wer, others))
    compared = (
        at_least("margin to the best other sentence", margin, MIN_MARGIN_NAT, "nat/token"),
        at_most("WER of the transcript", wer(sentence), MAX_WER, ""),
        at_most("WER of the transcript, above the nearest other sentence's", lag, 0.0, ""),
    )
    weakest = _weakest(sentence, measurements)
    if weakest is None:
        return compared
    quantity = f"support of the weakest word not heard, “{weakest.word}”"
    return (*compared, at_least(quantity, weakest.nat, MIN_SUPPORT_NAT, "nat"))


def _reason(
    outcome: Outcome, margin: Comparison, weakest: WordSupport | None, measurements: Measurements
) -> Bilingual:
    heard = measurements.transcript.strip()
    match outcome:
        case Outcome.HOLDS:
            order, ties = list(measurements.best.order), measurements.ties
            tied = f"(另有 {ties} 種排列與之不相上下)" if ties else ""
            tied_en = f" ({ties} other orders come as near)" if ties else ""
            if weakest is None:
                words, words_en = "每個實詞都聽得到", "all its words of meaning are heard"
            else:
                words = f"沒聽到的實詞也都有聲音佐證(最弱 {_doubt(weakest, '')})"
                words_en = f"the sound speaks for all words not heard ({_doubt(weakest, '')} at least)"
            return Bilingual(
                zh=f"還原順序 {order}{tied}，這句領先次佳句子 {margin.value:.2f} nat/token，{words}；"
                f"Whisper 聽到：「{heard}」。",
                en=f"In the order {order}{tied_en} this sentence is {margin.value:.2f} nat/token ahead of "
                f"the next, and {words_en}; Whisper hears “{heard}”.",
            )
        case Outcome.FAILS:
            return Bilingual(zh=f"聽到的是另一句：「{heard}」。", en=f"Another sentence is heard: “{heard}”.")
        case Outcome.UNDETERMINED:
            return Bilingual(
                zh=f"沒有任何選項同時領先、讀得夠準（WER ≤ {MAX_WER}）、又字字有聲音佐證；"
                f"最佳順序聽到：「{heard}」。"
                f"此選項沒聽到而最缺佐證的實詞：{_doubt(weakest, '無')}。",
                en=f"No option leads, reads well enough (WER ≤ {MAX_WER}) and has the sound speak for its "
                f"every word; the best order sounds like “{heard}”. "
                f"Least supported word of this option that is not heard: {_doubt(weakest, 'none')}.",
            )


def _doubt(weakest: WordSupport | None, none: str) -> str:
    return f"“{weakest.word}” {weakest.nat:+.1f} nat" if weakest else none
