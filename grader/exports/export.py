"""What every export of a class is: grades in, files out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

from grader.scores.graded import ClassGrades


@dataclass(frozen=True)
class Exported:
    """What an export makes of a class; nothing of it is written yet.

    `files` are by their name in the folder asked for; of an export that is one file, that one's name says
    nothing. `lines` are what to know of it before it is used, what is lowered first, and `differs` whether
    that asks for a look; `document` is what a program is told.
    """

    files: Iterable[tuple[str, bytes]]
    lines: tuple[str, ...] = ()
    document: Mapping[str, Any] = field(default_factory=dict)
    said: str | None = None  # what was written, where a count of files does not say it
    differs: bool = False


class Export(Protocol):
    """A kind of file; what can be asked of it are its fields."""

    one_file: ClassVar[bool]
    # Whether it decides itself which scores are lowered; a regrade that lowers any is else held back whole.
    lowers: ClassVar[bool]

    def make(self, grades: ClassGrades) -> Exported:
        """The files of a class. Raises QuizproofError for grades that cannot be told so."""
