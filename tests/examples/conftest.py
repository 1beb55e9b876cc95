"""The command line in an empty folder, as its own tests have it."""

from tests.quizproof.conftest import run

__all__ = ["run"]
