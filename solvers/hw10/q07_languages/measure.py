"""Q7: how well the codec reconstructs an English and a Chinese clip.

Both go through all codebooks at 16 start offsets; a verdict needs the same decision at every one of them.
Error rates are against the nearest of the original's own readings (`q07_hearing`).
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from questions.claims import Better, Both, Claim, Language, Only
from questions.common.errors import SourceError
from questions.quiz import AnyQuestion, Bilingual, Rest
from solvers.audio.quality import METRIC_RATE_HZ, pesq_wb, score, stoi
from solvers.evidence.statistics import Spread, agreed, tally
from solvers.evidence.verdicts import Comparison, Finding, Findings, Outcome, at_least, at_most
from solvers.hw10.q07_languages.grades import (
    GOOD_ERROR,
    GOOD_PESQ,
    GOOD_STOI,
    MIN_ERROR_GAP,
    MIN_PESQ_GAP,
    POOR_ERROR,
    POOR_PESQ,
    POOR_STOI,
    AtOffset,
    Clip,
    Grade,
    Measurements,
    decide_at,
    gaps,
    other_of,
)  # fmt: skip
from solvers.hw10.q07_languages.hearing import cut_at_pause, hear, least_error_rates
from solvers.hw10.round_trip import OFFSETS, load_clip, round_trip
from solvers.run.catalog import Measured

if TYPE_CHECKING:
    from torch import Tensor

    from solvers.audio.sound_files import Sound
    from solvers.hw10.models.codec import Codec
    from solvers.models.whisper.asr import Asr
    from solvers.run.session import Bench, OnStep

VERSION = 3
USES = (Rest.CODEC_WEIGHTS, Rest.ASR_WEIGHTS, Rest.COURSE_AUDIO)
INPUTS: Mapping[Language, str] = {"en": "english", "zh": "chinese"}
NAMES: Mapping[Language, Bilingual] = {
    "en": Bilingual(zh="英文", en="English"),
    "zh": Bilingual(zh="中文", en="Chinese"),
}
# Metric: name, whether high is good, the bounds of good and of not good, unit.
BOUNDS: Mapping[str, tuple[str, bool, float, float, str]] = {
    "stoi": ("STOI", True, GOOD_STOI, POOR_STOI, ""),
    "error_rate": ("error rate", False, GOOD_ERROR, POOR_ERROR, ""),
    "pesq_wb": ("PESQ-WB", True, GOOD_PESQ, POOR_PESQ, "MOS"),
}


def spec_read(_question: AnyQuestion) -> Mapping[str, tuple[str, ...]]:
    """Measuring takes nothing from the options."""
    return {}


def measure(_question: AnyQuestion, bench: "Bench") -> Measured:
    """Read both files, decode each from 16 offsets, score and transcribe them."""
    codec = bench.codec
    clips = {language: load_clip(bench.file(name), codec.sample_rate_hz) for language, name in INPUTS.items()}
    return compare(clips, codec, bench.asr, bench.step)


def compare(
    clips: "Mapping[Language, Tensor]",
    codec: "Codec",
    asr: "Asr",
    on_step: "OnStep",
    offsets: tuple[int, ...] = OFFSETS,
) -> Measured:
    """Original clips float32 `[N]` at the codec's rate against their decodes.

    Raises SourceError for a clip in which Whisper hears no speech.
    """
    found: dict[Language, Clip] = {}
    sounds: list[Sound] = []
    for i, (language, original) in enumerate(clips.items()):
        done = i / len(clips)
        clip = cut_at_pause(original, codec.sample_rate_hz)
        on_step(f"decoding the {NAMES[language].en} clip from {len(offsets)} offsets", done)
        decoded = round_trip(clip, codec, offsets)
        on_step(f"scoring and transcribing the {NAMES[language].en} clip", done + 0.5 / len(clips))
        found[language] = _score(clip, decoded, language, codec.sample_rate_hz, asr, offsets)
        sounds += _sounds(found[language], language, clip, decoded[0], codec.sample_rate_hz)
    return Measured(Measurements(n_codebooks=codec.n_codebooks, clips=found), tuple(sounds))


def _score(
    clip: "Tensor",
    decoded: "Tensor",
    language: Language,
    rate_hz: int,
    asr: "Asr",
    offsets: tuple[int, ...],
) -> Clip:
    import torch

    from solvers.audio.sound_files import resample

    sounds = resample(torch.cat([clip[None], decoded]), rate_hz, METRIC_RATE_HZ)
    clean, coded = sounds[0], sounds[1:]
    hearings = hear(clean, coded, language, asr)
    original = hearings[0].original
    if original.text not in hearings[0].readings:
        raise SourceError(
            f"Whisper hears no {NAMES[language].en} speech in the {INPUTS[language]} clip "
            f"({original.text.strip()[:60]!r}), so its decode has nothing to be compared with: "
            "is it the right file?"
        )
    return Clip(
        duration_s=len(clip) / rate_hz,
        transcript=original.text,
        readings=tuple(dict.fromkeys(text for heard in hearings for text in heard.readings)),
        decodes=tuple(
            AtOffset(
                offset_samples=offset,
                pesq_wb=score(partial(pesq_wb, clean, sound)),
                stoi=score(partial(stoi, clean, sound)),
                error_rate=error,
                transcript=text.text,
            )
            for offset, sound, text, error in zip(
                offsets, coded, hearings[0].decodes, least_error_rates(hearings, language), strict=True
            )
        ),
    )


def _sounds(
    clip: Clip, language: Language, original: "Tensor", decoded: "Tensor", rate_hz: int
) -> "list[Sound]":
    from solvers.audio.sound_files import Sound

    name = INPUTS[language]
    return [
        Sound(f"{name}_original", original.cpu().numpy(), rate_hz, clip.transcript, seen=True),
        Sound(f"{name}_decoded", decoded.numpy(), rate_hz, clip.decodes[0].transcript, seen=True),
    ]


def judge(question: AnyQuestion, measurements: Measurements) -> Findings:
    """Each claim is decided at every offset; only a decision that all of them share is one."""
    return {
        option.id: tuple(_finding(part.claim, measurements) for part in option.parts)
        for option in question.options
    }


def _finding(claim: Claim, found: Measurements) -> Finding:
    outcomes = [decide_at(claim, decodes) for decodes in found.pairs]
    outcome = agreed(outcomes)
    if isinstance(claim, Better):
        comparisons = _gap_comparisons(claim.better, found)
        threshold = f"PESQ-WB ≥ {MIN_PESQ_GAP} higher and error rate ≥ {MIN_ERROR_GAP} lower, at every offset"
    else:
        comparisons = _grade_comparisons(claim, found)
        threshold = (
            f"good: STOI ≥ {GOOD_STOI}, error ≤ {GOOD_ERROR}, PESQ-WB ≥ {GOOD_PESQ}; "
            f"not good: STOI < {POOR_STOI}, error ≥ {POOR_ERROR} or PESQ-WB < {POOR_PESQ}; at every offset"
        )
    return Finding(
        outcome=outcome,
        measured="; ".join(
            f"{NAMES[language].en}: {_numbers(clip)}" for language, clip in found.clips.items()
        ),
        threshold=threshold,
        comparisons=comparisons,
        reason=_reason(claim, outcome, outcomes, found),
    )


def _numbers(clip: Clip) -> str:
    spreads = {name: clip.spread(metric) for metric, (name, *_) in BOUNDS.items()}
    return ", ".join(f"{name} {spread.text() if spread else '–'}" for name, spread in spreads.items())


def _gap_comparisons(language: Language, found: Measurements) -> tuple[Comparison, ...]:
    pairs = [gaps(language, decodes) for decodes in found.pairs]
    leads = Spread.of([lead for _, lead in pairs])
    known = [gap for gap, _ in pairs if gap is not None]
    lead = at_least(
        f"error rate, {NAMES[other_of(language)].en} − {NAMES[language].en}, median [range] of offsets",
        leads.median, MIN_ERROR_GAP, "", leads.range,
    )  # fmt: skip
    if not known:
        return (lead,)
    gap = Spread.of(known)
    quantity = f"PESQ-WB, {NAMES[language].en} − {NAMES[other_of(language)].en}, median [range] of offsets"
    return at_least(quantity, gap.median, MIN_PESQ_GAP, "MOS", gap.range), lead


def _grade_comparisons(claim: Claim, found: Measurements) -> tuple[Comparison, ...]:
    """Every metric against the bound that the claim asks of its language."""
    compared = []
    for language, clip in found.clips.items():
        good = claim == Both(both="good") or (isinstance(claim, Only) and claim.only == language)
        for metric, (name, high_is_good, good_bound, poor_bound, unit) in BOUNDS.items():
            spread = clip.spread(metric)
            if spread is not None:
                relation = at_least if high_is_good == good else at_most
                quantity = f"{name}, {NAMES[language].en}{'' if good else ' (any of three)'}"
                bound = good_bound if good else poor_bound
                compared.append(relation(quantity, spread.median, bound, unit, spread.range))
    return tuple(compared)


def _reason(claim: Claim, outcome: Outcome, outcomes: Sequence[Outcome], found: Measurements) -> Bilingual:
    what = _gap_words(claim.better, found) if isinstance(claim, Better) else _grade_words(found)
    n = len(outcomes)
    match outcome:
        case Outcome.HOLDS:
            return Bilingual(
                zh=f"{n} 個起點偏移全部成立：{what.zh}。", en=f"Holds at all {n} offsets: {what.en}."
            )
        case Outcome.FAILS:
            return Bilingual(
                zh=f"{n} 個起點偏移全部不成立：{what.zh}。", en=f"Fails at all {n} offsets: {what.en}."
            )
        case Outcome.UNDETERMINED:
            if set(outcomes) == {Outcome.UNDETERMINED}:
                return Bilingual(
                    zh=f"{n} 個起點偏移全部未定：{what.zh}。", en=f"Open at all {n} offsets: {what.en}."
                )
            counts = tally(outcomes)
            return Bilingual(
                zh=f"{n} 個起點偏移沒有一致的結論（{counts.zh}）：{what.zh}。",
                en=f"No one decision at {n} offsets ({counts.en}): {what.en}.",
            )


def _gap_words(language: Language, found: Measurements) -> Bilingual:
    one, other = NAMES[language], NAMES[other_of(language)]
    pairs = [gaps(language, decodes) for decodes in found.pairs]
    lead = Spread.of([lead for _, lead in pairs]).text()
    known = [gap for gap, _ in pairs if gap is not None]
    missing = _missing(found)
    gap = Spread.of(known).text() if known else "–"
    return Bilingual(
        zh=f"PESQ-WB 差（{one.zh}減{other.zh}）為 {gap}，錯誤率差（{other.zh}減{one.zh}）為 {lead}{missing}",
        en=f"PESQ-WB, {one.en} minus {other.en}, is {gap}; "
        f"error rate, {other.en} minus {one.en}, {lead}{missing}",
    )


def _grade_words(found: Measurements) -> Bilingual:
    zh, en = [], []
    for language, clip in found.clips.items():
        grades = [decode.grade for decode in clip.decodes]
        good, between, poor = (grades.count(one) for one in Grade)
        zh.append(f"{NAMES[language].zh}良好 {good}、介於兩者之間 {between}、不佳 {poor}")
        en.append(f"{NAMES[language].en} is good at {good}, between at {between}, not good at {poor}")
    missing = _missing(found)
    return Bilingual(zh="；".join(zh) + missing, en="; ".join(en) + missing)


def _missing(found: Measurements) -> str:
    """Which scores there are none of, and why; empty in most runs."""
    said = dict.fromkeys(
        f"{NAMES[language].en}: {one.missing}"
        for language, clip in found.clips.items()
        for decode in clip.decodes
        for one in (decode.pesq_wb, decode.stoi)
        if one.missing
    )
    return f" [{'; '.join(said)}]" if said else ""
