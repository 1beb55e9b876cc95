"""Q4 B: rounding of floats is no other latent, and another latent is no rounding."""

import pytest
import torch

from questions.quiz import QuizSpec
from solvers.evidence.verdicts import Outcome
from solvers.hw10 import q04_code_dtype
from solvers.hw10.models.codec import Codec
from solvers.run.judge import findings_of

H, F, U = Outcome.HOLDS, Outcome.FAILS, Outcome.UNDETERMINED


def measured(**changes: object) -> q04_code_dtype.Measurements:
    known = {
        "dtype": "torch.int64", "kind": "integer", "lowest": 0.0, "highest": 2047.0, "n_distinct": 1500,
        "codebook_size": 2048, "share_in_codebooks": 0.0, "lookup_error": 0.0,
    }  # fmt: skip
    return q04_code_dtype.Measurements.model_validate(known | changes)


@pytest.mark.parametrize(
    ("lookup_error", "outcome"),
    [
        (0.0, H),
        (1.2e-7, H),  # one bit of float32
        (1e-5, H),
        (1.1e-5, U),
        (1e-3, U),  # half precision
        (1e-2, U),
        (0.011, F),
        (1.4, F),
        (None, F),
    ],
)
def test_the_bounds(spec: QuizSpec, lookup_error: float | None, outcome: Outcome) -> None:
    assert of_option_b(spec, measured(lookup_error=lookup_error)) == [H, outcome]


def of_option_b(spec: QuizSpec, found: q04_code_dtype.Measurements) -> list[Outcome]:
    """That the codes are integers, and that they name vectors."""
    findings = findings_of(q04_code_dtype.SOLVER, spec.question("q04"), found)
    return [finding.outcome for finding in findings["B"]]


def look(mimi: Codec) -> q04_code_dtype.Measurements:
    noise = torch.randn(1, 1, 25 * 1920, generator=torch.Generator().manual_seed(0)) * 0.1
    return q04_code_dtype.look_at(mimi.encode(noise), mimi)


def shifting(monkeypatch: pytest.MonkeyPatch, mimi: Codec, share: float) -> None:
    """The decoder is given a latent that is off by a share of its peak in one place."""
    decode = mimi.model.quantizer.decode

    def shifted(codes: torch.Tensor) -> torch.Tensor:
        latent = decode(codes).clone()
        place = latent.abs().flatten().argmin()
        latent.view(-1)[place] += share * latent.abs().max()
        return latent

    monkeypatch.setattr(mimi.model.quantizer, "decode", shifted)


@pytest.mark.parametrize(("share", "outcome"), [(1e-6, H), (1e-4, U), (0.1, F), (1.0, F)])
def test_the_error_is_a_share_of_the_latents_peak(
    spec: QuizSpec, mimi: Codec, monkeypatch: pytest.MonkeyPatch, share: float, outcome: Outcome
) -> None:
    shifting(monkeypatch, mimi, share)
    found = look(mimi)
    assert found.lookup_error == pytest.approx(share, rel=0.1)
    assert of_option_b(spec, found)[1] is outcome


@pytest.mark.parametrize("layer", [0, 7, 31])
def test_a_single_other_code_is_never_rounding(
    spec: QuizSpec, mimi: Codec, monkeypatch: pytest.MonkeyPatch, layer: int
) -> None:
    """The decoder is given another code in one place of one layer."""
    decode = mimi.model.quantizer.decode

    def misread(codes: torch.Tensor) -> torch.Tensor:
        other = codes.clone()
        other[0, layer, 3] = (other[0, layer, 3] + 1) % 2048
        return decode(other)

    monkeypatch.setattr(mimi.model.quantizer, "decode", misread)
    found = look(mimi)
    assert found.lookup_error is not None
    assert found.lookup_error > 0.1
    assert of_option_b(spec, found)[1] is F


def test_codebooks_of_zeros_are_looked_up_without_a_quotient(
    mimi: Codec, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mimi, "looked_up_latent", lambda codes: torch.zeros(1, 512, codes.shape[2]))
    monkeypatch.setattr(mimi, "decoder_input", lambda codes: torch.zeros(1, 512, codes.shape[2]))
    assert look(mimi).lookup_error == 0.0
