"""Two runs side by side, every kind of change with its exact words."""

from typing import Any

import pytest

from grader.key.change_words import in_words
from grader.key.key_check import Accord, Status
from grader.key.run_changes import MarginChange, Replaced, RunChanges, VerdictChange, changes_between, is_near
from grader.key.run_summary import (
    ComparisonSummary,
    KeySummary,
    OptionSummary,
    PartSummary,
    QuestionSummary,
    RunSummary,
    SourceSummary,
)
from questions.quiz import Bilingual
from solvers.evidence.verdicts import Outcome, Standing

DIGEST = "0123456789abcdef" * 4


def number(value: float, threshold: float = 0.8, quantity: str = "share", **fields: Any) -> ComparisonSummary:
    """A value that should be at least its threshold."""
    return ComparisonSummary(
        quantity=Bilingual(zh="比例", en=quantity),
        value=value,
        relation="≥",
        threshold=threshold,
        margin=value - threshold,
        **fields,
    )


def option(
    outcome: str = "holds",
    standing: str = "conclusive",
    *numbers: ComparisonSummary,
    name: str = "A",
    claim: str = "frames: 8",
) -> OptionSummary:
    found, stands = Outcome(outcome), Standing(standing)
    part = PartSummary(claim=claim, outcome=found, standing=stands, comparisons=numbers)
    return OptionSummary(option=name, outcome=found, standing=stands, accord=Accord.AGREES, parts=(part,))


def question(
    *options: OptionSummary, name: str = "q01", status: str = "confirmed", **fields: Any
) -> QuestionSummary:
    return QuestionSummary(
        question=name, status=Status(status), derived=None, options=options or (option(),), **fields
    )


def run(*questions: QuestionSummary, **fields: Any) -> RunSummary:
    return RunSummary.model_validate(
        {
            "version": 1,
            "quizproof": "1.0",
            "quiz": Bilingual(zh="測驗", en="Quiz"),
            "key": None,
            "questions": questions or (question(),),
            **fields,
        }
    )


def said(before: RunSummary, after: RunSummary, language: str = "en") -> dict[str, list[str]]:
    sections = in_words(changes_between(before, after))
    return {getattr(one.title, language): [getattr(line, language) for line in one.lines] for one in sections}


def test_the_same_run_has_no_changes() -> None:
    changes = changes_between(run(), run())
    assert changes == RunChanges()
    assert not changes.any
    assert not changes.flipped
    assert in_words(changes) == ()


def test_an_outcome_and_a_standing_that_flip() -> None:
    before = run(question(option("holds"), option("fails", name="B"), option("fails", name="C")))
    after = run(question(option("fails"), option("fails", "rehearsal", name="B"), option("fails", name="C")))
    changes = changes_between(before, after)
    assert changes.verdicts[0] == VerdictChange(
        question="q01",
        option="A",
        before=(Outcome.HOLDS, Standing.CONCLUSIVE),
        after=(Outcome.FAILS, Standing.CONCLUSIVE),
    )
    assert changes.flipped
    assert said(before, after) == {
        "Verdicts that flipped": [
            "q01 A: holds (conclusive) → fails (conclusive)",
            "q01 B: fails (conclusive) → fails (rehearsal)",
        ]
    }
    assert said(before, after, "zh") == {
        "判定翻轉": ["q01 A：成立（定論） → 不成立（定論）", "q01 B：不成立（定論） → 不成立（演練）"]
    }


def test_options_that_change_alike_stand_on_one_line() -> None:
    letters = "ABC"
    before = run(question(*(option("fails", "rehearsal", name=letter) for letter in letters)))
    after = run(question(*(option("fails", name=letter) for letter in letters)))
    assert said(before, after)["Verdicts that flipped"] == [
        "q01 A, B, C: fails (rehearsal) → fails (conclusive)"
    ]


def test_an_option_without_a_verdict_and_a_status_with_its_reason() -> None:
    none = OptionSummary(option="A", outcome=None, standing=None, accord=Accord.OPEN)
    failed = question(none, status="error", failure=Bilingual(zh="壞了", en="It broke."))
    assert said(run(), run(failed)) == {
        "Verdicts that flipped": ["q01 A: holds (conclusive) → no verdict"],
        "Key check that changed": ["q01: confirmed → error: It broke."],
    }


def test_questions_and_options_that_one_run_has_alone() -> None:
    before = run(question(), question(name="q02"))
    after = run(question(option(), option("fails", name="B")), question(name="q03", status="open"))
    assert said(before, after) == {
        "Verdicts that flipped": ["q01 B: no verdict → fails (conclusive)"],
        "Key check that changed": ["q03: no such question → open", "q02: confirmed → no such question"],
    }


@pytest.mark.parametrize(
    ("before", "after", "moved"),
    [
        (0.85, 0.75, "across"),
        (0.75, 0.85, "across"),
        (0.80, 0.79, "across"),  # the bound itself is met
        (0.95, 0.87, "near"),  # 0.07 is below 0.08
        (0.87, 0.95, "near"),
        (0.73, 0.60, "near"),
        (0.95, 0.89, None),  # 0.09 is not
        (0.85, 0.85, None),
    ],
)
def test_margins_that_moved_across_or_near_a_threshold(
    before: float, after: float, moved: str | None
) -> None:
    one, two = (run(question(option("holds", "conclusive", number(value)))) for value in (before, after))
    changes = changes_between(one, two).margins
    assert [change.moved for change in changes] == ([moved] if moved else [])
    assert not changes_between(one, two).flipped


def test_a_margin_in_words() -> None:
    unit = {"unit": Bilingual(zh="分貝", en="dB")}
    one, two = (run(question(option("holds", "conclusive", number(v, **unit)))) for v in (0.85, 0.75))
    assert said(one, two) == {
        "Margins that moved": [
            "q01 A part 1, share: 0.85 (≥ 0.8) → 0.75 (≥ 0.8) dB, moved across its threshold"
        ]
    }
    assert said(one, two, "zh") == {
        "餘裕移動": ["q01 A 第 1 部分，比例：0.85 (≥ 0.8) → 0.75 (≥ 0.8) 分貝，越過門檻"]
    }
    near = (run(question(option("holds", "conclusive", number(v)))) for v in (0.85, 0.84))
    assert said(*near)["Margins that moved"][0].endswith(
        "moved near its threshold (a margin below 10% of it)"
    )


def test_a_threshold_that_was_raised_moves_a_margin_and_at_zero_nothing_is_near() -> None:
    one, two = (run(question(option("holds", "conclusive", number(0.85, t)))) for t in (0.8, 0.9))
    assert said(one, two)["Margins that moved"] == [
        "q01 A part 1, share: 0.85 (≥ 0.8) → 0.85 (≥ 0.9), moved across its threshold"
    ]
    assert not is_near(number(0.0001, 0.0))
    assert is_near(number(-0.85, -0.9))


def test_numbers_are_matched_by_what_they_are_and_not_where_a_claim_is_another() -> None:
    before = option("holds", "conclusive", number(0.85), number(0.9, quantity="rise"))
    swapped = option("holds", "conclusive", number(0.9, quantity="rise"), number(0.84))
    (change,) = changes_between(run(question(before)), run(question(swapped))).margins
    assert isinstance(change, MarginChange)
    assert (change.before.value, change.after.value) == (0.85, 0.84)
    edited = option("holds", "conclusive", number(0.5), claim="frames: 9")
    changes = changes_between(run(question(before)), run(question(edited)))
    assert changes.margins == ()
    assert changes.claims == (
        Replaced(name="q01 A", before="frames: 8", after="frames: 9", questions=("q01",)),
    )
    assert in_words(changes)[0].lines[0].en == "q01 A: frames: 8 → frames: 9"


def source(**fields: Any) -> SourceSummary:
    given = {"resource": "codec-weights", "origin": "hub", "name": "somebody/codec", "genuine": True}
    return SourceSummary.model_validate(given | fields)


def test_weights_libraries_and_sounds_once_for_all_their_questions() -> None:
    old = {"sources": (source(),), "libraries": {"torch": "2.1"}, "sounds": dict.fromkeys("abcd", DIGEST)}
    new = {
        "sources": (source(revision="main", sha256=DIGEST, genuine=False),),
        "libraries": {"torch": "2.2", "umap": "0.5"},
        "sounds": {"a": DIGEST, "b": DIGEST[::-1], "e": DIGEST},
    }
    before = run(question(**old), question(name="q02", **old))
    after = run(question(**new), question(name="q02", **new), quizproof="1.1")
    changes = changes_between(before, after)
    assert not changes.flipped
    assert said(before, after) == {
        "Weights and files": [
            "codec-weights: ◆ somebody/codec (hub) → "
            "◇ somebody/codec @ main (hub, SHA-256 0123456789ab…) (q01, q02)"
        ],
        "Sounds": ["q01: 4 sounds differ: b, c, d, …", "q02: 4 sounds differ: b, c, d, …"],
        "Libraries": [
            "quizproof: 1.0 → 1.1",
            "torch: 2.1 → 2.2 (q01, q02)",
            "umap: none → 0.5 (q01, q02)",
        ],
    }


def test_what_a_failed_measurement_lacks_is_no_change_of_its_own() -> None:
    failed = question(
        OptionSummary(option="A", outcome=None, standing=None, accord=Accord.OPEN),
        status="error",
        failure=Bilingual(zh="壞了", en="It broke."),
    )
    changes = changes_between(run(question(sources=(source(),), libraries={"torch": "2.1"})), run(failed))
    assert (changes.sources, changes.libraries, changes.sounds, changes.claims) == ((), (), (), ())


def key(name: str = "key.yaml", digest: str = DIGEST, **answers: str | None) -> KeySummary:
    told = {id_: None if one is None else tuple(one) for id_, one in answers.items()}
    return KeySummary(name=name, sha256=digest, answers=told)


def test_the_key_that_changed() -> None:
    before = run(key=key(q01="A", q02="AB", q03="C"))
    after = run(key=key(digest=DIGEST[::-1], q01="A", q02="ABD", q03=None))
    assert said(before, after) == {"Key that changed": ["q02: AB → ABD", "q03: C → none"]}
    amended = run(key=key("new.yaml", DIGEST[::-1], q01="A", q02="AB", q03="C"))
    assert said(before, amended) == {"Key that changed": ["amendments: key.yaml → new.yaml"]}
    assert said(run(), run(key=key(q01="A"))) == {"Key that changed": ["q01: none → A"]}
    same = run(key=key("elsewhere.yaml", q01="A", q02="AB", q03="C"))
    assert said(before, same) == {}
