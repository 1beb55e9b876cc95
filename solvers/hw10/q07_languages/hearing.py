"""What Whisper hears in Q7's clips, and how many of the original's words a decode keeps.

A greedy transcript is unsteady: of an intact clip that starts some milliseconds later Whisper may read "walk"
for "work", and the same codec then makes no error at one start offset and five at the next. How likely the
original's text is under the decode is steady: what it loses there is the measure, and transcripts stand
beside it. The text is the spec's own, else a larger Whisper's transcript, else the ear's. Of a word that
Whisper guesses in the original itself a decode tells nothing, so every token counts by how sure Whisper is
of it in the original. Axes: `B` sounds, `N` samples, `S` spellings, `L` tokens.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from questions.common.errors import SourceError
from solvers.audio.error_rate import error_rate, normalise
from solvers.audio.noise import seeded_noise
from solvers.audio.sound_files import HEARING_RATE_HZ
from solvers.hw10.q07_languages.claims import Language
from solvers.hw10.q07_languages.spellings import spellings
from solvers.hw10.round_trip import OFFSETS

if TYPE_CHECKING:
    from torch import Tensor

    from solvers.models.whisper.asr import Asr, Listening, Transcript
    from solvers.models.whisper.weights import WhisperSource

# Takes of the original: as it is, and from 25, 50 and 75 ms on with a noise that nobody hears. They meet
# Whisper's mel frames (10 ms) and positions (20 ms) in every phase, as the decodes may.
TAKE_STARTS = tuple(offset * HEARING_RATE_HZ // 24_000 for offset in sorted(OFFSETS)[::5])
DITHER_DB = -50.0  # of the clip's own power: under the noise of a quiet room
SEED = 7

# Of a longer clip the beginning is compared. At its most, 12 tokens a second, what is said in it still fits
# the 224 tokens that Whisper takes at once. Of a clip whose text is given nothing is cut off, since nobody
# knows where in the text that would be; Whisper and PESQ hear 30 s.
MAX_SPEECH_S = 16.0
MAX_GIVEN_S = 29.5
PAUSE_SEARCH_S, PAUSE_SEARCH_SHARE = 2.0, 0.25  # about a phrase, and never most of the clip
PAUSE_WINDOW_S = 0.1  # longer than the closure within a word such as "forgotten"


# The words of a reference that the ear's own transcript may lack: base misses up to four of ten in clips that
# it hears badly, and shares one of ten with the text of another clip.
MAX_APART = 0.6


@dataclass(frozen=True)
class Reference:
    """The text that the original is taken to say, and by whom."""

    text: str
    by: str


@dataclass(frozen=True)
class Hearing:
    """The original's transcript and readings, its takes' own losses, and of each decode `[B]` both.

    `reference` is the text whose losses they are.
    """

    original: "Transcript"
    reference: Reference
    readings: tuple[str, ...]  # of all takes, those that look like speech, each once
    own_losses: tuple[float, ...]  # nat a token, against the takes' mean
    decodes: "tuple[Transcript, ...]"
    losses: tuple[float, ...]


def cut_at_pause(clip: "Tensor", rate_hz: int) -> "Tensor":
    """A clip `[N]`; of one over `MAX_SPEECH_S` the beginning, up to the quietest place near there."""
    limit = int(MAX_SPEECH_S * rate_hz)
    if len(clip) <= limit:
        return clip
    size = int(PAUSE_WINDOW_S * rate_hz)
    near = int(min(PAUSE_SEARCH_S * rate_hz, PAUSE_SEARCH_SHARE * limit))
    power = clip[limit - near : limit].double().square().unfold(0, size, size // 10).mean(dim=1)
    return clip[: limit - near + int(power.argmin()) * (size // 10) + size // 2]


def ear_of(source: "WhisperSource") -> str:
    """How a Whisper is called, by its name or its file's."""
    return f"Whisper {Path(source.name).name}"


def hear(
    clean: "Tensor",
    coded: "Tensor",
    language: Language,
    asr: "Asr",
    name: str,
    reference: Reference | None = None,
) -> Hearing:
    """The original `[N]` and its decodes `[B, N]` at `HEARING_RATE_HZ`.

    Raises SourceError: Whisper hears no speech in the original, which is called `name`, or another text than
    the reference, which is its own transcript unless given.
    """
    import torch
    from torch.nn.functional import pad

    noise = seeded_noise(clean.shape, SEED).to(clean)
    dithered = clean + noise * clean.square().mean().sqrt() * 10 ** (DITHER_DB / 20)
    last = max(TAKE_STARTS)
    # Silence before it shifts the clip against Whisper's frames; all rows are of one length.
    takes = [pad(dithered if start else clean, (start, last - start)) for start in TAKE_STARTS]
    listening = asr.listen(torch.cat([torch.stack(takes), pad(coded, (0, last))]), language)
    texts = listening.transcripts()
    read = [
        one.text for one in texts[: len(takes)] if one.looks_like_speech and normalise(one.text, language)
    ]
    if texts[0].text not in read:
        raise SourceError(
            f"Whisper hears no speech in the {name} clip ({texts[0].text.strip()[:60]!r}), so its decode has "
            "nothing to be compared with: is it the right file?"
        )
    reference = reference or Reference(texts[0].text, ear_of(asr.source))
    apart = error_rate(reference.text, texts[0].text, language)
    if apart > MAX_APART:
        raise SourceError(
            f"the {name} clip: {reference.by} has {reference.text[:60]!r} and {ear_of(asr.source)} hears "
            f"{texts[0].text.strip()[:60]!r}, an error rate of {apart:.2f} (at most {MAX_APART} is taken for "
            "the same speech): mend the text, or give the clip that it is of."
        )
    losses = _losses(listening, reference, language, len(takes), name)
    return Hearing(
        original=texts[0],
        reference=reference,
        readings=tuple(dict.fromkeys(read)),
        own_losses=losses[: len(takes)],
        decodes=texts[len(takes) :],
        losses=losses[len(takes) :],
    )


def _losses(
    listening: "Listening", reference: Reference, language: Language, n_takes: int, name: str
) -> tuple[float, ...]:
    try:
        log_probs, tokens = listening.log_probs(spellings(reference.text, language))
    except ValueError as error:  # more words than Whisper takes at once
        raise SourceError(f"the {name} clip, {reference.by}: {error}") from error
    return tuple(words_lost(log_probs, [len(row) for row in tokens], n_takes).tolist())


def words_lost(log_probs: "Tensor", n_tokens: Sequence[int], n_takes: int) -> "Tensor":
    """By how much the original's text is less likely in each sound than in the original: `[B]`, nat a token.

    `log_probs` `[B, S, L]` are of the spellings' tokens, `n_tokens` of each; the first sounds are the takes
    of the original. A sound is held against their mean in its own likeliest spelling; a token counts by its
    probability in the original.
    """
    import torch

    inside = torch.arange(log_probs.shape[2]) < torch.tensor(n_tokens)[:, None]
    own = log_probs[:n_takes].mean(dim=0)
    weights = own.exp() * inside
    lost = (weights * (own - log_probs)).sum(dim=-1) / weights.sum(dim=-1)
    likeliest = (log_probs * inside).sum(dim=-1).argmax(dim=1, keepdim=True)
    return lost.gather(1, likeliest)[:, 0]


def least_error_rates(heard: Hearing, language: Language) -> tuple[float, ...]:
    """Each decode's error rate to the reading it is nearest to."""
    return tuple(
        min(error_rate(reading, one.text, language) for reading in heard.readings) for one in heard.decodes
    )
