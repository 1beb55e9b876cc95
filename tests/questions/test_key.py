"""The declared key: what it says, and every way it can be wrong."""

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from questions.common.errors import SpecError
from questions.key import Key, load_key
from solvers.run import catalog

QUIZ = catalog.load()
ALL_IDS = ", ".join(question.id for question in QUIZ.questions)
FORM = "allowed: a mapping such as key: {q01: B, q06: [A, B, D], q05: null}"


@pytest.fixture(autouse=True)
def _in_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def key_of(content: str) -> Key:
    Path("key.yaml").write_text(content, encoding="utf-8")
    return load_key(Path("key.yaml"), QUIZ)


def test_a_key_covers_every_question_of_the_quiz() -> None:
    key = key_of("key: {q06: [A, B, D], q01: B, q05: null, q02: [C]}\nnote: by hand\n")
    assert list(key.answers) == [question.id for question in QUIZ.questions]
    assert key.answers["q01"] == frozenset("B")
    assert key.answers["q02"] == frozenset("C")
    assert key.answers["q06"] == frozenset("ABD")
    assert key.answers["q05"] is None
    assert key.answers["q12"] is None
    assert key.unknown == ("q03", "q04", "q05", "q07", "q08", "q09", "q10", "q11", "q12")
    assert key.note == "by hand"


@pytest.mark.parametrize("written", ["AB", "BA", '"A, B"', "A, B", "Ａ、Ｂ", '"[A, B]"', "A&B"])
def test_several_letters_in_one_text_are_the_list_of_them(written: str) -> None:
    assert key_of(f"key:\n  Q06: {written}\n").answers["q06"] == frozenset("AB")
    amended = f"key:\n  q06:\n    correct: {written}\n    bonus: true\n    reason: as announced\n"
    assert key_of(amended).answers["q06"] == frozenset("AB")
    accepted = f"key:\n  q06:\n    accept:\n      - {written}\n      - ABD\n    reason: as announced\n"
    assert key_of(accepted).amendments["q06"].accept == (frozenset("AB"), frozenset("ABD"))


def test_a_key_cannot_change() -> None:
    given_answers: dict[str, frozenset[str] | None] = {"q01": frozenset("B")}
    key = Key(given_answers)
    given_answers["q01"] = None
    assert key.answers == {"q01": frozenset("B")}
    with pytest.raises(TypeError):
        key.answers["q01"] = None  # type: ignore[index]


REFUSED = {
    "unknown question": (
        "key:\n  q1: B\n",
        [f"key.yaml:2: key.q1: unknown question; allowed: {ALL_IDS}. Did you mean 'q01'?"],
    ),
    "unknown option": ("key: {q01: E}", ["key.yaml:1: key.q01: found 'E'; allowed: A, B, C, D"]),
    "small letter": (
        "key: {q01: b}",
        ["key.yaml:1: key.q01: found 'b'; allowed: A, B, C, D. Did you mean 'B'?"],
    ),
    "letters in a row, one of them twice": (
        "key: {q10: ABA}",
        ["key.yaml:1: key.q10: found 'ABA'; allowed: A, B, C, D, E, F, G"],
    ),
    "letters in a row, one of them unknown": (
        "key: {q10: ABZ}",
        ["key.yaml:1: key.q10: found 'ABZ'; allowed: A, B, C, D, E, F, G"],
    ),
    "letters in a row for a single choice": (
        "key: {q01: AB}",
        ["key.yaml:1: key.q01: found 'AB'; allowed: A, B, C, D"],
    ),
    "the same question in capitals": (
        "key: {q01: A, Q01: B}",
        ["key.yaml:1: key.Q01: is the same question as 'q01'; keep one"],
    ),
    "a number": ("key: {q01: 2}", ["key.yaml:1: key.q01: found 2; allowed: A, B, C, D"]),
    "a mapping in a list": (
        "key: {q06: [{A: B}]}",
        ["key.yaml:1: key.q06[0]: found a mapping; allowed: A, B, C, D, E, F, G, H"],
    ),
    "null in a list": (
        "key: {q06: [A, null]}",
        ["key.yaml:1: key.q06[1]: found nothing (null); allowed: A, B, C, D, E, F, G, H"],
    ),
    "duplicate": (
        "key:\n  q06:\n  - A\n  - B\n  - A\n",
        ["key.yaml:5: key.q06[2]: option A stands twice; keep one"],
    ),
    "two for a single choice": (
        "key: {q01: [A, B]}",
        ["key.yaml:1: key.q01: found 2 options; allowed: one, since q01 is a single choice"],
    ),
    "no correct option": (
        "key: {q06: []}",
        ["key.yaml:1: key.q06: no correct option; allowed: at least one, or null for not known"],
    ),
    "a question twice": (
        "key:\n  q01: A\n  q01: B\n",
        ["key.yaml:3:3: the key 'q01' stands twice, first on line 2; keep one"],
    ),
    "a bare mapping": (
        "q01: B\n",
        [
            "key.yaml:1: q01: unknown field; allowed: key, note",
            f"key.yaml:1: the field 'key' is missing; {FORM}",
        ],
    ),
    "misspelt field": (
        "key: {}\nnotes: x\n",
        ["key.yaml:2: notes: unknown field; allowed: key, note. Did you mean 'note'?"],
    ),
    "key of a wrong type": ("key: [A, B]\n", [f"key.yaml:1: key: found a list; {FORM}"]),
    "a list": ("- A\n", [f"key.yaml:1: found a list; {FORM}"]),
    "note of a wrong type": ("key: {}\nnote: 3\n", ["key.yaml:2: note: found 3; allowed: a text"]),
    "long note": (
        f"key: {{}}\nnote: {'x' * 4001}\n",
        ["key.yaml:2: note: found 4001 characters; allowed: at most 4000"],
    ),
    "too large": (
        "#" * (64 * 1024 + 1),
        ["key.yaml: is too large: 65,537 bytes; at most 65,536 are allowed"],
    ),
    "all at once": (
        "key: {q01: b, q13: A, q02: [A, B], q06: [A, A]}\nnote: []\n",
        [
            "key.yaml:2: note: found a list; allowed: a text",
            "key.yaml:1: key.q01: found 'b'; allowed: A, B, C, D. Did you mean 'B'?",
            f"key.yaml:1: key.q13: unknown question; allowed: {ALL_IDS}. Did you mean 'q12'?",
            "key.yaml:1: key.q02: found 2 options; allowed: one, since q02 is a single choice",
            "key.yaml:1: key.q06[1]: option A stands twice; keep one",
        ],
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refusals(name: str) -> None:
    content, problems = REFUSED[name]
    with pytest.raises(SpecError) as caught:
        key_of(content)
    assert caught.value.problems == problems


def test_the_example_says_that_it_is_one() -> None:
    path = QUIZ.folder / "key.example.yaml"
    key = load_key(path, QUIZ)
    assert key.note == "An example of the form. NOT the course's key."
    assert "THIS IS NOT THE COURSE'S KEY" in path.read_text(encoding="utf-8")
    assert key.unknown == ("q05", "q12")


def written(key: Key) -> dict[str, object]:
    """A key as its file's data."""
    answers = {
        question_id: None if correct is None else sorted(correct)
        for question_id, correct in key.answers.items()
    }
    return {"key": answers, "note": key.note}


KEYS = st.builds(
    Key,
    st.fixed_dictionaries(
        {
            question.id: st.none()
            | st.frozensets(
                st.sampled_from(question.option_ids),
                min_size=1,
                max_size=1 if question.kind == "single" else None,
            )
            for question in QUIZ.questions
        }
    ),
    st.none() | st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=40),
)


@given(key=KEYS)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_key_that_is_written_is_read(tmp_path: Path, key: Key) -> None:
    path = tmp_path / "key.json"
    path.write_text(json.dumps(written(key)), encoding="utf-8")
    assert load_key(path, QUIZ) == key
    path = tmp_path / "key.yaml"
    data = written(key) | {"note": None}  # YAML's own writer quotes by the rules of 1.1
    path.write_text(yaml.safe_dump(data), encoding="utf-8")
    assert load_key(path, QUIZ).answers == key.answers
