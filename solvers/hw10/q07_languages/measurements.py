"""Q7's rules: what makes a decode good, what one start offset says of a claim. Numbers only."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from questions.claims import Claim
from questions.common.absent import Absent
from questions.common.frozen import Frozen
from solvers.evidence.rounds import Taken
from solvers.evidence.statistics import Spread
from solvers.evidence.verdicts import Outcome
from solvers.hw10.q07_languages.claims import Better, Both, Language, Only

# Well reconstructed is all of these; what Mimi reaches on English with 8 codebooks (STOI 0.91, PESQ 2.25)
# is just that. For the words' loss see docs/decisions/q07-words-kept.md.
GOOD_STOI, GOOD_LOSS, GOOD_PESQ = 0.90, 0.15, 2.0
# Not well is any of these: words lost, or what listeners call poor.
POOR_STOI, POOR_LOSS, POOR_PESQ = 0.80, 0.50, 1.5
# Half a point of MOS is what listeners call clearly better.
MIN_PESQ_GAP = 0.5
# Between start offsets of one decode the loss varies by about this much; less is no direction.
MIN_LOSS_GAP = 0.05


# From good to not good: the unit in which distances from the bounds compare.
STOI_UNIT, LOSS_UNIT, PESQ_UNIT = GOOD_STOI - POOR_STOI, POOR_LOSS - GOOD_LOSS, GOOD_PESQ - POOR_PESQ


IN_SPEC = "the spec's own text"  # who has a reference text that no Whisper wrote


class Grade(StrEnum):
    """How well a clip is reconstructed."""

    GOOD = "good"
    BETWEEN = "between"
    NOT_GOOD = "not_good"


class AtOffset(Frozen):
    """A clip decoded from one start offset.

    `loss`: by how much Whisper finds the clip's reference text less likely, nat a token. `error_rate`: of
    its greedy transcript to the original's nearest reading; it is shown and decides nothing.
    """

    offset_samples: int
    pesq_wb: float | Absent
    stoi: float | Absent
    loss: float
    error_rate: float
    transcript: str

    @property
    def grade(self) -> Grade:
        """Good if all three are; not good if any is; a missing score can make it neither good nor not."""
        pesq, intelligibility = self.pesq_wb, self.stoi
        if (
            (not isinstance(intelligibility, Absent) and intelligibility < POOR_STOI)
            or self.loss >= POOR_LOSS
            or (not isinstance(pesq, Absent) and pesq < POOR_PESQ)
        ):
            return Grade.NOT_GOOD
        if isinstance(pesq, Absent) or isinstance(intelligibility, Absent):
            return Grade.BETWEEN
        good = intelligibility >= GOOD_STOI and self.loss <= GOOD_LOSS and pesq >= GOOD_PESQ
        return Grade.GOOD if good else Grade.BETWEEN

    @property
    def depth(self) -> float:
        """How far inside its grade: by the measure nearest its bound if good, by the farthest if not."""
        pesq, intelligibility = self.pesq_wb, self.stoi
        known = [(self.loss, GOOD_LOSS, POOR_LOSS)]
        known += [] if isinstance(pesq, Absent) else [(pesq, GOOD_PESQ, POOR_PESQ)]
        known += [] if isinstance(intelligibility, Absent) else [(intelligibility, GOOD_STOI, POOR_STOI)]
        match self.grade:
            case Grade.GOOD:
                return min((value - good) / (good - poor) for value, good, poor in known)
            case Grade.NOT_GOOD:
                return max((value - poor) / (poor - good) for value, good, poor in known)
            case Grade.BETWEEN:
                return 0.0


Pair = Mapping[Language, AtOffset]


class Clip(Frozen):
    """One language: what Whisper hears in the original, also in its other takes, and the decodes.

    `reference` is the text whose losses are measured, `reference_by` who has it: the spec, a larger Whisper
    or the ear itself. `said` is what is known to be said; empty where nobody has told. `own_losses`: how far
    the takes of the intact original lie from their mean, the measure's own noise.
    """

    duration_s: float
    transcript: str
    reference: str
    reference_by: str
    said: str = ""
    readings: tuple[str, ...]
    own_losses: tuple[float, ...]
    decodes: tuple[AtOffset, ...]

    def spread(self, metric: str) -> Spread | None:
        """Of a number of `AtOffset` over the offsets; None where no offset has a value."""
        found = [getattr(decode, metric) for decode in self.decodes]
        present = [value for value in found if not isinstance(value, Absent)]
        return Spread.of(present) if present else None


class Measurements(Frozen):
    """Both clips, decoded from the same offsets. `ear`: which Whisper wrote the transcripts.

    `rounds`: how many offsets each round had.
    """

    n_codebooks: int
    ear: str
    clips: Mapping[Language, Clip]
    rounds: tuple[int, ...] = ()

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """Both languages' decodes, offset by offset."""
        return pairs_of({language: clip.decodes for language, clip in self.clips.items()})


def pairs_of(decodes: Mapping[Language, Sequence[AtOffset]]) -> tuple[Pair, ...]:
    """Both languages' decodes, offset by offset."""
    return tuple(dict(zip(decodes, row, strict=True)) for row in zip(*decodes.values(), strict=True))


def decide_at(claim: Claim, decodes: Pair) -> Taken:
    """What a single offset says of a claim. A clip between good and not good leaves open what it touches."""
    grades = {language: decode.grade for language, decode in decodes.items()}
    match claim:
        case Better(better=language):
            return _better(*gaps(language, decodes))
        case Both(both=wanted):
            expected = dict.fromkeys(grades, Grade(wanted))
        case Only(only=language):
            expected = dict.fromkeys(grades, Grade.NOT_GOOD) | {language: Grade.GOOD}
        case _:
            raise TypeError(f"Q7 has no rule for {type(claim).__name__}.")
    if grades == expected:
        return Taken(Outcome.HOLDS, min(decode.depth for decode in decodes.values()))
    contrary = [
        decodes[language].depth
        for language, grade in grades.items()
        if grade not in {Grade.BETWEEN, expected[language]}
    ]
    return Taken(Outcome.FAILS, max(contrary)) if contrary else Taken(Outcome.UNDETERMINED)


def _better(gap: float | None, lead: float) -> Taken:
    """By the gap in PESQ and the lead in words; either alone lets it fail."""
    short = [(MIN_LOSS_GAP - lead) / LOSS_UNIT] + ([] if gap is None else [(MIN_PESQ_GAP - gap) / PESQ_UNIT])
    if max(short) > 0:
        return Taken(Outcome.FAILS, max(short))
    return Taken(Outcome.UNDETERMINED) if gap is None else Taken(Outcome.HOLDS, -max(short))


def gaps(language: Language, decodes: Pair) -> tuple[float | None, float]:
    """By how much `language` leads: in PESQ (None where either has none), and in fewer words lost."""
    one, other = decodes[language], decodes[other_of(language)]
    lead = other.loss - one.loss
    if isinstance(one.pesq_wb, Absent) or isinstance(other.pesq_wb, Absent):
        return None, lead
    return one.pesq_wb - other.pesq_wb, lead


def other_of(language: Language) -> Language:
    return "zh" if language == "en" else "en"
