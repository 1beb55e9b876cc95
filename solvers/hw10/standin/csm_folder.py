"""The small CSM as it is shipped, without the codec that is there already, and as transformers loads it.

The whole model is put together in the user's cache, under the digest of its weights. No torch here.
"""

import hashlib
from pathlib import Path

from safetensors import SafetensorError
from safetensors.numpy import load_file
from safetensors.numpy import save as to_bytes

from questions.common.errors import SourceError
from questions.common.files import write_atomic
from questions.common.user_cache import cache_home
from solvers.hw10.models.stored_codec import PREFIX
from solvers.hw10.standin import STANDIN_CODEC
from solvers.models.hub_format import CONFIGURING

WEIGHTS = "model.safetensors"


def complete_csm(shipped: Path, codec: Path = STANDIN_CODEC, cache: Path | None = None) -> Path:
    """A folder in the hub's format: the shipped CSM with the codec's tensors where a CSM keeps them.

    What lies in the cache is compared byte by byte and written anew where it differs, each file whole or
    not at all. SourceError: the shipped files cannot be read, or the cache cannot be written.
    """
    try:
        learned, tables = load_file(shipped / WEIGHTS), load_file(codec / WEIGHTS)
        files = {name: (shipped / name).read_bytes() for name in CONFIGURING if (shipped / name).is_file()}
    except (OSError, SafetensorError) as error:
        raise SourceError(f"{shipped}: the stand-in CSM cannot be read ({error}); install again.") from error
    inside = {PREFIX + name: table for name, table in tables.items()}
    # The format asks for it: transformers refuses weights that do not say whose tensors they are.
    files[WEIGHTS] = to_bytes(learned | inside, metadata={"format": "pt"})
    digest = hashlib.sha256(files[WEIGHTS]).hexdigest()
    folder = (cache or cache_home() / "quizproof") / "standin_csm" / digest[:16]
    try:
        for name, content in files.items():
            path = folder / name
            if not path.is_file() or path.read_bytes() != content:
                write_atomic(path, content)
    except OSError as error:
        raise SourceError(
            f"{folder}: the stand-in CSM cannot be written there ({error}); "
            "set XDG_CACHE_HOME to a folder that can be written."
        ) from error
    return folder
