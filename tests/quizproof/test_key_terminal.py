"""Rows of a key beside its evidence: nothing is cut in any width, and the ending says it all."""

import pytest
from rich.console import Console

from grader.key.key_check import Accord, KeyCheck, OptionCheck, QuestionCheck, Rehearsal, Status
from questions.quiz import Bilingual
from quizproof.cli import key_terminal, terminal
from quizproof.cli.key_terminal import CheckRows, print_ending
from reports.next_steps import MEND, Step
from solvers.evidence.verdicts import Evidence, Outcome, Standing
from solvers.run import catalog
from tests.quizproof.commands import TINY

SPEC = catalog.load(TINY)
QUESTION = SPEC.question("q10")
REASON = "Five options are rehearsals, on something else than Mimi's weights."
WORDS = {"q10", "open", *REASON.split(), "the", "method", "found", "what", "was", "planted."}


def check(status: Status, question: str = "q10", standing: Standing = Standing.REHEARSAL) -> QuestionCheck:
    outcomes = dict(zip("ABCDE", (Outcome.HOLDS, Outcome.FAILS, Outcome.UNDETERMINED) * 2, strict=False))
    return QuestionCheck(
        question=question,
        status=status,
        declared=tuple("ABCDE"),
        derived=None,
        reason=Bilingual(zh="原因", en=REASON),
        options=tuple(
            OptionCheck(option=id_, declared=True, outcome=outcome, standing=standing, accord=Accord.OPEN)
            for id_, outcome in outcomes.items()
        ),
        planted=("A", "D"),
        rehearsal=Rehearsal.FOUND,
    )


def shown(monkeypatch: pytest.MonkeyPatch, width: int, *, in_terminal: bool = True) -> Console:
    """A console of that width that remembers what it was given."""
    console = Console(
        markup=False, emoji=False, width=width, force_terminal=in_terminal, record=True, color_system=None
    )
    for module in (terminal, key_terminal):
        monkeypatch.setattr(module, "out", console)
    return console


@pytest.mark.parametrize("width", [60, 80, 99, 100, 120])
def test_every_letter_and_word_is_there_in_any_width(monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    console = shown(monkeypatch, width)
    rows = CheckRows(SPEC)
    rows.show(check(Status.OPEN))
    rows.show(check(Status.CONTRADICTED))
    text = console.export_text()
    assert max(map(len, text.splitlines())) <= width
    assert set(text.split()) >= WORDS | {"contradicted", "rehearsal:", "A✓", "B✗", "C?", "D✓", "E✗"}
    assert text.count("A, B, C, D, E") == 2
    assert text.count("question") == (1 if width >= 100 else 0)  # the table's head, once for all rows


def test_a_narrow_terminal_has_cells_under_one_another(monkeypatch: pytest.MonkeyPatch) -> None:
    console = shown(monkeypatch, 60)
    CheckRows(SPEC).show(check(Status.OPEN))
    assert [line.rstrip() for line in console.export_text().splitlines()] == [
        "q10",
        "  status: ? open",
        "  key: A, B, C, D, E",
        "  evidence: rehearsal: A✓ B✗ C? D✓ E✗",
        "  why: Five options are rehearsals, on something else than",
        "  Mimi's weights. Rehearsal: the method found what was",
        "  planted.",
    ]


def test_what_is_no_terminal_gets_one_line_a_question(monkeypatch: pytest.MonkeyPatch) -> None:
    console = shown(monkeypatch, 60, in_terminal=False)
    CheckRows(SPEC).show(check(Status.CONFIRMED, standing=Standing.CONCLUSIVE))
    assert console.export_text() == (
        f"q10  ✔ confirmed  key A, B, C, D, E  evidence A✔ B✘ C? D✔ E✘  {REASON} "
        "Rehearsal: the method found what was planted.\n"
    )


def test_last_good_evidence_is_said_not_to_count(monkeypatch: pytest.MonkeyPatch) -> None:
    console = shown(monkeypatch, 200, in_terminal=False)
    failed = check(Status.ERROR).model_copy(update={"options": (), "rehearsal": None})
    CheckRows(SPEC).show(failed, Evidence(question="q10"))
    assert "! error  key A, B, C, D, E  evidence –" in console.export_text(clear=False)
    assert "Last good evidence, which does not count:" in console.export_text()


@pytest.mark.parametrize(
    ("statuses", "allowed", "ending"),
    [
        ((Status.CONFIRMED, Status.CONFIRMED), False, "2 confirmed · exit 0"),
        (
            (Status.CONFIRMED, Status.OPEN, Status.ERROR),
            False,
            "1 confirmed · 1 open · 1 error · exit 3 because nothing decides q02, q03",
        ),
        (
            (Status.CONFIRMED, Status.OPEN),
            True,
            "1 confirmed · 1 open · exit 0 although questions are open, as allowed",
        ),
        (
            (Status.OPEN, Status.CONTRADICTED),
            True,
            "1 contradicted · 1 open · exit 1 because the evidence contradicts the key of q02",
        ),
    ],
)
def test_the_ending_counts_and_says_why_it_ends_so(
    monkeypatch: pytest.MonkeyPatch, statuses: tuple[Status, ...], allowed: bool, ending: str
) -> None:
    found = KeyCheck(questions=tuple(check(status, f"q{n:02}") for n, status in enumerate(statuses, 1)))
    console = shown(monkeypatch, 60)
    print_ending(found, (), allow_open=allowed)
    assert console.export_text() == f"{ending}\n"
    print_ending(found, (Step(MEND.words, MEND.command, ("q02",)),), allow_open=allowed)
    assert console.export_text() == f"{ending}, next: {MEND.command}\n"


def test_a_table_whose_words_do_not_fit_is_stacked(monkeypatch: pytest.MonkeyPatch) -> None:
    table = terminal.table_of("question", "difficulty", "discrimination")
    table.add_row("q01", "0.5", "0.25")
    console = shown(monkeypatch, 40)
    terminal.print_table(table)
    assert console.export_text().split() == ["question", "difficulty", "discrimination", "q01", "0.5", "0.25"]
    console = shown(monkeypatch, 20)
    terminal.print_table(table)
    assert [line.rstrip() for line in console.export_text().splitlines()] == [
        "q01",
        "  difficulty: 0.5",
        "  discrimination:",
        "  0.25",
    ]
