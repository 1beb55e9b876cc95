"""Whose voice a clip's is: a speaker margin read on the scale that two references give. No torch here."""

from typing import Literal

from questions.common.frozen import Frozen

# The scale from one speaker's held-out halves (-1) to the other's (+1) falls into three equal parts,
# and the middle one is nobody's.
NEUTRAL_POSITION = 1 / 3

# Two references are two voices where the cosine between their pieces lies under that within one reference
# by this share of what the latter lacks to 1. No gap between cosines says so by itself, for every encoder
# spreads them differently; but 1 - cosine is half a squared distance, and a share of one stays the same
# when all embeddings are shifted or scaled. Of 110 pairs of clips in one voice, with the codec and without,
# none had more than 0.21, and with MFCC statistics in the encoder's place none more than 0.10.
MIN_GAP_SHARE = 0.3
COSINE_STEP = 1e-6  # what float32 still tells from 1
N_PIECES = 3  # halves gave one voice up to 0.48; quarters are too short to tell different ones apart


class VoiceScale(Frozen):
    """Where held-out halves of two references lie on the axis of speaker margins.

    A margin is a clip's cosine to reference a less its cosine to reference b. Each reference is cut
    into halves, and each half is held against the *other* half of its own speaker and the half of the
    other speaker from the same end as that: four margins of clips whose voice is known. What counts as
    near is read off them, since cosines themselves move with the encoder, the codec and the noise.

    `own` and `across` are mean cosines of the references' thirds: of two of one reference, and of one of
    each from different places.
    """

    halves_a: tuple[float, float]
    halves_b: tuple[float, float]
    own: float
    across: float

    @property
    def gap_share(self) -> float:
        """How far `across` is under `own`, as a share of what `own` lacks to 1; about 0 for one voice."""
        return (self.own - self.across) / max(1 - self.own, COSINE_STEP)

    @property
    def apart(self) -> bool:
        """Whether these are two voices, and every half nearer to its own than any of the other one's."""
        return self.gap_share >= MIN_GAP_SHARE and min(self.halves_a) > max(self.halves_b)

    def position(self, margin: float) -> float:
        """The margin with the mean of a's halves at +1 and of b's at -1; 0 where they are not apart."""
        if not self.apart:
            return 0.0
        mean_a, mean_b = sum(self.halves_a) / 2, sum(self.halves_b) / 2
        return (2 * margin - mean_a - mean_b) / (mean_a - mean_b)

    def nearer(self, margin: float) -> Literal["a", "b"] | None:
        """Whose voice it is; None in the neutral third or where the references are not apart."""
        position = self.position(margin)
        if abs(position) < NEUTRAL_POSITION:
            return None
        return "a" if position > 0 else "b"
