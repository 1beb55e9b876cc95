"""Questions 7 and 8 on codecs that are in use, in the class of quality that the literature gives them.

Speech. *Toll*: an equipment impairment of 7 at most on the E-model's scale (ITU-T G.113, appendix I: G.711
has 0, AMR-NB at 12.2 kb/s, as GSM-EFR, 5, G.726 at 32 kb/s 7), with which G.107 calls users satisfied. Opus
at 24 kb/s stands above AMR-WB at 20 in its listening tests (draft-ietf-codec-results). It is reconstructed.
*Telephone*: GSM full rate (20) and AMR-NB at 4.75 kb/s, in use and understood; that neither is reconstructed
must not hold. *Lost*: babble 10 dB above the speech, far under what half of the words need (Miller, 1947), or
nothing above 300 Hz, where hardly a syllable is understood (French and Steinberg, 1947): not good.

Other sounds: `round_trips.SOUND`'s classes, two apart and more. AMR, whose model is a voice, makes music
telephone-like at its best (3).
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from benchmarks.validity import models, sounds
from benchmarks.validity.degrading import Change, Degrading, band_limited, by_length, noisy, untouched
from benchmarks.validity.families.amr_nb import amr_nb, likeness
from benchmarks.validity.families.pairs import HALVES, Half, clips
from benchmarks.validity.models import RATE_HZ
from benchmarks.validity.puzzle import Puzzle, Solved, Truth, in_turn, judged
from benchmarks.validity.q07_languages import BOTH_GOOD, CHINESE, ENGLISH, LONGEST_ENGLISH_S, NEITHER
from benchmarks.validity.q08_laughter_music import LAUGHTER, MUSIC
from benchmarks.validity.real_codecs import clipped, g711, g726, gsm, mp3, opus
from questions.quiz import AnyQuestion
from solvers.audio.sound_files import load_sound
from solvers.hw10 import q07_languages, q08_laughter_music
from solvers.hw10.q07_languages.claims import Language
from solvers.hw10.q07_languages.judge import settled as speech_settled
from solvers.hw10.q07_languages.measure import compare as compare_speech
from solvers.hw10.q08_laughter_music.judge import settled as sounds_settled
from solvers.hw10.q08_laughter_music.measure import compare as compare_sounds
from solvers.hw10.q08_laughter_music.measurements import Name
from solvers.hw10.standin import STANDIN_AUDIO

if TYPE_CHECKING:
    from torch import Tensor

OFFSETS = (0, 960)  # two of the sixteen
SENTENCES_S: Mapping[Half, tuple[float, float]] = {"tuned": (0.0, 6.6), "scored": (6.3, 12.85)}  # Chinese
TOLL = BOTH_GOOD | {"C": Truth.NOT_FAILS}
# Which of two voices such a codec suits better is not known: a narrow band takes more from a high one.
TELEPHONE = {"B": Truth.NOT_HOLDS}


def babble(snr_db: float) -> Change:
    """Six of the puzzles' voices at once, so far under the speech's power."""

    def change(rows: "Tensor") -> "Tensor":
        import torch

        talk = torch.stack([clip.load()[: 4 * RATE_HZ] for clip in models.clips()[20:26]]).sum(dim=0)
        talk = talk.repeat(math.ceil(rows.shape[1] / len(talk)))[: rows.shape[1]]
        level = rows.square().mean(dim=1, keepdim=True).sqrt() / talk.square().mean().sqrt()
        return rows + level * 10 ** (-snr_db / 20) * talk

    return change


@dataclass(frozen=True)
class Speech:
    """What is done to an English and to a Chinese clip, and what is then true."""

    name: str
    english: Change
    chinese: Change
    truth: Mapping[str, Truth]


LOST = {"babble": babble(-10), "300 Hz": band_limited(300)}
SPEECH: Mapping[Half, tuple[Speech, ...]] = {
    "tuned": (
        Speech("Opus 24 both", opus(24), opus(24), BOTH_GOOD),
        Speech("G.711 both", g711(), g711(), TOLL),
        Speech("MP3, babble", mp3(0.9), LOST["babble"], ENGLISH),
        Speech("300 Hz, Opus 24", LOST["300 Hz"], opus(24), CHINESE),
        Speech("babble, 300 Hz", LOST["babble"], LOST["300 Hz"], NEITHER),
        Speech("GSM both", gsm(), gsm(), TELEPHONE),
    ),
    "scored": (
        Speech("Opus 32, MP3", opus(32), mp3(0.7), BOTH_GOOD),
        Speech("G.726 at 32 both", g726(), g726(), TOLL),
        Speech("Opus 24, 300 Hz", opus(24), LOST["300 Hz"], ENGLISH),
        Speech("babble, MP3", LOST["babble"], mp3(0.7), CHINESE),
        Speech("babble both", LOST["babble"], LOST["babble"], NEITHER),
        Speech("clipped 6 dB, GSM", clipped(6), gsm(), TELEPHONE),
    ),
}
AMR: Mapping[Half, tuple[str, Mapping[str, Truth]]] = {"tuned": ("12.2", TOLL), "scored": ("4.75", TELEPHONE)}
# Of the first sound, then of the other; the classes are two apart at least.
SOUND: Mapping[Half, tuple[tuple[str, Change, str, Change], ...]] = {
    "tuned": (
        ("Opus 8", opus(8), "Opus 64", opus(64)),
        ("GSM", gsm(), "Opus 32", opus(32)),
        ("clipped 32 dB", clipped(32), "7 kHz", band_limited(7_000)),
        ("noise 0 dB", noisy(0), "MP3", mp3(0.9)),
    ),
    "scored": (
        ("Opus 6", opus(6.01), "MP3", mp3(0.2)),
        ("G.711", g711(), "untouched", untouched),
        ("1 kHz", band_limited(1_000), "clipped 9 dB", clipped(9)),
        ("clipped 20 dB", clipped(20), "noise 40 dB", noisy(40)),
    ),
}


def speech_puzzles(question: AnyQuestion, *, rounds: bool = False) -> tuple[Puzzle, ...]:
    """Question 7: each pair of codecs on a clip of its own, and AMR on the stand-ins' clips."""
    taken = _taken(rounds, partial(speech_settled, question))

    def of(half: Half) -> list[Puzzle]:
        kbps, truth = AMR[half]
        found = [
            Puzzle(f"AMR-NB {kbps}", half, dict(truth), partial(_solve_amr, question, kbps, taken)),
        ]
        for one, clip in zip(SPEECH[half], clips(half, len(SPEECH[half])), strict=True):
            solve = partial(_solve_speech, question, half, clip, one, taken)
            found.append(Puzzle(f"{one.name}: {clip.name}", half, dict(one.truth), solve))
        return found

    return in_turn(*map(of, HALVES))


def sound_puzzles(question: AnyQuestion, *, rounds: bool = False) -> tuple[Puzzle, ...]:
    """Question 8: of every pair of sounds of a half one, either of the two the worse."""
    taken = _taken(rounds, partial(sounds_settled, question))

    def of(half: Half) -> list[Puzzle]:
        number = HALVES.index(half)
        laughter, music = list(sounds.laughter(number).items()), list(sounds.music(number).items())
        found = []
        for i, (worse, much, better, little) in enumerate(SOUND[half]):
            one, other = laughter[i % 3], music[(i + 1) % 3]
            for harmed, changes, truth in (
                ("laughter", (much, little), LAUGHTER),
                ("music", (little, much), MUSIC),
            ):
                name = f"{harmed} {worse}, else {better}: {one[0]}, {other[0]}"
                solve = partial(_solve_sound, question, (one[1], other[1]), changes, taken)
                found.append(Puzzle(name, half, truth, solve))
        kbps = AMR[half][0]
        whole = [load_sound(STANDIN_AUDIO / f"{name}.flac", RATE_HZ) for name in ("laughter", "music")]
        solve = partial(
            _solve_sound, question, (whole[0], whole[1]), (opus(32), amr_nb("music", kbps)), taken
        )
        return [*found, Puzzle(f"music AMR-NB {kbps}, else Opus 32", half, MUSIC, solve)]

    return in_turn(*map(of, HALVES))


def _taken(rounds: bool, enough: Callable[[Any], bool]) -> Mapping[str, Any]:
    """The offsets of a puzzle: a few, or as many as the product would take, in its rounds."""
    return {"enough": enough} if rounds else {"offsets": OFFSETS}


def _solve_speech(
    question: AnyQuestion, half: Half, clip: models.Clip, done: Speech, taken: Mapping[str, Any]
) -> Solved:
    start, end = (int(second * RATE_HZ) for second in SENTENCES_S[half])
    chinese = load_sound(STANDIN_AUDIO / "TTS_Chinese_speech.flac", RATE_HZ)[start:end]
    change = by_length(int(LONGEST_ENGLISH_S * RATE_HZ), done.english, done.chinese)
    return _judged_speech(question, {"en": clip.load(), "zh": chinese}, change, taken)


def _solve_amr(question: AnyQuestion, kbps: str, taken: Mapping[str, Any]) -> Solved:
    names = ("TTS_English_speech", "TTS_Chinese_speech")
    english, chinese = (load_sound(STANDIN_AUDIO / f"{name}.flac", RATE_HZ) for name in names)
    change = by_length((len(english) + len(chinese)) // 2, *(amr_nb(name, kbps) for name in names))
    return _judged_speech(question, {"en": english, "zh": chinese}, change, taken)


def _judged_speech(
    question: AnyQuestion, found: "Mapping[Language, Tensor]", change: Change, taken: Mapping[str, Any]
) -> Solved:
    measured = compare_speech(found, Degrading(change), models.asr(), models.quiet, **taken)
    return judged(q07_languages.SOLVER, question, measured.numbers)


def _solve_sound(
    question: AnyQuestion,
    pair: "tuple[Tensor, Tensor]",
    changes: tuple[Change, Change],
    taken: Mapping[str, Any],
) -> Solved:
    found: dict[Name, Tensor] = {"laughter": pair[0], "music": pair[1]}
    codec = Degrading(_by_sound(pair, changes))
    measured = compare_sounds(found, codec, models.quiet, **taken)
    return judged(q08_laughter_music.SOLVER, question, measured.numbers)


def _by_sound(pair: "tuple[Tensor, Tensor]", changes: tuple[Change, Change]) -> Change:
    """Whichever of the two a row holds is changed in its own way: they may be alike in length."""

    def change(rows: "Tensor") -> "Tensor":
        likest = max((0, 1), key=lambda which: likeness(rows[0], pair[which]))
        return changes[likest](rows)

    return change
