"""The puzzles' machinery by hand-written cases, and a few puzzles of all questions but Q6.

Under a minute in all: of Q6 one set alone would take a third of it, for UMAP to be compiled.
"""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from benchmarks.validity import __main__ as validity
from benchmarks.validity import keys, models, q09_near, table
from benchmarks.validity.puzzle import Grade, Puzzle, Solved, Truth, graded, in_turn, only, together
from benchmarks.validity.q09_near import nearest_others, one_word_off
from benchmarks.validity.q11_csm_voice import truth_of
from benchmarks.validity.runner import read, run, solve
from questions.common.errors import SourceError
from questions.quiz import QuizSpec
from solvers.audio.error_rate import error_rate
from solvers.audio.sound_files import HEARING_RATE_HZ, resample
from solvers.evidence.digest import sha256_of
from solvers.evidence.verdicts import Outcome
from solvers.hw10.q09_layer_order.judge import MIN_MARGIN_NAT

H, F, U = Outcome.HOLDS, Outcome.FAILS, Outcome.UNDETERMINED
RIGHT, WRONG, OPEN = Grade.RIGHT, Grade.WRONG, Grade.UNDETERMINED


@pytest.mark.parametrize(
    ("truth", "holds", "fails", "undetermined"),
    [
        (Truth.HOLDS, RIGHT, WRONG, OPEN),
        (Truth.FAILS, WRONG, RIGHT, OPEN),
        (Truth.NOTHING, WRONG, WRONG, RIGHT),
        (Truth.NOT_HOLDS, WRONG, RIGHT, RIGHT),
        (Truth.NOT_FAILS, RIGHT, WRONG, RIGHT),
    ],
)
def test_what_each_outcome_is_worth(truth: Truth, holds: Grade, fails: Grade, undetermined: Grade) -> None:
    assert [graded(truth, one) for one in (H, F, U)] == [holds, fails, undetermined]
    assert graded(truth, None) is undetermined  # a refused puzzle has no verdict


def test_a_wrong_part_outweighs_an_open_one() -> None:
    assert together([RIGHT, OPEN, WRONG]) is WRONG
    assert together([RIGHT, OPEN]) is OPEN
    assert together([RIGHT, RIGHT]) is RIGHT


def answering(name: str, found: dict[str, Outcome], truth: dict[str, Truth] | None = None) -> Puzzle:
    return Puzzle(name, "test", truth or only("AB", "A"), lambda: Solved(found, dict.fromkeys(found, "1 dB")))


def quiet(_solved_now: bool) -> None:
    pass


def test_a_result_keeps_what_was_measured_where_it_is_not_right() -> None:
    result = solve(answering("one", {"A": H, "B": H}), 3)
    assert (result.grade, result.parts, result.measured) == (
        "wrong",
        {"A": "right", "B": "wrong"},
        {"B": "1 dB"},
    )
    assert (result.clear, result.version) == (True, 3)


def test_a_refusal_is_undetermined_and_says_why() -> None:
    def refuse() -> Solved:
        raise SourceError("nothing to compare with")

    result = solve(replace(answering("one", {}), solve=refuse), 1)
    assert (result.grade, result.refused) == ("undetermined", "nothing to compare with")


@pytest.fixture
def counted() -> tuple[list[str], Callable[[str], Puzzle]]:
    solved: list[str] = []

    def puzzle(name: str) -> Puzzle:
        def answer() -> Solved:
            solved.append(name)
            return Solved({"A": H, "B": F}, {})

        return Puzzle(name, "test", only("AB", "A"), answer)

    return solved, puzzle


def test_a_rerun_solves_only_what_is_not_there(
    counted: tuple[list[str], Callable[[str], Puzzle]], tmp_path: Path
) -> None:
    solved, puzzle = counted
    file = tmp_path / "out" / "q01.jsonl"
    first = run([puzzle("one"), puzzle("two")], file, 1, quiet)
    assert solved == ["one", "two"]
    # Killed while the third line was written: the torn line goes, the whole ones stay.
    with file.open("a", encoding="utf-8") as stream:
        stream.write('{"name": "three", "ki')
    heard: list[bool] = []
    again = run([puzzle("one"), puzzle("two"), puzzle("three")], file, 1, heard.append)
    assert heard == [False, False, True]
    assert solved == ["one", "two", "three"]
    assert again[:2] == first
    assert [json.loads(line)["name"] for line in file.read_text("utf-8").splitlines()] == solved


def test_another_truth_or_version_is_solved_again(
    counted: tuple[list[str], Callable[[str], Puzzle]], tmp_path: Path
) -> None:
    solved, puzzle = counted
    file = tmp_path / "q01.jsonl"
    run([puzzle("one")], file, 1, quiet)
    run([puzzle("one")], file, 2, quiet)
    changed = replace(puzzle("one"), truth=only("AB", "B"))
    assert run([changed], file, 2, quiet)[0].grade == WRONG
    assert solved == ["one"] * 3
    run([changed], file, 2, quiet)  # of two lines of a name the last one counts
    assert solved == ["one"] * 3
    assert len(list(read(file))) == 3


def test_rows_by_hand() -> None:
    puzzles = [answering(str(i), {"A": H, "B": F}) for i in range(8)]
    puzzles += [answering("open", {"A": U, "B": F}), answering("wrong", {"A": F, "B": H})]
    puzzles += [answering("nothing", {"A": U}, {"A": Truth.NOTHING})]
    puzzles += [replace(answering("alike", {"A": H}, {"A": Truth.NOTHING}), distinct=False)]
    clear, nothing, alike = table.rows({"q01": [solve(one, 1) for one in puzzles]})
    assert (alike.truth, alike.puzzles, alike.wrong) == ("alike", 1, 1)
    assert (clear.puzzles, clear.right, clear.wrong, clear.undetermined) == (10, 8, 1, 1)
    assert (clear.parts_right, clear.parts_wrong, clear.parts_undetermined) == (17, 2, 1)
    # Wilson's 95 % by hand, z = 1.95996, of p = 0.8 and p = 0.1 in 10 puzzles:
    # (p + z²/20 ± z √(p(1 − p)/10 + z²/400)) / (1 + z²/10).
    assert clear.right_interval == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert clear.wrong_interval == pytest.approx((0.0179, 0.4042), abs=1e-4)
    # Of 1 in 1: z² / (1 + z²) of being wrong at the most.
    assert (nothing.puzzles, nothing.right) == (1, 1)
    assert nothing.wrong_interval == pytest.approx((0, 3.8415 / 4.8415), abs=1e-4)


def test_kinds_come_in_turn() -> None:
    names = [[answering(name, {}) for name in kind] for kind in ("adf", "be", "c")]
    assert [one.name for one in in_turn(*names)] == list("abcdef")


def test_the_clips_are_those_of_the_manifest() -> None:
    about = json.loads((models.PUZZLES / "manifest.json").read_text("utf-8"))
    assert "Kokoro-82M (Apache-2.0)" in about["origin"]
    assert sorted(about["files"]) == sorted(path.name for path in models.PUZZLES.glob("*.ogg"))
    assert len(models.clips()) == 60
    for clip in models.clips():
        assert sha256_of(models.PUZZLES / clip.name) == about["files"][clip.name]["sha256"]
        assert len(set(clip.options)) == 4


def test_there_are_enough_puzzles_and_each_has_its_name(spec: QuizSpec) -> None:
    found = {question.id: validity.puzzles_of(question.id)[0] for question in spec.questions}
    for puzzles in found.values():
        assert len({one.name for one in puzzles}) == len(puzzles)
    assert sum(len(found[f"q0{n}"]) for n in range(1, 6)) >= 40
    assert min(len(found[f"q{n:02}"]) for n in range(6, 13)) >= 40
    of_q09 = Counter(one.kind for one in found["q09"])
    assert of_q09 == {
        "said": 60, "twin": 20, "unsaid": 20, "shared": 20, "one word": 20, "noise": 6, "mixed": 6,
        "blurred said": 20, "blurred unsaid": 20, "blurred shared": 20, "blurred one word": 20,
    }  # fmt: skip
    alike = [one.name for one in found["q09"] if not one.distinct]
    assert [name.rsplit(" ", 1)[0] for name in alike] == [
        "twin 034.ogg", "one word 034.ogg", "blurred one word 034.ogg",
    ]  # fmt: skip


def test_puzzles_are_found_through_the_name_of_the_questions_solver(spec: QuizSpec) -> None:
    question = spec.question("q02")
    assert validity.has_puzzles(question)
    assert not validity.has_puzzles(question.model_copy(update={"solver": "q02_not_written_yet"}))


def test_every_wrong_key_is_contradicted_and_the_right_one_confirmed(spec: QuizSpec) -> None:
    results = [solve(one, 1) for one in keys.puzzles(spec)]
    # 10 single choices of 4 options under every truth; Q6's 2⁸ − 1 and Q10's 2⁷ − 1 keys under three.
    assert len(results) == 10 * 4 * 4 + 3 * (255 + 127)
    assert {one.grade for one in results} == {"right"}
    assert sum(one.kind == "right key" for one in results) == 10 * 4 + 3 * 2


@pytest.mark.parametrize("question_id", ["q01", "q02", "q03", "q04", "q05"])
def test_the_tokenizers_verdicts_are_exactly_the_truth(question_id: str) -> None:
    results = [solve(one, 1) for one in validity.puzzles_of(question_id)[0][:6]]
    assert {one.name: one.grade for one in results} == dict.fromkeys((one.name for one in results), "right")


def test_one_of_each_kind_of_q8() -> None:
    first: dict[str, Puzzle] = {}
    for one in validity.puzzles_of("q08")[0]:
        first.setdefault(one.kind, one)
    assert {kind: solve(one, 1).grade for kind, one in first.items()} == dict.fromkeys(
        ("worse", "untouched", "length"), "right"
    )


@pytest.mark.parametrize(
    ("question_id", "name"),
    [
        ("q07", "English alone: 019.ogg 50 dB, Chinese 0 … 6.6 s -10 dB"),
        ("q10", "reversed 1: 049.ogg (p4), 044.ogg (jm_kumo)"),
    ],
)
def test_a_quick_one_of_q7_and_q10(question_id: str, name: str) -> None:
    puzzles, version = validity.puzzles_of(question_id)
    (puzzle,) = [one for one in puzzles if one.name == name]
    assert solve(puzzle, version).grade == "right"


@pytest.mark.parametrize(
    ("made_of", "truth"),
    [
        # |2k - n| > 1.96 √n: of 16 more than 7.84, of 12 more than 6.79.
        ({"C": 16}, {"C": Truth.HOLDS, "D": Truth.FAILS}),
        ({"C": 12, "D": 4}, {"C": Truth.HOLDS, "D": Truth.FAILS}),
        ({"C": 11, "D": 5}, {"C": Truth.NOTHING, "D": Truth.NOTHING}),
        ({"C": 12, "capped": 4}, {"C": Truth.HOLDS, "D": Truth.FAILS}),
        ({"C": 10, "D": 2, "capped": 4}, {"C": Truth.NOTHING, "D": Truth.NOTHING}),
        ({"C": 9, "D": 3, "capped": 4}, {"C": Truth.NOTHING, "D": Truth.NOTHING}),
        ({"C": 11, "capped": 5}, {"C": Truth.NOTHING, "D": Truth.NOTHING}),
        ({"noise": 16}, {"C": Truth.FAILS, "D": Truth.FAILS}),
    ],
)
def test_truth_of_a_set_of_clips_by_hand(made_of: dict[str, int], truth: dict[str, Truth]) -> None:
    assert {letter: truth_of(made_of, letter) for letter in truth} == truth


def test_a_few_sets_of_q11() -> None:
    """One said as asked, one of two voices, one with clips capped, one that says what no option says."""
    chosen = {
        "rules Emily and Jason: 16 A",
        "mix Emily and Jason: 10 A, 6 B",
        "capped Emily and Jason: 15 A, 1 capped",
        "other text 057.ogg by 018.ogg and 019.ogg: 16 C, as it is",
    }
    puzzles = [one for one in validity.puzzles_of("q11")[0] if one.name in chosen]
    assert {one.name: solve(one, 1).grade for one in puzzles} == dict.fromkeys(chosen, "right")


def test_q12_every_alteration_of_the_tensors_and_a_few_decodes() -> None:
    decoded = {"a sound off by 2e-4", "codes renumbered"}
    puzzles = [one for one in validity.puzzles_of("q12")[0] if one.kind == "stored" or one.name in decoded]
    results = {one.name: solve(one, 1).grade for one in puzzles}
    assert results == dict.fromkeys(results, "right")
    assert decoded < set(results)
    assert len(results) >= 20


def test_near_sentences_of_q9_are_near_and_not_said() -> None:
    clip = models.clips()[0]
    assert (
        clip.text
        == "Our village bakery is truly famous, and each loaf tastes like a walk through a wheat field."
    )
    near = {one_word_off(clip.text, Random(seed)) for seed in range(20)}
    assert near == {clip.text.replace("famous", "modest"), clip.text.replace("wheat", "flower")}
    for one in models.clips():
        assert one_word_off(one.text, Random(0)) != one.text
        others = nearest_others(one)
        assert len({*others, one.text}) == 5
        assert max(error_rate(one.text, other, "en") for other in others) < 0.7


def test_what_is_called_alike_is_not_told_apart_on_the_recording() -> None:
    clip = next(one for one in models.clips() if one.name == "034.ogg")
    (pair,) = q09_near.ALIKE
    heard = resample(clip.load()[None], models.RATE_HZ, HEARING_RATE_HZ)
    said, alike = models.asr().score(heard, [clip.text, clip.text.replace(*pair)])[0].tolist()
    assert abs(said - alike) < MIN_MARGIN_NAT


def test_one_of_q9_is_right(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert validity.main(["--only", "q09", "--limit", "1", "--out", str(tmp_path), "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert [(row["question"], row["puzzles"], row["right"]) for row in shown["rows"]] == [("q09", 1, 1)]
    assert shown["no_puzzles_for"] == []
    (line,) = read(tmp_path / "q09.jsonl")
    assert line.name == validity.puzzles_of("q09")[0][0].name


def test_a_wrong_verdict_is_shown_and_gives_exit_code_1(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = answering("planted", {"A": F, "B": H})
    monkeypatch.setattr(validity, "puzzles_of", lambda _name: ([wrong], 1))
    assert validity.main(["--only", "keys", "--out", str(tmp_path)]) == 1
    out = capsys.readouterr().out
    assert "keys, planted: wrong" in out
    assert "A: fails, truth: holds; 1 dB" in out


def test_unknown_questions_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        validity.main(["--only", "q13"])
    assert stopped.value.code == 2
    assert "no puzzles for q13" in capsys.readouterr().err
