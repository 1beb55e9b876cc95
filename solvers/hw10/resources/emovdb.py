"""The clips that Q6 looks at: chosen from EmoV-DB where it lies, else from the stand-in set.

Both give the same: every speaker the same number of sentences, every sentence in all of the speaker's
emotions. Choosing reads names and digests alone; only `EmotionSet.load` needs torch.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from questions.common.errors import SourceError
from questions.quiz import AnyQuestion, Bilingual, QuizSpec
from solvers.evidence.digest import sha256_of
from solvers.evidence.sources import Source
from solvers.hw10.emotion_figure import NamedFigure, figure_of
from solvers.hw10.resources import emovdb_archives
from solvers.hw10.standin import STANDIN_EMOTION
from solvers.resources.resource import (
    Download,
    Fetched,
    Found,
    HowTo,
    Lockable,
    Models,
    OnDownload,
    Pool,
    Setup,
    Weights,
)

if TYPE_CHECKING:
    import torch

    from solvers.evidence.progress import OnStep

EMOVDB_FOLDER = "EmoV-DB"  # beside the course's files
STANDIN_RATE_HZ = 24_000
STANDIN_STRENGTH = 1.0  # of the emotions that are made: all of it
# 24 sentences in 5 emotions are 120 points a speaker: a plot one can read, and a bootstrap with 24 groups.
MAX_SENTENCES = 24
MIN_SENTENCES = 5  # as many as there are folds


@dataclass(frozen=True)
class ClipFile:
    """A sound file and what it holds. The stand-in's emotions share their neutral file."""

    speaker: str
    emotion: str
    sentence: int
    path: Path


@dataclass(frozen=True)
class EmotionClip:
    """A clip float32 `[N]` and what it is; `name` leads back to the file."""

    speaker: str
    emotion: str
    sentence: int
    name: str
    samples: "torch.Tensor"


@dataclass(frozen=True)
class EmotionSet:
    """Balanced clips and where they came from."""

    source: Source
    files: tuple[ClipFile, ...]
    strength: float | None = None  # of emotions that are made; None where they were acted
    figure: NamedFigure | None = None  # whose clips these are

    def load(self, rate_hz: int, on_step: "OnStep") -> tuple[EmotionClip, ...]:
        """All clips at `rate_hz`, none with more than `HEARING_RATE_HZ` holds. Raises SourceError."""
        clips = []
        for index, file in enumerate(self.files):
            if index % 20 == 0:
                on_step("reading the clips", 0.1 * index / len(self.files))
            samples = _read(file) if self.strength is None else _made(file, self.strength)
            clips.append(
                EmotionClip(
                    speaker=file.speaker,
                    emotion=file.emotion,
                    sentence=file.sentence,
                    name=f"{file.path.parent.name}/{file.path.name}",
                    samples=_resampled(samples, rate_hz),
                )
            )
        return tuple(clips)


def _fetch(out: Path, mirror: str | None, on_progress: OnDownload) -> Fetched:
    folder = out / EMOVDB_FOLDER
    digests = emovdb_archives.fetch(folder, mirror or emovdb_archives.BASE_URL, on_progress)
    return Fetched(folder, digests, emovdb_archives.DIGESTS_FILE)


class EmovDb(Weights[EmotionSet]):
    """EmoV-DB, or what stands in for it."""

    name = "emovdb"
    title = Bilingual(zh="EmoV-DB 語料", en="EmoV-DB")
    packages = ("torch", "torchaudio", "soundfile")
    download = Download(
        "EmoV-DB is licensed for non-commercial use only.", len(emovdb_archives.ARCHIVES), _fetch
    )
    how_to = HowTo(
        Bilingual(zh="下載 EmoV-DB，再測一次相關題目", en="Download EmoV-DB and measure its question again"),
        "quizproof fetch emovdb --out DIR && quizproof verify --audio DIR",
    )

    def find(self, setup: Setup, figure: NamedFigure | None = None) -> Found:
        """Its folder beside the course's files, else the stand-in's."""
        return Found(setup.audio_dir or Path(), find_emotions(setup.models, setup.audio_dir, figure).source)

    def load(self, pool: Pool) -> EmotionSet:
        """The clips by name; they are read when they are needed."""
        return find_emotions(pool.setup.models, pool.setup.audio_dir)

    def sources(self, pool: Pool, question: AnyQuestion) -> tuple[Source, ...]:
        """The clips that the question's figure names, else the set's. Raises SourceError."""
        figure = figure_of(question)
        if figure is None:
            return super().sources(pool, question)
        return (self.find(pool.setup, figure).source,)

    def take(self, pool: Pool, question: AnyQuestion) -> EmotionSet:
        """The clips that the question's figure names, else the set's. Raises SourceError."""
        figure = figure_of(question)
        if figure is None:
            return super().take(pool, question)
        return find_emotions(pool.setup.models, pool.setup.audio_dir, figure)

    def used(self, loaded: EmotionSet, pool: Pool, question: AnyQuestion) -> tuple[Source, ...]:  # noqa: ARG002
        """The set's own source."""
        return (loaded.source,)

    def lockable(self, pool: Pool, quiz: QuizSpec) -> Iterator[Lockable]:
        """The real clips at hand, and beside them the archives that they came in."""
        folder = pool.setup.audio_dir
        archives = emovdb_archives.archive_digests(folder / EMOVDB_FOLDER) if folder else {}
        figure = next(filter(None, map(figure_of, quiz.questions)), None)
        find = partial(self.find, replace(pool.setup, models="official"), figure)
        yield Lockable(self.name, self, find, archives)

    def shipped_digests(self, source: Source) -> tuple[str, ...] | None:
        """Of the stand-in."""
        if source.origin != "stand-in":
            return None
        return tuple(filter(None, (standin_source().sha256,)))


def find_emotions(models: Models, audio_dir: Path | None, figure: NamedFigure | None = None) -> EmotionSet:
    """EmoV-DB in `audio_dir/EmoV-DB`, of a figure that names its clips these alone; else the stand-in set.

    Raises SourceError for an EmoV-DB with parts missing, and where `models` rules out the stand-in.
    """
    if audio_dir is not None and (audio_dir / EMOVDB_FOLDER).is_dir():
        folder = audio_dir / EMOVDB_FOLDER
        if figure is not None:
            clips = emovdb_archives.named_clips(folder, figure.files)
            files = tuple(ClipFile(one.speaker, one.emotion, sentence, path) for one, sentence, path in clips)
            digest = _digest(zip(figure.files, (file.path for file in files), strict=True))
            note = f"{len(files)} clips, named in the spec; not locked"
            return EmotionSet(_source("path", EMOVDB_FOLDER, digest, note), files, figure=figure)
        found = [
            ClipFile(archive.speaker, archive.emotion, sentence, path)
            for archive in emovdb_archives.ARCHIVES
            for sentence, path in emovdb_archives.sentences_of(folder, archive).items()
        ]
        files = balanced(found)
        digest = _digest((f"{file.path.parent.name}/{file.path.name}", file.path) for file in files)
        return EmotionSet(_source("path", EMOVDB_FOLDER, digest, f"{len(files)} clips; not locked"), files)
    if models == "official":
        where = f"in {audio_dir}" if audio_dir else "(no --audio DIR was given)"
        raise SourceError(
            f"no folder {EMOVDB_FOLDER} {where}; run 'quizproof fetch emovdb --out DIR' and give --audio DIR."
        )
    return standin_set()


def balanced(files: Iterable[ClipFile], limit: int = MAX_SENTENCES) -> tuple[ClipFile, ...]:
    """At most `limit` sentences a speaker, equally many for all, each in all of the speaker's emotions.

    Sentences that more speakers share come first: then a sentence says nothing of who speaks.
    Raises SourceError where a speaker has too few.
    """
    by_place = {(file.speaker, file.emotion, file.sentence): file for file in files}
    emotions: dict[str, set[str]] = {}
    ids: dict[tuple[str, str], set[int]] = {}
    for speaker, emotion, sentence in by_place:
        emotions.setdefault(speaker, set()).add(emotion)
        ids.setdefault((speaker, emotion), set()).add(sentence)
    common = {
        speaker: set.intersection(*(ids[speaker, emotion] for emotion in emotions[speaker]))
        for speaker in emotions
    }
    if not common:
        raise SourceError("no emotional speech found at all.")
    n_sentences = min(limit, *(len(sentences) for sentences in common.values()))
    if n_sentences < MIN_SENTENCES:
        speaker = min(common, key=lambda name: len(common[name]))
        raise SourceError(
            f"{speaker} has {len(common[speaker])} sentences in every one of "
            f"{', '.join(sorted(emotions[speaker]))}; at least {MIN_SENTENCES} are needed."
        )
    shared_by = Counter(sentence for sentences in common.values() for sentence in sentences)
    chosen = {
        speaker: sorted(sentences, key=lambda one: (-shared_by[one], one))[:n_sentences]
        for speaker, sentences in common.items()
    }
    return tuple(
        by_place[speaker, emotion, sentence]
        for speaker in sorted(chosen)
        for emotion in sorted(emotions[speaker])
        for sentence in chosen[speaker]
    )


@cache
def standin_manifest() -> Mapping[str, Mapping[str, Any]]:
    """What each file of the stand-in set is: voice, sentence, text, seconds, digest."""
    text = (STANDIN_EMOTION / "manifest.json").read_text(encoding="utf-8")
    files: dict[str, dict[str, Any]] = json.loads(text)["files"]
    return files


def standin_set(strength: float = STANDIN_STRENGTH, limit: int = MAX_SENTENCES) -> EmotionSet:
    """Every neutral file in every emotion, at most `limit` sentences a speaker."""
    files = balanced(
        (
            ClipFile(about["voice"], emotion, about["sentence"], STANDIN_EMOTION / name)
            for name, about in standin_manifest().items()
            for emotion in emovdb_archives.EMOTIONS
        ),
        limit,
    )
    return EmotionSet(standin_source(strength), files, strength)


def standin_source(strength: float = STANDIN_STRENGTH) -> Source:
    """The stand-in set, by the digest of the files that are really there."""
    digest = _digest((name, STANDIN_EMOTION / name) for name in standin_manifest())
    note = f"not acted: prosody on neutral synthetic speech, strength {strength:g}"
    return _source("stand-in", "stand-in emotions", digest, note)


def _source(origin: Any, name: str, digest: str, note: str) -> Source:
    return Source(
        resource=EmovDb.name, origin=origin, name=name, sha256=digest, genuine=False, note=note
    )  # fmt: skip


def _digest(files: Iterable[tuple[str, Path]]) -> str:
    """One SHA-256 for a set of files, whatever their order."""
    lines = []
    for name, path in files:
        if not path.is_file():
            raise SourceError(f"{path}: missing.")
        lines.append(f"{name} {sha256_of(path)}\n")
    return hashlib.sha256("".join(sorted(lines)).encode()).hexdigest()


def _read(file: ClipFile) -> "torch.Tensor":
    """Most of EmoV-DB is 16 kHz and bea's is 44.1: bandwidth alone would tell her from the others."""
    from solvers.audio.sound_files import HEARING_RATE_HZ, load_sound

    return load_sound(file.path, HEARING_RATE_HZ)


def _made(file: ClipFile, strength: float) -> "torch.Tensor":
    """A neutral file made into its emotion, at `HEARING_RATE_HZ`."""
    from solvers.audio.sound_files import HEARING_RATE_HZ, load_sound, resample
    from solvers.hw10.standin.emotions import act

    # Every clip has its own seed, which neither the run's seed nor the clip's neighbours change.
    seed = int.from_bytes(hashlib.sha256(f"{file.path.name} {file.emotion}".encode()).digest()[:4])
    acted = act(load_sound(file.path, STANDIN_RATE_HZ), file.emotion, strength, seed)
    return resample(acted, STANDIN_RATE_HZ, HEARING_RATE_HZ)


def _resampled(samples: "torch.Tensor", rate_hz: int) -> "torch.Tensor":
    from solvers.audio.sound_files import HEARING_RATE_HZ, resample

    return resample(samples, HEARING_RATE_HZ, rate_hz)


RESOURCE = EmovDb()
