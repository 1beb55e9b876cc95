"""What a card shows beside the verdicts: measurements as figures and tables, sounds as players."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from questions.quiz import AnyQuestion, Bilingual
from reports.card import Card
from reports.draw.figures import Figure
from reports.draw.tables import Table
from reports.players import NO_SOUND, Players, players_of
from solvers.evidence.verdicts import Evidence


@dataclass(frozen=True)
class Link:
    """A sound or a panel that is on the page, by its id there."""

    id: str
    label: Bilingual
    sound: bool


@dataclass(frozen=True)
class Details:
    """Figures, players and tables of one card; `own` are the names of what each option is about."""

    question: str = ""
    figures: tuple[Figure, ...] = ()
    players: Players = NO_SOUND
    tables: tuple[Table, ...] = ()
    own: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def any(self) -> bool:
        """Whether there is something to see or to hear."""
        return bool(self.figures) or self.players.any

    def links(self, option: str) -> tuple[Link, ...]:
        """To the sounds and panels of an option, as far as they are here."""
        here = {
            player.id: Link(player.id, self.players.short_label(player), sound=True)
            for player in self.players.every
        }
        for figure in self.figures:
            for panel in figure.panels:
                if panel.name:
                    id_ = self.id_of(panel.name)
                    here[id_] = Link(id_, panel.label or panel.title, sound=False)
        ids = (self.id_of(name) for name in self.own.get(option, ()))
        return tuple(here[id_] for id_ in ids if id_ in here)

    def only(self, names: Collection[str]) -> "Details":
        """The sounds and panels of these names alone."""
        figures = (
            replace(figure, panels=tuple(panel for panel in figure.panels if panel.name in names))
            for figure in self.figures
        )
        return replace(
            self,
            figures=tuple(figure for figure in figures if figure.panels),
            players=self.players.only({self.id_of(name) for name in names}),
            tables=(),
        )

    def id_of(self, name: str) -> str:
        """A sound's or panel's id on the page."""
        return f"{self.question}-{name}"


def details_of(
    card: Card,
    question: AnyQuestion,
    evidence: Evidence,
    media: Mapping[str, str],
) -> Details:
    """What was measured as figures and tables, what was kept as players; empty where nothing was.

    `media` maps an artifact's file to its address.
    """
    if evidence.failure is not None or not evidence.measurements:
        return Details()
    addresses = {
        artifact.name: media[artifact.file] for artifact in evidence.artifacts if artifact.file in media
    }
    return Details(
        question=question.id,
        figures=card.figures(question, evidence.measurements, addresses),
        players=players_of(card, question, evidence.artifacts, media),
        tables=card.tables(question, evidence.measurements),
        own=card.own_of(question, evidence.measurements),
    )
