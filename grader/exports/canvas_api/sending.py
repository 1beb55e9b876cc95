"""Sends updates to Canvas, one student after another; what was accepted is not sent a second time."""

import hashlib
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from pydantic import ValidationError

from grader.exports.canvas_api.client import Canvas, CanvasRefusedError
from grader.exports.canvas_api.updates import Update
from grader.exports.export import Exported
from grader.scores.compare import TOLERANCE
from questions.common.errors import QuizproofError
from questions.common.frozen import Frozen
from questions.common.messages import show


class Accepted(Frozen):
    """A body that Canvas took: of whose attempt, and its digest."""

    submissions: str  # the address of the quiz's submissions
    user_id: int
    attempt: int
    sha256: str

    @classmethod
    def of(cls, update: Update, canvas: Canvas) -> "Accepted":
        """What the journal says once Canvas took it."""
        digest = hashlib.sha256(update.body.model_dump_json().encode()).hexdigest()
        attempt = update.attempt.attempt
        return cls(submissions=canvas.submissions_url, user_id=update.user_id, attempt=attempt, sha256=digest)

    @property
    def whose(self) -> tuple[str, int, int]:
        """The attempt."""
        return self.submissions, self.user_id, self.attempt


class Journal:
    """What Canvas took, a line each; written before the next student is sent, so that a kill loses nothing.

    The last word on an attempt counts. A line that a kill cut short is one that is sent again.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._last: dict[tuple[str, int, int], Accepted] = {}
        lines = path.read_bytes().split(b"\n") if path.exists() else [b""]
        self._whole = not lines[-1]
        for line in lines:
            try:
                accepted = Accepted.model_validate_json(line)
            except ValidationError:
                continue
            self._last[accepted.whose] = accepted

    def has(self, accepted: Accepted) -> bool:
        """Whether the last that was sent of this attempt is the same."""
        return self._last.get(accepted.whose) == accepted

    def add(self, accepted: Accepted) -> None:
        """Write a line, and have it on the disk."""
        with self._path.open("ab") as file:
            file.write((b"" if self._whole else b"\n") + accepted.model_dump_json().encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        self._whole = True
        self._last[accepted.whose] = accepted


def read_updates(path: Path) -> list[Update]:
    """The lines of a file that was written for Canvas."""
    return [Update.model_validate_json(line) for line in path.read_bytes().split(b"\n") if line]


def send(
    updates: Sequence[Update],
    canvas: Canvas,
    journal: Journal,
    tell: Callable[[str], None],
    track: Callable[[Sequence[Update]], Iterable[Update]] = iter,
) -> Exported:
    """Send what the journal does not have; what Canvas refuses or counts otherwise is told and named.

    `track` hands on what waits to be sent, and can show how far it is.

    Raises QuizproofError where nothing goes on, such as for a token that is not accepted.
    """
    waiting = [one for one in updates if not journal.has(Accepted.of(one, canvas))]
    failed: dict[str, str] = {}
    n_sent = 0
    try:
        # Canvas has one submission a student; updates of earlier attempts go to the same.
        submissions = {one.user_id: one.id for one in canvas.submissions()} if waiting else {}
        for update in track(waiting):
            why = _refused(update, submissions.get(update.user_id), canvas)
            if why is None:
                journal.add(Accepted.of(update, canvas))
                n_sent += 1
            else:
                failed[update.student] = why
                tell(f"not sent: {show(update.student)}: {why}")
    except QuizproofError as error:
        done = f"{n_sent:,} of {len(waiting):,} students were accepted"
        raise QuizproofError(f"{error}\n{done}; run the same command again to go on.") from error
    n_same = len(updates) - len(waiting)
    return Exported(
        files=(),
        document={"sent": n_sent, "sent_before": n_same, "failed": failed},
        said=f"{n_sent:,} sent, {n_same:,} were sent before, {len(failed):,} failed",
        differs=bool(failed),
    )


def _refused(update: Update, submission: int | None, canvas: Canvas) -> str | None:
    """Why a student's scores are not in Canvas as they should be; None where they are."""
    if submission is None:
        return f"user {update.user_id} has no submission in this quiz"
    attempt = update.attempt.attempt
    try:
        answer = canvas.update(submission, update.body)
        if answer.attempt != attempt:
            answer = canvas.attempt(submission, attempt)
    except CanvasRefusedError as refusal:
        return str(refusal)
    if (answer.user_id, answer.attempt) != (update.user_id, attempt):
        return f"Canvas answered of attempt {answer.attempt} of user {answer.user_id}"
    expected = update.total(answer.fudge_points or 0)
    if answer.score is None or abs(answer.score - expected) > TOLERANCE:
        counts = "no score" if answer.score is None else f"{answer.score:.6g} points"
        return f"Canvas counts {counts} instead of {expected:.6g}; look at it there"
    return None
