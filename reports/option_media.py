"""The sounds and panels of options, for programs that show no page of ours."""

from collections.abc import Mapping

from grader.exports.media import Media, Medium
from grader.key.why import Reasons
from grader.scores.own_paper import Language
from reports.details import Details
from reports.draw.alone import alone
from reports.page import sound_from


def with_media(reasons: Reasons, details: Mapping[str, Details], language: Language) -> tuple[Reasons, Media]:
    """The sounds and panels that belong to options, and the reasons with the names of these."""
    media = {question: _media_of(one, language) for question, one in details.items()}
    own = {
        question: {
            option: tuple(name for name in names if name in media[question])
            for option, names in one.own.items()
        }
        for question, one in details.items()
    }
    return reasons.model_copy(update={"own": own}), media


def _media_of(details: Details, language: Language) -> dict[str, Medium]:
    sounds = {player.id: player for player in details.players.every}
    panels = {panel.name: (panel, figure) for figure in details.figures for panel in figure.panels}
    found = {}
    for name in dict.fromkeys(name for names in details.own.values() for name in names):
        sound = sounds.get(details.id_of(name))
        if sound is not None and sound.address is not None:
            label = details.players.short_label(sound)
            found[name] = Medium(label, "audio/mpeg", sound_from(sound.address))
        elif name in panels:
            panel, figure = panels[name]
            found[name] = Medium(panel.label or panel.title, "image/svg+xml", alone(panel, figure, language))
    return found
