"""Q12's numbers: stored tensors compared, and clips decoded by both codecs."""

from questions.common.absent import Absent
from questions.common.frozen import Frozen
from solvers.hw10.models.stored_codec import StoredComparison

# A word or two of ten wrong is still the sentence; four of five wrong is none (as in Q10).
INTELLIGIBLE_WER = 0.2
UNINTELLIGIBLE_WER = 0.8


class Decode(Frozen):
    """One clip by both codecs.

    `difference` is the largest one of the two sounds, over the peak of CSM's own; the error rates are to
    the prompted text.
    """

    difference: float
    own_wer: float
    own_transcript: str
    wer: float
    transcript: str
    speech_found: bool

    @property
    def intelligible(self) -> bool:
        """Whether the standalone decode is understood."""
        return self.wer <= INTELLIGIBLE_WER

    @property
    def unintelligible(self) -> bool:
        """Whether hardly a word of it is."""
        return self.wer >= UNINTELLIGIBLE_WER

    @property
    def noise(self) -> bool:
        """Whether it is not even speech of another text."""
        return self.unintelligible and not self.speech_found


class Decoded(Frozen):
    """One sample. `decode` is None where it has no code that either codec could decode."""

    text: str
    n_frames: int
    capped: bool
    decode: Decode | None


class Measurements(Frozen):
    """Stored tensors and clips; of both none where there is no CSM to compare."""

    stored: StoredComparison | Absent
    dtype: str = ""
    clips: tuple[Decoded, ...] = ()

    @property
    def decodes(self) -> tuple[Decode, ...]:
        """The clips that could be decoded."""
        return tuple(clip.decode for clip in self.clips if clip.decode is not None)

    @property
    def most(self) -> int:
        """The least number of the clips which is more than half of them."""
        return len(self.clips) // 2 + 1
