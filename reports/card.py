"""What a question's card shows beside its verdicts, found through the solver that the question names.

A card is a module of the quiz's pack, called as the solver is, with a `CARD` in it; a question whose solver
has none is shown with its verdicts alone.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from markupsafe import Markup

from questions.common.errors import SpecError
from questions.common.messages import plain_path
from questions.quiz import AnyQuestion, Bilingual
from reports.draw.figures import Figure
from reports.draw.tables import Table
from solvers.run.catalog import CARD, Pack

# Of a claim and its question's measurements: the names of the sounds and panels that it is about.
ShowOwn = Callable[[Any, Mapping[str, Any]], tuple[str, ...]]
# Of a question and its measurements as they are stored; figures also of the addresses of its sounds, by name.
DrawFigures = Callable[[AnyQuestion, Mapping[str, Any], Mapping[str, str]], tuple[Figure, ...]]
FillTables = Callable[[AnyQuestion, Mapping[str, Any]], tuple[Table, ...]]


@dataclass(frozen=True)
class Method:
    """How a question is decided, in a sentence or two; `source` names what was published of it."""

    rule: Bilingual
    source: str


@dataclass(frozen=True)
class Slider:
    """Sounds of which one is heard at a time; the first one's split is 0, the next one's 1.

    `name` is what the slider sets, `picture` shows a split beside its sound.
    """

    name: str
    sounds: tuple[str, ...]
    picture: Callable[[int], Markup]


def _no_figures(
    _question: AnyQuestion, _measurements: Mapping[str, Any], _media: Mapping[str, str]
) -> tuple[Figure, ...]:
    return ()


def _no_tables(_question: AnyQuestion, _measurements: Mapping[str, Any]) -> tuple[Table, ...]:
    return ()


def _nothing_own(_claim: Any, _measurements: Mapping[str, Any]) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True)
class Card:
    """What a question has of its own.

    `conclusive` is why a conclusive verdict on it is one, where that is more than its sources being genuine.
    A sound has a player if it has a label; `pairs` are sounds that are heard against each other, by name.
    `own` names what a claim is about among the sounds and the figures' panels.
    """

    method: Method | None = None
    conclusive: Bilingual | None = None
    figures: DrawFigures = _no_figures
    tables: FillTables = _no_tables
    sound_labels: Mapping[str, Bilingual] = field(default_factory=dict)
    pairs: tuple[tuple[str, str], ...] = ()
    slider: Slider | None = None
    own: ShowOwn = _nothing_own

    def own_of(self, question: AnyQuestion, measurements: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
        """The sounds and panels of each option, each once, in its claims' order."""
        if not measurements:
            return {}
        return {
            option.id: tuple(
                dict.fromkeys(name for part in option.parts for name in self.own(part.claim, measurements))
            )
            for option in question.options
        }


EMPTY_CARD = Card()


def card_of(question: AnyQuestion, pack: Pack) -> Card:
    """The card of a question's solver. Raises SpecError where its module is none or cannot be imported."""
    module = pack.card(question.solver)
    if module is None:
        return EMPTY_CARD
    found = getattr(module, CARD, None)
    if not isinstance(found, Card):
        where = plain_path(Path(str(module.__file__)))
        raise SpecError([f"{where}: {CARD} is no Card; give one, as docs/new_question.md shows"])
    return found
