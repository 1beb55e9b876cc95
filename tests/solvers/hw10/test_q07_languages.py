"""Q7: judged by hand-written numbers, by mutants on real speech, and run on the stand-in codec."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pytest
import torch
from torch import Tensor

from benchmarks.validity import models
from questions.common.errors import SourceError
from questions.quiz import QuizSpec
from reports.hw10.q07_languages import CARD
from solvers.audio.error_rate import error_rate
from solvers.audio.quality import METRIC_RATE_HZ, Score
from solvers.audio.sound_files import resample
from solvers.evidence.verdicts import Outcome
from solvers.hw10.models.codec import Codec
from solvers.hw10.q07_languages import SOLVER
from solvers.hw10.q07_languages.claims import Better, Both, Only
from solvers.hw10.q07_languages.hearing import Hearing, cut_at_pause, hear, inner_span, least_error_rates
from solvers.hw10.q07_languages.measure import compare
from solvers.hw10.q07_languages.measurements import AtOffset, Clip, Grade, Measurements, decide_at
from solvers.hw10.round_trip import load_clip
from solvers.hw10.standin import STANDIN_AUDIO, STANDIN_CODEC
from solvers.hw10.standin.codec import StandinCodecModel
from solvers.models.whisper.asr import Asr, Transcript
from solvers.run.judge import findings_of
from tests.solvers.hw10.echo import RATE_HZ, Echo, noise

judge = partial(findings_of, SOLVER)
H, F, U = Outcome.HOLDS, Outcome.FAILS, Outcome.UNDETERMINED
Numbers = tuple[float, float | None, float]  # STOI, PESQ-WB, error rate
GOOD: Numbers = (0.95, 3.0, 0.0)
BETWEEN: Numbers = (0.85, 3.0, 0.0)
POOR: Numbers = (0.70, 1.2, 0.5)


def at(numbers: Numbers, offset: int = 0) -> AtOffset:
    stoi, pesq, error = numbers
    return AtOffset(
        offset_samples=offset,
        stoi=Score(value=stoi),
        pesq_wb=Score(missing="PESQ: the decoded sound is silent") if pesq is None else Score(value=pesq),
        error_rate=error,
        transcript="heard",
    )


def measured(en: Sequence[Numbers], zh: Sequence[Numbers]) -> Measurements:
    """Each language's numbers, offset by offset; a single one stands for all 16."""

    def clip(rows: Sequence[Numbers]) -> Clip:
        rows = rows * (16 // len(rows))
        decodes = tuple(at(row, 120 * i) for i, row in enumerate(rows))
        return Clip(duration_s=3.0, transcript="said", readings=("said",), decodes=decodes)

    return Measurements(n_codebooks=32, clips={"en": clip(en), "zh": clip(zh)})


def judged(spec: QuizSpec, found: Measurements) -> dict[str, list[Outcome]]:
    findings = judge(spec.question("q07"), found)
    return {option: [finding.outcome for finding in parts] for option, parts in findings.items()}


@pytest.mark.parametrize(
    ("numbers", "grade"),
    [
        ((0.90, 2.0, 0.05), Grade.GOOD),  # the bounds of good belong to it
        ((0.8999, 2.0, 0.05), Grade.BETWEEN),
        ((0.90, 1.9999, 0.05), Grade.BETWEEN),
        ((0.90, 2.0, 0.0501), Grade.BETWEEN),
        ((0.80, 1.5, 0.1499), Grade.BETWEEN),  # 0.80 and 1.5 are not yet poor, 0.15 is
        ((0.7999, 4.0, 0.0), Grade.NOT_GOOD),
        ((1.0, 1.4999, 0.0), Grade.NOT_GOOD),
        ((1.0, 4.0, 0.15), Grade.NOT_GOOD),
        ((1.0, None, 0.0), Grade.BETWEEN),  # without PESQ nothing is good
        ((0.79, None, 0.0), Grade.NOT_GOOD),  # but it can be poor
    ],
)
def test_grades_at_their_bounds(numbers: Numbers, grade: Grade) -> None:
    assert at(numbers).grade is grade


@pytest.mark.parametrize(
    ("en", "zh", "expected"),
    [
        (GOOD, GOOD, {"A": [F], "B": [F], "C": [H], "D": [F, F]}),
        (POOR, POOR, {"A": [F], "B": [H], "C": [F], "D": [F, F]}),
        (GOOD, POOR, {"A": [F], "B": [F], "C": [F], "D": [H, H]}),
        (POOR, GOOD, {"A": [H], "B": [F], "C": [F], "D": [F, F]}),
        # A clip between good and not good leaves open what it alone would decide.
        (GOOD, BETWEEN, {"A": [F], "B": [F], "C": [U], "D": [F, U]}),
        (BETWEEN, GOOD, {"A": [F], "B": [F], "C": [U], "D": [F, F]}),
        (BETWEEN, POOR, {"A": [F], "B": [U], "C": [F], "D": [H, U]}),
        (BETWEEN, BETWEEN, {"A": [F], "B": [U], "C": [U], "D": [F, U]}),
    ],
)
def test_what_each_pair_of_grades_decides(
    spec: QuizSpec, en: Numbers, zh: Numbers, expected: dict[str, list[Outcome]]
) -> None:
    assert judged(spec, measured([en], [zh])) == expected


@pytest.mark.parametrize(
    ("en", "zh", "outcome"),
    [
        ((0.95, 2.5, 0.10), (0.95, 3.0, 0.05), H),  # a gap of exactly 0.5, and fewer errors
        ((0.95, 2.5078125, 0.10), (0.95, 3.0, 0.05), F),
        ((0.95, 2.0, 0.05), (0.95, 3.0, 0.05), F),  # equal error rates have no direction
        ((0.95, 2.0, 0.05), (0.95, 3.0, 0.10), F),  # the contrary direction
        ((0.95, None, 0.10), (0.95, 3.0, 0.05), U),
        ((0.95, None, 0.05), (0.95, 3.0, 0.10), F),  # the error rate refutes it without PESQ
    ],
)
def test_clearly_better_needs_both_the_gap_and_the_direction(
    en: Numbers, zh: Numbers, outcome: Outcome
) -> None:
    assert decide_at(Better(better="zh"), {"en": at(en), "zh": at(zh)}) is outcome
    swapped = {"en": at(zh), "zh": at(en)}
    assert decide_at(Better(better="en"), swapped) is outcome


def test_one_offset_that_decides_otherwise_leaves_it_open(spec: QuizSpec) -> None:
    found = measured([GOOD], [GOOD] * 15 + [POOR])
    assert judged(spec, found) == {"A": [F], "B": [F], "C": [U], "D": [U, U]}
    reason = judge(spec.question("q07"), found)["C"][0].reason
    assert "holds at 15, fails at 1, open at 0" in reason.en
    assert "成立 15、不成立 1、未定 0" in reason.zh


def test_which_clip_fails_may_change_from_offset_to_offset(spec: QuizSpec) -> None:
    assert judged(spec, measured([GOOD, POOR], [POOR, GOOD]))["C"] == [F]


def test_a_missing_score_is_named(spec: QuizSpec) -> None:
    finding = judge(spec.question("q07"), measured([(0.95, None, 0.0)], [GOOD]))["C"][0]
    assert finding.outcome is U
    assert "English: PESQ: the decoded sound is silent" in finding.reason.en
    assert [one.quantity for one in finding.comparisons if one.quantity.startswith("PESQ")] == [
        "PESQ-WB, Chinese"
    ]


def test_comparisons_carry_margin_and_range(spec: QuizSpec) -> None:
    findings = judge(spec.question("q07"), measured([GOOD, (0.95, 3.2, 0.0)], [GOOD]))
    pesq = next(one for one in findings["C"][0].comparisons if one.quantity == "PESQ-WB, English")
    assert (pesq.value, pesq.threshold, pesq.interval) == (pytest.approx(3.1), 2.0, (3.0, 3.2))
    assert pesq.margin == pytest.approx(1.1)
    gap, lead = findings["D"][0].comparisons
    assert (gap.value, gap.margin) == (pytest.approx(0.1), pytest.approx(-0.4))
    assert (lead.value, lead.met) == (0.0, False)


def test_a_claim_says_what_a_ta_edits_it_to() -> None:
    pair = {"en": at(POOR), "zh": at(GOOD)}
    assert decide_at(Only(only="zh"), pair) is H
    assert decide_at(Both(both="not_good"), pair) is F
    assert decide_at(Better(better="zh"), pair) is H


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
    assert {decode.error_rate for clip in found.clips.values() for decode in clip.decodes} == {0.0}
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


def test_a_silent_decode_is_not_good_and_says_what_is_missing(clips: dict[str, Tensor], asr: Asr) -> None:
    found = compare({"en": clips["en"]}, Echo(lambda rows: 0 * rows), asr, quiet, offsets=(0,)).numbers
    decode = found.clips["en"].decodes[0]
    assert decode.grade is Grade.NOT_GOOD
    assert decode.pesq_wb.missing == "PESQ: the decoded sound is silent"


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
    assert [row[0] for row in summary.rows] == ["English", "Chinese"]
    assert [row[0] for row in offsets.rows] == ["0", "40"]
    assert heard.rows[0][2] == found.clips["en"].transcript.strip()
    for table in (summary, offsets, heard):
        assert {len(row) for row in table.rows} == {len(table.columns)}


def heard(readings: Sequence[str], *decodes: str) -> Hearing:
    first, *texts = (Transcript(text, "en", -0.2, 1.0, 0.0) for text in (readings[0], *decodes))
    return Hearing(first, tuple(readings), tuple(texts))


def test_a_decode_is_held_against_the_nearest_reading() -> None:
    readings = ("listening to the C at night", "listening to the sea at night")
    whole = heard(readings, "Listening to the sea at night.", "listening to the bee at night")
    assert least_error_rates((whole,), "en") == (0, pytest.approx(1 / 6))


def test_an_error_at_a_cut_must_be_there_without_the_edge_too() -> None:
    whole = heard(["the hut looks old yet ever"], "the hut looks old", "the hat looks old")
    inner = heard(["the hut looks old"], "the hut looks old", "the hat looks old")
    assert least_error_rates((whole, inner), "en") == (0, pytest.approx(1 / 4))


def test_an_intact_clip_has_readings_of_its_own(asr: Asr) -> None:
    """Whisper itself reads this clip in two ways; the trap is to call the other one the codec's error."""
    clean = resample(models.clips()[22].load()[None], RATE_HZ, METRIC_RATE_HZ)[0]
    (found,) = hear(clean, torch.stack([clean, 0 * clean]), "en", asr)
    assert found.readings[0] == found.original.text == found.decodes[0].text
    assert len(set(found.readings)) == len(found.readings) > 1
    for reading in found.readings:
        assert error_rate(found.original.text, reading, "en") < 0.1
    intact, lost = least_error_rates((found,), "en")
    assert intact == 0
    assert lost > 0.5


def test_only_edges_within_speech_are_left_out() -> None:
    rate_hz = 1000
    clip = noise(torch.zeros(10 * rate_hz), 0.1)
    clip[9_000:9_200] = clip[700:900] = 0
    start, end = inner_span(clip, rate_hz)
    assert (start, end) == (pytest.approx(800, abs=50), pytest.approx(9_100, abs=50))
    clip[-20:] = 0  # it has died away
    assert inner_span(clip, rate_hz) == (start, 10_000)
    for one in models.clips()[:5]:
        assert inner_span(whole := one.load(), RATE_HZ) == (0, len(whole))


def test_a_long_clip_is_cut_in_its_last_pause() -> None:
    rate_hz = 1000
    clip = noise(torch.zeros(31 * rate_hz), 0.1)
    clip[28_600:28_800] = 0  # 0.2 s; another before the last two seconds is not looked at
    clip[27_000:27_500] = 0
    assert len(cut_at_pause(clip, rate_hz)) == pytest.approx(28_700, abs=50)
    assert len(cut_at_pause(clip[: 30 * rate_hz], rate_hz)) == 30_000


def test_a_clip_that_is_no_speech_is_named(asr: Asr) -> None:
    hum = {"en": 0.1 * torch.sin(torch.arange(RATE_HZ) * 0.05)}
    with pytest.raises(SourceError, match="no English speech in the english clip"):
        compare(hum, Echo(), asr, quiet, offsets=(0,))


def test_a_silent_file_is_named(tmp_path: Path) -> None:
    import soundfile

    soundfile.write(tmp_path / "TTS_Chinese_speech.wav", torch.zeros(RATE_HZ).numpy(), RATE_HZ)
    with pytest.raises(SourceError, match=r"TTS_Chinese_speech\.wav: the file is silent"):
        load_clip(tmp_path / "TTS_Chinese_speech.wav", RATE_HZ)
