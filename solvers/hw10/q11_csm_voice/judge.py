"""What question 11's clips decide."""

from questions.quiz import Bilingual, Part
from solvers.evidence.statistics import wilson
from solvers.evidence.verdicts import Finding, Outcome, at_least, at_most, joined
from solvers.hw10.models.csm import unmeasured
from solvers.hw10.q11_csm_voice.claims import Speaks
from solvers.hw10.q11_csm_voice.measurements import N_CLIPS, Measurements

MAJORITY = 0.5


def judge(part: Part[Speaks], found: Measurements) -> Finding:
    """How many of the clips say this text in this voice, by Wilson's interval.

    A clip of which that cannot be told does not count for an option, and does not count against it. One that
    ran into the length limit counts as any other, by what is said in it.
    """
    claim = part.claim
    if found.absent is not None:
        return unmeasured(found.absent)
    n_clips = len(found.clips)
    said = [found.says(clip, claim) for clip in found.clips]
    n_hits, n_open = said.count(True), said.count(None)
    low, high = wilson(n_hits, n_clips)[0], wilson(n_hits + n_open, n_clips)[1]
    unfit = _unfit(found)
    if unfit is not None:
        outcome, reason = Outcome.UNDETERMINED, unfit
    elif low > MAJORITY:
        outcome, reason = Outcome.HOLDS, _reason(claim, n_hits, found, "確實過半", "the majority for certain")
    elif high < MAJORITY:
        outcome, reason = (
            Outcome.FAILS,
            _reason(claim, n_hits, found, "確實不到半數", "certainly less than half"),
        )
    else:
        outcome = Outcome.UNDETERMINED
        open_zh = f"另有 {n_open} 段無法判斷，" if n_open else ""
        open_en = f"of {n_open} it cannot be told, and " if n_open else ""
        reason = _reason(
            claim, n_hits, found, f"{open_zh}區間跨過一半", f"{open_en}the interval includes one half"
        )
    quantity = Bilingual(
        zh=f"以 {claim.voice} 的聲音說這句話的段數比例，Wilson 的",
        en=f"share of clips with {claim.voice}'s voice and this text, Wilson's",
    )
    upper, lower = Bilingual(zh="上界", en=" upper bound"), Bilingual(zh="下界", en=" lower bound")
    if outcome is Outcome.FAILS:
        comparison = at_most(joined((quantity, upper), "", ""), high, MAJORITY, "", (low, high)).against()
    else:
        comparison = at_least(joined((quantity, lower), "", ""), low, MAJORITY, "", (low, high))
    untold = f"{n_open} cannot be told; " if n_open else ""
    untold_zh = f"{n_open} 段無法判斷；" if n_open else ""
    return Finding(
        outcome=outcome,
        measured=Bilingual(
            zh=f"{n_clips} 段中的 {n_hits} 段（95% 區間 {low:.2f} 至 {high:.2f}）；{untold_zh}"
            f"{found.n_capped} 段到達長度上限",
            en=f"{n_hits} of {n_clips} clips (95 % {low:.2f} to {high:.2f}); {untold}"
            f"{found.n_capped} ran into the length limit",
        ),
        threshold=Bilingual(
            zh=f"成立：Wilson 下界 > {MAJORITY}；不成立：上界 < {MAJORITY}",
            en=f"holds: Wilson's lower bound > {MAJORITY}; fails: its upper bound < {MAJORITY}",
        ),
        comparisons=(comparison,),
        reason=reason,
    )


def _unfit(found: Measurements) -> Bilingual | None:
    """Why the clips can decide nothing, if so."""
    n_clips = len(found.clips)
    if n_clips < N_CLIPS:
        return Bilingual(
            zh=f"只生成了 {n_clips} 段，至少需要 {N_CLIPS} 段。",
            en=f"Only {n_clips} clips were generated; {N_CLIPS} at least are needed.",
        )
    if found.scale is None or not found.scale.apart:
        return Bilingual(
            zh="兩個參考聲音的前後半段彼此分不開，無法判斷是誰的聲音。",
            en="The halves of the two reference voices are not told apart, so no clip's voice can be.",
        )
    if len(found.texts) < 2:
        return Bilingual(
            zh="選項只提到一句話，沒有其他句子可以比較。",
            en="The options claim a single text, so there is none to compare it with.",
        )
    return None


def _reason(claim: Speaks, n_hits: int, found: Measurements, zh: str, en: str) -> Bilingual:
    n_clips = len(found.clips)
    return Bilingual(
        zh=f"{n_clips} 段之中，有 {n_hits} 段是 {claim.voice} 的聲音說「{claim.text}」，{zh}。",
        en=f"Of {n_clips} clips {n_hits} say “{claim.text}” in {claim.voice}'s voice: {en}.",
    )
