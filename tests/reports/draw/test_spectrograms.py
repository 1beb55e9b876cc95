"""Spectrograms as images: whole or not at all, each tone in its band."""

import base64

from questions.quiz import Bilingual
from reports.draw.spectrograms import spectrogram_image
from solvers.audio.spectrogram import N_BANDS, spectrogram
from solvers.evidence.sources import Spectrogram
from tests.reports.hw10 import full
from tests.reports.hw10.full import HOSTILE

NAME = Bilingual(zh="頻譜", en="spectrogram")


def test_a_spectrogram_is_an_image_only_if_its_shades_fill_it() -> None:
    found = Spectrogram(n_bands=2, n_frames=3, n_shades=4, top_hz=12_000.0, shades="AAECAwAB")
    image = spectrogram_image(found, Bilingual.same(HOSTILE))
    assert image is not None
    assert image == spectrogram_image(found, Bilingual.same(HOSTILE))
    assert "<script" not in image
    for shades in ("AAEC", "AAECAwAE", "not base64!"):
        assert spectrogram_image(found.model_copy(update={"shades": shades}), NAME) is None


def test_a_spectrogram_shows_a_tone_in_its_band() -> None:
    low, high = (
        base64.b64decode(spectrogram(full.tone(hz, 1.0), full.RATE_HZ).shades) for hz in (300.0, 6000.0)
    )
    n_frames = len(low) // N_BANDS
    brightest = [
        max(range(N_BANDS), key=lambda band: sum(shades[band * n_frames : (band + 1) * n_frames]))
        for shades in (low, high)
    ]
    assert brightest[0] < 15
    assert brightest[1] > 40
