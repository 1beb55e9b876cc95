"""The versions of transformers that this was tested with: one place, asked before a model is loaded."""

from importlib.metadata import PackageNotFoundError, version

from questions.common.errors import SourceError

# The older ones spell Mimi's parts in another way and lack the attention mask that it was trained with.
OLDEST_TRANSFORMERS = (5, 23)
NEWEST_TESTED_TRANSFORMERS = (5, 23)
INSTALL = "pip install 'transformers>=5.23,<6'"


def check_transformers() -> str:
    """A note where the installed transformers is newer than what was tested, else nothing.

    Raises SourceError: it is missing, or older than what works. transformers' own `require_version` would
    import it first, refuse a release candidate of the oldest, and know no "newer than tested".
    """
    try:
        found = version("transformers")
    except PackageNotFoundError as error:
        raise SourceError(f"transformers is not installed; run {INSTALL}.") from error
    from packaging.version import Version  # comes with transformers

    release = Version(found).release[:2]
    if release < OLDEST_TRANSFORMERS:
        raise SourceError(
            f"transformers {found} is too old: its Mimi and CSM give other results than "
            f"{_shown(OLDEST_TRANSFORMERS)}'s; run {INSTALL}."
        )
    if release > NEWEST_TESTED_TRANSFORMERS:
        return f"transformers {found} is newer than {_shown(NEWEST_TESTED_TRANSFORMERS)}, the newest tested"
    return ""


def _shown(release: tuple[int, ...]) -> str:
    return ".".join(map(str, release))
