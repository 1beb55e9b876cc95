import pytest
from pydantic import ValidationError

from questions.quiz import Basis, Bilingual, QuizSpec
from solvers.evidence.sources import Provenance, Source
from solvers.evidence.verdicts import (
    Comparison,
    Evidence,
    Finding,
    Outcome,
    PartVerdict,
    Standing,
    assemble,
    at_least,
    at_most,
    combine,
    joined,
    publisher_zh,
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


def finding_of(outcome: Outcome, *comparisons: Comparison) -> Finding:
    return Finding(outcome=outcome, measured="1", threshold="1", reason=WORDS, comparisons=comparisons)


def test_wholly_is_met_by_the_whole_interval() -> None:
    assert at_least("x", 0.5, 0.3, "", (0.2, 0.8)).met
    crossing = at_least("x", 0.5, 0.3, "", (0.2, 0.8), wholly=True)
    assert (crossing.met, crossing.margin) == (False, pytest.approx(-0.1))
    assert at_most("x", 0.5, 0.9, "", (0.2, 0.8), wholly=True).margin == pytest.approx(0.1)


def test_only_what_gave_the_outcome_decides() -> None:
    met, missed = at_least("a", 1.0, 0.5, ""), at_least("b", 0.1, 0.5, "")
    contrary = at_most("c", 0.1, 0.2, "").against()
    every = (met, missed, contrary)
    assert finding_of(Outcome.HOLDS, *every).deciding == (met,)
    assert finding_of(Outcome.FAILS, *every).deciding == (contrary,)
    assert finding_of(Outcome.FAILS, met, missed).deciding == (missed,)
    assert finding_of(Outcome.UNDETERMINED, *every).deciding == (missed,)  # what it lacks to hold


def test_a_plain_text_stands_for_both_languages() -> None:
    found = finding_of(Outcome.HOLDS, at_least("WER", 1.0, 0.5, ""))
    assert (found.measured.zh, found.measured.en) == ("1", "1")
    assert found.comparisons[0].quantity.zh == "WER"
    assert found.comparisons[0].unit is None


def test_joined_texts_keep_their_languages_apart() -> None:
    one, other = Bilingual(zh="一", en="one"), Bilingual(zh="二", en="two")
    assert joined((one, other)) == Bilingual(zh="一；二", en="one; two")
    assert publisher_zh("Défossez et al., “Moshi”, 2024") == "Défossez等人"
