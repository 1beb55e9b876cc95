"""The course's files: found under any of their spellings, and looked into before the long work."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from questions.common.errors import SourceError
from questions.common.messages import did_you_mean
from questions.quiz import QuizSpec, Rest
from solvers.evidence.digest import sha256_of
from solvers.evidence.verdicts import Source
from solvers.hw10.standin import STANDIN_AUDIO
from solvers.resources.weights import Found, Models

SOUND_SUFFIXES = (".wav", ".flac", ".ogg", ".mp3")
CODES_SUFFIXES = (".pt", ".pth", ".npy", ".safetensors")
# What people give instead. Under a course file's name it was meant, and is no reason to take the stand-in.
UNREAD_SUFFIXES = {
    ".m4a", ".aac", ".mp4", ".mov", ".3gp", ".amr", ".opus", ".oga", ".webm", ".mkv", ".aiff", ".aif", ".au",
    ".caf", ".wma", ".wave", ".pkl", ".pickle", ".npz", ".ckpt",
}  # fmt: skip
# What a file of codes is looked at against: the quiz's own shape, [1, 4, T] of 2048 codes.
CODES_LAYERS = 4
CODEBOOK_SIZE = 2048
NOT_LOCKED = "not locked"


class MissingInputError(SourceError):
    """None of the names is there, nor anything that may be meant by one."""


def find_input(names: Sequence[str], audio_dir: Path | None, models: Models) -> Found:
    """The first of the course's file names that is there, else the stand-in's.

    A sound or codes may lie there in any of the readable formats under its own stem.
    Raises MissingInputError when there is none, SourceError when what has the name is no file or when it
    has the name in another case or in a format that is not read.
    """
    if audio_dir is not None and not audio_dir.is_dir():
        raise SourceError(f"--audio {audio_dir}: no such folder.")
    if audio_dir is not None and (path := next(_there(names, audio_dir), None)):
        return Found(path, _file_source("path", path))
    if audio_dir is not None and (meant := _meant(names, audio_dir)):
        raise SourceError(f"{audio_dir}: {meant}")
    if models != "official" and (path := next(_there(names, STANDIN_AUDIO), None)):
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
    return next((family for family in (SOUND_SUFFIXES, CODES_SUFFIXES) if suffix in family), ())


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
        role=Rest.COURSE_AUDIO,
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


def look_into(spec: QuizSpec, audio_dir: Path) -> tuple[Look, ...]:
    """Every file that the quiz reads, as it lies in `audio_dir`. Raises SourceError: no such folder."""
    if not audio_dir.is_dir():
        raise SourceError(f"--audio {audio_dir}: no such folder.")
    wanted = {names: None for question in spec.questions for names in question.inputs.values()}
    meant = {Path(name).stem.casefold() for names in wanted for name in names}
    strays = sorted(path.name for path in audio_dir.iterdir() if path.stem.casefold() not in meant)
    return tuple(_look(names, audio_dir, strays) for names in wanted)


def _look(names: tuple[str, ...], audio_dir: Path, strays: Sequence[str]) -> Look:
    there = list(_there(names, audio_dir))
    if not there:
        hints = (did_you_mean(name, strays)[2:] for name in names)
        return Look(names, "missing", words=_meant(names, audio_dir) or next(filter(None, hints), ""))
    path, *others = there
    unused = f"not read: {', '.join(other.name for other in others)}" if others else ""
    try:
        _file_source("path", path)
        if path.suffix in CODES_SUFFIXES:
            return Look(names, "found", path.name, "; ".join(filter(None, (_codes_of(path), unused))))
        return _sound_of(names, path, unused)
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


def _codes_of(path: Path) -> str:
    if find_spec("torch") is None:
        return "not looked into: torch is not installed"
    from solvers.audio.codes_file import load_codes

    codes = load_codes(path, CODES_LAYERS, CODEBOOK_SIZE)
    return f"codes {list(codes.shape)}"
