"""Q10 measured: on the stand-in codec, with Whisper and the speaker encoder; mutants flip its verdicts."""

from typing import Any

import pytest
import torch

from questions.common.errors import SourceError
from questions.quiz import QuizSpec
from reports.hw10.q10_interleaving import CARD
from solvers.audio.sound_files import load_sound
from solvers.evidence.verdicts import Outcome
from solvers.hw10.models.codec import Codec
from solvers.hw10.q10_interleaving import measure as q10_interleaving
from solvers.hw10.q10_interleaving.measure import Ears, Recipe, hear, interleave
from solvers.hw10.q10_interleaving.measure import mix as mix_codes
from solvers.hw10.resources.codec_weights import RESOURCE as CODEC_WEIGHTS
from solvers.hw10.standin import STANDIN_AUDIO
from solvers.models.whisper.asr import Asr
from solvers.resources.resource import Setup
from solvers.resources.speaker_weights import RESOURCE as SPEAKER_WEIGHTS
from solvers.run.catalog import Pack
from solvers.run.pool import ResourcePool
from tests.solvers.hw10.test_q10_interleaving import judge

H, F = Outcome.HOLDS, Outcome.FAILS

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
    return Ears(pool.get(CODEC_WEIGHTS), Asr.load("package:base"), pool.get(SPEAKER_WEIGHTS))


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
    assert [len(table.rows) for table in built] == [9, 7, 2 + 16, 4, 1]  # the originals, then the mixes
    assert all(len(row) == len(table.columns) for table in built for row in table.rows)
    assert built[2].rows[2 + 8] == ("Alice", "8", first.mixes[8].transcript.strip())
    assert built[2].rows[2 + 9] == ("James", "1", first.exchanged[0].transcript.strip())
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
