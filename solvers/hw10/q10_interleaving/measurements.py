"""Q10's numbers, and what one mix of layers sounds nearer to. Read by its measuring half and its rules."""

from typing import Literal

from questions.common.frozen import Frozen
from solvers.models.speaker.scale import NEUTRAL_POSITION, VoiceScale

Speaker = Literal["Alice", "James"]
N_CODEBOOKS = 8
SPLITS = range(N_CODEBOOKS + 1)

# Whose words: how far a speaker's text is from its score in the other's pure decode, where it is not said,
# to that in the speaker's own. Each text has a scale to itself, since a short or plain one is likely in any
# sound: by the lead of one text over the other, 8 % of sounds that held neither (86 sounds, 230 pairs of
# texts) were given to one of the two; so read, it is 0.4 % of those with speech and none of random codes.
# The error rates may only object: mixes that nobody can read have two of about 1, which differ by a word or
# two at random.
MAX_WER_LAG = 0.1  # two words of twenty
# Under Q9's margin a text is no likelier where it is said than where it is not, and there is no scale.
MIN_PURE_LEAD_NAT = 0.3
# Nor is there one where a pure decode is misread. "I can't speak to you", heard for another sentence, went
# half the way up in random codes. With every other word wrong a transcript is not the speaker's.
MAX_MISREAD_WER = 0.5


def other(speaker: Speaker) -> Speaker:
    """The other one of the two."""
    return "James" if speaker == "Alice" else "Alice"


class PerSpeaker(Frozen):
    """A number for each of the two."""

    alice: float
    james: float

    def of(self, speaker: Speaker) -> float:
        """This speaker's number."""
        return self.alice if speaker == "Alice" else self.james

    def ahead(self, speaker: Speaker) -> float:
        """How far this speaker's number is above the other's."""
        return self.of(speaker) - self.of(other(speaker))


class Mix(Frozen):
    """One decode: layers 0 … split-1 of `front`, the rest of the other.

    `wer` is to the transcripts of the two pure decodes, `nat` their mean log-probability a token,
    `mel_db` the log-mel distance to them (`quality.log_mel_distance`). `voice_margin` is the cosine to
    Alice's pure decode less that to James's.
    """

    front: Speaker
    split: int
    transcript: str
    wer: PerSpeaker
    nat: PerSpeaker
    mel_db: PerSpeaker
    voice_margin: float


class RandomFirst(Frozen):
    """A speaker's eight layers with layer 0 of random codes; `wer` is to that speaker."""

    kept: Speaker
    transcript: str
    wer: float


class Leads(Frozen):
    """How far a mix is on one speaker's side; negative where it is on the other's."""

    words: (
        float  # fit of this speaker's text, less that of the other's where it has any; 1 in the pure decode
    )
    wer: float  # the other's error rate less this one's, of at most 1 each
    voice: float  # position on the scale of voices, 1 being this speaker's own halves

    @property
    def content(self) -> bool:
        """Whether the words are this speaker's."""
        return self.words >= NEUTRAL_POSITION and self.wer >= -MAX_WER_LAG


class Offset(Frozen):
    """All mixes with the first `n_skipped` samples (at the codec's rate) of both clips left out.

    `mixes` are the nine splits with Alice in front. `exchanged` has James in front: split 1, and at
    the first offset the others too. `random_first` has its own seeded draw at each offset of the first
    round, and is empty later. `misread`: the error rates of the pure decodes' transcripts to those of the
    original clips.
    """

    n_skipped: int
    misread: PerSpeaker
    mixes: tuple[Mix, ...]
    exchanged: tuple[Mix, ...]
    random_first: tuple[RandomFirst, ...]
    voices: VoiceScale  # a is Alice

    def leads(self, mix: Mix, speaker: Speaker) -> Leads:
        """The mix's three leads on a speaker's side."""
        sign = 1.0 if speaker == "Alice" else -1.0
        wers = [min(1.0, mix.wer.of(who)) for who in (other(speaker), speaker)]
        return Leads(
            words=self.fit(mix, speaker) - max(0.0, self.fit(mix, other(speaker))),
            # Rounded, so that of 20 words 10 and 8 wrong differ by 0.1 and not by a hair more.
            wer=round(wers[0] - wers[1], 9),
            voice=sign * self.voices.position(mix.voice_margin),
        )

    def content(self, mix: Mix) -> Speaker | None:
        """Whose words are heard; None in the neutral third, or where error rates and scores conflict."""
        return next((who for who in ("Alice", "James") if self.leads(mix, who).content), None)

    def voice(self, mix: Mix) -> Speaker | None:
        """Whose voice is heard; None in the neutral third."""
        nearer = self.voices.nearer(mix.voice_margin)
        return None if nearer is None else "Alice" if nearer == "a" else "James"

    def fit(self, mix: Mix, speaker: Speaker) -> float:
        """How the speaker's text fits: 0 as in the other's pure decode, 1 as in the own; 0 without scale.

        Each text has a scale of its own, so that one speaker whom Whisper misreads leaves the other's.
        """
        pure: dict[Speaker, Mix] = {"Alice": self.mixes[N_CODEBOOKS], "James": self.mixes[0]}
        unsaid = pure[other(speaker)].nat.of(speaker)
        lead = pure[speaker].nat.of(speaker) - unsaid
        if self.misread.of(speaker) > MAX_MISREAD_WER or lead < MIN_PURE_LEAD_NAT:
            return 0.0
        return (mix.nat.of(speaker) - unsaid) / lead

    @property
    def without_first(self) -> dict[str, float]:
        """Error rates to the kept speaker with layer 0 of the other, by what was replaced by what."""
        (swapped,) = (mix for mix in self.exchanged if mix.split == 1)
        return {
            "James's layer 0 by Alice's": self.mixes[1].wer.james,
            "Alice's layer 0 by James's": swapped.wer.alice,
        }

    @property
    def lost_without_first(self) -> tuple[float, float]:
        """What is lost of the kept speaker's words with layer 0 of the other, James's first.

        The lesser of the error rate and of what the text's fit lost: a greedy transcript that slips or stops
        early can only overstate it (docs/decisions/codec-families.md).
        """
        (swapped,) = (mix for mix in self.exchanged if mix.split == 1)
        return self._lost(self.mixes[1], "James"), self._lost(swapped, "Alice")

    @property
    def lost(self) -> tuple[float, ...]:
        """At each split what is lost of the words of whichever speaker is nearer: 0 in the pure decodes."""
        return tuple(min(self._lost(mix, "Alice"), self._lost(mix, "James")) for mix in self.mixes)

    def _lost(self, mix: Mix, kept: Speaker) -> float:
        return min(mix.wer.of(kept), 1 - min(1.0, max(0.0, self.fit(mix, kept))))

    @property
    def with_random_first(self) -> dict[str, float]:
        """Error rates to the kept speaker with layer 0 of random codes: no part of the exercise."""
        return {f"{one.kept}'s layer 0 by random codes": one.wer for one in self.random_first}


class Measurements(Frozen):
    """Offsets as they were measured, how many in each round, what Whisper hears in the originals.

    And what is known to be said in them.
    """

    offsets: tuple[Offset, ...]
    rounds: tuple[int, ...] = ()
    original_alice: str
    original_james: str
    said_alice: str = ""
    said_james: str = ""
