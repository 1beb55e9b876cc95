"""Which quizproof this is."""

from importlib.metadata import PackageNotFoundError, version


def quizproof_version() -> str:
    """The installed version; of a source tree that was never installed, that it is one."""
    try:
        return version("quizproof")
    except PackageNotFoundError:
        return "from source"
