"""What the terminal shows of a key beside its evidence: a row a question, and how it all ends."""

from rich.table import Table
from rich.text import Text

from grader.key.key_check import KeyCheck, QuestionCheck, Rehearsal, Status
from questions.common import marks
from questions.common.messages import listed
from questions.quiz import QuizSpec
from quizproof.cli.exit_codes import EXIT_DIFFERS, EXIT_OPEN
from quizproof.cli.terminal import out, print_stacked
from reports.next_steps import Step
from solvers.evidence.verdicts import Evidence, Outcome, Standing

STATUS_STYLE = {
    Status.CONFIRMED: (marks.RIGHT, "green"),
    Status.DECIDED: (marks.RIGHT, "green"),
    Status.CONTRADICTED: (marks.WRONG, "bold red"),
    Status.RULED: (marks.RIGHT, "cyan"),
    Status.OPEN: (marks.OPEN, "yellow"),
    Status.ERROR: (marks.ERROR, "bold red"),
}
OUTCOME_MARKS = {
    Outcome.HOLDS: marks.RIGHT,
    Outcome.FAILS: marks.WRONG,
    Outcome.UNDETERMINED: marks.OPEN,
}
REHEARSAL_WORD = "rehearsal:"
REHEARSAL_WORDS = {
    Rehearsal.FOUND: "the method found what was planted",
    Rehearsal.MISSED: "the method did NOT find what was planted",
    Rehearsal.UNDETERMINED: "the rehearsal is undetermined",
}
COLUMNS = ("question", "status", "key", "evidence", "why")
TABLE_FROM_COLUMNS = 100  # in less, a reason has too little room beside the others
EVIDENCE_WIDTH = 26


class CheckRows:
    """Rows that appear as questions finish: columns of a terminal, lines under one another in a narrow one.

    Where standard output is no terminal, a row is one line, however long, for whatever reads it.
    """

    def __init__(self, spec: QuizSpec) -> None:
        self._id_width = max(len(COLUMNS[0]), *(len(question.id) for question in spec.questions))
        self._key_width = max(len(", ".join(question.option_ids)) for question in spec.questions)
        self.shown: list[str] = []  # the ids

    def show(self, one: QuestionCheck, last_good: Evidence | None = None) -> None:
        """A question's row; of one that failed with what was known before, which does not count."""
        mark, style = STATUS_STYLE[one.status]
        why = _why(one)
        if last_good is not None:
            why += f" Last good evidence, which does not count: {_last_good(last_good)}."
        row = (
            Text(one.question),
            Text(f"{mark} {one.status}", style=style),
            Text(", ".join(one.declared) if one.declared else "–"),
            _outcomes(one),
            Text(why),
        )
        if not out.is_terminal:
            first, status, key, outcomes, _ = row
            line = (first, status, Text(f"key {key}"), Text("evidence ").append_text(outcomes), Text(why))
            out.print(Text("  ").join(line), soft_wrap=True)
        elif out.width < TABLE_FROM_COLUMNS:
            print_stacked(COLUMNS, row)
        else:
            self._print_columns(row)
        self.shown.append(one.question)

    def _print_columns(self, row: tuple[Text, ...]) -> None:
        """All tables have columns of the same widths, so that rows that come one by one stand in line."""
        table = Table(box=None, pad_edge=False, show_header=not self.shown, expand=True)
        widths = (self._id_width, max(len(f"? {status}") for status in Status), self._key_width)
        for name, width in zip(COLUMNS, (*widths, EVIDENCE_WIDTH), strict=False):
            table.add_column(name, width=width, overflow="fold")
        table.add_column(COLUMNS[-1], ratio=1, overflow="fold")
        table.add_row(*row)
        out.print(table)


def exit_code_of(check: KeyCheck, *, allow_open: bool) -> int:
    """What says in a number what came out."""
    if check.count(Status.CONTRADICTED):
        return EXIT_DIFFERS
    return EXIT_OPEN if check.n_undecided and not allow_open else 0


def print_ending(check: KeyCheck, steps: tuple[Step, ...], *, allow_open: bool) -> None:
    """How many questions of each status, the exit code and why, and what to do next."""
    counts = " · ".join(f"{n} {status}" for status in STATUS_STYLE if (n := check.count(status)))
    code = exit_code_of(check, allow_open=allow_open)
    because = {
        EXIT_DIFFERS: f" because the evidence contradicts the key of {_ids(check, Status.CONTRADICTED)}",
        EXIT_OPEN: f" because nothing decides {_ids(check, Status.OPEN, Status.ERROR)}",
    }.get(code, " although questions are open, as allowed" if check.n_undecided else "")
    following = f", next: {steps[0].command or steps[0].words.en}" if steps else ""
    out.print(Text(f"{counts} · exit {code}{because}{following}", style="bold"), soft_wrap=True)


def _ids(check: KeyCheck, *statuses: Status) -> str:
    return listed([one.question for one in check.questions if one.status in statuses])


def _outcomes(one: QuestionCheck) -> Text:
    """The options with their marks; those of a rehearsal apart, hollow, and behind the word."""
    said, rehearsed = Text(), Text()
    for option in one.options:
        if option.outcome is not None:
            mark = OUTCOME_MARKS[option.outcome]
            if option.standing is Standing.REHEARSAL:
                rehearsed.append(f" {option.option}{marks.hollow(mark)}", style="dim")
            else:
                said.append(f" {option.option}{mark}")
    if rehearsed:
        said.append(f" {REHEARSAL_WORD}", style="dim italic").append_text(rehearsed)
    return said[1:] if said else Text("–")


def _last_good(evidence: Evidence) -> str:
    """The options' outcomes as they were, a rehearsal's hollow and behind the word."""
    shown = [
        f"{'rehearsal ' if one.standing is Standing.REHEARSAL else ''}{one.option} {one.outcome}"
        for one in evidence.verdicts
    ]
    return ", ".join(shown)


def _why(one: QuestionCheck) -> str:
    if one.rehearsal is None:
        return one.reason.en
    return f"{one.reason.en} Rehearsal: {REHEARSAL_WORDS[one.rehearsal]}."
