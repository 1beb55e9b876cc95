"""Holds the small CSM against what it was asked: `python -m benchmarks.standin_making.csm_trial FOLDER`.

Each role in turn is asked for each of Q11's two texts, with Emily and Jason in their roles and with the
roles exchanged; every clip is heard by Q11's own rule.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from benchmarks.standin_making.csm_data import JUDGED_SENTENCES, SENTENCES
from questions.common.errors import SourceError
from solvers.audio.sound_files import HEARING_RATE_HZ, load_sound, resample
from solvers.hw10.models.csm import Csm, Turn
from solvers.hw10.q11_csm_voice.measure import EMILY_SAYS, JASON_SAYS, hear
from solvers.hw10.q11_csm_voice.measurements import Clip, Measurements, Voice
from solvers.hw10.standin import STANDIN_AUDIO

if TYPE_CHECKING:
    from solvers.models.speaker.encoder import Voices
    from solvers.models.whisper.asr import Asr

JUDGED_TEXTS = tuple(sorted(SENTENCES[sentence] for sentence in JUDGED_SENTENCES))
NAMES = ("emily", "jason")
BATCH = 16  # as many as Q11 generates at once; each batch has its own seed


@dataclass(frozen=True)
class Case:
    """What is asked: a voice, by its role, and a text."""

    voice: Voice
    text: str
    exchanged: bool  # Jason is role 0 and speaks first, Emily is role 1


@dataclass(frozen=True)
class Tally:
    """Of `n_clips`: how many are in the asked voice, say the asked text, do both, never ended."""

    n_clips: int
    n_voice: int
    n_text: int
    n_both: int
    n_capped: int
    transcripts: tuple[str, ...]


def cases() -> Iterator[Case]:
    """All eight."""
    for exchanged in (False, True):
        for voice in ("Emily", "Jason"):
            for text in JUDGED_TEXTS:
                yield Case(voice, text, exchanged)


def conversation(case: Case, csm: Csm) -> tuple[Turn, ...]:
    """The slide's prompts in the order of their roles, and the asked turn."""
    emily, jason = (load_sound(STANDIN_AUDIO / f"{name}.flac", csm.sample_rate_hz) for name in NAMES)
    prompts = ((EMILY_SAYS, emily), (JASON_SAYS, jason))
    first, second = reversed(prompts) if case.exchanged else prompts
    asked = "0" if (case.voice == "Emily") != case.exchanged else "1"
    return (Turn("0", *first), Turn("1", *second), Turn(asked, case.text))


def try_case(case: Case, csm: Csm, asr: "Asr", voices: "Voices", n_clips: int) -> Tally:
    """Generate the asked turn so many times, in batches of sixteen, and hear it as Q11 does."""
    rate_hz = csm.sample_rate_hz
    turns = conversation(case, csm)
    generated = [
        clip
        for start in range(0, n_clips, BATCH)
        for clip in csm.generate(turns, min(BATCH, n_clips - start), seed=start // BATCH)
    ]
    sounds = {
        index: resample(csm.decode(one.codes), rate_hz, HEARING_RATE_HZ)
        for index, one in enumerate(generated)
        if one.decodable and not one.capped
    }
    references = {
        turn.text: resample(csm.through_codec(turn.audio), rate_hz, HEARING_RATE_HZ)
        for turn in turns
        if turn.audio is not None
    }
    emily, jason = references[EMILY_SAYS], references[JASON_SAYS]
    hearings, scale = hear(list(sounds.values()), JUDGED_TEXTS, (emily, jason), asr, voices)
    heard = dict(zip(sounds, hearings, strict=True))
    found = Measurements(
        texts=JUDGED_TEXTS,
        clips=tuple(
            Clip(n_frames=one.codes.shape[1], capped=one.capped, hearing=heard.get(index))
            for index, one in enumerate(generated)
        ),
        scale=scale,
    )
    by_voice = [found.voice_of(clip) == case.voice for clip in found.clips]
    by_text = [found.text_of(clip) == case.text for clip in found.clips]
    return Tally(
        n_clips=n_clips,
        n_voice=sum(by_voice),
        n_text=sum(by_text),
        n_both=sum(voice and text for voice, text in zip(by_voice, by_text, strict=True)),
        n_capped=sum(clip.capped for clip in found.clips),
        transcripts=tuple(hearing.transcript for hearing in hearings),
    )


def main(
    folder: Annotated[Path, typer.Argument(help="A CSM in the hub's format.")],
    clips: Annotated[int, typer.Option(min=1, help="How many of each case.")] = 32,
    transcripts: Annotated[bool, typer.Option(help="Show what Whisper reads.")] = False,
) -> None:
    """Count how often the small CSM speaks in the asked voice and says the asked text."""
    from solvers.models.speaker.encoder import Voices
    from solvers.models.speaker.package import packaged_file
    from solvers.models.whisper.asr import Asr

    console = Console()
    table = Table("asked voice", "asked text", "roles", "voice right", "text right", "both", "capped")
    try:
        csm = Csm.load(folder, "cpu")
        asr, voices = Asr.load("package:base"), Voices.load(packaged_file(), packaged=True)
        for case in cases():
            tally = try_case(case, csm, asr, voices, clips)
            counts = (tally.n_voice, tally.n_text, tally.n_both, tally.n_capped)
            roles = "exchanged" if case.exchanged else "as on the slide"
            table.add_row(case.voice, case.text, roles, *(f"{n} of {clips}" for n in counts))
            if transcripts:
                console.print(f"{case.voice}, {case.text}", *tally.transcripts, sep="\n  ", markup=False)
    except SourceError as error:
        typer.echo(f"csm_trial: {error}", err=True)
        raise typer.Exit(2) from error
    console.print(table)


if __name__ == "__main__":
    typer.run(main)
