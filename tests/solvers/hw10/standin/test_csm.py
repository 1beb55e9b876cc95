"""The shipped small CSM asked what Q11 and Q12 ask, and mutants that each flip what they should."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from questions.quiz import QuizSpec
from solvers.evidence.store import Store
from solvers.evidence.verdicts import Outcome, Standing
from solvers.hw10.models.csm import Turn
from solvers.hw10.q11_csm_voice import measure as q11_csm_voice
from solvers.hw10.q11_csm_voice.measure import ASKED, EMILY_SAYS, JASON_SAYS
from solvers.hw10.resources.csm_weights import RESOURCE as CSM_WEIGHTS
from solvers.resources.asr_weights import RESOURCE as ASR_WEIGHTS
from solvers.resources.resource import Setup
from solvers.run.catalog import Pack
from solvers.run.judge import findings_of, judge_record
from solvers.run.measure import run
from solvers.run.planted import planted_options
from solvers.run.pool import ResourcePool
from solvers.run.session import Session

H, F, U = Outcome.HOLDS, Outcome.FAILS, Outcome.UNDETERMINED
CODEBOOKS = "codec_model.codebooks"


@pytest.fixture(scope="module")
def pool(pack: Pack) -> ResourcePool:
    """One for all tests here, so that a model is loaded once."""
    return ResourcePool(Setup(models="standin", device="cpu"), pack)


def judged(spec: QuizSpec, pool: ResourcePool, name: str) -> dict[str, list[Outcome]]:
    question = spec.question(name)
    solver = pool.solver_of(question)
    found = solver.measure(question, Session(pool, question, lambda *_: None))
    findings = findings_of(solver, question, found.numbers)
    return {id_: [part.outcome for part in parts] for id_, parts in findings.items()}


def test_it_says_the_asked_text_in_the_asked_roles_voice(
    spec: QuizSpec, pool: ResourcePool, tmp_path: Path
) -> None:
    question = spec.question("q11")
    (record,) = run((question,), pool, Store(tmp_path), lambda _: None)
    evidence = judge_record(question, record, pool.pack)
    assert {verdict.option: verdict.outcome for verdict in evidence.verdicts} == {
        "A": F, "B": F, "C": H, "D": F,
    }  # fmt: skip
    assert {verdict.standing for verdict in evidence.verdicts} == {Standing.REHEARSAL}
    assert planted_options(question, record.provenance, pool.pack) == {"C"}
    assert len(list(tmp_path.rglob("*clip_*"))) >= 12


def other_roles(emily: torch.Tensor, jason: torch.Tensor) -> tuple[Turn, ...]:
    return (Turn("0", JASON_SAYS, jason), Turn("1", EMILY_SAYS, emily), Turn("0", ASKED))


def other_text(emily: torch.Tensor, jason: torch.Tensor) -> tuple[Turn, ...]:
    return (Turn("0", EMILY_SAYS, emily), Turn("1", JASON_SAYS, jason), Turn("0", "What? Seriously?"))


@pytest.mark.parametrize(("asked", "holding"), [(other_roles, "A"), (other_text, "B")])
def test_mutants_of_the_conversation_flip_the_option(
    spec: QuizSpec,
    pool: ResourcePool,
    monkeypatch: pytest.MonkeyPatch,
    asked: Callable[..., Any],
    holding: str,
) -> None:
    monkeypatch.setattr(q11_csm_voice, "slide_conversation", asked)
    assert judged(spec, pool, "q11") == {id_: [H if id_ == holding else F] for id_ in "ABCD"}


def test_mutant_of_a_limit_that_no_clip_ends_within_leaves_open_what_is_said(
    spec: QuizSpec, pool: ResourcePool, monkeypatch: pytest.MonkeyPatch
) -> None:
    csm = pool.get(CSM_WEIGHTS)
    monkeypatch.setattr(csm, "generate", partial(csm.generate, max_frames=5))
    assert judged(spec, pool, "q11") == {"A": [F], "B": [U], "C": [U], "D": [F]}  # by the voice alone


def test_its_codec_is_the_standin_codec_and_a_changed_tensor_flips_q12(
    spec: QuizSpec, pool: ResourcePool, tmp_path: Path
) -> None:
    assert judged(spec, pool, "q12") == {"A": [H, H], "B": [F, F], "C": [H, F], "D": [H, F]}
    folder = pool.get(CSM_WEIGHTS).folder
    tensors = load_file(folder / "model.safetensors")
    tensors[CODEBOOKS][0] = tensors[CODEBOOKS][0].flip(0)  # the same codewords under other numbers
    for file in folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    save_file(tensors, tmp_path / "model.safetensors", metadata={"format": "pt"})
    setup = Setup(models="standin", device="cpu", given={"csm-weights": str(tmp_path)})
    changed = ResourcePool(setup, pool.pack)
    changed.put(ASR_WEIGHTS, pool.get(ASR_WEIGHTS))  # loaded once
    found = judged(spec, changed, "q12")
    assert (found["A"], found["B"][0]) == ([F, F], H)
