"""Q9: which sentence is in a file of codes whose four layers were shuffled.

All 24 orders are decoded in one batch and Whisper scores every sentence on every one of them in one pass.
"""

from collections.abc import Mapping
from itertools import permutations
from typing import TYPE_CHECKING

from questions.claims import Said
from questions.spec import AnyQuestion, Bilingual, Option, Rest
from solvers.audio import HEARING_RATE_HZ
from solvers.evidence import Comparison, Finding, Findings, Frozen, Outcome, at_least, at_most
from solvers.registry import Measured
from solvers.text import error_rate

if TYPE_CHECKING:
    import torch

    from solvers.asr import Asr
    from solvers.bench import Bench, OnStep
    from solvers.codec import Codec

VERSION = 1
USES = (Rest.CODEC_WEIGHTS, Rest.ASR_WEIGHTS, Rest.COURSE_AUDIO)
N_LAYERS = 4
LANGUAGE = "en"
# Recovered layers put the right sentence 1 to 3 nat a token ahead; noise gives some hundredths.
MIN_MARGIN_NAT = 0.3
# The winner's own transcript must read as the sentence: the said one may not be among the options.
MAX_WER = 0.15
# Orders this near to the best are named as tied; they do not change the sentence.
TIE_NAT = 0.05


class OrderScore(Frozen):
    """One order of the file's layers, `order[i]` being the file's layer that is taken as layer i.

    `scores` are mean log-probabilities in nat a token, one a sentence of `Measurements.sentences`.
    """

    order: tuple[int, ...]
    scores: tuple[float, ...]


class Measurements(Frozen):
    """All 24 orders scored, and what Whisper hears in the best one. `wers` are of that transcript."""

    sentences: tuple[str, ...]
    orders: tuple[OrderScore, ...]
    transcript: str
    transcript_shuffled: str
    wers: tuple[float, ...]
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
    from solvers.codesfile import load_codes

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

    from solvers.audio import Sound, resample

    orders = tuple(permutations(range(N_LAYERS)))
    audio = codec.decode(torch.cat([codes[:, list(order)] for order in orders]))
    heard = resample(audio, codec.sample_rate_hz, HEARING_RATE_HZ)
    on_step("scoring 24 × 4 sentences", 0.4)
    scores = asr.score(heard, sentences, LANGUAGE)
    best = int(scores.max(dim=1).values.argmax())
    on_step("transcribing", 0.9)
    # Two clips only, so they are read as Whisper was trained, with its 30 seconds.
    recovered, shuffled = asr.transcribe(heard[[best, 0]], LANGUAGE, full_context=True)
    numbers = Measurements(
        sentences=sentences,
        orders=tuple(
            OrderScore(order=order, scores=tuple(row))
            for order, row in zip(orders, scores.tolist(), strict=True)
        ),
        transcript=recovered.text,
        transcript_shuffled=shuffled.text,
        wers=tuple(error_rate(sentence, recovered.text, LANGUAGE) for sentence in sentences),
        n_frames=codes.shape[2],
    )
    sounds = (
        Sound("shuffled", audio[0].cpu().numpy(), codec.sample_rate_hz, shuffled.text),
        Sound("recovered", audio[best].cpu().numpy(), codec.sample_rate_hz, recovered.text),
    )
    return Measured(numbers, sounds)


def judge(question: AnyQuestion, measurements: Measurements) -> Findings:
    """A sentence holds if it beats every other by the margin and the transcript reads as it.

    Then the others fail; where none holds, none is decided.
    """
    compared = {
        option.id: _compare(_sentence(option), _sentences(question), measurements)
        for option in question.options
    }
    found = next((id_ for id_, pair in compared.items() if all(one.met for one in pair)), None)
    findings: dict[str, tuple[Finding, ...]] = {}
    for option in question.options:
        if found is None:
            outcome = Outcome.UNDETERMINED
        else:
            outcome = Outcome.HOLDS if option.id == found else Outcome.FAILS
        best = measurements.best_of(_sentence(option))
        score = best.scores[measurements.sentences.index(_sentence(option))]
        margin, wer = compared[option.id]
        findings[option.id] = (
            Finding(
                outcome=outcome,
                measured=f"{score:.2f} nat/token at its best order {list(best.order)}; "
                f"{margin.value:+.2f} to the best other sentence; WER {wer.value:.2f}",
                threshold=f"≥ {MIN_MARGIN_NAT} nat/token above every other sentence, and WER ≤ {MAX_WER}",
                comparisons=(margin, wer),
                reason=_reason(outcome, margin, wer, measurements),
            ),
        )
    return findings


def _sentence(option: Option[Said]) -> str:
    return option.parts[0].claim.said


def _sentences(question: AnyQuestion) -> tuple[str, ...]:
    return tuple(_sentence(option) for option in question.options)


def _compare(
    sentence: str, sentences: tuple[str, ...], measurements: Measurements
) -> tuple[Comparison, Comparison]:
    """The sentence's margin to the best other one, and how the winner's transcript reads against it."""

    def best_score(text: str) -> float:
        return measurements.best_of(text).scores[measurements.sentences.index(text)]

    margin = best_score(sentence) - max(best_score(other) for other in sentences if other != sentence)
    wer = measurements.wers[measurements.sentences.index(sentence)]
    return (
        at_least("margin to the best other sentence", margin, MIN_MARGIN_NAT, "nat/token"),
        at_most("WER of the transcript", wer, MAX_WER, ""),
    )


def _reason(outcome: Outcome, margin: Comparison, wer: Comparison, measurements: Measurements) -> Bilingual:
    heard = measurements.transcript.strip()
    match outcome:
        case Outcome.HOLDS:
            order, ties = list(measurements.best.order), measurements.ties
            tied = f"(另有 {ties} 種排列與之不相上下)" if ties else ""
            tied_en = f" ({ties} other orders come as near)" if ties else ""
            return Bilingual(
                zh=f"還原順序 {order}{tied}，Whisper 聽到的正是這句，"
                f"領先次佳句子 {margin.value:.2f} nat/token。",
                en=f"In the order {order}{tied_en} Whisper hears this sentence, "
                f"{margin.value:.2f} nat/token ahead of the next.",
            )
        case Outcome.FAILS:
            return Bilingual(zh=f"聽到的是另一句：「{heard}」。", en=f"Another sentence is heard: “{heard}”.")
        case Outcome.UNDETERMINED:
            return Bilingual(
                zh=f"沒有任何選項同時達到分數領先與逐字稿門檻；最佳順序聽到：「{heard}」。",
                en="No option has both the lead and a transcript that reads as it; "
                f"the best order sounds like “{heard}” (WER {wer.value:.2f} to this option).",
            )
