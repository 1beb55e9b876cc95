"""Why, on a student's own check: of options picked alone, and nothing that tells of others."""

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from grader.key.why import Reasons, Why, reasons_of
from grader.papers.paper import Paper
from grader.scores.coarse_check import CoarseResult
from grader.scores.own_paper import Knowledge, Truth, check
from questions.quiz import Bilingual
from tests.grader.scores.test_own_paper import MULTIPLE, SINGLE, Picks, possible_keys, quiz_of, rendered
from tests.grader.tiny import QUIZ
from tests.grader.tiny_evidence import evidence_of

REASONS = reasons_of(QUIZ, evidence_of())
TRUE = {"q01": frozenset("B"), "q02": frozenset("C"), "q06": frozenset("ABD"), "q10": frozenset("ABDE")}
KNOWN = {id_: Knowledge.from_key(QUIZ.question(id_), correct) for id_, correct in TRUE.items()}


def test_it_stands_below_what_was_picked() -> None:
    paper = Paper("B1", {"q01": frozenset("A"), "q02": frozenset("C")})
    result = check(paper, QUIZ, KNOWN, reasons=REASONS)
    assert result.lines("en") == [
        "Student: B1",
        "q01: 0 of 0.8 points: A wrong",
        "    A: What was measured is not as it says.",
        "q02: 0.8 of 0.8 points: C right",
        "    C: 2 + 3 = 5. Measured: 5.",
        "q06: 0 of 1 point, not answered",
        "q10: 0 of 1 point, not answered",
        "What was measured is told in full with the correct answers: it would tell of options not picked.",
        "Total: 0.8 of 3.6 points",
    ]
    assert result.lines("zh")[2:5] == [
        "    A：測得的結果與此說不符。",
        "q02：0.8 分（滿分 0.8 分）：C 正確",
        "    C：2 + 3 = 5。測得：5。",
    ]
    assert result.questions[1].model_dump(mode="json")["why"] == {
        "C": {"words": {"en": "2 + 3 = 5. Measured: 5.", "zh": "2 + 3 = 5。測得：5。"}, "whole": True}
    }
    assert "why" not in result.questions[2].model_dump(mode="json")
    coarse = CoarseResult.of(result)
    assert coarse.lines("en")[1:3] == ["q01: wrong: A wrong", "    A: What was measured is not as it says."]
    assert coarse.lines("en")[-1].startswith("What was measured is told in full")


def test_revealed_it_is_told_of_every_option_in_full() -> None:
    paper = Paper("B1", {"q01": frozenset("A")})
    lines = check(paper, quiz_of(SINGLE), KNOWN, reasons=REASONS, reveal=True).lines("en")
    assert lines == [
        "Student: B1",
        "q01: 0 of 0.8 points: A wrong",
        "    correct: B; not the correct option: 0 points",
        *(f"    {option}: 2 + 3 = 5. Measured: 5." for option in "ABCD"),
        "Total: 0 of 0.8 points",
    ]


OWN = {"q02": {"C": ("sum.mp3",), "A": ("sum.mp3", "a.mp3")}, "q06": {"A": ("a", "both"), "B": ("both",)}}


def shown(picks: dict[str, str], *, reveal: bool = False) -> dict[str, tuple[str, ...]]:
    """What is shown of each option, all told as if nothing were measured of several at once."""
    apart = {
        question: {option: why.model_copy(update={"apart": True}) for option, why in whys.items()}
        for question, whys in REASONS.by_question.items()
    }
    reasons = Reasons(by_question=apart, own=OWN)
    paper = Paper("B1", {question: frozenset(options) for question, options in picks.items()})
    found = check(paper, QUIZ, KNOWN, reasons=reasons, reveal=reveal)
    return {f"{one.question} {option}": told.shown for one in found.questions for option, told in one.why}


def test_what_belongs_to_an_option_is_shown_with_it_and_not_what_belongs_to_one_not_picked() -> None:
    assert shown({"q02": "C"}) == {"q02 C": ("sum.mp3",)}  # who knows the right one knows all
    assert shown({"q02": "A"}) == {"q02 A": ()}  # what is heard tells the right one
    revealed = shown({"q02": "A"}, reveal=True)
    assert (revealed["q02 A"], revealed["q02 C"], revealed["q02 B"]) == (
        ("sum.mp3", "a.mp3"),
        ("sum.mp3",),
        (),
    )
    assert revealed["q06 A"] == ("a", "both")
    # Of several, each tells of the others that claim the same kind of thing, unless all are picked.
    assert shown({"q06": "A"})["q06 A"] == ()
    everything = "".join(QUIZ.question("q06").option_ids)
    assert shown({"q06": everything})["q06 A"] == ("a", "both")


def test_it_stands_below_the_reason_in_words() -> None:
    reasons = REASONS.model_copy(update={"own": OWN})
    paper = Paper("B1", {"q02": frozenset("C")})
    result = check(paper, quiz_of(QUIZ.question("q02")), KNOWN, reasons=reasons)
    assert result.lines("en")[2:4] == ["    C: 2 + 3 = 5. Measured: 5.", "      hear or see: sum.mp3"]
    assert result.lines("zh")[3] == "      可聽可看：sum.mp3"
    assert result.questions[0].model_dump(mode="json")["why"]["C"]["shown"] == ["sum.mp3"]


def test_what_is_undecided_has_no_reason() -> None:
    known = {"q01": Knowledge(dict.fromkeys("ABCD", Truth.UNDECIDED), None)}
    paper = Paper("B1", {"q01": frozenset("B")})
    assert check(paper, quiz_of(SINGLE), known, reasons=REASONS, reveal=True).questions[0].why == ()


def whys(right: bool) -> st.SearchStrategy[Why]:
    words = st.text("xy", min_size=1, max_size=2).map(lambda text: Bilingual(zh=text, en=text))
    return st.builds(
        Why,
        right=st.just(right),
        by=st.sampled_from(["evidence", "ruling"]),
        words=words,
        brief=st.just(Bilingual(zh="b", en="b")),
        apart=st.booleans(),
    )


@settings(max_examples=150)
@given(data=st.data())
def test_keys_and_evidence_that_differ_in_options_not_picked_print_the_same(data: st.DataObject) -> None:
    question = data.draw(st.sampled_from([SINGLE, MULTIPLE]))
    picked = data.draw(st.sampled_from([Picks(), *possible_keys(question)]))
    correct = data.draw(st.sampled_from(possible_keys(question)))

    def score(key: Picks) -> Fraction:
        return Fraction(max(0, len(picked & key) - len(picked - key)), len(key))

    alike = [
        key
        for key in possible_keys(question)
        if key & picked == correct & picked and score(key) == score(correct)
    ]
    other = data.draw(st.sampled_from(alike))
    one, two = (
        {option: data.draw(st.none() | whys(option in key)) for option in question.option_ids}
        for key in (correct, other)
    )
    two |= {option: one[option] for option in picked}
    printed = set()
    for key, found in ((correct, one), (other, two)):
        reasons = Reasons(by_question={question.id: {o: why for o, why in found.items() if why}})
        known = {question.id: Knowledge.from_key(question, key)}
        paper = Paper("B1", {question.id: picked})
        printed.add(rendered(check(paper, quiz_of(question), known, reasons=reasons)))
    assert len(printed) == 1


def test_a_wrong_single_choice_reads_the_same_whatever_was_measured() -> None:
    """The right option follows from what was measured, so that nothing of it is told."""
    paper = Paper("B1", {"q01": frozenset("A")})
    (why,) = check(paper, quiz_of(SINGLE), KNOWN, reasons=REASONS).questions[0].why
    assert "5" not in why[1].words.en + why[1].words.zh
