"""EmoV-DB (openslr 115): its 18 archives, their labels and sentences, and how to fetch them.

Adigwe et al., "The Emotional Voices Database", 2018. Its licence is non-commercial: none of it ships here.
File names repeat across speakers and spell emotions in their own ways, so a label is its archive's.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from questions.common.errors import SourceError
from questions.common.files import read_regular, write_atomic
from questions.common.messages import did_you_mean
from questions.common.temporary import holding
from solvers.evidence.digest import sha256_of

BASE_URL = "https://www.openslr.org/resources/115/"
DIGESTS_FILE = "emovdb.digests.json"
MAX_DIGESTS_BYTES = 2**16
EMOTIONS = ("Amused", "Angry", "Disgusted", "Neutral", "Sleepy")
# The largest archives hold some 500 sentences of 16-bit sound, under 300 MB.
MAX_ARCHIVE_BYTES = 2 * 2**30

OnFetch = Callable[[str, int, int | None], None]  # archive, bytes so far, bytes in all if known


@dataclass(frozen=True)
class Archive:
    """One speaker's sentences in one emotion."""

    speaker: str
    emotion: str

    @property
    def name(self) -> str:
        """Of its folder, and of the archive without `.tar.gz`."""
        return f"{self.speaker}_{self.emotion}"


SPEAKER_EMOTIONS: Mapping[str, tuple[str, ...]] = {
    "bea": EMOTIONS,
    "jenie": EMOTIONS,
    "josh": ("Amused", "Neutral", "Sleepy"),  # he read no others
    "sam": EMOTIONS,
}
ARCHIVES = tuple(
    Archive(speaker, emotion) for speaker, emotions in SPEAKER_EMOTIONS.items() for emotion in emotions
)

# Such as `anger_1-28_0011`, once `amused_225_252_0026`: a range of sentences, then the sentence.
STEM = re.compile(r"^.*_(?P<first>\d{1,4})[-_](?P<last>\d{1,4})_(?P<id>\d{4})$")
# Names known to carry a wrong sentence, by speaker and stem.
CORRECTED: Mapping[tuple[str, str], int] = {
    ("bea", "neutral_113-140_0014"): 114,
    ("bea", "neutral_113-140_0015"): 115,
    ("bea", "anger_197-224_0024"): 224,
    ("josh", "amused_197-224_0023"): 223,
    ("josh", "amused_225_252_0026"): 226,
}


def sentence_id(speaker: str, stem: str) -> int | None:
    """The sentence a file holds, known wrong names corrected.

    None where the name has no id, or one outside the range it names: then it cannot be trusted.
    """
    corrected = CORRECTED.get((speaker, stem))
    if corrected is not None:
        return corrected
    match = STEM.match(stem)
    if match is None:
        return None
    found = int(match["id"])
    return found if int(match["first"]) <= found <= int(match["last"]) else None


def sentences_of(folder: Path, archive: Archive) -> dict[int, Path]:
    """Sentence to file, of an archive unpacked in `folder`; of two files for a sentence the first by name.

    Raises SourceError where the archive's folder is not there.
    """
    place = folder / archive.name
    if not place.is_dir():
        raise SourceError(
            f"{place}: missing, and all {len(ARCHIVES)} archives are needed; "
            f"run 'quizproof fetch emovdb --out {folder.parent}' to fetch what lacks."
        )
    found: dict[int, Path] = {}
    for path in sorted(place.rglob("*.wav")):
        sentence = None if path.name.startswith(".") else sentence_id(archive.speaker, path.stem)
        if sentence is not None:
            found.setdefault(sentence, path)
    return found


def named_clips(folder: Path, names: Sequence[str]) -> list[tuple[Archive, int, Path]]:
    """Archive, sentence and path of files that are named by their paths below `folder`, in their order.

    A name that tells no sentence gets a negative one of its own.
    Raises SourceError for a file that is not there or lies outside the folder.
    """
    by_name = {archive.name: archive for archive in ARCHIVES}
    inside = folder.resolve()
    found = []
    for number, name in enumerate(names, 1):
        path = folder / name
        if not path.resolve().is_relative_to(inside):
            raise SourceError(
                f"{path}: named in the spec, and a link that leads out of {folder}; copy it there."
            )
        if not path.is_file():
            there = [one.relative_to(folder).as_posix() for one in path.parent.glob("*.wav")]
            raise SourceError(f"{path}: named in the spec and not there{did_you_mean(name, there) or '.'}")
        archive = by_name[name.split("/", 1)[0]]
        sentence = sentence_id(archive.speaker, path.stem)
        found.append((archive, -number if sentence is None else sentence, path))
    return found


def fetch(
    folder: Path,
    base_url: str = BASE_URL,
    on_progress: OnFetch = lambda *_: None,
    archives: tuple[Archive, ...] = ARCHIVES,
) -> dict[str, str]:
    """Download and unpack what is not in `folder` yet; give the archives' SHA-256 by file name.

    The digests are also written to `emovdb.digests.json` there. What was broken off goes on from where it
    stopped. Archives stay beside their folders, so that their digests can be taken again.
    Raises SourceError, and QuizproofError while another run fetches into it.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SourceError(f"{folder}: cannot be made ({error.strerror}).") from error
    with holding(folder):
        return _fetch(folder, base_url, on_progress, archives)


def _fetch(
    folder: Path, base_url: str, on_progress: OnFetch, archives: tuple[Archive, ...]
) -> dict[str, str]:
    from solvers.fetching.download import download
    from solvers.fetching.unpack import unpack_tar

    digests = _known_digests(folder / DIGESTS_FILE)
    for archive in archives:
        file_name = f"{archive.name}.tar.gz"
        if file_name in digests and (folder / archive.name).is_dir():
            continue
        packed = folder / file_name
        if not packed.is_file():
            url = base_url.rstrip("/") + "/" + file_name
            download(url, packed, MAX_ARCHIVE_BYTES, partial(on_progress, file_name))
        try:
            unpack_tar(packed, folder / archive.name, suffix=".wav")
        except SourceError:
            packed.unlink()  # kept, it would be met again by every later run
            raise
        except OSError as error:
            raise SourceError(f"{packed}: cannot be unpacked ({error}).") from error
        digests[file_name] = sha256_of(packed)
        text = json.dumps(dict(sorted(digests.items())), indent=1) + "\n"
        write_atomic(folder / DIGESTS_FILE, text.encode())
    return digests


def archive_digests(folder: Path) -> dict[str, str]:
    """The archives' SHA-256 by file name: of those that lie in `folder`, else as `fetch` noted them."""
    names = (f"{archive.name}.tar.gz" for archive in ARCHIVES)
    there = {name: sha256_of(folder / name) for name in names if (folder / name).is_file()}
    return _known_digests(folder / DIGESTS_FILE) | there


def _known_digests(path: Path) -> dict[str, str]:
    """What an earlier run wrote; nothing where it is not there or no longer such a file."""
    try:
        document = json.loads(read_regular(path, MAX_DIGESTS_BYTES) or b"")
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(document, dict):
        return {}
    return {
        name: digest for name, digest in document.items() if isinstance(digest, str) and len(digest) == 64
    }
