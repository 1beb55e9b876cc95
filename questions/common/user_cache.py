"""Where a user's programs keep what can be made anew."""

import os
from pathlib import Path


def cache_home() -> Path:
    """The user's cache folder, by the XDG convention that openai-whisper follows too."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
