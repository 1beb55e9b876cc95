import pytest
from pydantic import ValidationError

from questions.quiz import Basis, Bilingual, QuizSpec
from solvers.evidence.sources import Provenance, Source
from solvers.evidence.verdicts import (
    Evidence,
    Finding,
    Outcome,
    PartVerdict,
    Standing,
    assemble,
    at_least,
    at_most,
    combine,
)

H, F, U = Outcome.HOLDS, Outcome.FAILS, Outcome.UNDETERMINED
C, R = Standing.CONCLUSIVE, Standing.REHEARSAL
WORDS = Bilingual(zh="因為", en="because")


def finding(outcome: Outcome) -> Finding:
    return Finding(outcome=outcome, measured="1", threshold="1", reason=WORDS)


def part(outcome: Outcome, standing: Standing) -> PartVerdict:
    return PartVerdict(
        claim="x: 1", basis=Basis.MEASURED, standing=standing, lacks=(), finding=finding(outcome)
    )


def source(resource: str, *, genuine: bool) -> Source:
    return Source(resource=resource, origin="library", name="x", genuine=genuine)


def provenance(*sources: Source) -> Provenance:
    return Provenance(sources=sources, libraries={}, device="cpu", dtype="float32", seed=0, wall_time_s=1.0)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([(H, C)], (H, C)),
        ([(H, C), (H, R)], (H, R)),
        ([(H, C), (U, C)], (U, C)),
        ([(U, R), (F, C)], (F, C)),  # one conclusive failing part is enough, whatever the others are
        ([(H, C), (F, R)], (F, R)),  # a failing stand-in never fails an option conclusively
        ([(F, R), (F, C)], (F, C)),
        ([(U, C), (U, R)], (U, R)),
    ],
)
def test_an_option_is_combined_from_its_parts(parts: list, expected: tuple[Outcome, Standing]) -> None:
    assert combine(tuple(part(*one) for one in parts)) == expected


def test_a_margin_is_the_signed_distance_to_the_bound() -> None:
    assert at_least("x", 1.1, 0.3, "nat").margin == pytest.approx(0.8)
    assert at_most("x", 0.2, 0.15, "").margin == pytest.approx(-0.05)
    assert at_most("x", 0.15, 0.15, "").met
    assert not at_most("x", 0.16, 0.15, "").met


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_a_number_that_is_none_is_refused(bad: float) -> None:
    with pytest.raises(ValidationError):
        at_least("x", bad, 0.3, "nat")


def test_standing_asks_for_every_thing_a_part_rests_on() -> None:
    real, standin = source("codec-weights", genuine=True), source("course-audio", genuine=False)
    assert provenance(real).lacking(("codec-weights",)) == ()
    # What was not used at all is lacking too, not passed over.
    assert provenance(real).lacking(("codec-weights", "emovdb")) == ("emovdb",)
    assert provenance(real, standin).lacking(("codec-weights", "course-audio")) == ("course-audio",)


def test_one_unlocked_file_among_genuine_ones_is_lacking() -> None:
    both = provenance(source("course-audio", genuine=True), source("course-audio", genuine=False))
    assert both.lacking(("course-audio",)) == ("course-audio",)


def test_a_part_rests_on_what_the_judge_adds(spec: QuizSpec) -> None:
    question = spec.question("q02")
    extra = finding(H).model_copy(update={"also_rests_on": ("course-audio",)})
    findings = {id_: (extra if id_ == "A" else finding(F),) for id_ in question.option_ids}
    found = assemble(question, findings, provenance(source("architecture", genuine=True)), {})
    assert [v.standing for v in found.verdicts] == [R, C, C, C]
    assert found.verdicts[0].parts[0].lacks == ("course-audio",)


def test_a_judge_that_leaves_a_part_out_is_refused(spec: QuizSpec) -> None:
    question = spec.question("q04")  # two parts an option
    findings = {id_: (finding(H),) for id_ in question.option_ids}
    with pytest.raises(ValueError, match="zip"):
        assemble(question, findings, provenance(), {})


def test_evidence_reads_back_as_it_was_written(spec: QuizSpec) -> None:
    question = spec.question("q02")
    findings = {id_: (finding(U),) for id_ in question.option_ids}
    found = assemble(question, findings, provenance(source("architecture", genuine=True)), {"a": [1, 2.5]})
    assert Evidence.model_validate_json(found.model_dump_json()) == found


def test_evidence_is_frozen(spec: QuizSpec) -> None:
    with pytest.raises(ValidationError, match="frozen"):
        finding(H).outcome = F  # type: ignore[misc]
