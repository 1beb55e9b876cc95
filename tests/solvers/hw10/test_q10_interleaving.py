"""Q10: the rules on hand-written numbers, then mixes of real clips on the stand-in codec and a mutant."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import pytest

from questions.quiz import QuizSpec
from solvers.evidence.verdicts import Finding, Outcome
from solvers.hw10.q10_interleaving import SOLVER
from solvers.hw10.q10_interleaving.claims import BlurredAt, Dominant, NearerFrom
from solvers.hw10.q10_interleaving.judge import settled
from solvers.hw10.q10_interleaving.measurements import Measurements, Mix, Offset, PerSpeaker, RandomFirst
from solvers.models.speaker.scale import VoiceScale
from solvers.run.judge import findings_of
from tests.conftest import with_claims

judge = partial(findings_of, SOLVER)
H, F, U = Outcome.HOLDS, Outcome.FAILS, Outcome.UNDETERMINED
SCALE = VoiceScale(halves_a=(0.3, 0.3), halves_b=(-0.3, -0.3), own=0.8, across=0.5)
FRONT_WINS = "JJAAAAAAA"  # k = 0 … 8: whose it is
BACK_WINS = "JJJJJJJAA"


def per(alice: float, james: float) -> PerSpeaker:
    return PerSpeaker(alice=alice, james=james)


BLURRED = {"wer": per(1.0, 1.0), "nat": per(-4.0, -4.0)}  # a split that keeps nobody's words


def mix(split: int, words: str = "-", voice: str = "-", **changes: Any) -> Mix:
    """A mix that is clearly Alice's (A), James's (J) or nobody's (-) in words and in voice."""
    numbers = {
        "wer": {"A": per(0.1, 1.0), "J": per(1.0, 0.1), "-": per(0.9, 0.9)}[words],
        "nat": {"A": per(-0.5, -4.0), "J": per(-4.0, -0.5), "-": per(-4.0, -4.0)}[words],
        "voice_margin": {"A": 0.3, "J": -0.3, "-": 0.0}[voice],
        "mel_db": per(1.0, 1.0),
    }
    return Mix(front="Alice", split=split, transcript="", **numbers | changes)


def offset(
    words: str = FRONT_WINS,
    voice: str | None = None,
    *,
    lesser: Sequence[float] | None = None,
    without_first: tuple[float, float, float, float] | None = None,
    **changes: dict[int, Any],
) -> Offset:
    """Nine mixes by letter. `lesser` sets their lesser error rates instead, `k3={…}` one mix's numbers.

    `without_first`: the error rates with James's layer 0 by Alice's, Alice's by James's, and both by noise;
    the likelihoods say the same.
    """
    mixes = [
        mix(split, words[split], (voice or words)[split], **changes.get(f"k{split}", {}))
        for split in range(9)
    ]
    if lesser is not None:
        mixes = [mix(split, wer=per(wer, 1.5)) for split, wer in enumerate(lesser)]
    of_james, of_alice, noisy_alice, noisy_james = without_first or (1.0, 1.0, 1.0, 1.0)
    mixes[1] = mixes[1].model_copy(update={"wer": per(mixes[1].wer.alice, of_james)})
    if without_first is not None:
        # Of 3.5 nat between said and not said as much is lost as of the words.
        nat = per(mixes[1].nat.alice, -0.5 - 3.5 * min(1.0, of_james))
        mixes[1] = mixes[1].model_copy(update={"nat": nat})
    return Offset(
        n_skipped=0,
        misread=per(0.1, 0.2),
        mixes=tuple(mixes),
        exchanged=(mix(1, wer=per(of_alice, 1.0), nat=per(-0.5 - 3.5 * min(1.0, of_alice), -4.0)),),
        random_first=(
            RandomFirst(kept="Alice", transcript="", wer=noisy_alice),
            RandomFirst(kept="James", transcript="", wer=noisy_james),
        ),
        voices=SCALE,
    )


def judged(spec: QuizSpec, *offsets: Offset, claims: dict[str, Any] | None = None) -> dict[str, Finding]:
    question = with_claims(spec.question("q10"), {name: [claim] for name, claim in (claims or {}).items()})
    found = Measurements(offsets=offsets, original_alice="", original_james="")
    return {option: parts[0] for option, parts in judge(question, found).items()}


def outcomes(spec: QuizSpec, *offsets: Offset, claims: dict[str, Any] | None = None) -> dict[str, Outcome]:
    return {option: finding.outcome for option, finding in judged(spec, *offsets, claims=claims).items()}


def test_a_documented_option_holds_by_its_source_alone(spec: QuizSpec) -> None:
    finding = judged(spec, offset())["A"]
    assert finding.outcome is H
    assert "https://kyutai.org/Moshi.pdf" in finding.reason.en
    assert finding.reason.zh == "公開文獻（Défossez等人）如此記載，見出處。"
    assert finding.comparisons == ()


@pytest.mark.parametrize(
    ("wers", "unintelligible", "converts_well"),
    [
        ((1.0, 0.9, 0.8, 1.2), H, F),
        ((1.0, 0.79, 1.0, 1.0), U, F),  # one of two may still be guessed at
        ((1.0, 0.31, 1.0, 1.0), U, F),
        ((1.0, 0.3, 1.0, 1.0), F, F),  # one counterexample
        ((1.0, 1.0, 0.0, 1.0), H, F),  # random codes are no part of the exercise
        ((1.0, 1.0, 1.0, 0.2), H, F),
        ((0.2, 1.0, 1.0, 1.0), F, F),
        ((0.15, 0.15, 0.0, 0.1), F, H),
        ((0.15, 0.16, 0.0, 0.1), F, U),
        ((0.0, 0.49, 0.0, 0.0), F, U),
        ((0.5, 0.0, 0.0, 0.0), F, F),
        ((0.0, 0.0, 0.0, 0.5), F, H),
        # A codec split like the real one: readable with the other's layer 0, not with noise.
        ((0.0, 0.0, 0.6, 0.6), F, H),
    ],
)
def test_b_and_c_ask_for_both_exchanges_of_layer_0(
    spec: QuizSpec, wers: tuple[float, float, float, float], unintelligible: Outcome, converts_well: Outcome
) -> None:
    found = outcomes(spec, offset(without_first=wers))
    assert (found["B"], found["C"]) == (unintelligible, converts_well)


@pytest.mark.parametrize(
    ("wer", "nat", "lost", "found"),
    [
        # Said is -0.5 nat a token, not said -4. At -0.85 a tenth of that is lost, at -2.95 seven tenths.
        (0.64, -0.85, 0.1, (F, H)),  # a transcript that stops early
        (0.64, -2.95, 0.64, (U, F)),
        (1.0, -2.95, 0.7, (U, F)),
        (1.2, -4.5, 1.0, (H, F)),
        (0.1, -4.0, 0.1, (F, H)),  # every word is heard
    ],
)
def test_what_is_lost_without_layer_0_is_the_lesser_of_words_and_likelihood(
    spec: QuizSpec, wer: float, nat: float, lost: float, found: tuple[Outcome, Outcome]
) -> None:
    swapped = mix(1, wer=per(wer, 1.0), nat=per(nat, -4.0))
    james = mix(1, "J", wer=per(1.0, wer), nat=per(-4.0, nat))
    one = offset()
    one = one.model_copy(update={"mixes": (one.mixes[0], james, *one.mixes[2:]), "exchanged": (swapped,)})
    assert one.lost_without_first == pytest.approx((lost, lost))
    outcome = outcomes(spec, one)
    assert (outcome["B"], outcome["C"]) == found


@pytest.mark.parametrize(
    ("lesser", "outcome"),
    [
        ((0.0, 0.9, 1.0, 0.6, 0.3, 0.2, 0.1, 0.1, 0.0), H),  # the worst
        ((0.0, 0.9, 0.8, 0.6, 0.3, 0.2, 0.1, 0.1, 0.0), H),  # the second worst
        ((0.0, 0.9, 0.8, 0.9, 0.3, 0.2, 0.1, 0.1, 0.0), U),  # the third worst
        ((0.0, 0.9, 0.876, 0.9, 0.3, 0.2, 0.1, 0.1, 0.0), H),  # by less than half a word of twenty
        ((0.0, 0.9, 0.874, 0.9, 0.3, 0.2, 0.1, 0.1, 0.0), U),
        ((0.0, 1.0, 1.0, 1.0, 0.3, 0.2, 0.1, 0.1, 0.0), H),  # worst with others
        ((0.0, 0.5, 0.3, 0.4, 0.3, 0.3, 0.3, 0.3, 0.0), U),  # the median itself
        ((0.0, 0.5, 0.2, 0.4, 0.3, 0.3, 0.3, 0.3, 0.0), F),  # below it
        ((0.5, 0.4, 0.5, 0.1, 0.1, 0.1, 0.1, 0.1, 0.0), U),  # no worse than k = 0
        ((0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0), U),  # nothing is blurred
    ],
)
def test_d_is_a_rank_among_the_nine(spec: QuizSpec, lesser: Sequence[float], outcome: Outcome) -> None:
    # Split 1's error to James comes with `without_first`; 1.5 leaves its lesser error alone.
    found = offset(lesser=lesser, without_first=(1.5, 1.0, 1.0, 1.0))
    assert [round(one, 3) for one in found.lost] == list(lesser)
    assert outcomes(spec, found)["D"] is outcome


def test_d_goes_by_the_likelihood_where_transcripts_slip(spec: QuizSpec) -> None:
    """Read, split 2 has 0.2 as the third worst; of the text's likelihood it has lost second most."""
    wers = (0.0, 0.8, 0.2, 0.3, 0.1, 0.0, 0.0, 0.0, 0.0)
    lost = (0.0, 0.4, 0.2, 0.1, 0.05, 0.0, 0.0, 0.0, 0.0)
    mixes = {
        f"k{split}": {"wer": per(wer, 1.0), "nat": per(-0.5 - 3.5 * gone, -4.0)}
        for split, (wer, gone) in enumerate(zip(wers, lost, strict=True))
        if split
    }
    found = offset(**mixes)
    assert [round(one, 3) for one in found.lost] == [0.0, 0.4, 0.2, 0.1, 0.05, 0.0, 0.0, 0.0, 0.0]
    assert [one.wer.alice for one in found.mixes][1:4] == [0.8, 0.2, 0.3]
    assert outcomes(spec, found)["D"] is H


def test_d_follows_the_split_that_a_claim_names(spec: QuizSpec) -> None:
    found = offset(lesser=(0.0, 0.2, 0.1, 0.9, 0.6, 0.3, 0.3, 0.3, 0.0), without_first=(1.5, 1, 1, 1))
    claims = {"D": BlurredAt(blurred_at=3), "E": BlurredAt(blurred_at=0), "F": BlurredAt(blurred_at=5)}
    assert outcomes(spec, found) | {"D": F} == outcomes(spec, found)
    edited = outcomes(spec, found, claims=claims)
    assert (edited["D"], edited["E"], edited["F"]) == (H, F, U)


@pytest.mark.parametrize(
    ("words", "voice", "e", "f", "g"),
    [
        ("JJAAAAAAA", None, H, H, F),
        ("JJJAAAAAA", None, H, H, F),
        ("JJJJAAAAA", None, F, U, F),  # F asks for k = 3, its counterexamples are 4 to 6
        ("JJJJJAAAA", None, F, F, U),  # G asks for k = 5 too
        ("JJJJJJAAA", None, F, F, H),
        ("JJJJJJJJA", None, F, F, H),
        ("JJAAAAAAA", "JJJJJJJJA", U, U, U),  # words and voice in conflict
        ("JJJJJJJJA", "JJAAAAAAA", U, U, U),
        ("JJAAAA-AA", None, U, U, F),  # nobody's words at one split of many
        ("JJAAAAAAA", "JJAAAA-AA", H, H, F),  # a voice in the neutral third leaves it to the words
        ("JJAAAAA-A", None, U, H, F),  # E goes on to 8, F only to 6
        ("JJ---AJJA", None, F, F, U),
        ("---------", None, U, U, U),
    ],
)
def test_e_f_and_g_ask_for_words_and_voice(
    spec: QuizSpec, words: str, voice: str | None, e: Outcome, f: Outcome, g: Outcome
) -> None:
    found = outcomes(spec, offset(words, voice))
    assert (found["E"], found["F"], found["G"]) == (e, f, g)


@pytest.mark.parametrize(
    ("numbers", "outcome"),
    [
        ({"nat": per(-2.8, -4.0)}, H),  # Alice's text fits by 1.2 / 3.5 = 0.34
        ({"nat": per(-2.9, -4.0)}, U),  # 0.31
        ({"nat": per(-2.0, -3.3)}, H),  # 0.57, less 0.20 of James's: 0.37
        ({"nat": per(-2.0, -3.0)}, U),  # 0.57 less 0.29
        ({"nat": per(-2.8, -6.0)}, H),  # that James's text fits even less says nothing for Alice's
        ({"nat": per(-3.5, -6.0)}, U),
        ({"nat": per(-4.0, -1.0)}, U),
        ({"wer": per(0.6, 0.5)}, H),  # two words of twenty are chance
        ({"wer": per(0.65, 0.5)}, U),  # the transcript says James, the scores Alice
        ({"wer": per(1.4, 1.1)}, H),  # wholly wrong is wholly wrong
        ({"voice_margin": -0.09}, H),  # position -0.30: neutral
        ({"voice_margin": -0.11}, U),  # -0.37: James's
        ({"voice_margin": -0.3}, U),
        ({"wer": per(0.9, 0.8), "nat": per(-4.0, -1.0), "voice_margin": -0.11}, F),
        ({"wer": per(0.9, 0.8), "nat": per(-4.0, -1.0), "voice_margin": 0.0}, U),
    ],
)
def test_the_margins_of_words_and_voice(spec: QuizSpec, numbers: Any, outcome: Outcome) -> None:
    assert outcomes(spec, offset(k5=numbers))["E"] is outcome


def test_references_that_cannot_be_told_apart_leave_it_to_the_words(spec: QuizSpec) -> None:
    same = SCALE.model_copy(update={"across": 0.75})  # a quarter of what own lacks to 1
    found = outcomes(spec, offset().model_copy(update={"voices": same}))
    assert (found["E"], found["F"], found["G"]) == (H, H, U)  # the words decide, and fail nothing alone
    near = {"nat": per(-3.71, -5.0)}  # her text is hardly likelier in Alice's pure decode than in James's
    found = outcomes(spec, offset(k8=near))
    assert (found["E"], found["F"], found["G"]) == (U, U, U)


@pytest.mark.parametrize(
    ("misread", "outcome"),
    # James misread takes nothing from Alice's own scale.
    [(per(0.5, 0.5), H), (per(0.51, 0.0), U), (per(0.0, 0.51), H), (per(1.2, 1.0), U)],
)
def test_words_are_not_a_speakers_whose_pure_decode_is_misread(
    spec: QuizSpec, misread: PerSpeaker, outcome: Outcome
) -> None:
    found = outcomes(spec, offset().model_copy(update={"misread": misread}))
    assert (found["E"], found["F"]) == (outcome, outcome)
    assert found["G"] is (F if outcome is H else U)
    assert found["D"] is U  # D has no use for whose words they are


def test_each_text_is_read_on_a_scale_of_its_own(spec: QuizSpec) -> None:
    """Alice's text is the likelier one in any sound: that alone makes no sound hers."""
    biased = offset(k0={"nat": per(-2.5, -1.0)}, k8={"nat": per(-0.5, -9.0)}, k4={"nat": per(-2.5, -9.0)})
    neither = biased.mixes[4]  # where its lead is 6.5 nat, of 8.5 in her pure decode and -1.5 in James's
    assert (biased.fit(neither, "Alice"), biased.fit(neither, "James")) == (0.0, 0.0)
    assert biased.content(neither.model_copy(update={"wer": per(0.9, 0.9)})) is None
    half = neither.model_copy(update={"nat": per(-2.5, -5.0), "wer": per(0.9, 0.9)})
    assert (biased.fit(half, "Alice"), biased.fit(half, "James")) == (0.0, 0.5)
    assert biased.content(half) == "James"
    assert biased.leads(half, "James").words == 0.5
    assert biased.leads(half, "Alice").words == -0.5
    assert biased.content(half.model_copy(update={"wer": per(0.5, 0.9)})) is None  # it reads as Alice's


def test_any_split_and_speaker_can_be_claimed(spec: QuizSpec) -> None:
    claims = {
        "B": NearerFrom(nearer_from=2, speaker="Alice"),
        "C": NearerFrom(nearer_from=1, speaker="Alice"),
        "D": NearerFrom(nearer_from=8, speaker="Alice"),
        "E": NearerFrom(nearer_from=3, speaker="James"),
        "F": Dominant(dominant="back"),
        "G": Dominant(dominant="front"),
    }
    expected = {"A": H, "B": H, "C": F, "D": H, "E": F, "F": F, "G": H}
    assert outcomes(spec, offset(FRONT_WINS), claims=claims) == expected
    flipped = {"A": H, "B": F, "C": F, "D": H, "E": F, "F": H, "G": F}
    assert outcomes(spec, offset(BACK_WINS), claims=claims) == flipped


def test_offsets_that_disagree_decide_nothing_and_say_so(spec: QuizSpec) -> None:
    front, back = offset(FRONT_WINS), offset(BACK_WINS)
    found = judged(spec, *[front] * 15, back)
    assert [found[option].outcome for option in "EFG"] == [U, U, U]
    assert found["F"].reason.en == (
        "The 16 offsets do not agree well enough: holds at 15, fails at 1, open at 0."
    )
    assert found["F"].reason.zh == "16 個起點位移的結論不夠一致：成立 15、不成立 1、未定 0。"
    assert [finding.outcome for finding in judged(spec, *[front] * 16).values()][4:] == [H, H, F]


@pytest.mark.parametrize(("n_open", "expected"), [(2, H), (3, U)])
def test_some_open_offsets_of_many_leave_the_decision(spec: QuizSpec, n_open: int, expected: Outcome) -> None:
    front, nobodys = offset(FRONT_WINS), offset("JJJ------")
    found = judged(spec, *[nobodys] * n_open, *[front] * (16 - n_open))
    assert [found[option].outcome for option in "EF"] == [expected, expected]
    assert f"holds at {16 - n_open}, fails at 0, open at {n_open}" in found["E"].measured.en
    assert found["E"].threshold.en.endswith("; so at 14 of 16 offsets, the contrary at none")


NOTHING_LEFT = (1.0, 1.0, 1.0, 1.0)  # without layer 0, of the words and of their likelihood


def said(one: Offset, n_words: int = 20) -> Offset:
    """An offset whose pure decodes are read as so many words."""
    mixes = [mix.model_copy(update={"transcript": "word " * n_words}) for mix in one.mixes]
    return one.model_copy(update={"mixes": tuple(mixes)})


def test_a_clear_case_ends_after_the_first_round(spec: QuizSpec) -> None:
    """Nothing is understood without layer 0 (B, C, D) and the front wins by far (E, F, G)."""
    clear = said(offset(without_first=NOTHING_LEFT, k2=BLURRED))
    assert settled(spec.question("q10"), [clear] * 4)
    assert not settled(spec.question("q10"), [clear] * 3)
    found = judged(spec, *[clear] * 4)
    assert [finding.outcome for finding in found.values()] == [H, H, F, H, H, H, F]
    assert found["B"].threshold.en.endswith(
        "; so at 4 of 4 offsets, the contrary at none, by at least 1.5 times their range"
    )


def test_a_contested_case_takes_all_offsets(spec: QuizSpec) -> None:
    clear, back = said(offset(without_first=NOTHING_LEFT, k2=BLURRED)), said(offset(BACK_WINS))
    question = spec.question("q10")
    for n_offsets in (4, 8, 16):
        assert not settled(question, [back, *[clear] * (n_offsets - 1)])


def test_few_words_leave_error_rates_no_room(spec: QuizSpec) -> None:
    """0.2 above the bound is a word of five, and the clip may have been heard so by chance."""
    question = spec.question("q10")
    assert not settled(question, [said(offset(without_first=NOTHING_LEFT, k2=BLURRED), n_words=5)] * 4)
    assert settled(question, [said(offset(without_first=NOTHING_LEFT, k2=BLURRED), n_words=5)] * 8)


def test_what_the_first_round_decides_does_not_hang_on_later_transcripts(spec: QuizSpec) -> None:
    clear = offset(without_first=NOTHING_LEFT, k2=BLURRED)
    later = judged(spec, *[said(clear)] * 4, *[said(clear, n_words=1)] * 4)
    assert "4 of 4" in later["B"].threshold.en


def test_a_finding_shows_the_offset_that_came_nearest_to_its_bounds(spec: QuizSpec) -> None:
    found = judged(spec, offset(), offset(k4={"nat": per(-2.8, -4.0)}), offset())["F"]
    assert found.outcome is H
    assert [one.quantity.en for one in found.comparisons] == [
        "start offsets at which it holds",
        "lead of Alice's words at k = 4",
        "Alice's WER lead at k = 4",
        "Alice's voice position at k = 4",
    ]
    assert [round(one.margin, 3) for one in found.comparisons] == [0, 0.01, 1.0, 1.333]
    assert found.measured.en.endswith("(the weakest of 3 offsets; holds at 3, fails at 0, open at 0)")


def test_what_fails_shows_the_counterexample(spec: QuizSpec) -> None:
    found = judged(spec, offset(BACK_WINS))["E"]
    assert all(one.met for one in found.comparisons)
    assert found.comparisons[1].quantity.en.startswith("lead of James's words at k = ")
    assert "nearer to James" in found.reason.en
