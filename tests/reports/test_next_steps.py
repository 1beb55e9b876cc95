"""What the report says to do next: one step for each missing thing, with its command and its questions."""

from grader.key.verification import Proof
from questions.key import Key
from questions.quiz import QuizSpec, Rest
from reports.methods import METHODS
from reports.next_steps import DECIDE, FAILED, LOCK, PROVIDE, next_steps
from solvers.evidence.sources import Provenance, Source
from solvers.evidence.verdicts import Evidence, OptionVerdict, Outcome
from solvers.run.measure import NO_SOLVER
from tests.reports.hw10.full import judged


def proof(spec: QuizSpec, found: dict[str, Evidence]) -> Proof:
    evidence = {q.id: found.get(q.id) or judged(q, "A") for q in spec.questions}
    return Proof(spec, evidence, Key({q.id: frozenset("A") for q in spec.questions}, ""), "key.yaml")


def test_a_verified_key_needs_no_step(spec: QuizSpec) -> None:
    assert next_steps(proof(spec, {})) == ()


def test_each_missing_thing_is_one_step_with_all_questions_that_wait_for_it(spec: QuizSpec) -> None:
    found = {id_: judged(spec.question(id_), "A", genuine=False) for id_ in ("q05", "q06", "q12")}
    steps = next_steps(proof(spec, found | {"q01": Evidence(question="q01", failure=NO_SOLVER)}))
    by_command = {step.command: step.questions for step in steps}
    assert by_command[PROVIDE["codec-weights"][1]] == ("q05", "q06", "q12")
    assert by_command[PROVIDE["emovdb"][1]] == ("q06",)
    assert by_command[PROVIDE["csm-weights"][1]] == ("q12",)
    assert by_command[FAILED[1]] == ("q01",)
    assert [step.words for step in steps][-1] == FAILED[0]


def test_what_is_at_hand_but_not_known_asks_for_the_lock(spec: QuizSpec) -> None:
    sources = tuple(
        Source(role=rest, origin="hub", name="x", genuine=False)
        if rest is "codec-weights"
        else Source(role=rest, origin="library", name="x", genuine=True)
        for rest in Rest
    )
    q05 = spec.question("q05")
    rehearsed = judged(q05, "A", genuine=False)
    unlocked = rehearsed.model_copy(
        update={
            "provenance": Provenance(
                sources=sources, libraries={}, device="cpu", dtype="", seed=0, wall_time_s=0.0
            ),
            "verdicts": tuple(
                verdict.model_copy(
                    update={
                        "parts": tuple(
                            part.model_copy(update={"lacks": ("codec-weights",)}) for part in verdict.parts
                        )
                    }
                )
                for verdict in rehearsed.verdicts
            ),
        }
    )
    (step,) = next_steps(proof(spec, {"q05": unlocked}))
    assert (step.words, step.command) == LOCK


def test_what_only_a_person_can_decide_is_left_to_the_ta(spec: QuizSpec) -> None:
    q08 = spec.question("q08")
    decided = judged(q08, "A")
    first: OptionVerdict = decided.verdicts[0].model_copy(update={"outcome": Outcome.UNDETERMINED})
    (step,) = next_steps(
        proof(spec, {"q08": decided.model_copy(update={"verdicts": (first, *decided.verdicts[1:])})})
    )
    assert (step.words, step.command, step.questions) == (*DECIDE, ("q08",))


def test_every_question_has_its_method(spec: QuizSpec) -> None:
    assert list(METHODS) == [question.id for question in spec.questions]
