"""What Q12's numbers decide: premise and conclusion of every option apart."""

from typing import Any

from questions.common.absent import Absent
from questions.quiz import Bilingual, Part
from solvers.evidence.verdicts import Comparison, Finding, Outcome, at_least, at_most
from solvers.hw10.documented import documented
from solvers.hw10.models.csm import unmeasured
from solvers.hw10.models.stored_codec import StoredComparison
from solvers.hw10.q12_csm_tokens.claims import CodecIs, Decodable, DecodesTo, ModelsAre, TrainedTogether
from solvers.hw10.q12_csm_tokens.measurements import INTELLIGIBLE_WER, UNINTELLIGIBLE_WER, Measurements

MIN_CLIPS = 8
# -80 dB under the peak, inaudible: what float32 gives on another processor is a hundredth of it,
# another codebook entry in a single frame a hundred times as much.
SAME_AUDIO = 1e-4
# The sources say that Mimi was trained on its own and CSM on its tokens.
UNSEEN = Bilingual(
    zh="權重看不出模型如何訓練，而題目規格沒有引用文獻。",
    en="Weights do not show how models were trained, and the spec cites no source.",
)
TENSORS = Bilingual(zh="個張量", en="tensors")
CLIPS = Bilingual(zh="段", en="clips")


def judge(part: Part[Any], found: Measurements) -> Finding:
    """Documented parts by their source, the others by numbers."""
    match part.claim:
        case TrainedTogether(trained_together=together):
            return documented(part.source, UNSEEN, holds=not together)
        case ModelsAre():
            return documented(part.source, UNSEEN)
        case _ if isinstance(found.stored, Absent):
            return unmeasured(found.stored)
        case CodecIs(codec=codec):
            return _codec_is(codec, found.stored)
        case Decodable(decodable=True):
            return _unfit(found) or _decodable(found)
        case Decodable():
            return _unfit(found) or _not_decodable(found, noise=False)
        case DecodesTo():
            return _unfit(found) or _not_decodable(found, noise=True)
        case claim:
            raise TypeError(f"Q12 has no rule for {claim!r}.")


def _codec_is(claimed: str, stored: StoredComparison) -> Finding:
    """Any tensor that differs settles it; all being equal does only if none was left without a namesake."""
    same: bool | None = None
    if stored.n_differing:
        same = False
        at = "形狀不同" if stored.max_difference is None else f"最大差 {stored.max_difference:.2e}"
        at_en = "in shape" if stored.max_difference is None else f"by up to {stored.max_difference:.2e}"
        reason = Bilingual(
            zh=f"CSM 內的 codec 有 {stored.n_differing} 個張量與獨立的 codec 不同，"
            f"第一個是 {stored.first_differing}（{at}）。",
            en=f"{stored.n_differing} tensors of CSM's codec differ from the standalone one's, the first "
            f"being {stored.first_differing} ({at_en}).",
        )
    elif stored.n_equal == 0 or stored.n_unmatched or stored.n_rounded:
        first = f"（例如 {stored.first_unmatched}）" if stored.first_unmatched else ""
        first_en = f" (such as {stored.first_unmatched})" if stored.first_unmatched else ""
        reason = Bilingual(
            zh=f"沒有張量不同，但比較並不完整：{stored.n_unmatched} 個找不到同名張量{first}，"
            f"{stored.n_rounded} 個以較低精度儲存。",
            en=f"No tensor differs, but the comparison is not complete: {stored.n_unmatched} have no namesake"
            f"{first_en}, {stored.n_rounded} are stored in lower precision.",
        )
    else:
        same = True
        reason = Bilingual(
            zh=f"CSM 內 codec 的 {stored.n_csm} 個張量與獨立的 codec 逐值相同，token 的意義因此相同。",
            en=f"All {stored.n_csm} tensors of CSM's codec equal the standalone one's value for value, "
            "so a token means the same to both.",
        )
    quantity = Bilingual(zh="不同的 codec 張量", en="codec tensors that differ")
    if claimed == "same_tokens":
        comparison = at_most(quantity, stored.n_differing, 0, TENSORS)
        outcome = _outcome(same)
    else:
        comparison = at_least(quantity, stored.n_differing, 1, TENSORS)
        outcome = _outcome(None if same is None else not same)
    return Finding(
        outcome=outcome,
        measured=Bilingual(
            zh=f"檔案中 {stored.n_csm} 個 codec 張量有 {stored.n_equal} 個相同、{stored.n_differing} 個不同",
            en=f"{stored.n_equal} of {stored.n_csm} stored codec tensors equal, {stored.n_differing} differ",
        ),
        threshold=Bilingual(zh="沒有張量不同", en="no tensor differs")
        if claimed == "same_tokens"
        else Bilingual(zh="至少一個張量不同", en="at least one tensor differs"),
        comparisons=(comparison,),
        reason=reason,
    )


def _outcome(yes: bool | None) -> Outcome:
    if yes is None:
        return Outcome.UNDETERMINED
    return Outcome.HOLDS if yes else Outcome.FAILS


def _unfit(found: Measurements) -> Finding | None:
    """Why the clips can decide nothing, if so."""
    n_clips = len(found.clips)
    if n_clips >= MIN_CLIPS:
        return None
    return Finding(
        outcome=Outcome.UNDETERMINED,
        measured=Bilingual(zh=f"{n_clips} 段", en=f"{n_clips} clips"),
        threshold=Bilingual(zh=f"至少 {MIN_CLIPS} 段", en=f"at least {MIN_CLIPS} clips"),
        reason=Bilingual(
            zh=f"只有 {n_clips} 段，樣本不足以判斷。", en=f"Only {n_clips} clips: too few to judge by."
        ),
    )


def _decodable(found: Measurements) -> Finding:
    """The standalone decode is CSM's own audio, and understood in most clips."""
    apart, read = _apart(found), _read(found)
    if not apart.met:
        outcome = Outcome.FAILS
        reason = Bilingual(
            zh=f"獨立的 codec 解出的聲音與 CSM 自己的不同（最大相差峰值的 {apart.value:.1e}）。",
            en=f"A standalone codec's audio is not CSM's own: they differ by up to {apart.value:.1e} "
            "of the peak.",
        )
    elif read.met:
        outcome = Outcome.HOLDS
        reason = Bilingual(
            zh=f"獨立的 codec 解出的聲音就是 CSM 自己的聲音，{len(found.clips)} 段中有 {read.value:.0f} 段"
            "聽得出指定的句子。",
            en=f"A standalone codec gives CSM's own audio, and in {read.value:.0f} of "
            f"{len(found.clips)} clips the prompted text is understood.",
        )
    else:
        # The same audio, and not understood: then it is CSM that did not say it, whoever decodes.
        outcome, reason = Outcome.UNDETERMINED, _mute(found)
    return Finding(
        outcome=outcome,
        measured=Bilingual(
            zh=f"聲音最大相差峰值的 {apart.value:.1e}；{len(found.clips)} 段中聽得懂 {read.value:.0f} 段",
            en=f"audio differs by up to {apart.value:.1e} of the peak; "
            f"{read.value:.0f} of {len(found.clips)} clips understood",
        ),
        threshold=Bilingual(
            zh=f"每段相差 ≤ {SAME_AUDIO:.0e}，且多數的 WER ≤ {INTELLIGIBLE_WER}",
            en=f"difference ≤ {SAME_AUDIO:.0e} in every clip, and WER ≤ {INTELLIGIBLE_WER} in most",
        ),
        comparisons=(apart, read),
        reason=reason,
    )


def _not_decodable(found: Measurements, *, noise: bool) -> Finding:
    """The standalone decode is not understood in most clips, of which CSM's own audio is."""
    read, own = _read(found), _own_read(found)
    n_lost = sum(one.noise if noise else one.unintelligible for one in found.decodes)
    name = (
        Bilingual(zh="獨立的 codec 解碼後只剩雜訊者", en="clips that are noise to a standalone codec")
        if noise
        else Bilingual(zh="獨立的 codec 解碼後聽不懂者", en="clips not understood after a standalone codec")
    )
    lost = at_least(name, n_lost, found.most, CLIPS)
    n_clips = len(found.clips)
    if read.met:
        outcome = Outcome.FAILS
        reason = Bilingual(
            zh=f"{n_clips} 段中有 {read.value:.0f} 段經獨立的 codec 解碼後仍聽得懂。",
            en=f"{read.value:.0f} of {n_clips} clips are understood after a standalone codec decoded them.",
        )
    elif not own.met:
        outcome, reason = Outcome.UNDETERMINED, _mute(found)
    elif lost.met:
        outcome = Outcome.HOLDS
        what, what_en = ("只剩雜訊", "is nothing but noise") if noise else ("聽不懂", "is not understood")
        reason = Bilingual(
            zh=f"CSM 自己的聲音聽得懂，經獨立的 codec 解碼後 {n_clips} 段中有 {n_lost} 段{what}。",
            en=f"CSM's own audio is understood; what a standalone codec gives {what_en} in {n_lost} of "
            f"{n_clips} clips.",
        )
    else:
        outcome = Outcome.UNDETERMINED
        reason = Bilingual(
            zh="經獨立的 codec 解碼後，多數片段既非聽得懂，也非完全聽不懂。",
            en="After a standalone codec most clips are neither understood nor lost altogether.",
        )
    kind = f"WER ≥ {UNINTELLIGIBLE_WER}" + (" and no speech found" if noise else "")
    kind_zh = f"WER ≥ {UNINTELLIGIBLE_WER}" + ("且聽不出有人說話" if noise else "")
    return Finding(
        outcome=outcome,
        measured=Bilingual(
            zh=f"{n_clips} 段中 {n_lost} 段 {kind_zh}；聽得懂 {read.value:.0f} 段",
            en=f"{n_lost} of {n_clips} clips with {kind}; {read.value:.0f} understood",
        ),
        threshold=Bilingual(
            zh=f"成立：多數段 {kind_zh}；不成立：多數段的 WER ≤ {INTELLIGIBLE_WER}",
            en=f"holds: {kind} in most clips; fails: WER ≤ {INTELLIGIBLE_WER} in most",
        ),
        comparisons=(read.against(),) if outcome is Outcome.FAILS else (lost, own),
        reason=reason,
    )


def _apart(found: Measurements) -> Comparison:
    """Without a clip that could be decoded there is nothing of which the audio would differ."""
    largest = max((one.difference for one in found.decodes), default=0.0)
    quantity = Bilingual(
        zh="與 CSM 自己的聲音最大的差異（占峰值）", en="largest difference to CSM's own audio, of its peak"
    )
    return at_most(quantity, largest, SAME_AUDIO, "")


def _read(found: Measurements) -> Comparison:
    n_read = sum(one.intelligible for one in found.decodes)
    quantity = Bilingual(zh="獨立的 codec 解碼後聽得懂者", en="clips understood after a standalone codec")
    return at_least(quantity, n_read, found.most, CLIPS)


def _own_read(found: Measurements) -> Comparison:
    n_read = sum(one.own_wer <= INTELLIGIBLE_WER for one in found.decodes)
    quantity = Bilingual(zh="CSM 自己的聲音聽得懂者", en="clips understood in CSM's own audio")
    return at_least(quantity, n_read, found.most, CLIPS)


def _mute(found: Measurements) -> Bilingual:
    own = _own_read(found)
    return Bilingual(
        zh=f"CSM 自己的聲音在 {len(found.clips)} 段中只有 {own.value:.0f} 段聽得出指定的句子，"
        "因此無法判斷問題是否出在解碼。",
        en=f"Even CSM's own audio is understood in {own.value:.0f} of {len(found.clips)} clips only, "
        "so nothing can be said about decoding.",
    )
