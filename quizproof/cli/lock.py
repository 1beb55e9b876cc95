"""What `quizproof lock` does: everything real that is at hand goes into the lock, with its digests.

Stand-ins never do, however they are named or wrapped.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from rich.text import Text

from questions.common.errors import SourceError
from questions.common.messages import show
from questions.quiz import QuizSpec, Rest
from quizproof.cli import terminal
from solvers.evidence.verdicts import Source
from solvers.hw10.resources.emovdb import EMOVDB_FOLDER, find_emotions
from solvers.hw10.resources.emovdb_archives import archive_digests
from solvers.hw10.standin import STANDIN_AUDIO
from solvers.models.hub_format import codec_type, require_type
from solvers.resources.course_audio import CODES_SUFFIXES, find_input
from solvers.resources.lock import Lock, files_of, find_lock
from solvers.resources.weights import Found
from solvers.run.pool import Workshop

MODEL_TYPES: Mapping[Rest, tuple[tuple[str, ...], str]] = {
    Rest.CODEC_WEIGHTS: (("mimi",), "the codec"),
    Rest.CSM_WEIGHTS: (("csm",), "CSM"),
    Rest.SPEAKER_WEIGHTS: (("wavlm",), "the speaker encoder"),
}


@dataclass
class Locked:
    """What went into the lock, and what did not and why."""

    lock: Lock
    sources: list[Source] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)

    def to_json(self, path: Path) -> dict[str, Any]:
        """One JSON document."""
        return {
            "lock": str(path),
            "locked": [
                {
                    "role": source.role,
                    "name": source.name,
                    "origin": source.origin,
                    "revision": source.revision,
                    "files": files_of(source),
                }
                for source in self.sources
            ],
            "left_out": self.left_out,
        }


def freeze(spec: QuizSpec, workshop: Workshop, path: Path, *, update: bool) -> Locked:
    """Lock what is at hand and write `path`. What it had before and is not at hand now stays in it.

    Raises SourceError: a stand-in given as the real thing, nothing at hand at all, a lock that cannot be
    read or written, or, unless `update`, something that differs from what is locked already.
    """
    held = find_lock(path) if path.is_file() else Lock()
    done = Locked(held)
    for label, find in _seekers(spec, workshop):
        try:
            found = find()
        except SourceError as error:
            done.left_out[label] = str(error)
            continue
        if found.source.origin == "stand-in":
            done.left_out[label] = "only a stand-in is at hand, which can never be locked"
            continue
        _refuse_impostors(found)
        done.sources.append(found.source)
    for source in done.sources:
        if not update and (problem := held.mismatch(source)):
            raise SourceError(problem)
        archives = None
        if source.role is Rest.EMOVDB and workshop.setup.audio_dir is not None:
            archives = archive_digests(workshop.setup.audio_dir / EMOVDB_FOLDER)
        done.lock = done.lock.with_source(source, archives)
    if not done.sources:
        raise SourceError("nothing to lock is at hand:\n" + "\n".join(done.left_out.values()))
    done.lock.write(path)
    return done


def _seekers(spec: QuizSpec, workshop: Workshop) -> Iterator[tuple[str, Callable[[], Found]]]:
    """What can be locked, by a name, and how it is found."""
    audio_dir = workshop.setup.audio_dir
    nowhere = audio_dir or Path()
    yield Rest.CODEC_WEIGHTS, lambda: workshop.found_codec
    yield Rest.CSM_WEIGHTS, lambda: workshop.found_csm
    yield Rest.ASR_WEIGHTS, lambda: Found(nowhere, workshop.asr_source)
    yield Rest.SPEAKER_WEIGHTS, lambda: workshop.found_voices
    for names in {names: None for question in spec.questions for names in question.inputs.values()}:
        yield names[0], partial(find_input, names, audio_dir, "official")
    yield Rest.EMOVDB, lambda: Found(nowhere, find_emotions("official", audio_dir).source)


def _refuse_impostors(found: Found) -> None:
    """Raise SourceError for what has the place of the real thing and is none."""
    role = found.source.role
    if role in MODEL_TYPES and found.path.is_dir():
        require_type(found.path, *MODEL_TYPES[role])
    if role is Rest.CSM_WEIGHTS and (inside := codec_type(found.path)) != "mimi":
        raise SourceError(
            f"{found.path}: this CSM carries a codec of type {show(inside)} and not Mimi; give the real one."
        )
    is_sound = role is Rest.COURSE_AUDIO and found.path.suffix not in CODES_SUFFIXES
    if is_sound and _samples_digest(found.path) in _standin_samples():
        raise SourceError(
            f"{found.path}: holds the samples of a stand-in, which can never be locked; use the real file."
        )


@cache
def _standin_samples() -> frozenset[str]:
    """Digests of the stand-in's sounds as samples: another file format does not make one real."""
    sounds = (path for path in STANDIN_AUDIO.iterdir() if path.suffix == ".flac")
    return frozenset(_samples_digest(path) for path in sounds)


def _samples_digest(path: Path) -> str:
    """SHA-256 of the samples in 16 bits, whatever the container. Raises SourceError as reading a sound."""
    if find_spec("soundfile") is None:
        raise SourceError(f"{path}: soundfile is needed to look into it; run pip install 'quizproof[solve]'.")
    import numpy as np

    from solvers.audio.sound_files import read_samples

    samples, _ = read_samples(path)
    in_16_bits = np.clip(np.round(samples.mean(axis=1) * 32768), -32768, 32767).astype("<i2")
    return hashlib.sha256(in_16_bits.tobytes()).hexdigest()


def print_locked(done: Locked, path: Path) -> None:
    """A line a source on stdout; what was left out, and what is locked on the user's word, on stderr."""
    for source in done.sources:
        revision = f" @ {source.revision}" if source.revision else ""
        terminal.out.print(Text(f"{source.role}  {source.name}{revision}"), soft_wrap=True)
        for name, digest in files_of(source).items():
            terminal.out.print(Text(f"     {digest}  {name}"), soft_wrap=True)
    terminal.out.print(Text(f"Lock: {path}"), soft_wrap=True)
    if on_word := [source.name for source in done.sources if not source.genuine]:
        names = ", ".join(on_word)
        terminal.err.print(
            Text(f"Locked on your word alone that they are the real ones: {names}"), soft_wrap=True
        )
    for name, reason in done.left_out.items():
        terminal.err.print(Text(f"Left out {name}: {reason}"), soft_wrap=True)
