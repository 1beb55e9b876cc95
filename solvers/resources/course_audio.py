"""The course's files: found under any of their spellings, and looked into before the long work."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from questions.common.errors import SourceError
from questions.common.messages import did_you_mean
from questions.quiz import AnyQuestion, Bilingual, QuizSpec
from solvers.evidence.digest import sha256_of
from solvers.evidence.sources import Sha256, Source
from solvers.resources.resource import NOT_LOCKED, Found, HowTo, Lockable, Models, Pool, Resource

SOLVERS_DIR = Path(__file__).parents[1]
STANDIN_FILES = "standin/audio"  # in a pack, beside its other stand-ins
MANIFEST = "manifest.json"  # in it: what each file is
SOUND_SUFFIXES = (".wav", ".flac", ".ogg", ".mp3")
TENSOR_SUFFIXES = (".pt", ".pth", ".npy", ".safetensors")
# What people give instead. Under a course file's name it was meant, and is no reason to take the stand-in.
UNREAD_SUFFIXES = {
    ".m4a", ".aac", ".mp4", ".mov", ".3gp", ".amr", ".opus", ".oga", ".webm", ".mkv", ".aiff", ".aif", ".au",
    ".caf", ".wma", ".wave", ".pkl", ".pickle", ".npz", ".ckpt",
}  # fmt: skip


class MissingInputError(SourceError):
    """None of the names is there, nor anything that may be meant by one."""


@dataclass(frozen=True)
class Said:
    """What is said in a clip, where anybody has told. `in_spec`: by the question's own spec."""

    text: str = ""
    in_spec: bool = False


class CourseAudio(Resource[None]):
    """The course's own files, which a question names under `inputs`."""

    name = "course-audio"
    title = Bilingual(zh="課程的檔案", en="the course's own files")
    packages = ("soundfile",)
    how_to = HowTo(
        Bilingual(zh="把課程的音檔放進一個資料夾", en="Put the course's own files into a folder"),
        "quizproof verify --audio DIR",
    )
    locked_by_file = True

    def sources(self, pool: Pool, question: AnyQuestion) -> tuple[Source, ...]:
        """Every file that the question reads. Raises SourceError where one is missing."""
        return tuple(self.find(pool, question, name).source for name in question.inputs.files)

    def own(self, pool: Pool, question: AnyQuestion, name: str) -> Found | None:
        """The course's own file where the user has it, never a stand-in."""
        if pool.setup.audio_dir is None:
            return None
        try:
            return find_input(question.inputs.files[name], pool.setup.audio_dir, "official")
        except MissingInputError:
            return None

    def find(self, pool: Pool, question: AnyQuestion, name: str) -> Found:
        """A file by the name it has in the spec. Raises SourceError."""
        setup = pool.setup
        return find_input(question.inputs.files[name], setup.audio_dir, setup.models, pool.standin_files)

    def said(self, pool: Pool, question: AnyQuestion, name: str) -> Said:
        """What is said in the file that `find` finds; the spec speaks of the course's own and no stand-in.

        Raises SourceError.
        """
        found = self.find(pool, question, name)
        if found.source.origin == "stand-in":
            return Said(_standin_texts(found.path.parent).get(found.path.name, ""))
        text = question.inputs.transcripts.get(name, "")
        return Said(text, in_spec=bool(text))

    def load(self, pool: Pool) -> None:
        """Files are read one by one."""

    def lockable(self, pool: Pool, quiz: QuizSpec) -> Iterator[Lockable]:
        """Every file that the quiz reads and that is at hand."""
        for names in dict.fromkeys(
            names for question in quiz.questions for names in question.inputs.files.values()
        ):
            yield Lockable(names[0], self, partial(find_input, names, pool.setup.audio_dir, "official"))

    def refuse_impostor(self, found: Found) -> None:
        """Raise SourceError for a sound with the samples of a stand-in in another file format."""
        is_sound = found.path.suffix.lower() in SOUND_SUFFIXES
        if is_sound and samples_digest(found.path) in _standin_samples():
            raise SourceError(
                f"{found.path}: holds the samples of a stand-in, which can never be locked; "
                "use the real file."
            )

    def shipped_digests(self, source: Source) -> tuple[Sha256, ...] | None:
        """Of the stand-in of that name; none where it ships no longer."""
        if source.origin != "stand-in":
            return None
        name = Path(source.name).name
        return tuple(
            sha256_of(path) for path in SOLVERS_DIR.glob(f"*/{STANDIN_FILES}/*") if path.name == name
        )


def find_input(
    names: Sequence[str], audio_dir: Path | None, models: Models, standins: Sequence[Path] = ()
) -> Found:
    """The first of the course's file names that is there, else the stand-in's.

    A sound or a tensor may lie there in any of the readable formats under its own stem.
    Raises MissingInputError when there is none, SourceError when what has the name is no file or when it
    has the name in another case or in a format that is not read.
    """
    if audio_dir is not None and not audio_dir.is_dir():
        raise SourceError(f"--audio {audio_dir}: no such folder.")
    if audio_dir is not None and (path := next(_there(names, audio_dir), None)):
        return Found(path, _file_source("path", path))
    if audio_dir is not None and (meant := _meant(names, audio_dir)):
        raise SourceError(f"{audio_dir}: {meant}")
    for folder in standins if models != "official" else ():
        if path := next(_there(names, folder), None):
            return Found(path, _file_source("stand-in", path))
    place = f"in {audio_dir}" if audio_dir else "(no --audio DIR was given)"
    raise MissingInputError(
        f"none of {', '.join(names)} found {place}; put the course's file there, as {_formats(names[0])}."
    )


def _there(names: Sequence[str], folder: Path) -> Iterator[Path]:
    """Whatever has one of the names, in their order. A link that leads nowhere counts: it was meant."""
    paths = (folder / spelling for name in names for spelling in _spellings(name))
    return (path for path in paths if path.is_symlink() or path.exists())


def _spellings(name: str) -> list[str]:
    stem = Path(name).stem
    return [name, *(stem + suffix for suffix in _suffixes(name) if stem + suffix != name)]


def _suffixes(name: str) -> tuple[str, ...]:
    """The formats that a file of this name may have."""
    suffix = Path(name).suffix.lower()
    return next((family for family in (SOUND_SUFFIXES, TENSOR_SUFFIXES) if suffix in family), ())


def _formats(name: str) -> str:
    *others, last = (suffix.removeprefix(".") for suffix in _suffixes(name) or [Path(name).suffix])
    return f"{', '.join(others)} or {last}" if others else last


def _meant(names: Sequence[str], folder: Path) -> str:
    """What is there instead of one of the names, and how it is read; empty where nothing is."""
    there = sorted(path.name for path in folder.iterdir())
    for name in names:
        stem, suffixes = Path(name).stem, _suffixes(name)
        for other in map(Path, there):
            suffix = other.suffix.lower()
            if other.stem.casefold() != stem.casefold() or other.name in _spellings(name):
                continue
            if suffix in suffixes:
                return f"{other.name} is there: rename it to {stem}{suffix}."
            if suffix in UNREAD_SUFFIXES:
                return f"{other.name} is there, and only {_formats(name)} can be read: convert it."
    return ""


def _file_source(origin: Literal["path", "stand-in"], path: Path) -> Source:
    if path.is_dir():
        raise SourceError(f"{path}: a folder, where a file is meant; move it away.")
    if not path.is_file():
        raise SourceError(
            f"{path}: no plain file but a broken link or a device; put the course's file there."
        )
    try:
        digest = sha256_of(path)
    except OSError as error:
        raise SourceError(
            f"{path}: cannot be read ({error.strerror}); give yourself leave to read it."
        ) from error
    return Source(
        resource=CourseAudio.name,
        origin=origin,
        name=path.name,
        sha256=digest,
        genuine=False,
        note="synthetic" if origin == "stand-in" else NOT_LOCKED,
    )


@dataclass(frozen=True)
class Look:
    """What there is of one of the course's files. `seconds`, `channels` and `rate_hz` are a sound's own."""

    names: tuple[str, ...]
    state: Literal["found", "missing", "unreadable"]
    found: str = ""
    words: str = ""
    rate_hz: int | None = None
    channels: int | None = None
    seconds: float | None = None


Describe = Callable[[Path], str]


def look_into(wanted: Mapping[tuple[str, ...], Describe | None], audio_dir: Path) -> tuple[Look, ...]:
    """Every file that a quiz reads, by its names, as it lies in `audio_dir`.

    What is no sound is described by the function given with it. Raises SourceError: no such folder.
    """
    if not audio_dir.is_dir():
        raise SourceError(f"--audio {audio_dir}: no such folder.")
    meant = {Path(name).stem.casefold() for names in wanted for name in names}
    strays = sorted(path.name for path in audio_dir.iterdir() if path.stem.casefold() not in meant)
    return tuple(_look(names, audio_dir, strays, describe) for names, describe in wanted.items())


def _look(names: tuple[str, ...], audio_dir: Path, strays: Sequence[str], describe: Describe | None) -> Look:
    there = list(_there(names, audio_dir))
    if not there:
        hints = (did_you_mean(name, strays)[2:] for name in names)
        return Look(names, "missing", words=_meant(names, audio_dir) or next(filter(None, hints), ""))
    path, *others = there
    unused = f"not read: {', '.join(other.name for other in others)}" if others else ""
    try:
        _file_source("path", path)
        if path.suffix.lower() in SOUND_SUFFIXES:
            return _sound_of(names, path, unused)
        content = describe(path) if describe else ""
        return Look(names, "found", path.name, "; ".join(filter(None, (content, unused))))
    except SourceError as error:
        return Look(names, "unreadable", path.name, str(error))


def _sound_of(names: tuple[str, ...], path: Path, unused: str) -> Look:
    if find_spec("soundfile") is None:
        return Look(names, "found", path.name, "not looked into: soundfile is not installed")
    from solvers.audio.level_faults import level_faults
    from solvers.audio.sound_files import read_samples

    samples, rate_hz = read_samples(path)
    words = "; ".join(
        [*(fault.words.rstrip(".") for fault in level_faults(samples)), *filter(None, [unused])]
    )
    n_samples, n_channels = samples.shape
    return Look(
        names, "found", path.name, words,
        rate_hz=rate_hz, channels=n_channels, seconds=round(n_samples / rate_hz, 3),
    )  # fmt: skip


@cache
def _standin_texts(folder: Path) -> Mapping[str, str]:
    """What is said in a pack's stand-ins, by file, as the manifest beside them has it."""
    path = folder / MANIFEST
    if not path.is_file():
        return {}
    files = json.loads(path.read_text(encoding="utf-8"))["files"]
    return {name: about["text"] for name, about in files.items() if "text" in about}


@cache
def _standin_samples() -> frozenset[str]:
    """Digests of the stand-ins' sounds as samples: another file format does not make one real."""
    sounds = (path for path in SOLVERS_DIR.glob(f"*/{STANDIN_FILES}/*") if path.suffix in SOUND_SUFFIXES)
    return frozenset(map(samples_digest, sounds))


def samples_digest(path: Path) -> str:
    """SHA-256 of the samples in 16 bits, whatever the container. Raises SourceError as reading a sound."""
    if find_spec("soundfile") is None:
        raise SourceError(f"{path}: soundfile is needed to look into it; run pip install 'quizproof[solve]'.")
    import numpy as np

    from solvers.audio.sound_files import read_samples

    samples, _ = read_samples(path)
    in_16_bits = np.clip(np.round(samples.mean(axis=1) * 32768), -32768, 32767).astype("<i2")
    return hashlib.sha256(in_16_bits.tobytes()).hexdigest()


RESOURCE = CourseAudio()
