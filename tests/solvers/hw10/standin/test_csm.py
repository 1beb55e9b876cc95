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
from solvers.hw10.standin.truth import planted_options
from solvers.run.catalog import Measured, solver_of
from solvers.run.measure import judge_record, run
from solvers.run.pool import Setup, Workshop
from solvers.run.session import Bench

H, F, U = Outcome.HOLDS, Outcome.FAILS, Outcome.UNDETERMINED
CODEBOOKS = "codec_model.codebooks"


@pytest.fixture(scope="module")
def workshop() -> Workshop:
    return Workshop(Setup(models="standin", device="cpu"))


def judged(spec: QuizSpec, workshop: Workshop, name: str) -> dict[str, list[Outcome]]:
    question, solver = spec.question(name), solver_of(name)
    assert solver is not None
    found: Measured = solver.measure(question, Bench(workshop, question, lambda *_: None))
    findings = solver.judge(question, found.numbers)
    return {id_: [part.outcome for part in parts] for id_, parts in findings.items()}


def test_it_says_the_asked_text_in_the_asked_roles_voice(
    spec: QuizSpec, workshop: Workshop, tmp_path: Path
) -> None:
    question = spec.question("q11")
    (record,) = run((question,), workshop, Store(tmp_path), lambda _: None)
    evidence = judge_record(question, record)
    assert {verdict.option: verdict.outcome for verdict in evidence.verdicts} == {
        "A": F, "B": F, "C": H, "D": F,
    }  # fmt: skip
    assert {verdict.standing for verdict in evidence.verdicts} == {Standing.REHEARSAL}
    assert planted_options(question, record.provenance) == {"C"}
    assert len(list(tmp_path.rglob("*clip_*"))) >= 12


def other_roles(emily: torch.Tensor, jason: torch.Tensor) -> tuple[Turn, ...]:
    return (Turn("0", JASON_SAYS, jason), Turn("1", EMILY_SAYS, emily), Turn("0", ASKED))


def other_text(emily: torch.Tensor, jason: torch.Tensor) -> tuple[Turn, ...]:
    return (Turn("0", EMILY_SAYS, emily), Turn("1", JASON_SAYS, jason), Turn("0", "What? Seriously?"))


@pytest.mark.parametrize(("asked", "holding"), [(other_roles, "A"), (other_text, "B")])
def test_mutants_of_the_conversation_flip_the_option(
    spec: QuizSpec,
    workshop: Workshop,
    monkeypatch: pytest.MonkeyPatch,
    asked: Callable[..., Any],
    holding: str,
) -> None:
    monkeypatch.setattr(q11_csm_voice, "slide_conversation", asked)
    assert judged(spec, workshop, "q11") == {id_: [H if id_ == holding else F] for id_ in "ABCD"}


def test_mutant_of_a_limit_that_no_clip_ends_within_leaves_all_open(
    spec: QuizSpec, workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workshop.csm, "generate", partial(workshop.csm.generate, max_frames=5))
    assert judged(spec, workshop, "q11") == {id_: [U] for id_ in "ABCD"}


def test_its_codec_is_the_standin_codec_and_a_changed_tensor_flips_q12(
    spec: QuizSpec, workshop: Workshop, tmp_path: Path
) -> None:
    assert judged(spec, workshop, "q12") == {"A": [H, H], "B": [F, F], "C": [H, F], "D": [H, F]}
    tensors = load_file(workshop.csm.folder / "model.safetensors")
    tensors[CODEBOOKS][0] = tensors[CODEBOOKS][0].flip(0)  # the same codewords under other numbers
    for file in workshop.csm.folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    save_file(tensors, tmp_path / "model.safetensors", metadata={"format": "pt"})
    changed = Workshop(Setup(models="standin", device="cpu", csm=tmp_path))
    changed.__dict__["asr"] = workshop.asr  # loaded once
    found = judged(spec, changed, "q12")
    assert (found["A"], found["B"][0]) == ([F, F], H)
