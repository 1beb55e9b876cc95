"""The speaker encoder that Resemblyzer's wheel carries (the extra `offline`), for where there is no network.

It is found and checked without importing the package, whose webrtcvad and librosa are not needed here.
"""

import hashlib
import importlib.util
from pathlib import Path

from questions.common.errors import SourceError
from solvers.evidence.digest import sha256_of

PACKAGE = "resemblyzer"
WEIGHTS_FILE = "pretrained.pt"
# Of the file in Resemblyzer 0.1.4's wheel: a GE2E encoder, Apache-2.0.
WEIGHTS_SHA256 = "39373b86598fa3da9fcddee6142382efe09777e8d37dc9c0561f41f0070f134e"


def packaged_file() -> Path:
    """Where the installed package has its weights. Raises SourceError when it is not installed."""
    found = importlib.util.find_spec(PACKAGE)
    for folder in (found.submodule_search_locations if found is not None else None) or ():
        if (path := Path(folder, WEIGHTS_FILE)).is_file():
            return path
    raise SourceError(
        f"No speaker encoder is at hand ({PACKAGE} with its {WEIGHTS_FILE} is missing): connect once, so "
        "that WavLM comes from the hub, run pip install 'quizproof[offline]', or give --voices DIR."
    )


def read_verified(path: Path) -> bytes:
    """The file's bytes (17 MB), once their SHA-256 is the pinned one. Raises SourceError."""
    content = path.read_bytes()
    _compare(path, hashlib.sha256(content).hexdigest())
    return content


def verify(path: Path) -> None:
    """Raises SourceError as `read_verified`, and reads the file only where its digest is not known yet."""
    _compare(path, sha256_of(path))


def _compare(path: Path, found: str) -> None:
    if found != WEIGHTS_SHA256:
        raise SourceError(
            f"{path} has SHA-256 {found[:12]}… instead of {WEIGHTS_SHA256[:12]}…: it was altered or torn, "
            "mend it with pip install --force-reinstall --no-deps Resemblyzer==0.1.4."
        )
