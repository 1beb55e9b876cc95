"""The sounds of a card: what each is, and which belong side by side."""

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from questions.quiz import AnyQuestion, Bilingual
from reports.draw.spectrograms import spectrogram_image
from reports.hw10 import tables_q10, tables_q11_q12
from reports.hw10.figures_q10 import layer_bar
from solvers.evidence.verdicts import Artifact, Spectrogram
from solvers.hw10.q10_interleaving.measurements import SPLITS

SOUND_LABELS: Mapping[str, Bilingual] = {
    "english_original": Bilingual(zh="英文，原檔", en="English, original"),
    "english_decoded": Bilingual(zh="英文，重建", en="English, decoded"),
    "chinese_original": Bilingual(zh="中文，原檔", en="Chinese, original"),
    "chinese_decoded": Bilingual(zh="中文，重建", en="Chinese, decoded"),
    "laughter_original": Bilingual(zh="笑聲，原檔", en="Laughter, original"),
    "laughter_decoded": Bilingual(zh="笑聲，重建", en="Laughter, decoded"),
    "music_original": Bilingual(zh="音樂，原檔", en="Music, original"),
    "music_decoded": Bilingual(zh="音樂，重建", en="Music, decoded"),
    "shuffled": Bilingual(zh="打亂的檔案，照原樣解碼", en="The shuffled file, decoded as it is"),
    "recovered": Bilingual(zh="最佳順序，解碼", en="The best order, decoded"),
    **tables_q10.SOUND_LABELS,
    **tables_q11_q12.SOUND_LABELS,
}
# What is heard against what: a button changes from one to the other at the same place.
PAIRS = (
    ("english_original", "english_decoded"),
    ("chinese_original", "chinese_decoded"),
    ("laughter_original", "laughter_decoded"),
    ("music_original", "music_decoded"),
    ("shuffled", "recovered"),
    ("original_alice", "original_james"),
    ("csm_own", "csm_standalone"),
)


@dataclass(frozen=True)
class Player:
    """A sound beside the report, with what was heard in it. `address` is None where it is not at hand."""

    id: str
    label: Bilingual
    address: str | None
    seconds: float
    transcript: str
    picture: Markup | None = None
    layers: Markup | None = None
    split: int | None = None


@dataclass(frozen=True)
class Players:
    """Sounds of a card: side by side in pairs, one a split for a slider, and the others."""

    pairs: tuple[tuple[Player, Player], ...] = ()
    splits: tuple[Player, ...] = ()
    others: tuple[Player, ...] = ()

    @property
    def any(self) -> bool:
        """Whether there is a sound at all."""
        return bool(self.pairs or self.splits or self.others)


NO_SOUND = Players()


def players_of(question: AnyQuestion, artifacts: tuple[Artifact, ...], media: Mapping[str, str]) -> Players:
    """Every labelled sound once. Those of Q6's points have no label: their points play them."""
    found = {
        artifact.name: _player(question, artifact, media.get(artifact.file))
        for artifact in artifacts
        if artifact.name in SOUND_LABELS
    }
    pairs = tuple((found[one], found[two]) for one, two in PAIRS if one in found and two in found)
    splits = tuple(player for player in found.values() if player.split is not None)
    grouped = {player.id for pair in pairs for player in pair} | {player.id for player in splits}
    return Players(pairs, splits, tuple(one for one in found.values() if one.id not in grouped))


def _player(question: AnyQuestion, artifact: Artifact, address: str | None) -> Player:
    label = SOUND_LABELS[artifact.name]
    split = next((k for k in SPLITS if artifact.name == f"split_{k}"), None)
    return Player(
        id=f"{question.id}-{artifact.name}",
        label=label,
        address=address,
        seconds=artifact.shape[0] / artifact.sample_rate_hz,
        transcript=artifact.transcript.strip(),
        picture=_spectrogram(artifact.spectrogram, label) if artifact.spectrogram else None,
        layers=None if split is None else layer_bar(split),
        split=split,
    )


def _spectrogram(found: Spectrogram, label: Bilingual) -> Markup | None:
    return spectrogram_image(found, f"Spectrogram, 0 to {found.top_hz / 1000:g} kHz: {label.en}")
