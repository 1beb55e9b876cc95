"""What a card shows beside the verdicts: measurements as figures and tables, sounds as players."""

from collections.abc import Mapping
from dataclasses import dataclass

from questions.quiz import AnyQuestion
from reports.card import Card
from reports.draw.figures import Figure
from reports.draw.tables import Table
from reports.players import NO_SOUND, Players, players_of
from solvers.evidence.verdicts import Evidence


@dataclass(frozen=True)
class Details:
    """Figures, players and tables of one card."""

    figures: tuple[Figure, ...] = ()
    players: Players = NO_SOUND
    tables: tuple[Table, ...] = ()


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
        figures=card.figures(question, evidence.measurements, addresses),
        players=players_of(card, question, evidence.artifacts, media),
        tables=card.tables(question, evidence.measurements),
    )
