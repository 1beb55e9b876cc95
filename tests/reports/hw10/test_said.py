"""What is known to be said in a clip stands beside what Whisper heard in it."""

import json
from pathlib import Path

from questions.quiz import AnyQuestion, Bilingual, QuizSpec
from reports.card import Card
from reports.hw10.q07_languages import CARD as Q07
from reports.hw10.q10_interleaving import CARD as Q10
from reports.players import players_of
from solvers.evidence.sources import Artifact

RECORDS = Path(__file__).parents[2] / "solvers" / "hw10" / "records"
ALICE = "Now they can clone a voice from just a few seconds of audio. Does that not worry you at all?"
JAMES = (
    "Yeah, and it can even mimic specific people's voices with remarkable accuracy. It is getting incredibly "
    "advanced."
)
CHINESE = "今天早上我和朋友一起去山上走走，看到很多花。我想用中文和你打招呼，希望你今天心情很好。"


def rows(card: Card, question: AnyQuestion, caption: str) -> list[tuple[str, ...]]:
    record = json.loads((RECORDS / f"{question.id}.json").read_text(encoding="utf-8"))
    (table,) = (one for one in card.tables(question, record["measurements"]) if caption in one.caption.en)
    return [tuple(getattr(cell, "en", cell) for cell in row) for row in table.rows]


def test_question_7_gives_the_clips_text_before_what_is_heard(spec: QuizSpec) -> None:
    heard = [row for row in rows(Q07, spec.question("q07"), "What Whisper base hears") if "Chinese" in row[0]]
    assert heard[0] == ("Chinese, the clip says", "–", CHINESE)
    assert heard[1][:2] == ("Chinese, reference text by Whisper base", "–")
    assert heard[1][2] == heard[2][2] != CHINESE  # it mishears the original


def test_question_10_gives_both_texts_before_what_is_heard(spec: QuizSpec) -> None:
    heard = rows(Q10, spec.question("q10"), "What Whisper hears")
    assert heard[:2] == [("Alice, the clip says", "–", ALICE), ("James, the clip says", "–", JAMES)]
    assert [row[0] for row in heard[2:4]] == ["Alice, original", "James, original"]


def test_a_player_says_it(spec: QuizSpec) -> None:
    label = Bilingual(zh="原檔", en="original")
    artifact = Artifact(
        name="clip", file="q07/clip.mp3", shape=(24_000,), dtype="float32", sample_rate_hz=24_000,
        sha256="0" * 64, file_sha256="0" * 64, transcript=" heard ", said="said",
    )  # fmt: skip
    card = Card(sound_labels={"clip": label})
    (player,) = players_of(card, spec.question("q07"), (artifact,), {}).others
    assert (player.transcript, player.said) == ("heard", "said")
