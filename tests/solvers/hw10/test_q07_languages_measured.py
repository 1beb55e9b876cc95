"""Q7 measured: codecs that lose nothing or Chinese alone, and how words lost are counted."""

import math
from collections.abc import Sequence
from pathlib import Path

import pytest
import torch
from torch import Tensor

from benchmarks.validity import models
from benchmarks.validity.real_codecs import opus
from questions.common.absent import Absent
from questions.common.errors import SourceError
from questions.quiz import QuizSpec
from reports.hw10.q07_languages import CARD
from solvers.audio.error_rate import error_rate
from solvers.audio.sound_files import HEARING_RATE_HZ, resample
from solvers.evidence.verdicts import Outcome
from solvers.hw10.models.codec import Codec
from solvers.hw10.q07_languages.claims import Language
from solvers.hw10.q07_languages.hearing import (
    Hearing,
    Reference,
    cut_at_pause,
    hear,
    least_error_rates,
    words_lost,
)
from solvers.hw10.q07_languages.measure import compare
from solvers.hw10.q07_languages.measurements import (
    GOOD_LOSS,
    POOR_LOSS,
    Grade,
    Measurements,
)
from solvers.hw10.q07_languages.spellings import spellings
from solvers.hw10.round_trip import load_clip
from solvers.hw10.standin import STANDIN_AUDIO, STANDIN_CODEC
from solvers.hw10.standin.codec import StandinCodecModel
from solvers.models.whisper.asr import Asr, Transcript
from tests.solvers.hw10.echo import RATE_HZ, Echo, noise
from tests.solvers.hw10.test_q07_languages import judged

H, F = Outcome.HOLDS, Outcome.FAILS


@pytest.fixture(scope="module")
def asr() -> Asr:
    return Asr.load("package:base")


def speech(name: str, seconds: float) -> Tensor:
    return load_clip(STANDIN_AUDIO / f"TTS_{name}_speech.flac", RATE_HZ)[: int(seconds * RATE_HZ)]


@pytest.fixture(scope="module")
def clips() -> dict[str, Tensor]:
    return {"en": speech("English", 2.5), "zh": speech("Chinese", 4.0)}


def quiet(_step: str, _fraction: float) -> None:
    pass


def test_a_codec_that_loses_nothing_makes_both_good(
    spec: QuizSpec, clips: dict[str, Tensor], asr: Asr
) -> None:
    found = compare(clips, Echo(), asr, quiet, offsets=(0, 960)).numbers
    assert isinstance(found, Measurements)
    assert found.ear == "Whisper base"
    for clip in found.clips.values():
        assert {decode.error_rate for decode in clip.decodes} == {0.0}
        # The decode is the first take: nothing comes between but the other takes.
        assert [decode.loss for decode in clip.decodes] == pytest.approx([clip.own_losses[0]] * 2, abs=1e-5)
    assert judged(spec, found) == {"A": [F], "B": [F], "C": [H], "D": [F, F]}


def test_mutant_that_decodes_chinese_to_noise_flips_b_c_and_d(
    spec: QuizSpec, clips: dict[str, Tensor], asr: Asr
) -> None:
    longest = 3 * RATE_HZ  # the Chinese clip is the longer one
    chinese_lost = Echo(lambda rows: noise(rows, 0.1) if rows.shape[1] > longest else rows)
    found = compare(clips, chinese_lost, asr, quiet, offsets=(0, 960)).numbers
    assert judged(spec, found) == {"A": [F], "B": [F], "C": [F], "D": [H, H]}
    both_lost = compare(clips, Echo(lambda rows: noise(rows, 0.1)), asr, quiet, offsets=(0, 960)).numbers
    assert judged(spec, both_lost)["B"] == [H]


def test_opus_is_good_where_its_transcripts_waver(asr: Asr) -> None:
    """Opus at 12 kb/s is clear wide-band speech; by greedy transcripts it was good and not by turns."""
    offsets = (0, 640, 1280)
    chinese = {"zh": load_clip(STANDIN_AUDIO / "TTS_Chinese_speech.flac", RATE_HZ)[int(6.3 * RATE_HZ) :]}
    decodes = compare(chinese, Echo(opus(12)), asr, quiet, offsets=offsets).numbers.clips["zh"].decodes
    assert {decode.grade for decode in decodes} == {Grade.GOOD}
    assert max(decode.error_rate for decode in decodes) > 0.15
    english = compare({"en": speech("English", 8)}, Echo(opus(12)), asr, quiet, offsets=offsets).numbers
    assert {decode.grade for decode in english.clips["en"].decodes} == {Grade.GOOD}


def test_a_silent_decode_is_not_good_and_says_what_is_missing(clips: dict[str, Tensor], asr: Asr) -> None:
    found = compare({"en": clips["en"]}, Echo(lambda rows: 0 * rows), asr, quiet, offsets=(0,)).numbers
    decode = found.clips["en"].decodes[0]
    assert decode.grade is Grade.NOT_GOOD
    assert decode.pesq_wb == Absent(because="PESQ: the decoded sound is silent")


def test_on_the_standin_codec(spec: QuizSpec, clips: dict[str, Tensor], asr: Asr) -> None:
    codec = Codec(StandinCodecModel.from_pretrained(STANDIN_CODEC, dtype=torch.float32), ())
    result = compare(clips, codec, asr, quiet, offsets=(0, 960))
    found = Measurements.model_validate_json(result.numbers.model_dump_json())
    assert found == result.numbers
    assert (found.n_codebooks, len(found.pairs)) == (32, 2)
    for clip in found.clips.values():
        pesq, stoi = clip.spread("pesq_wb"), clip.spread("stoi")
        assert pesq is not None
        assert stoi is not None
        assert pesq.low >= 2.0  # the stand-in reaches 2.9 to 3.1 on whole clips
        assert 0.85 <= stoi.low <= stoi.high < 1.0
    assert judged(spec, found)["A"] == [F]
    assert [sound.name for sound in result.sounds] == [
        "english_original", "english_decoded", "chinese_original", "chinese_decoded",
    ]  # fmt: skip
    assert result.sounds[0].samples.shape == result.sounds[1].samples.shape
    summary, offsets, heard = CARD.tables(spec.question("q07"), found.model_dump(mode="json"))
    assert [getattr(row[0], "en", row[0]) for row in summary.rows] == ["English", "Chinese"]
    assert [row[0] for row in offsets.rows] == ["0", "40"]
    own = found.clips["en"].transcript.strip()
    assert [(getattr(name, "en", name), *cells) for name, *cells in heard.rows[:2]] == [
        ("English, reference text by Whisper base", "–", own),
        ("English, original", "1", own),
    ]
    for table in (summary, offsets, heard):
        assert {len(row) for row in table.rows} == {len(table.columns)}


def heard(readings: Sequence[str], *decodes: str) -> Hearing:
    first, *texts = (Transcript(text, "en", -0.2, 1.0, 0.0) for text in (readings[0], *decodes))
    own = Reference(readings[0], "Whisper base")
    return Hearing(first, own, tuple(readings), (0.0,), tuple(texts), (0.0,) * len(texts))


def test_a_decode_is_held_against_the_nearest_reading() -> None:
    readings = ("listening to the C at night", "listening to the sea at night")
    both = heard(readings, "Listening to the sea at night.", "listening to the bee at night")
    assert least_error_rates(both, "en") == (0, pytest.approx(1 / 6))


def logs(*probabilities: float) -> list[float]:
    return [math.log(one) for one in probabilities]


def test_words_lost_in_hand_written_values() -> None:
    """Two takes, then two decodes; one spelling of three tokens."""
    half, quarter, eighth = 1 / 2, 1 / 4, 1 / 8
    log_probs = torch.tensor(
        [
            [logs(1, half, quarter)],
            [logs(1, half, quarter)],
            [logs(half, quarter, eighth)],  # every token half as likely
            [logs(1, half, 1)],  # the token that was a guess is certain now
        ]
    )
    expected = [0.0, 0.0, math.log(2), -math.log(4) * 0.25 / 1.75]
    assert words_lost(log_probs, [3], 2).tolist() == pytest.approx(expected)


def test_a_guess_in_the_original_hardly_counts() -> None:
    sure_is_lost = torch.tensor([[logs(1, 0.01)], [logs(0.5, 0.01)]])
    guess_is_lost = torch.tensor([[logs(1, 0.01)], [logs(1, 0.005)]])
    assert words_lost(sure_is_lost, [2], 1)[1] == pytest.approx(math.log(2) / 1.01)
    assert words_lost(guess_is_lost, [2], 1)[1] == pytest.approx(0.01 * math.log(2) / 1.01)


def test_a_change_of_spelling_is_no_loss() -> None:
    """The original prefers the first spelling, the decode the second, which is a token shorter."""
    log_probs = torch.tensor(
        [[logs(0.9, 1, 1), [*logs(0.1, 1), 0.0]], [logs(0.1, 1, 1), [*logs(0.9, 1), 0.0]]]
    )
    own, other = words_lost(log_probs, [3, 2], 1).tolist()
    assert own == 0
    assert other == pytest.approx(0.1 * math.log(0.1 / 0.9) / 1.1)  # a gain: no longer a guess


@pytest.mark.parametrize(
    ("text", "language", "others"),
    [
        ("No numbers here.", "en", ()),
        ("That'll be two hundred and thirty-eight dollars.", "en", ("That'll be 238 dollars.",)),
        ("Take 12 at 10:30, or 1,204.", "en", ("Take twelve at 10:30, or one thousand two hundred four.",)),
        ("一起走走", "zh", ()),
        ("历史", "zh", ("歷史",)),
        ("我們有一百零五元", "zh", ("我們有105元", "我们有一百零五元", "我们有105元")),
        ("買 238 個", "zh", ("買 二百三十八 個", "买 238 个", "买 二百三十八 个")),
        ("1200元", "zh", ("一千二百元",)),
        ("1005元,10元", "zh", ("一千零五元,十元",)),
        ("二零二六,十五", "zh", ("2026,15",)),
    ],
)
def test_numbers_and_scripts_may_be_written_otherwise(
    text: str, language: Language, others: tuple[str, ...]
) -> None:
    assert spellings(text, language) == (text, *others)


def test_an_intact_clip_has_readings_of_its_own(asr: Asr) -> None:
    """Whisper itself reads this clip in two ways; the trap is to call the other one the codec's error."""
    clean = resample(models.clips()[22].load()[None], RATE_HZ, HEARING_RATE_HZ)[0]
    found = hear(clean, torch.stack([clean, 0 * clean]), "en", asr, "english")
    assert found.readings[0] == found.original.text == found.decodes[0].text
    assert len(set(found.readings)) == len(found.readings) > 1
    for reading in found.readings:
        assert error_rate(found.original.text, reading, "en") < 0.1
    intact, lost = least_error_rates(found, "en")
    assert intact == 0
    assert lost > 0.5
    assert max(map(abs, found.own_losses)) < GOOD_LOSS / 2
    assert found.losses[1] > 2 * POOR_LOSS


def test_a_long_clip_is_cut_in_its_last_pause() -> None:
    rate_hz = 1000
    clip = noise(torch.zeros(17 * rate_hz), 0.1)
    clip[14_600:14_800] = 0  # 0.2 s; another before the last two seconds is not looked at
    clip[13_000:13_500] = 0
    assert len(cut_at_pause(clip, rate_hz)) == pytest.approx(14_700, abs=50)
    assert len(cut_at_pause(clip[: 16 * rate_hz], rate_hz)) == 16_000


def test_a_clip_that_is_no_speech_is_named(asr: Asr) -> None:
    hum = {"en": 0.1 * torch.sin(torch.arange(RATE_HZ) * 0.05)}
    with pytest.raises(SourceError, match="no speech in the english clip"):
        compare(hum, Echo(), asr, quiet, offsets=(0,))


def test_a_silent_file_is_named(tmp_path: Path) -> None:
    import soundfile

    soundfile.write(tmp_path / "TTS_Chinese_speech.wav", torch.zeros(RATE_HZ).numpy(), RATE_HZ)
    with pytest.raises(SourceError, match=r"TTS_Chinese_speech\.wav: the file is silent"):
        load_clip(tmp_path / "TTS_Chinese_speech.wav", RATE_HZ)
