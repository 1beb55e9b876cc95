"""The sounds of a card: what each is, and which belong side by side."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from questions.quiz import AnyQuestion, Bilingual
from reports.card import Card
from reports.draw.spectrograms import spectrogram_image
from solvers.evidence.sources import Artifact, Spectrogram


@dataclass(frozen=True)
class Player:
    """A sound beside the report, with what was heard in it and what is known to be said.

    `address` is None where it is not at hand.
    """

    id: str
    label: Bilingual
    address: str | None
    seconds: float
    transcript: str
    said: str = ""
    picture: Markup | None = None
    top_khz: str = ""
    split: int | None = None
    split_picture: Markup | None = None


@dataclass(frozen=True)
class Players:
    """Sounds of a card: side by side in pairs, one a split for the slider of that name, and the others."""

    pairs: tuple[tuple[Player, Player], ...] = ()
    splits: tuple[Player, ...] = ()
    others: tuple[Player, ...] = ()
    slider: str = ""

    @property
    def any(self) -> bool:
        """Whether there is a sound at all."""
        return bool(self.pairs or self.splits or self.others)

    @property
    def every(self) -> tuple[Player, ...]:
        """All of them, as they stand on the card."""
        return (*self.splits, *(player for pair in self.pairs for player in pair), *self.others)

    def short_label(self, player: Player) -> Bilingual:
        """What is set on the slider, or else the sound's own label."""
        if player not in self.splits:
            return player.label
        return Bilingual(zh=f"{self.slider} = {player.split}", en=f"{self.slider} = {player.split}")

    def only(self, ids: Collection[str]) -> "Players":
        """Those alone; what is left of a slider's stands by itself."""
        pairs = tuple(pair for pair in self.pairs if all(player.id in ids for player in pair))
        grouped = {player.id for pair in pairs for player in pair}
        others = tuple(one for one in self.every if one.id in ids and one.id not in grouped)
        return Players(pairs=pairs, others=others)


NO_SOUND = Players()


def players_of(
    card: Card, question: AnyQuestion, artifacts: tuple[Artifact, ...], media: Mapping[str, str]
) -> Players:
    """Every labelled sound once. One without a label is played by a point of a figure, or not at all."""
    found = {
        artifact.name: _player(card, question, artifact, media.get(artifact.file))
        for artifact in artifacts
        if artifact.name in card.sound_labels
    }
    pairs = tuple((found[one], found[two]) for one, two in card.pairs if one in found and two in found)
    splits = tuple(player for player in found.values() if player.split is not None)
    grouped = {player.id for pair in pairs for player in pair} | {player.id for player in splits}
    others = tuple(one for one in found.values() if one.id not in grouped)
    return Players(pairs, splits, others, card.slider.name if card.slider else "")


def _player(card: Card, question: AnyQuestion, artifact: Artifact, address: str | None) -> Player:
    label = card.sound_labels[artifact.name]
    slider = card.slider if card.slider and artifact.name in card.slider.sounds else None
    split = slider.sounds.index(artifact.name) if slider else None
    return Player(
        id=f"{question.id}-{artifact.name}",
        label=label,
        address=address,
        seconds=artifact.shape[0] / artifact.sample_rate_hz,
        transcript=artifact.transcript.strip(),
        said=artifact.said.strip(),
        picture=_spectrogram(artifact.spectrogram, label) if artifact.spectrogram else None,
        top_khz=f"{artifact.spectrogram.top_hz / 1000:g}" if artifact.spectrogram else "",
        split=split,
        split_picture=slider.picture(split) if slider and split is not None else None,
    )


def _spectrogram(found: Spectrogram, label: Bilingual) -> Markup | None:
    top = f"{found.top_hz / 1000:g} kHz"
    said = Bilingual(zh=f"頻譜圖，0 至 {top}：{label.zh}", en=f"Spectrogram, 0 to {top}: {label.en}")
    return spectrogram_image(found, said)
