"""Question 1's card: noise of the exact length first, then the course's own files."""

from questions.quiz import Bilingual, QuizSpec
from reports.hw10.q01_token_shapes import CARD
from solvers.hw10.q01_token_shapes import ClipShape, Measurements


def test_q1_names_every_clip(spec: QuizSpec) -> None:
    found = Measurements(
        exact=(ClipShape(clip="clip_2s", file="", n_samples=48_000, shape=(1, 32, 25)),),
        files=(ClipShape(clip="clip_2s", file="2sAudio.wav", n_samples=48_240, shape=(1, 32, 26)),),
    )
    (table,) = CARD.tables(spec.question("q01"), found.model_dump(mode="json"))
    noise = Bilingual(zh="clip_2s：雜訊，48000 個取樣點", en="clip_2s: noise, 48000 samples")
    assert table.rows == ((noise, "[1, 32, 25]"), ("2sAudio.wav", "[1, 32, 26]"))
    assert table.marked is None
