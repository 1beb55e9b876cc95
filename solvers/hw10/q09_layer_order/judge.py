"""Which sentence question 9's orders decide for."""

from questions.quiz import AnyQuestion, Bilingual
from solvers.evidence.verdicts import Comparison, Finding, Findings, Outcome, at_least, at_most
from solvers.hw10.q09_layer_order.claims import sentence_of, sentences_of
from solvers.hw10.q09_layer_order.measurements import Measurements
from solvers.hw10.q09_layer_order.words import WordSupport

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


def judge(question: AnyQuestion, measurements: Measurements) -> Findings:
    """A sentence holds if it leads, is read well enough and nearer than any other, every word supported.

    Then the others fail; where none holds, none is decided.
    """
    compared = {
        option.id: _compare(sentence_of(option), sentences_of(question), measurements)
        for option in question.options
    }
    found = next((id_ for id_, every in compared.items() if all(one.met for one in every)), None)
    findings: dict[str, tuple[Finding, ...]] = {}
    for option in question.options:
        if found is None:
            outcome = Outcome.UNDETERMINED
        else:
            outcome = Outcome.HOLDS if option.id == found else Outcome.FAILS
        sentence = sentence_of(option)
        column = measurements.sentences.index(sentence)
        best = measurements.best_of(sentence)
        margin, *_ = comparisons = compared[option.id]
        weakest = _weakest(sentence, measurements)
        findings[option.id] = (
            Finding(
                outcome=outcome,
                measured=Bilingual(
                    zh=f"在它最好的順序 {list(best.order)} 為 {best.scores[column]:.2f} nat/token；"
                    f"對其他句中最好者 {margin.value:+.2f}；WER {measurements.wers[column]:.2f}；"
                    f"沒聽到而最缺佐證的詞：{_doubt(weakest, '無')}",
                    en=f"{best.scores[column]:.2f} nat/token at its best order {list(best.order)}; "
                    f"{margin.value:+.2f} to the best other sentence; WER {measurements.wers[column]:.2f}; "
                    f"weakest word not heard: {_doubt(weakest, 'none')}",
                ),
                threshold=Bilingual(
                    zh=f"比其他每一句高 {MIN_MARGIN_NAT} nat/token 以上；每個實詞都聽到，或有 ≥ "
                    f"{MIN_SUPPORT_NAT} nat 的佐證；WER ≤ {MAX_WER}，且不高於其他任何一句",
                    en=f"≥ {MIN_MARGIN_NAT} nat/token above every other sentence; every word of "
                    f"meaning heard or supported by ≥ {MIN_SUPPORT_NAT} nat; WER ≤ {MAX_WER} and no higher "
                    "than any other's",
                ),
                comparisons=comparisons,
                reason=_reason(outcome, margin, weakest, measurements),
            ),
        )
    return findings


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
        at_least(
            Bilingual(zh="領先其他句中最好者", en="margin to the best other sentence"),
            margin, MIN_MARGIN_NAT, "nat/token",
        ),
        at_most(Bilingual(zh="聽寫的 WER", en="WER of the transcript"), wer(sentence), MAX_WER, ""),
        at_most(
            Bilingual(
                zh="聽寫的 WER，高出最近的另一句多少",
                en="WER of the transcript, above the nearest other sentence's",
            ),
            lag, 0.0, "",
        ),
    )  # fmt: skip
    weakest = _weakest(sentence, measurements)
    if weakest is None:
        return compared
    quantity = Bilingual(
        zh=f"沒聽到而最缺佐證的詞「{weakest.word}」的佐證",
        en=f"support of the weakest word not heard, “{weakest.word}”",
    )
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
