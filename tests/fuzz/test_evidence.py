"""Stored evidence that parses and does not fit: its question is stale with the reason, the others go on."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.key.verification import load_verification
from questions.common.absent import Absent
from questions.common.errors import StaleEvidenceError
from questions.common.frozen import Frozen
from questions.quiz import AnyQuestion, QuizSpec
from reports.evidence_report import addresses, render_report
from solvers.evidence.sources import Provenance
from solvers.evidence.store import Record, RunInputs, Store
from solvers.hw10 import (
    q01_token_shapes,
    q02_frame_count,
    q03_code_axes,
    q04_code_dtype,
    q05_codebook_vector,
)
from solvers.hw10.q12_csm_tokens.measurements import Measurements as Q12Measurements
from solvers.run.catalog import Pack
from tests.fuzz.mutate import LEAVES, mutants, places, with_value, without
from tests.reports.hw10 import full

SMALL = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


def numbers(spec: QuizSpec) -> dict[str, Frozen]:
    """What measuring gives, a question each."""
    clip = {"n_samples": 48_000, "shape": (1, 32, 25)}
    same, changed = (1, 32, 12), (1, 8, 12)
    changes = [
        {
            "quantity": quantity, "before": 1, "after": 2, "shape_before": same,
            "shape_after": changed if quantity == "num_quantizers" else same,
        }
        for quantity in ("duration", "num_quantizers", "channels", "batch")
    ]  # fmt: skip
    return {
        "q01": q01_token_shapes.Measurements.model_validate(
            {"exact": [{"clip": f"clip_{n}s", "file": "", **clip} for n in (2, 4)]}
        ),
        "q02": q02_frame_count.Measurements(n_samples=192_000, shape=(1, 32, 100), announced_frames=100),
        "q03": q03_code_axes.Measurements.model_validate({"interventions": changes}),
        "q04": q04_code_dtype.Measurements.model_validate(
            {
                "dtype": "int64", "kind": "integer", "lowest": 0, "highest": 2047, "n_distinct": 900,
                "codebook_size": 2048, "share_in_codebooks": 1.0, "lookup_error": 0.0,
            }
        ),
        "q05": q05_codebook_vector.Measurements.model_validate(
            {"vectors": [{"name": "layer 0, code 2047", "values": [0.1, 0.2, 0.3, 0.4, 0.5]}]}
        ),
        "q06": full.q06(),
        "q07": full.q07("heard"),
        "q08": full.q08(),
        "q09": full.q09(spec.question("q09"), "heard"),
        "q10": full.q10("heard"),
        "q11": full.q11(spec.question("q11"), "heard"),
        "q12": Q12Measurements(stored=Absent(because="no CSM at hand")),
    }  # fmt: skip


def record_of(question: AnyQuestion, pack: Pack, found: Frozen, artifacts: Any) -> Record:
    solver = pack.solver(question.solver)
    inputs = RunInputs(
        solver=question.solver,
        solver_version=solver.version,
        spec=solver.reads(question),
        sources=(),
        device="cpu",
        seed=0,
    )
    provenance = Provenance(sources=(), libraries={}, device="cpu", dtype="", seed=0, wall_time_s=1.0)
    return Record(
        question=question.id,
        inputs=inputs,
        measurements=found.model_dump(mode="json"),
        artifacts=artifacts,
        provenance=provenance,
    )


@pytest.fixture(scope="module")
def store(spec: QuizSpec, pack: Pack, tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder = tmp_path_factory.mktemp("evidence")
    verification, store = full.full_verification(spec, folder), Store(folder)
    for id_, found in numbers(spec).items():
        store.amend(record_of(spec.question(id_), pack, found, verification.evidence[id_].artifacts))
    evidence = load_verification(spec, store).evidence
    assert {id_: one.failure for id_, one in evidence.items()} == dict.fromkeys(evidence)
    return store


def shown(spec: QuizSpec, store: Store, mutated: str) -> None:
    """Load and render all; every other question is judged as before."""
    verification = load_verification(spec, store)
    assert [id_ for id_, one in verification.evidence.items() if one.failure] in ([], [mutated])
    assert f'id="{mutated}"' in render_report(verification, addresses(verification, store))


@SMALL
@given(data=st.data())
def test_records_that_are_signed_and_do_not_fit(spec: QuizSpec, store: Store, data: st.DataObject) -> None:
    id_ = data.draw(st.sampled_from([question.id for question in spec.questions]))
    path = store.record_path(id_)
    before = path.read_text(encoding="utf-8")
    document = json.loads(before)
    del document["record_sha256"]
    for _ in range(data.draw(st.integers(1, 2))):
        place = data.draw(st.sampled_from(list(places(document))))
        if data.draw(st.booleans()):
            document = with_value(document, place, data.draw(st.sampled_from(LEAVES)))
        else:
            document = without(document, place)
    try:
        digest = Record.model_validate_json(json.dumps(document)).digest
    except ValueError:
        digest = "0" * 64
    path.write_text(json.dumps({**document, "record_sha256": digest}), encoding="utf-8")
    try:
        shown(spec, store, id_)
    finally:
        path.write_text(before, encoding="utf-8")


@SMALL
@given(data=st.data())
def test_bytes_that_are_no_record(tmp_path: Path, spec: QuizSpec, store: Store, data: st.DataObject) -> None:
    content = data.draw(
        mutants((store.record_path("q02").read_bytes(), store.record_path("q04").read_bytes()))
    )
    own = Store(tmp_path)
    own.record_path("q02").parent.mkdir(exist_ok=True)
    own.record_path("q02").write_bytes(content)
    try:
        record = own.read("q02")
    except StaleEvidenceError:
        return
    assert record == store.read("q02")


def test_numbers_that_cannot_be_drawn_are_said_on_their_card(spec: QuizSpec, store: Store) -> None:
    """Question 6's points without their places: its judge never looks at them."""
    path = store.record_path("q06")
    before = path.read_text(encoding="utf-8")
    document = without(json.loads(before), ("measurements", "layouts", 1, "first", 2))
    del document["record_sha256"]
    digest = Record.model_validate_json(json.dumps(document)).digest
    path.write_text(json.dumps({**document, "record_sha256": digest}), encoding="utf-8")
    try:
        verification = load_verification(spec, store)
        assert verification.evidence["q06"].failure is None
        assert "q06: what is stored cannot be drawn (ValueError" in render_report(
            verification, addresses(verification, store)
        )
    finally:
        path.write_text(before, encoding="utf-8")
