"""Updates sent to a Canvas: each answer checked, what was accepted kept, and taken up again."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.exports.canvas_api.client import Canvas
from grader.exports.canvas_api.sending import Journal, read_updates, send
from grader.exports.canvas_api.updates import AttemptUpdate, Body, QuestionUpdate, Update
from grader.exports.export import Exported
from questions.common.errors import QuizproofError
from tests.grader.exports.canvas_api.server import QUIZ_PATH, TOKEN, Attempt, FakeCanvas, serving

USERS = range(1, 6)


@pytest.fixture
def canvas() -> Iterator[FakeCanvas]:
    """Five students with two attempts of two questions."""
    attempts = {user: {number: Attempt({"101": 0.0, "102": 0.25}) for number in (1, 2)} for user in USERS}
    with serving(FakeCanvas(attempts)) as served:
        yield served


def update(user: int, score: float = 0.5, attempt: int = 2, **more: Any) -> Update:
    questions = {101: QuestionUpdate(score=score), 102: QuestionUpdate(score=1 / 3, comment="why")}
    sent = AttemptUpdate(attempt=attempt, questions=questions, **more)
    return Update(student=f"B{user}", user_id=user, body=Body(quiz_submissions=(sent,)))


class Sender:
    """Sends to a Canvas with a journal; `told` is what was said of each that failed."""

    def __init__(self, canvas: FakeCanvas, folder: Path, token: str = TOKEN) -> None:
        self.told: list[str] = []
        self.path = folder / "updates.sent"
        self._canvas, self._token = canvas, token

    def __call__(self, *updates: Update) -> Exported:
        client = Canvas(self._canvas.address, self._token, 5, 9, lambda _: None)
        return send(updates, client, Journal(self.path), self.told.append)


def puts(canvas: FakeCanvas) -> list[int]:
    """The users whose scores were sent, in order."""
    return [int(path.rsplit("/", 1)[1]) - 1000 for method, path in canvas.requests if method == "PUT"]


def test_scores_are_there_and_are_not_sent_twice(canvas: FakeCanvas, tmp_path: Path) -> None:
    sender = Sender(canvas, tmp_path)
    done = sender(update(1), update(4))
    assert done.document == {"sent": 2, "sent_before": 0, "failed": {}}
    assert (done.said, done.differs) == ("2 sent, 0 were sent before, 0 failed", False)
    assert canvas.attempts[4][2].points == {"101": 0.5, "102": 1 / 3}
    assert canvas.attempts[4][1].points == {"101": 0.0, "102": 0.25}
    canvas.requests.clear()
    assert sender(update(1), update(4)).document == {"sent": 0, "sent_before": 2, "failed": {}}
    assert canvas.requests == []
    # Another body of one of them is sent; so is the first one once that was sent.
    assert sender(update(1, 0.75), update(4)).document["sent"] == 1
    assert sender(update(1), update(4)).document["sent"] == 1
    assert puts(canvas) == [1, 1]
    assert canvas.attempts[1][2].points["101"] == 0.5


def test_an_earlier_attempt_is_checked_by_its_own_score(canvas: FakeCanvas, tmp_path: Path) -> None:
    assert Sender(canvas, tmp_path)(update(2, attempt=1)).document["sent"] == 1
    assert canvas.attempts[2][1].points["101"] == 0.5
    assert canvas.requests[-1] == ("GET", f"{QUIZ_PATH}/1002?attempt=1")


def test_fudge_points_stay_unless_some_are_sent(canvas: FakeCanvas, tmp_path: Path) -> None:
    canvas.attempts[1][2].fudge_points = canvas.attempts[2][2].fudge_points = 2.0
    done = Sender(canvas, tmp_path)(update(1), update(2, fudge_points=-0.36))
    assert done.document["sent"] == 2
    assert canvas.attempts[1][2].score == 0.5 + 1 / 3 + 2
    assert canvas.attempts[2][2].score == 0.5 + 1 / 3 - 0.36


def test_each_that_fails_is_named_and_sent_again(canvas: FakeCanvas, tmp_path: Path) -> None:
    sender = Sender(canvas, tmp_path)
    canvas.attempts[2][2].points["103"] = 1.0  # a question that we know nothing of
    wrong = {"quiz_submissions": [{"id": 1003, "user_id": 4, "attempt": 2, "score": 0.8333333}]}
    nothing = {"quiz_submissions": [{"id": 1004, "user_id": 4, "attempt": 2, "score": None}]}
    answers = {1003: wrong, 1004: nothing}
    canvas.before = lambda method, path: (
        (200, found, {}) if method == "PUT" and (found := answers.get(int(path[-4:]))) else None
    )
    done = sender(update(1), update(2), update(3), update(4), update(5, attempt=7), update(77))
    assert done.document == {
        "sent": 1,
        "sent_before": 0,
        "failed": {
            "B2": "Canvas counts 1.83333 points instead of 0.833333; look at it there",
            "B3": "Canvas answered of attempt 2 of user 4",
            "B4": "Canvas counts no score instead of 0.833333; look at it there",
            "B5": "Canvas answered 400: invalid attempt",
            "B77": "user 77 has no submission in this quiz",
        },
    }
    assert done.differs
    assert (
        sender.told[0] == "not sent: 'B2': Canvas counts 1.83333 points instead of 0.833333; look at it there"
    )
    del canvas.attempts[2][2].points["103"]
    answers.clear()
    canvas.requests.clear()
    assert sender(update(1), update(2), update(3), update(4)).document["sent"] == 3
    assert puts(canvas) == [2, 3, 4]


def test_what_stops_it_says_how_far_it_came(canvas: FakeCanvas, tmp_path: Path) -> None:
    sender = Sender(canvas, tmp_path)
    canvas.before = lambda method, path: (401, {}, {}) if path.endswith("/1003") else None
    with pytest.raises(QuizproofError, match="does not accept the token") as found:
        sender(*map(update, USERS))
    assert str(found.value).splitlines()[1] == (
        "2 of 5 students were accepted; run the same command again to go on."
    )
    canvas.before = lambda *_: None
    assert sender(*map(update, USERS)).document == {"sent": 3, "sent_before": 2, "failed": {}}
    assert puts(canvas) == [1, 2, 3, 3, 4, 5]
    with pytest.raises(QuizproofError, match=r"Canvas answered 404: The specified resource does not exist"):
        send([update(1)], Canvas(canvas.address, TOKEN, 6, 9), Journal(sender.path), sender.told.append)


def test_a_journal_cut_short_by_a_kill_loses_its_last_line_alone(canvas: FakeCanvas, tmp_path: Path) -> None:
    sender = Sender(canvas, tmp_path)
    sender(update(1), update(2))
    sender.path.write_bytes(sender.path.read_bytes()[:-20])
    canvas.requests.clear()
    assert sender(*map(update, (1, 2, 3))).document == {"sent": 2, "sent_before": 1, "failed": {}}
    assert puts(canvas) == [2, 3]
    assert sender(*map(update, (1, 2, 3))).document["sent_before"] == 3


def test_another_quiz_of_the_same_canvas_has_been_sent_nothing(canvas: FakeCanvas, tmp_path: Path) -> None:
    sender = Sender(canvas, tmp_path)
    sender(update(1))
    other = Canvas(canvas.address, TOKEN, 5, 10, lambda _: None)
    with pytest.raises(QuizproofError, match="0 of 1 students were accepted"):
        send([update(1)], other, Journal(sender.path), sender.told.append)


def test_the_token_is_in_no_file(canvas: FakeCanvas, tmp_path: Path) -> None:
    Sender(canvas, tmp_path)(update(1))
    assert TOKEN.encode() not in (tmp_path / "updates.sent").read_bytes()


def test_a_file_of_updates_reads_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "updates.jsonl"
    updates = [update(1), update(2).model_copy(update={"student": "a\u2028b"})]
    path.write_text("".join(f"{one.model_dump_json()}\n" for one in updates), encoding="utf-8")
    assert read_updates(path) == updates
