"""Whose voice a clip's is: a speaker margin read on the scale that two references give. No torch here."""

from typing import Literal

from solvers.evidence import Frozen

# The scale from one speaker's held-out halves (-1) to the other's (+1) falls into three equal parts,
# and the middle one is nobody's.
NEUTRAL_POSITION = 1 / 3


class VoiceScale(Frozen):
    """Where held-out halves of two references lie on the axis of speaker margins.

    A margin is a clip's cosine to reference a less its cosine to reference b. Each reference is cut
    into halves, and each half is held against the *other* half of its own speaker and the half of the
    other speaker from the same end as that: four margins of clips whose voice is known. What counts as
    near is read off them, since cosines themselves move with the encoder, the codec and the noise.
    """

    halves_a: tuple[float, float]
    halves_b: tuple[float, float]

    @property
    def apart(self) -> bool:
        """Whether every half is nearer to its own speaker than any half of the other one is."""
        return min(self.halves_a) > max(self.halves_b)

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
