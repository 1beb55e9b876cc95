"""Question 11's numbers, and what one clip is heard as."""

from typing import Literal

from questions.common.absent import Absent
from questions.common.frozen import Frozen
from solvers.hw10.q11_csm_voice.claims import Speaks
from solvers.models.speaker.scale import VoiceScale

Voice = Literal["Emily", "Jason"]
# 16 clips of which 12 agree put Wilson's lower bound just above one half; fewer clips can hardly decide.
N_CLIPS = 16
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
    """One sample. `hearing` is None where it has no code that could be decoded.

    Of a capped one it is of what was said before a silent or repeated tail.
    """

    n_frames: int
    capped: bool
    hearing: Hearing | None


class Measurements(Frozen):
    """All clips, the texts they were held against, and the scale of voices; `absent` in their place."""

    texts: tuple[str, ...]
    absent: Absent | None = None
    dtype: str = ""
    clips: tuple[Clip, ...] = ()
    scale: VoiceScale | None = None  # a is Emily

    @property
    def n_capped(self) -> int:
        """How many clips ran into the limit."""
        return sum(clip.capped for clip in self.clips)

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

        It does not where voice or text is another one, where nothing is heard, or where Whisper's own words
        are far likelier than the text; but of a capped clip only another voice or text can be told: it may
        be what goes on after the sentence that is heard.
        """
        if claim.text not in self.texts:
            return False
        if clip.hearing is None:
            return None if clip.capped else False
        voice, text = self.voice_of(clip), self.text_of(clip)
        if voice == claim.voice and text == claim.text:
            return True
        other_voice = voice is not None and voice != claim.voice
        other_text = text is not None and text != claim.text
        far = self._far(clip.hearing, self.texts.index(claim.text))
        return False if other_voice or other_text or (far and not clip.capped) else None

    @staticmethod
    def _far(heard: Hearing, index: int) -> bool:
        """Whether Whisper's own words are far likelier than a text. Rounded as the lead is."""
        return round(heard.transcript_score - heard.scores[index], 9) > MAX_LAG_NAT
