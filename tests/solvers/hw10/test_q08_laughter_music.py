"""Q8: judged by hand-written numbers, by mutants on real sounds, and run on the stand-in codec."""

from collections.abc import Sequence
from functools import partial

import pytest
import torch
from torch import Tensor

from questions.quiz import AnyQuestion, Basis, QuizSpec
from reports.hw10.q08_laughter_music import CARD
from solvers.audio.quality import Score, UndefinedMetricError
from solvers.evidence.verdicts import Outcome
from solvers.hw10.models.codec import Codec
from solvers.hw10.q08_laughter_music import SOLVER
from solvers.hw10.q08_laughter_music.claims import Because, Implies
from solvers.hw10.q08_laughter_music.length import MIN_SLOPE, Window, cut, slope
from solvers.hw10.q08_laughter_music.measure import compare
from solvers.hw10.q08_laughter_music.measurements import AtOffset, Measurements
from solvers.hw10.round_trip import load_clip
from solvers.hw10.standin import STANDIN_AUDIO, STANDIN_CODEC
from solvers.hw10.standin.codec import StandinCodecModel
from solvers.run.judge import findings_of
from tests.conftest import with_claims
from tests.solvers.hw10.echo import RATE_HZ, Echo, noise

judge = partial(findings_of, SOLVER)
H, F, U = Outcome.HOLDS, Outcome.FAILS, Outcome.UNDETERMINED
Numbers = tuple[float, float, float | None]  # log-mel, STFT, PESQ-WB
BETTER: Numbers = (0.5, 1.0, 3.0)
WORSE: Numbers = (2.0, 4.0, 1.5)
MUSIC_WORST = {"A": [F, U], "B": [F, U], "C": [H, H], "D": [H, F]}
LAUGHTER_WORST = {"A": [H, U], "B": [H, U], "C": [F, F], "D": [F, F]}
OPEN = {"A": [U, U], "B": [U, U], "C": [U, U], "D": [U, F]}


def decodes(rows: Sequence[Numbers]) -> tuple[AtOffset, ...]:
    rows = rows * (16 // len(rows))
    return tuple(
        AtOffset(
            offset_samples=120 * i,
            log_mel=Score(value=log_mel),
            stft=Score(value=stft),
            pesq_wb=Score(missing="PESQ finds no utterance in the original")
            if pesq is None
            else Score(value=pesq),
        )
        for i, (log_mel, stft, pesq) in enumerate(rows)
    )


def windows(*log_mel_slopes: float, stft_slope: float = 0.0) -> tuple[Window, ...]:
    return tuple(
        Window(
            start_s=0.1 * i,
            log_mel=(1.0, 1.0 + one, 1.0 + 2 * one),
            stft=(1.0, 1.0 + stft_slope, 1.0 + 2 * stft_slope),
        )
        for i, one in enumerate(log_mel_slopes)
    )


def measured(
    laughter: Sequence[Numbers], music: Sequence[Numbers], cuts: tuple[Window, ...] | None = None
) -> Measurements:
    return Measurements(
        n_codebooks=32,
        duration_s={"laughter": 3.0, "music": 9.0},
        clips={"laughter": decodes(laughter), "music": decodes(music)},
        windows=windows(*[0.0] * 6) if cuts is None else cuts,
        no_windows="the clip lasts 5.00 s" if cuts == () else "",
    )


def judged(spec: QuizSpec, found: Measurements) -> dict[str, list[Outcome]]:
    findings = judge(spec.question("q08"), found)
    return {option: [finding.outcome for finding in parts] for option, parts in findings.items()}


@pytest.mark.parametrize(
    ("laughter", "music", "expected"),
    [
        ([BETTER], [WORSE], MUSIC_WORST),
        ([WORSE], [BETTER], LAUGHTER_WORST),
        ([BETTER], [BETTER], OPEN),  # equal in all: nobody votes
        ([BETTER], [(2.0, 4.0, 3.5)], OPEN),  # PESQ says the other
        ([BETTER], [(2.0, 0.5, 1.5)], OPEN),  # the STFT does
        ([BETTER], [(0.2, 4.0, 1.5)], OPEN),  # the log-mel does
        ([BETTER], [(2.0, 4.0, 3.0)], OPEN),  # PESQ has no say
        ([BETTER], [(2.0, 4.0, None)], OPEN),  # PESQ is missing
        ([(0.5, 1.0, None)], [WORSE], OPEN),
        ([BETTER] * 15 + [WORSE], [WORSE] * 15 + [BETTER], OPEN),  # one offset says the other
        ([BETTER], [WORSE] * 15 + [(2.0, 4.0, 3.5)], OPEN),  # at one offset PESQ dissents
    ],
)
def test_three_votes_at_every_offset(
    spec: QuizSpec,
    laughter: Sequence[Numbers],
    music: Sequence[Numbers],
    expected: dict[str, list[Outcome]],
) -> None:
    assert judged(spec, measured(laughter, music)) == expected


def test_no_agreement_names_which_metric_backs_which(spec: QuizSpec) -> None:
    finding = judge(spec.question("q08"), measured([BETTER], [(2.0, 4.0, 3.5)]))["C"][0]
    assert "log-mel names music 16 times, laughter 0 times" in finding.reason.en
    assert "multi-resolution STFT names music 16 times" in finding.reason.en
    assert "PESQ-WB names music 0 times, laughter 16 times" in finding.reason.en
    assert "PESQ-WB 指音樂 0 次、笑聲 16 次" in finding.reason.zh
    assert [one.met for one in finding.comparisons] == [True, True, False]


def test_a_missing_vote_is_named(spec: QuizSpec) -> None:
    finding = judge(spec.question("q08"), measured([(0.5, 1.0, None)], [WORSE]))["C"][0]
    assert finding.reason.en.endswith("Votes are missing: laughter: PESQ finds no utterance in the original.")
    assert len(finding.comparisons) == 2


def test_votes_carry_their_differences(spec: QuizSpec) -> None:
    findings = judge(spec.question("q08"), measured([BETTER], [WORSE, (2.2, 4.0, 1.5)]))
    log_mel, stft, pesq = findings["C"][0].comparisons
    assert (log_mel.value, log_mel.interval) == (pytest.approx(1.6), pytest.approx((1.5, 1.7)))
    assert (stft.value, pesq.value, pesq.unit) == (3.0, 1.5, "MOS")
    assert [one.value for one in findings["A"][0].comparisons] == pytest.approx([-1.6, -3.0, -1.5])


@pytest.mark.parametrize(
    ("cuts", "outcome"),
    [
        (windows(*[0.06] * 6, stft_slope=0.2), H),
        (windows(*[MIN_SLOPE / 2] * 6, stft_slope=-0.3), F),
        (windows(*[0.0] * 6, stft_slope=0.0), F),
        (windows(*[-0.5] * 6, stft_slope=-0.5), F),  # the shorter the worse is not the claim either
        (windows(*[0.2] * 6, stft_slope=0.0), U),  # the distances disagree
        (windows(0.0, 0.2, 0.0, 0.2, 0.0, 0.0, stft_slope=0.0), U),  # the interval crosses the bound
        (windows(0.2), U),
        ((), U),
    ],
)
def test_long_duration_by_the_slope(spec: QuizSpec, cuts: tuple[Window, ...], outcome: Outcome) -> None:
    finding = judge(spec.question("q08"), measured([BETTER], [WORSE], cuts))["D"][1]
    assert finding.outcome is outcome
    assert all(one.interval is not None for one in finding.comparisons)


@pytest.mark.parametrize(("distances", "outcome"), [((0.0, 0.0, 0.125), H), ((0.0, 0.0, 0.0625), F)])
def test_a_slope_at_the_bound_fails(
    spec: QuizSpec, monkeypatch: pytest.MonkeyPatch, distances: tuple[float, float, float], outcome: Outcome
) -> None:
    monkeypatch.setattr("solvers.hw10.q08_laughter_music.length.MIN_SLOPE", 0.03125)  # exact in binary
    cuts = (Window(start_s=0.0, log_mel=distances, stft=distances),)
    assert judge(spec.question("q08"), measured([BETTER], [WORSE], cuts))["D"][1].outcome is outcome


def test_the_slope_is_that_of_least_squares() -> None:
    # log2 of 2, 4, 8 is 1, 2, 3: slope = Σ(x − 2)(y − ȳ) / Σ(x − 2)² = (y3 − y1) / 2.
    assert slope((1.0, 9.0, 2.0)) == 0.5


def test_a_clip_too_short_for_cuts_says_so(spec: QuizSpec) -> None:
    finding = judge(spec.question("q08"), measured([BETTER], [WORSE], ()))["D"][1]
    assert finding.reason.en == "What length does could not be measured: the clip lasts 5.00 s."


def test_judgements_stay_open_whatever_is_measured(spec: QuizSpec) -> None:
    for found in (measured([BETTER], [WORSE]), measured([WORSE], [BETTER])):
        for option in ("A", "B"):
            finding = judge(spec.question("q08"), found)[option][1]
            assert finding.outcome is U
            assert finding.reason.en.startswith("No measurement decides this explanation")
            assert finding.reason.zh.startswith("沒有測量能決定這個解釋")


FOLLOWS = Implies(implies="may_be_hard_for_later_models")


def with_basis(question: AnyQuestion, option_id: str, *bases: Basis) -> AnyQuestion:
    """The question with other grounds in one option's parts."""
    options = tuple(
        option.model_copy(
            update={
                "all": tuple(
                    part.model_copy(update={"basis": basis})
                    for part, basis in zip(option.parts, bases, strict=True)
                )
            }
        )
        if option.id == option_id
        else option
        for option in question.options
    )
    return question.model_copy(update={"options": options})


def test_the_consequence_follows_its_own_options_premise(spec: QuizSpec) -> None:
    worst = spec.question("q08").option("A").parts[0].claim
    entailed = with_basis(spec.question("q08"), "A", Basis.MEASURED, Basis.ENTAILED)
    question = with_claims(entailed, {"A": [worst, FOLLOWS]})
    holds, fails = judge(question, measured([WORSE], [BETTER])), judge(question, measured([BETTER], [WORSE]))
    assert [holds["A"][1].outcome, fails["A"][1].outcome] == [H, F]
    assert holds["A"][1].measured == holds["A"][0].measured
    assert holds["A"][1].reason.en == "The premise holds, and with it what follows from it."
    # Whatever the premise is about.
    other = with_claims(spec.question("q08"), {"C": [Because(because="long_duration"), FOLLOWS]})
    for cuts, outcome in ((windows(*[0.06] * 6, stft_slope=0.2), H), (windows(*[0.0] * 6), F), ((), U)):
        premise, entailment = judge(other, measured([BETTER], [WORSE], cuts))["C"]
        assert premise.outcome is entailment.outcome is outcome


def test_a_consequence_without_a_premise_stays_open(spec: QuizSpec) -> None:
    """Neither itself nor a judgement is a premise."""
    because = Because(because="only_for_speech")
    judgement = with_basis(spec.question("q08"), "B", Basis.JUDGEMENT, Basis.ENTAILED)
    alone = with_basis(spec.question("q08"), "B", Basis.ENTAILED, Basis.ENTAILED)
    for question in (judgement, alone):
        finding = judge(with_claims(question, {"B": [because, FOLLOWS]}), measured([BETTER], [WORSE]))["B"][1]
        assert finding.outcome is U
        assert finding.reason.en == "The option has no other part to follow from."


def test_a_consequence_that_is_called_measured_is_never_decided(spec: QuizSpec) -> None:
    question = with_basis(spec.question("q08"), "C", Basis.MEASURED, Basis.MEASURED)
    finding = judge(question, measured([BETTER], [WORSE]))["C"][1]
    assert finding.outcome is U
    assert finding.reason.en.endswith("give it the basis 'entailed' in the spec.")


def quiet(_step: str, _fraction: float) -> None:
    pass


@pytest.fixture(scope="module")
def clips() -> dict[str, Tensor]:
    return {name: load_clip(STANDIN_AUDIO / f"{name}.flac", RATE_HZ) for name in ("laughter", "music")}


@pytest.fixture
def fewer_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("solvers.hw10.q08_laughter_music.length.N_WINDOWS", 2)


def louder_noise(laughter: float, music: float) -> Echo:
    """A codec that adds noise of one level to clips under 4 s, of another to longer ones."""
    return Echo(lambda rows: rows + noise(rows, laughter if rows.shape[1] < 4 * RATE_HZ else music))


def test_mutant_that_degrades_the_music_flips_it(spec: QuizSpec, clips: dict[str, Tensor]) -> None:
    short = clips | {"music": clips["music"][: 5 * RATE_HZ]}  # so no cuts
    found = compare(short, louder_noise(0.1, 0.001), quiet, offsets=(0, 960)).numbers
    assert isinstance(found, Measurements)
    assert {option: parts[0] for option, parts in judged(spec, found).items()} == {
        "A": H, "B": H, "C": F, "D": F,
    }  # fmt: skip
    flipped = compare(short, louder_noise(0.001, 0.1), quiet, offsets=(0, 960)).numbers
    assert {option: parts[0] for option, parts in judged(spec, flipped).items()} == {
        "A": F, "B": F, "C": H, "D": H,
    }  # fmt: skip


@pytest.mark.usefixtures("fewer_windows")
def test_a_codec_that_tires_of_long_sounds_is_found_out(clips: dict[str, Tensor], spec: QuizSpec) -> None:
    def tiring(rows: Tensor) -> Tensor:
        return rows + noise(rows, 0.002 * rows.shape[1] / RATE_HZ)

    steady = cut(clips["music"], Echo(lambda rows: rows + noise(rows, 0.01)))
    tired = cut(clips["music"], Echo(tiring))
    for found, outcome in ((steady, F), (tired, H)):
        finding = judge(spec.question("q08"), measured([BETTER], [WORSE], found))["D"][1]
        assert finding.outcome is outcome
    perfect = cut(clips["music"], Echo())
    assert {value for window in perfect for value in (*window.log_mel, *window.stft)} == {0.0}


def test_cuts_need_a_little_more_than_eight_seconds(clips: dict[str, Tensor]) -> None:
    exactly = clips["music"][: 8 * RATE_HZ]
    with pytest.raises(UndefinedMetricError, match=r"lasts 8\.00 s, and several cuts of 8 s need 8\.0[23] s"):
        cut(exactly, Echo())


def test_a_short_music_file_leaves_only_the_length_open(spec: QuizSpec, clips: dict[str, Tensor]) -> None:
    short = clips | {"music": clips["music"][: 5 * RATE_HZ]}
    found = compare(short, louder_noise(0.001, 0.1), quiet, offsets=(0,)).numbers
    assert judged(spec, found) == MUSIC_WORST | {"D": [H, U]}


@pytest.mark.usefixtures("fewer_windows")
def test_on_the_standin_codec(spec: QuizSpec, clips: dict[str, Tensor]) -> None:
    codec = Codec(StandinCodecModel.from_pretrained(STANDIN_CODEC, dtype=torch.float32), ())
    result = compare(clips, codec, quiet, offsets=(960,))
    found = Measurements.model_validate_json(result.numbers.model_dump_json())
    assert found == result.numbers
    assert judged(spec, found) == MUSIC_WORST
    assert [sound.name for sound in result.sounds] == [
        "laughter_original", "laughter_decoded", "music_original", "music_decoded",
    ]  # fmt: skip
    shown = CARD.tables(spec.question("q08"), found.model_dump(mode="json"))
    assert [len(table.rows) for table in shown] == [2, 1, 2]
    for table in shown:
        assert {len(row) for row in table.rows} == {len(table.columns)}
