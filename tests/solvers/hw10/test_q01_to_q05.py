"""Q1 to Q5 on real Mimi models of small width, and on mutants that must flip their verdicts."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import soundfile
import torch

from questions.quiz import AnyQuestion, QuizSpec
from solvers.evidence.verdicts import Finding, Findings, Outcome
from solvers.hw10 import q01_token_shapes, q02_frame_count, q03_code_axes, q04_code_dtype, q05_codebook_vector
from solvers.hw10.models.codec import Codec, architecture_source, random_mimi
from solvers.hw10.q01_token_shapes import Shapes
from solvers.hw10.q02_frame_count import Frames
from solvers.hw10.q04_code_dtype import DtypeKind
from solvers.hw10.q05_codebook_vector import FirstFive
from solvers.hw10.resources.architecture import RESOURCE as ARCHITECTURE
from solvers.resources.resource import Setup
from solvers.run.catalog import Pack
from solvers.run.judge import findings_of
from solvers.run.pool import ResourcePool
from solvers.run.session import Session
from tests.conftest import small_mimi, with_claims

H, F, U = Outcome.HOLDS, Outcome.FAILS, Outcome.UNDETERMINED


class Altered(Codec):
    """A real codec whose codes are changed on the way out."""

    def __init__(self, model: Any, change: Callable[[torch.Tensor], torch.Tensor]) -> None:
        super().__init__(model, ())
        self.change = change

    def encode(self, audio: torch.Tensor, n_codebooks: int | None = None) -> torch.Tensor:
        return self.change(super().encode(audio, n_codebooks))


def judge(module: Any, question: AnyQuestion, found: Any) -> Findings:
    """By the module's solver."""
    return findings_of(module.SOLVER, question, found)


def outcomes(findings: Any) -> dict[str, list[Outcome]]:
    return {option: [finding.outcome for finding in parts] for option, parts in findings.items()}


def every(findings: Any) -> set[Outcome]:
    return {finding.outcome for parts in findings.values() for finding in parts}


def shapes(codec: Codec) -> q01_token_shapes.Measurements:
    return q01_token_shapes.Measurements(
        exact=tuple(
            q01_token_shapes.encode_noise(codec, clip, duration_s, seed=0)
            for clip, duration_s in q01_token_shapes.CLIPS.items()
        )
    )


def test_q1_two_and_four_seconds_give_25_and_50_frames(spec: QuizSpec, mimi: Codec) -> None:
    found = shapes(mimi)
    assert [clip.shape for clip in found.exact] == [(1, 32, 25), (1, 32, 50)]
    judged = judge(q01_token_shapes, spec.question("q01"), found)
    assert outcomes(judged) == {"A": [F], "B": [H], "C": [F], "D": [F]}
    assert judged["B"][0].measured.en == "clip_2s [1, 32, 25], clip_4s [1, 32, 50]"
    assert judged["B"][0].also_rests_on == ()


def test_q1_mutant_of_another_frame_rate_flips_it(spec: QuizSpec) -> None:
    faster = small_mimi(upsampling_ratios=[8, 6, 5, 2])
    found = shapes(faster)
    assert found.exact[0].shape == (1, 32, 50)
    assert outcomes(judge(q01_token_shapes, spec.question("q01"), found))["B"] == [F]
    assert not faster.sources[0].genuine
    assert faster.sources[0].note.startswith("differs from Mimi in ")


def test_q1_one_wrong_shape_of_two_fails_the_option(spec: QuizSpec, mimi: Codec) -> None:
    half = with_claims(spec.question("q01"), {"A": [Shapes(shape_2s=(1, 32, 25), shape_4s=(1, 32, 51))]})
    assert outcomes(judge(q01_token_shapes, half, shapes(mimi)))["A"] == [F]


def clip(name: str, file: str, shape: tuple[int, ...]) -> q01_token_shapes.ClipShape:
    return q01_token_shapes.ClipShape(clip=name, file=file, n_samples=1, shape=shape)


def test_q1_follows_the_courses_own_files_where_they_differ(spec: QuizSpec, mimi: Codec) -> None:
    files = (clip("clip_2s", "2sAudio.wav", (1, 32, 26)), clip("clip_4s", "4sAudio.wav", (1, 32, 50)))
    found = shapes(mimi).model_copy(update={"files": files})
    judged = judge(q01_token_shapes, spec.question("q01"), found)
    assert outcomes(judged)["B"] == [F]
    assert judged["B"][0].also_rests_on == ("course-audio",)  # so unlocked files are no last word
    same = (files[0].model_copy(update={"shape": (1, 32, 25)}), files[1])
    judged = judge(q01_token_shapes, spec.question("q01"), found.model_copy(update={"files": same}))
    assert outcomes(judged)["B"] == [H]
    assert judged["B"][0].also_rests_on == ()


def test_q1_encodes_the_courses_files_where_they_are(
    spec: QuizSpec, pack: Pack, mimi: Codec, tmp_path: Any
) -> None:
    # 44.1 kHz stereo, a little longer than two seconds: 26 frames.
    stereo = np.random.default_rng(0).normal(0, 0.1, (round(2.01 * 44_100), 2))
    soundfile.write(tmp_path / "2sAudio.wav", stereo, 44_100)
    pool = ResourcePool(Setup(models="standin", audio_dir=tmp_path), pack)
    pool.put(ARCHITECTURE, mimi)
    session = Session(pool, spec.question("q01"), lambda *_: None)
    found = q01_token_shapes.measure(spec.question("q01"), session).numbers
    assert isinstance(found, q01_token_shapes.Measurements)
    assert [(one.file, one.shape) for one in found.files] == [("2sAudio.wav", (1, 32, 26))]


def frames(shape: tuple[int, ...], announced: int) -> q02_frame_count.Measurements:
    return q02_frame_count.Measurements(n_samples=192_000, shape=shape, announced_frames=announced)


def test_q2_eight_seconds_give_100_frames(spec: QuizSpec, mimi: Codec) -> None:
    clip_8s = q01_token_shapes.encode_noise(mimi, "clip_8s", 8.0, seed=0)
    announced = int(mimi.model.get_encoded_length(torch.tensor([clip_8s.n_samples]))[0])
    judged = judge(q02_frame_count, spec.question("q02"), frames(clip_8s.shape, announced))
    assert outcomes(judged) == {"A": [F], "B": [F], "C": [H], "D": [F]}


def test_q2_mutants(spec: QuizSpec) -> None:
    question = spec.question("q02")
    other_rate = small_mimi(upsampling_ratios=[8, 6, 5, 2])
    shape = q01_token_shapes.encode_noise(other_rate, "clip_8s", 8.0, seed=0).shape
    assert outcomes(judge(q02_frame_count, question, frames(shape, 200)))["C"] == [F]
    disagreeing = judge(q02_frame_count, question, frames((1, 32, 100), 101))
    assert every(disagreeing) == {U}
    edited = with_claims(question, {"C": [Frames(frames=99)], "A": [Frames(frames=100)]})
    judged = judge(q02_frame_count, edited, frames((1, 32, 100), 100))
    assert outcomes(judged) == {"A": [H], "B": [F], "C": [F], "D": [F]}


def axes(codec: Codec, channels_follow: bool = False) -> q03_code_axes.Measurements:
    found = q03_code_axes.intervene(codec, seed=0)
    before = found[0].shape_before
    after = (before[0], before[1] * 2, before[2]) if channels_follow else before
    stereo = q03_code_axes.Intervention(
        quantity="channels", before=1, after=2, shape_before=before, shape_after=after
    )
    return q03_code_axes.Measurements(interventions=(*found, stereo))


def test_q3_axis_1_follows_the_codebooks_alone(spec: QuizSpec, mimi: Codec) -> None:
    judged = judge(q03_code_axes, spec.question("q03"), axes(mimi))
    assert outcomes(judged) == {"A": [F], "B": [H], "C": [F], "D": [F]}
    assert judged["B"][0].measured.en == "num_quantizers 32 → 8: [1, 32, 12] → [1, 8, 12]"


def test_q3_a_stereo_mimi_gives_codes_of_the_same_shape(spec: QuizSpec) -> None:
    stereo = small_mimi(audio_channels=2)
    assert tuple(stereo.encode(torch.zeros(1, 2, 1920 * 12)).shape) == (1, 32, 12)


def test_q3_mutants(spec: QuizSpec, mimi: Codec) -> None:
    question = spec.question("q03")
    transposed = Altered(mimi.model, lambda codes: codes.transpose(1, 2))
    assert outcomes(judge(q03_code_axes, question, axes(transposed))) == {
        "A": [H], "B": [F], "C": [F], "D": [F],
    }  # fmt: skip
    batch_second = Altered(mimi.model, lambda codes: codes.transpose(0, 1))
    assert outcomes(judge(q03_code_axes, question, axes(batch_second)))["D"] == [H]
    # Two quantities that both move axis 1: what it counts cannot be said.
    judged = judge(q03_code_axes, question, axes(mimi, channels_follow=True))
    assert outcomes(judged) == {"A": [F], "B": [U], "C": [U], "D": [F]}


def dtype(codec: Codec) -> q04_code_dtype.Measurements:
    noise = torch.randn(1, 1, 25 * 1920, generator=torch.Generator().manual_seed(0)) * 0.1
    return q04_code_dtype.look_at(codec.encode(noise), codec)


def test_q4_codes_are_integers_that_index_the_codebooks(spec: QuizSpec, mimi: Codec) -> None:
    found = dtype(mimi)
    assert (found.dtype, found.kind, found.lookup_error) == ("torch.int64", "integer", 0.0)
    assert 0 <= found.lowest < found.highest < 2048
    judged = judge(q04_code_dtype, spec.question("q04"), found)
    assert outcomes(judged) == {"A": [F, F], "B": [H, H], "C": [F, F], "D": [F, F]}


@pytest.mark.parametrize(
    ("change", "flipped"),
    [
        (lambda codes: codes.float(), {"A": F, "B": F}),
        (lambda codes: codes + 1, {"B": F}),  # the highest code lies outside its codebook
        (lambda codes: codes % 2, {"B": F, "D": U}),
        (torch.zeros_like, {"B": F, "D": U}),
    ],
    ids=["float", "shifted", "binary", "all zero"],
)
def test_q4_mutated_codes_flip_it(
    spec: QuizSpec, mimi: Codec, change: Callable[[torch.Tensor], torch.Tensor], flipped: dict[str, Outcome]
) -> None:
    # The first frame is set to the highest code, so that every range is exercised to its end.
    full = Altered(mimi.model, lambda codes: change(codes.index_fill(2, torch.tensor([0]), 2047)))
    judged = judge(q04_code_dtype, spec.question("q04"), dtype(full))
    assert {option: judged[option][1].outcome for option in flipped} == flipped


@pytest.mark.parametrize("layer", [0, 31])
def test_q4_values_of_the_codebooks_are_found_in_whichever_of_them_they_are(mimi: Codec, layer: int) -> None:
    table = mimi.codebook(layer)
    # Three of five are there: a codebook's least, largest and last value. The others are beyond all of them.
    codes = torch.stack([table.min(), table.max(), table[-1, -1], table.max() + 1e6, table.min() - 1e6])
    found = q04_code_dtype.look_at(codes[None, None].expand(2, 3, 5), mimi)
    assert (found.kind, found.n_distinct, found.share_in_codebooks) == ("float", 5, 0.6)


def test_q4_float_codes_are_claimed_by_option_a(spec: QuizSpec, mimi: Codec) -> None:
    judged = judge(q04_code_dtype, spec.question("q04"), dtype(Altered(mimi.model, torch.Tensor.float)))
    assert judged["A"][0].outcome is H
    assert judged["B"][0].outcome is F


def test_q4_claims_can_be_swapped_between_options(spec: QuizSpec, mimi: Codec) -> None:
    question = spec.question("q04")
    claims = [part.claim for part in question.option("B").parts]
    assert claims[0] == DtypeKind(dtype="integer")
    judged = judge(q04_code_dtype, with_claims(question, {"C": claims}), dtype(mimi))
    assert outcomes(judged)["C"] == [H, H]


def rounded(codec: Codec, code: int = 2047, layer: int = 0) -> FirstFive:
    return FirstFive(first_five=tuple(round(v, 4) for v in codec.codebook(layer)[code, :5].tolist()))


def vectors(codec: Codec) -> q05_codebook_vector.Measurements:
    return q05_codebook_vector.Measurements(vectors=q05_codebook_vector.vectors_of(codec))


def test_q5_the_option_with_the_vector_holds_and_the_others_fail(spec: QuizSpec, mimi: Codec) -> None:
    question = with_claims(
        spec.question("q05"),
        {"B": [rounded(mimi)], "C": [rounded(mimi, code=2046)], "D": [rounded(mimi, layer=1)]},
    )
    judged = judge(q05_codebook_vector, question, vectors(mimi))
    assert outcomes(judged) == {"A": [F], "B": [H], "C": [F], "D": [F]}
    assert "These are the values of layer 0, code 2046." in judged["C"][0].reason.en
    assert "These are the values of layer 1 (first acoustic), code 2047." in judged["D"][0].reason.en


def test_q5_names_the_projected_and_the_raw_vector(spec: QuizSpec, mimi: Codec) -> None:
    codebook = mimi.model.quantizer.semantic_residual_vector_quantizer.layers[0].codebook
    codebook.cluster_usage[2047] = 2.0  # so that embed_sum and embed differ
    codebook._embed = None
    try:
        found = vectors(mimi)
    finally:
        codebook.cluster_usage[2047] = 1.0
        codebook._embed = None
    by_name = {vector.name: vector.values for vector in found.vectors}
    assert by_name["layer 0, code 2047, raw embed_sum"] == pytest.approx(
        [2 * value for value in by_name["layer 0, code 2047"]]
    )
    assert len(by_name) == 5


def test_q5_no_match_decides_nothing(spec: QuizSpec, mimi: Codec) -> None:
    assert every(judge(q05_codebook_vector, spec.question("q05"), vectors(mimi))) == {U}


def test_q5_mutant_of_a_changed_codebook_flips_it(spec: QuizSpec) -> None:
    codec = small_mimi(seed=1)
    question = with_claims(spec.question("q05"), {"B": [rounded(codec)]})
    assert judge(q05_codebook_vector, question, vectors(codec))["B"][0].outcome is H
    codec.codebook(0)[2047, 3] += 1e-3
    judged = judge(q05_codebook_vector, question, vectors(codec))
    assert every(judged) == {U}
    assert judged["B"][0].comparisons[0].margin < 0


def test_q5_the_fifth_decimal_does_not_matter_and_the_fourth_does(spec: QuizSpec) -> None:
    target = q05_codebook_vector.Vector(name=q05_codebook_vector.TARGET, values=(0.1, 0.2, 0.3, 0.4, 0.5))
    found = q05_codebook_vector.Measurements(vectors=(target,))
    near = FirstFive(first_five=(0.10005, 0.2, 0.3, 0.4, 0.5))
    far = FirstFive(first_five=(0.1001, 0.2, 0.3, 0.4, 0.5))
    question = with_claims(spec.question("q05"), {"A": [near], "B": [far]})
    judged: dict[str, tuple[Finding, ...]] = dict(judge(q05_codebook_vector, question, found))
    assert judged["A"][0].outcome is H
    assert judged["B"][0].outcome is F


def test_official_size_is_the_real_architecture_with_filled_codebooks() -> None:
    model = random_mimi(0)
    assert architecture_source(model, "Mimi").genuine
    codec = Codec(model, ())
    assert (codec.n_codebooks, codec.codebook_size, codec.sample_rate_hz) == (32, 2048, 24_000)
    codes = codec.encode(torch.randn(1, 1, 1921, generator=torch.Generator().manual_seed(0)))
    assert tuple(codes.shape) == (1, 32, 2)
    assert len(codes.unique()) > 16  # all-zero codebooks would give zeros alone
