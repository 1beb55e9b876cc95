"""Q11's numbers, what one clip is heard as, and what the clips decide."""

from typing import Literal

from questions.claims import Speaks
from questions.quiz import AnyQuestion, Bilingual
from solvers.evidence.statistics import wilson
from solvers.evidence.verdicts import Finding, Findings, Frozen, Outcome, at_least, at_most
from solvers.hw10.models.csm import MAX_CAPPED_SHARE, lacking_finding
from solvers.models.speaker.scale import VoiceScale

Voice = Literal["Emily", "Jason"]
# 16 clips of which 12 agree put Wilson's lower bound just above one half; fewer clips can hardly decide.
N_CLIPS = 16
MAJORITY = 0.5
# As in Q9: the text that was said leads by 1 to 3 nat a token, in noise by some hundredths.
MIN_MARGIN_NAT = 0.3
# Below what Whisper itself wrote down. A text that was said is at most 1.2 nat a token below it, however much
# of it was misheard; a sentence that shares half its words with the said one 2.1 at least. Without it the
# option that is most like what was said would be taken for it.
MAX_LAG_NAT = 1.5


class Hearing(Frozen):
    """One clip as it is heard.

    `scores` are mean log-probabilities in nat a token and `wers` the free transcript's error rates, one
    a text; `transcript_score` is that transcript's own mean log-probability. `margin` is the cosine to
    Emily's reference less that to Jason's; None for a clip under 0.4 s.
    """

    scores: tuple[float, ...]
    wers: tuple[float, ...]
    transcript: str
    transcript_score: float
    margin: float | None


class Clip(Frozen):
    """One sample. `hearing` is None where it was capped, or has no code that could be decoded."""

    n_frames: int
    capped: bool
    hearing: Hearing | None


class Measurements(Frozen):
    """All clips, the texts they were held against, and the scale of voices. `lacking`: why there is none."""

    texts: tuple[str, ...]
    lacking: str = ""
    dtype: str = ""
    clips: tuple[Clip, ...] = ()
    scale: VoiceScale | None = None  # a is Emily

    @property
    def ended(self) -> tuple[Clip, ...]:
        """The clips that came to an end within the limit."""
        return tuple(clip for clip in self.clips if not clip.capped)

    def text_of(self, clip: Clip) -> str | None:
        """The text that both of Whisper's answers name; None where they do not agree on one.

        Its score is above all others by the margin and near the free transcript's own, and its words are
        nearest to that transcript, with one of them in common at least.
        """
        heard = clip.hearing
        if heard is None or len(self.texts) < 2:
            return None
        for index, text in enumerate(self.texts):
            others = [other for other in range(len(self.texts)) if other != index]
            # Rounded, so that a lead of exactly the margin is one.
            lead = round(heard.scores[index] - max(heard.scores[other] for other in others), 9)
            nearest = heard.wers[index] < min(1.0, *(heard.wers[other] for other in others))
            if lead >= MIN_MARGIN_NAT and nearest and not self._far(heard, index):
                return text
        return None

    def voice_of(self, clip: Clip) -> Voice | None:
        """Whose voice it is; None in the neutral third between the references, or if it is too short."""
        if clip.hearing is None or clip.hearing.margin is None or self.scale is None:
            return None
        nearer = self.scale.nearer(clip.hearing.margin)
        return None if nearer is None else "Emily" if nearer == "a" else "Jason"

    def says(self, clip: Clip, claim: Speaks) -> bool | None:
        """Whether a clip says this text in this voice; None where it cannot be told.

        It does not where nothing is heard, where voice or text is another one, or where Whisper's own words
        are far likelier than the text.
        """
        if clip.hearing is None or claim.text not in self.texts:
            return False
        voice, text = self.voice_of(clip), self.text_of(clip)
        if voice == claim.voice and text == claim.text:
            return True
        other_voice = voice is not None and voice != claim.voice
        other_text = text is not None and text != claim.text
        far = self._far(clip.hearing, self.texts.index(claim.text))
        return False if other_voice or other_text or far else None

    @staticmethod
    def _far(heard: Hearing, index: int) -> bool:
        """Whether Whisper's own words are far likelier than a text. Rounded as the lead is."""
        return round(heard.transcript_score - heard.scores[index], 9) > MAX_LAG_NAT


def judge(question: AnyQuestion, measurements: Measurements) -> Findings:
    """How many of the clips that ended say this text in this voice, by Wilson's interval.

    A clip of which that cannot be told does not count for an option, and does not count against it.
    """
    return {
        option.id: tuple(_finding(part.claim, measurements) for part in option.parts)
        for option in question.options
    }


def _finding(claim: Speaks, found: Measurements) -> Finding:
    if found.lacking:
        return lacking_finding(found.lacking)
    ended = found.ended
    said = [found.says(clip, claim) for clip in ended]
    n_hits, n_open = said.count(True), said.count(None)
    low, high = wilson(n_hits, len(ended))[0], wilson(n_hits + n_open, len(ended))[1]
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
    quantity = f"Wilson's {{}} bound of clips with {claim.voice}'s voice and this text"
    if outcome is Outcome.FAILS:
        comparison = at_most(quantity.format("upper"), high, MAJORITY, "share", (low, high))
    else:
        comparison = at_least(quantity.format("lower"), low, MAJORITY, "share", (low, high))
    n_capped = len(found.clips) - len(ended)
    untold = f"{n_open} cannot be told; " if n_open else ""
    return Finding(
        outcome=outcome,
        measured=f"{n_hits} of {len(ended)} clips (95 % {low:.2f} to {high:.2f}); {untold}"
        f"{n_capped} of {len(found.clips)} capped and left out",
        threshold=f"holds: Wilson's lower bound > {MAJORITY}; fails: its upper bound < {MAJORITY}; "
        f"at most {MAX_CAPPED_SHARE:.0%} capped",
        comparisons=(comparison,),
        reason=reason,
    )


def _unfit(found: Measurements) -> Bilingual | None:
    """Why the clips can decide nothing, if so."""
    n_clips, n_capped = len(found.clips), len(found.clips) - len(found.ended)
    if n_clips < N_CLIPS:
        return Bilingual(
            zh=f"只生成了 {n_clips} 段，至少需要 {N_CLIPS} 段。",
            en=f"Only {n_clips} clips were generated; {N_CLIPS} at least are needed.",
        )
    if n_capped > MAX_CAPPED_SHARE * n_clips:
        return Bilingual(
            zh=f"{n_clips} 段之中有 {n_capped} 段到長度上限仍未結束，超過四分之一，其餘不能代表模型。",
            en=f"{n_capped} of {n_clips} clips ran into the length limit, more than a quarter: "
            "the rest are no fair sample.",
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
    n_ended = len(found.ended)
    return Bilingual(
        zh=f"在長度上限內結束的 {n_ended} 段之中，有 {n_hits} 段是 {claim.voice} 的聲音說「{claim.text}」"
        f"，{zh}。",
        en=f"Of the {n_ended} clips that ended within the limit, {n_hits} say “{claim.text}” in "
        f"{claim.voice}'s voice: {en}.",
    )
