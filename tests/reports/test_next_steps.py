"""What the report says to do next: one step for each missing thing, with its command and its questions."""

from grader.key.verification import Verification
from questions.key import Key
from questions.quiz import Bilingual, QuizSpec
from reports.next_steps import DECIDE, FAILED, LOCK, MEND, next_steps
from solvers.evidence.verdicts import Evidence, Finding, OptionVerdict, Outcome, assemble
from solvers.hw10.resources.codec_weights import RESOURCE as CODEC_WEIGHTS
from solvers.hw10.resources.csm_weights import RESOURCE as CSM_WEIGHTS
from solvers.hw10.resources.emovdb import RESOURCE as EMOVDB
from solvers.resources.asr_weights import RESOURCE as ASR_WEIGHTS
from solvers.resources.course_audio import RESOURCE as COURSE_AUDIO
from solvers.resources.resource import HowTo
from solvers.run.judge import NOT_MEASURED
from tests.reports.hw10.full import judged


def verification(spec: QuizSpec, found: dict[str, Evidence]) -> Verification:
    evidence = {q.id: found.get(q.id) or judged(q, "A") for q in spec.questions}
    return Verification(spec, evidence, Key({q.id: frozenset("A") for q in spec.questions}))


def asked(how_to: HowTo | None, *questions: str) -> tuple[object, ...]:
    assert how_to is not None
    return (how_to.words, how_to.command, questions)


def shown(spec: QuizSpec, found: dict[str, Evidence]) -> list[tuple[object, ...]]:
    return [(step.words, step.command, step.questions) for step in next_steps(verification(spec, found))]


def test_a_verified_key_needs_no_step(spec: QuizSpec) -> None:
    assert shown(spec, {}) == []


def test_each_missing_thing_is_one_step_in_its_resources_own_words(spec: QuizSpec) -> None:
    found = {id_: judged(spec.question(id_), "A", genuine=False) for id_ in ("q05", "q06", "q12")}
    # What a person has to look at, then by the resources' names; the architecture has nothing to be provided.
    assert shown(spec, found | {"q01": Evidence(question="q01", failure=NOT_MEASURED)}) == [
        asked(FAILED, "q01"),
        asked(ASR_WEIGHTS.how_to, "q12"),
        asked(CODEC_WEIGHTS.how_to, "q05", "q06", "q12"),
        asked(CSM_WEIGHTS.how_to, "q12"),
        asked(EMOVDB.how_to, "q06"),
    ]


def test_a_contradiction_comes_first_with_how_to_mend_and_regrade(spec: QuizSpec) -> None:
    found = {
        "q02": judged(spec.question("q02"), "C"),
        "q05": judged(spec.question("q05"), "A", genuine=False),
    }
    assert shown(spec, found) == [asked(MEND, "q02"), asked(CODEC_WEIGHTS.how_to, "q05")]
    assert MEND.command == "quizproof grade PAPERS --key NEW.yaml --old-key OLD.yaml --regrade both"


def test_what_an_outcome_alone_rests_on_is_asked_for_too(spec: QuizSpec) -> None:
    q01 = spec.question("q01")
    finding = Finding(
        outcome=Outcome.HOLDS,
        measured="[1, 32, 25]",
        threshold="[1, 32, 25]",
        reason=Bilingual(zh="如檔案", en="as the files are"),
        also_rests_on=(COURSE_AUDIO.name,),
    )
    sources = judged(q01, "A").provenance
    assert sources is not None
    unknown = sources.model_copy(
        update={"sources": tuple(s for s in sources.sources if s.resource != COURSE_AUDIO.name)}
    )
    evidence = assemble(q01, {option.id: (finding,) for option in q01.options}, unknown, {})
    assert COURSE_AUDIO.name not in q01.rests_on
    assert shown(spec, {"q01": evidence}) == [asked(COURSE_AUDIO.how_to, "q01")]


def test_what_is_at_hand_but_not_known_asks_for_the_lock(spec: QuizSpec) -> None:
    rehearsed = judged(spec.question("q05"), "A", genuine=False)
    assert rehearsed.provenance is not None
    sources = tuple(
        source.model_copy(update={"origin": "hub"}) if source.resource == CODEC_WEIGHTS.name else source
        for source in rehearsed.provenance.sources
    )
    unlocked = rehearsed.provenance.model_copy(update={"sources": sources})
    assert shown(spec, {"q05": rehearsed.model_copy(update={"provenance": unlocked})}) == [asked(LOCK, "q05")]


def test_what_only_a_person_can_decide_is_left_to_the_ta(spec: QuizSpec) -> None:
    decided = judged(spec.question("q08"), "A")
    first: OptionVerdict = decided.verdicts[0].model_copy(update={"outcome": Outcome.UNDETERMINED})
    opened = decided.model_copy(update={"verdicts": (first, *decided.verdicts[1:])})
    assert shown(spec, {"q08": opened}) == [asked(DECIDE, "q08")]
