"""What is not there, and why: the one way to say so where that is no error."""

from questions.common.frozen import Frozen


class Absent(Frozen):
    """Stands in the place of what is not there."""

    because: str
