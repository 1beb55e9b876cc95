"""Grades and quizzes do not leave under a key that stored evidence refutes, unless a reason is given."""

import json
from pathlib import Path

import pytest

from tests.quizproof.commands import TINY, Run, message, write_evidence
from tests.quizproof.test_export import FULL, GRADEBOOK, INTO, write_class, write_key

# The evidence: the sum is 5, so that C of question 2 holds. The key says A.
CONFLICTS = ["A", "C"]
WORDS = {
    "A": "q02, option A: the key marks A correct; measured 5 (threshold: ",
    "C": "q02, option C: the key marks C incorrect; measured 5 (threshold: 5",
}
REASON = "the slide counts <b>without</b> the first frame"


@pytest.fixture
def contradicted(run: Run) -> Run:
    """A command in a folder with evidence, by a key that it contradicts."""
    write_evidence(Path())
    write_class(Path(), ["B11901001", *FULL], ["00042", *FULL])
    write_key(Path(), {})
    Path("canvas.csv").write_text(GRADEBOOK, encoding="utf-8")
    Path("paper.yaml").write_text("student: B1\nanswers: {q02: C}\n", encoding="utf-8")
    return lambda *arguments: run(*arguments, "--quiz", TINY, "--key", "key.yaml")


COMMANDS = [
    ["grade", "class.csv", "--out", "out"],
    ["grade", "paper.yaml", "--out", "out"],
    ["export", "gradebook", "class.csv", *INTO, "4321", "--out", "out"],
    ["export", "gradescope", "class.csv", "--out", "out"],
    ["export", "qti", "--out", "out"],
]


@pytest.mark.parametrize("command", COMMANDS)
def test_it_stops_and_names_option_and_measurement(contradicted: Run, command: list[str]) -> None:
    result = contradicted(*command)
    assert result.exit_code == 1, result.output
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    for option, line in zip(CONFLICTS, lines, strict=False):
        assert line.startswith(f"the evidence contradicts the key: {WORDS[option]}")
    assert lines[2].endswith("nothing was written.")
    assert not Path("out").exists()
    told = json.loads(contradicted(*command, "--json").stdout)
    assert [one["option"] for one in told["contradictions"]] == CONFLICTS


@pytest.mark.parametrize("command", COMMANDS)
def test_a_reason_lets_it_go_on(contradicted: Run, command: list[str]) -> None:
    result = contradicted(*command, "--despite-evidence", REASON)
    assert result.exit_code == 0, result.output
    assert "the evidence contradicts the key: q02, option A" in result.stderr
    assert Path("out").exists()


def test_a_reason_of_spaces_is_none(contradicted: Run) -> None:
    result = contradicted(*COMMANDS[0], "--despite-evidence", "  ")
    assert message(result) == ("--despite-evidence: found no reason; write why the key holds all the same.")


def test_a_reason_that_is_not_needed_is_not_kept(contradicted: Run) -> None:
    result = contradicted(*COMMANDS[0], "--evidence", "elsewhere", "--despite-evidence", REASON)
    assert result.exit_code == 0
    assert "no stored evidence contradicts the key" in result.stderr
    assert json.loads(Path("out/grades.json").read_text(encoding="utf-8"))["despite_evidence"] is None


def test_the_reason_is_in_the_grades_and_at_the_head_of_the_report(contradicted: Run) -> None:
    assert contradicted(*COMMANDS[0], "--despite-evidence", REASON).exit_code == 0
    grades = json.loads(Path("out/grades.json").read_text(encoding="utf-8"))
    assert grades["despite_evidence"] == REASON
    assert [(one["question"], one["option"]) for one in grades["contradictions"]] == [
        ("q02", option) for option in CONFLICTS
    ]
    html = Path("out/class.html").read_text(encoding="utf-8")
    head = html.split("<main>")[1].split('aria-label="Summary"')[0]
    assert 'id="contradictions"' in head
    assert "the slide counts &lt;b&gt;without&lt;/b&gt; the first frame" in head
    assert "q02" in head
    assert "measured 5 (threshold: " in head


def test_such_an_item_is_not_called_weak(contradicted: Run) -> None:
    # Who picks C, which holds, is strong elsewhere: by the key, the question tells nothing apart.
    strong, weak = [*FULL], ["B", "B", "", ""]
    rows = []
    for number in range(300):
        row = [*(strong if number % 2 else weak)]
        row[1] = "AC"[number % 4 // 2]
        rows.append([f"B{number:03}", *row])
    write_class(Path(), *rows)
    Path("elsewhere").mkdir()
    without = contradicted(*COMMANDS[0], "--evidence", "elsewhere", "--json")
    items = {one["question"]: one for one in json.loads(without.stdout)["items"]["items"]}
    assert items["q02"]["flags"] == ["low discrimination"]
    beside = contradicted(*COMMANDS[0], "--despite-evidence", REASON, "--json")
    items = {one["question"]: one for one in json.loads(beside.stdout)["items"]["items"]}
    assert items["q02"]["flags"] == ["contradicted by evidence"]
    card = Path("out/class.html").read_text(encoding="utf-8").split('<article class="card" id="q02"')[1]
    assert "low discrimination" not in card.split("</article>")[0]
