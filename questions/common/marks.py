"""The marks of every page and table: a shape beside each colour, and one meaning each.

A mark answers one question about what it stands beside: is it so? An option that holds, a condition that is
met, a key that evidence confirms and an answer that earns its points are all `RIGHT`. What nobody says
anything of has no mark: an option that was rightly not picked is not wrong.
"""

RIGHT, WRONG, PARTLY = "✔", "✘", "◐"
OPEN = "?"  # it cannot be told, or not yet
NOTHING = "○"  # there is nothing: no answer, no measurement, no sound
LOOK = "⚠"
ERROR = "!"  # measuring or reading failed
CONCLUSIVE, REHEARSAL = "◆", "◇"

_HOLLOW = {RIGHT: "✓", WRONG: "✗"}


def hollow(mark: str) -> str:
    """The mark of a rehearsal, which is no answer: the same shape in thin lines."""
    return _HOLLOW.get(mark, mark)
