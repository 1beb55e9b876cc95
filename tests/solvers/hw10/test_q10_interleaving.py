"""Q10: the rules on hand-written numbers, then mixes of real clips on the stand-in codec and a mutant."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import pytest
import torch

from questions.common.errors import SourceError
from questions.quiz import QuizSpec
from reports.hw10.q10_interleaving import CARD
from solvers.audio.sound_files import load_sound
from solvers.evidence.verdicts import Finding, Outcome
from solvers.hw10.models.codec import Codec
from solvers.hw10.q10_interleaving import SOLVER
from solvers.hw10.q10_interleaving import measure as q10_interleaving
from solvers.hw10.q10_interleaving.claims import BlurredAt, Dominant, NearerFrom
from solvers.hw10.q10_interleaving.measure import Ears, Recipe, hear, interleave
from solvers.hw10.q10_interleaving.measure import mix as mix_codes
from solvers.hw10.q10_interleaving.measurements import Measurements, Mix, Offset, PerSpeaker, RandomFirst
from solvers.hw10.resources.codec_weights import RESOURCE as CODEC_WEIGHTS
from solvers.hw10.standin import STANDIN_AUDIO
from solvers.models.speaker.scale import VoiceScale
from solvers.models.whisper.asr import Asr
from solvers.resources.resource import Setup
from solvers.resources.speaker_weights import RESOURCE as SPEAKER_WEIGHTS
from solvers.run.catalog import Pack
from solvers.run.judge import findings_of
from solvers.run.pool import ResourcePool
from tests.conftest import with_claims

judge = partial(findings_of, SOLVER)
H, F, U = Outcome.HOLDS, Outcome.FAILS, Outcome.UNDETERMINED
SCALE = VoiceScale(halves_a=(0.3, 0.3), halves_b=(-0.3, -0.3), own=0.8, across=0.5)
FRONT_WINS = "JJAAAAAAA"  # k = 0 … 8: whose it is
BACK_WINS = "JJJJJJJAA"


def per(alice: float, james: float) -> PerSpeaker:
    return PerSpeaker(alice=alice, james=james)


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
    assert "https://kyutai.org/Moshi.pdf" in finding.reason.zh
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
    assert [round(one.lesser_wer, 3) for one in found.mixes] == list(lesser)
    assert outcomes(spec, found)["D"] is outcome


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


@pytest.mark.parametrize(("n_open", "expected"), [(3, H), (4, U)])
def test_some_open_offsets_of_many_leave_the_decision(spec: QuizSpec, n_open: int, expected: Outcome) -> None:
    front, nobodys = offset(FRONT_WINS), offset("JJJ------")
    found = judged(spec, *[front] * (16 - n_open), *[nobodys] * n_open)
    assert [found[option].outcome for option in "EF"] == [expected, expected]
    assert f"holds at {16 - n_open}, fails at 0, open at {n_open}" in found["E"].measured
    assert found["E"].threshold.endswith("; so at 13 of 16 offsets, the contrary at none")


def test_a_finding_shows_the_offset_that_came_nearest_to_its_bounds(spec: QuizSpec) -> None:
    found = judged(spec, offset(), offset(k4={"nat": per(-2.8, -4.0)}), offset())["F"]
    assert found.outcome is H
    assert [one.quantity for one in found.comparisons] == [
        "lead of Alice's words at k = 4",
        "Alice's WER lead at k = 4",
        "Alice's voice position at k = 4",
    ]
    assert [round(one.margin, 3) for one in found.comparisons] == [0.01, 1.0, 1.333]
    assert found.measured.endswith("(the weakest of 3 offsets; holds at 3, fails at 0, open at 0)")


def test_what_fails_shows_the_counterexample(spec: QuizSpec) -> None:
    found = judged(spec, offset(BACK_WINS))["E"]
    assert all(one.met for one in found.comparisons)
    assert found.comparisons[0].quantity.startswith("lead of James's words at k = ")
    assert "nearer to James" in found.reason.en


# The stand-in codec, Whisper and the speaker encoder on the first four seconds of the two real clips.

N_FRAMES = 50


class Reversed(Codec):
    """The codec with its eight layers in the reverse order: what decides most comes last."""

    def encode(self, audio: torch.Tensor, n_codebooks: int | None = None) -> torch.Tensor:
        return super().encode(audio, n_codebooks).flip(1)

    def decode(self, codes: torch.Tensor) -> torch.Tensor:
        return super().decode(codes.flip(1))


@pytest.fixture(scope="module")
def ears(pack: Pack) -> Ears:
    pool = ResourcePool(Setup(models="standin"), pack)
    return Ears(pool.get(CODEC_WEIGHTS), Asr.load("package:tiny.en"), pool.get(SPEAKER_WEIGHTS))


@pytest.fixture(scope="module")
def clips(ears: Ears) -> tuple[torch.Tensor, torch.Tensor]:
    alice, james = (
        load_sound(STANDIN_AUDIO / f"{name}.flac", ears.codec.sample_rate_hz)[: N_FRAMES * 1920]
        for name in ("Alice", "James")
    )
    return alice, james


@pytest.fixture(scope="module")
def measured(ears: Ears, clips: tuple[torch.Tensor, torch.Tensor]) -> Any:
    steps: list[float] = []
    found = interleave(*clips, ears, 0, lambda _step, fraction: steps.append(fraction), n_offsets=1)
    assert steps == [0.0, 0.0]
    return found


def test_on_the_standin_the_front_layers_decide(spec: QuizSpec, measured: Any) -> None:
    (found,) = measured.numbers.offsets
    assert [one.split for one in found.mixes] == list(range(9))
    assert [(one.front, one.split) for one in found.exchanged] == [("James", split) for split in range(1, 8)]
    # The pure decodes are their own references.
    assert (found.mixes[0].wer.james, found.mixes[8].wer.alice) == (0.0, 0.0)
    assert (found.mixes[0].mel_db.james, found.mixes[8].mel_db.alice) == (0.0, 0.0)
    assert found.voices.apart
    assert [found.voice(one) for one in (found.mixes[0], found.mixes[8])] == ["James", "Alice"]
    result = {
        option: parts[0].outcome for option, parts in judge(spec.question("q10"), measured.numbers).items()
    }
    assert (result["E"], result["F"], result["G"]) == (H, H, F)
    assert result["C"] is F  # without layer 0 it certainly does not convert well


def test_the_sounds_and_tables_of_the_card(spec: QuizSpec, measured: Any) -> None:
    names = [*(f"split_{split}" for split in range(9)), "original_alice", "original_james"]
    assert [sound.name for sound in measured.sounds] == names == list(CARD.sound_labels)
    assert all(sound.transcript for sound in measured.sounds)
    assert {len(sound.samples) for sound in measured.sounds} == {N_FRAMES * 1920}
    raw = measured.numbers.model_dump(mode="json")
    first = measured.numbers.offsets[0]
    built = CARD.tables(spec.question("q10"), raw)
    assert [len(table.rows) for table in built] == [9, 7, 16, 4, 1]
    assert all(len(row) == len(table.columns) for table in built for row in table.rows)
    assert built[2].rows[8] == ("Alice", "8", first.mixes[8].transcript.strip())
    assert built[2].rows[9] == ("James", "1", first.exchanged[0].transcript.strip())
    crossings = built[4].rows[0]
    assert crossings[0] == "0"
    assert crossings[1:4] == tuple(
        f"{one:.2f}" for one in (first.misread.alice, first.misread.james, first.voices.gap_share)
    )
    assert crossings[12] == "A/A"


def test_mutant_exchanged_roles_flip_e(spec: QuizSpec, measured: Any) -> None:
    """James in front: from k = 3 on it is James whom the mixes are nearer to."""
    (found,) = measured.numbers.offsets
    exchanged = found.model_copy(update={"mixes": (found.mixes[0], *found.exchanged, found.mixes[8])})
    mutant = measured.numbers.model_copy(update={"offsets": (exchanged,)})
    result = {option: parts[0].outcome for option, parts in judge(spec.question("q10"), mutant).items()}
    assert (result["E"], result["F"]) == (F, F)


def test_mutant_reversed_layers_flip_f_and_g(
    spec: QuizSpec, ears: Ears, clips: tuple[torch.Tensor, torch.Tensor], measured: Any
) -> None:
    mutant = Ears(Reversed(ears.codec.model, ()), ears.asr, ears.voices)
    codes = mutant.codec.encode(torch.stack(clips)[:, None], 8)
    recipes = (*q10_interleaving.PLAIN, q10_interleaving.FIRST_OF_JAMES)
    mixture = mix_codes(codes, torch.zeros(1, codes.shape[2], dtype=torch.int64), recipes, mutant.codec, 0)
    originals = {"Alice": measured.numbers.original_alice, "James": measured.numbers.original_james}
    numbers = measured.numbers.model_copy(update={"offsets": tuple(hear([mixture], originals, mutant))})
    result = {option: parts[0].outcome for option, parts in judge(spec.question("q10"), numbers).items()}
    assert (result["F"], result["G"]) == (F, H)
    assert result["E"] is F
    assert result["B"] is F  # layer 0 is now the least of them: without it all is understood


def test_recipes_take_the_layers_that_the_contract_names() -> None:
    of = {"Alice": torch.full((8, 2), 1), "James": torch.full((8, 2), 2)}
    noise = torch.full((1, 2), 9)

    def layers(recipe: Recipe) -> list[int]:
        return recipe.codes(of, noise)[:, 0].tolist()  # type: ignore[arg-type]

    assert layers(Recipe("Alice", 0)) == [2] * 8
    assert layers(Recipe("Alice", 3)) == [1, 1, 1, 2, 2, 2, 2, 2]
    assert layers(Recipe("James", 1)) == [2] + [1] * 7
    assert layers(Recipe("Alice", 8)) == [1] * 8
    assert layers(Recipe("James", 8, randomised=True)) == [9] + [2] * 7
    assert [recipe.split for recipe in q10_interleaving.PLAIN] == list(range(9))


def test_clips_too_short_for_thirds_are_refused(ears: Ears) -> None:
    short = torch.randn(24 * 1920) * 0.1
    with pytest.raises(SourceError, match="The clips have 24 frames; at least 25 are needed"):
        interleave(short, short, ears, 0, lambda *_: None, n_offsets=1)


def test_the_contract_asks_for_16_offsets_through_one_frame() -> None:
    assert q10_interleaving.N_OFFSETS * q10_interleaving.OFFSET_STEP == 1920
