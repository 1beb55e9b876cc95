"""Requests to Canvas: pages, throttling, refusals; the token goes to one host and into no message."""

from collections.abc import Iterator
from typing import Any

import pytest

from grader.exports.canvas_api.client import Canvas, CanvasRefusedError, canvas_address
from grader.exports.canvas_api.updates import AttemptUpdate, Body, QuestionUpdate
from questions.common.errors import QuizproofError
from tests.grader.exports.canvas_api.server import QUIZ_PATH, TOKEN, Answer, Attempt, FakeCanvas, serving

THROTTLED: Answer = (403, b"403 Forbidden (Rate Limit Exceeded)\n", {})
BODY = Body(
    quiz_submissions=(AttemptUpdate(attempt=1, questions={101: QuestionUpdate(score=0.5, comment="c")}),)
)


@pytest.fixture
def canvas() -> Iterator[FakeCanvas]:
    with serving(FakeCanvas({user: {1: Attempt({"101": 0.0})} for user in range(1, 6)})) as served:
        yield served


@pytest.fixture
def waits() -> list[float]:
    return []


def client(canvas: FakeCanvas, waits: list[float], token: str = TOKEN) -> Canvas:
    return Canvas(canvas.address, token, 5, 9, waits.append)


def answering(*answers: Answer | None) -> Any:
    """What is answered first, in order; then as it should be."""
    left = list(answers)
    return lambda method, path: left.pop(0) if left else None


def test_all_pages_are_read(canvas: FakeCanvas, waits: list[float]) -> None:
    found = list(client(canvas, waits).submissions())
    assert [(one.user_id, one.id) for one in found] == [(n, 1000 + n) for n in range(1, 6)]
    assert [path for _, path in canvas.requests] == [
        f"{QUIZ_PATH}?per_page=100",
        f"{QUIZ_PATH}?page=2&per_page=2",
        f"{QUIZ_PATH}?page=3&per_page=2",
    ]


def test_an_update_is_a_put_of_the_documented_body(canvas: FakeCanvas, waits: list[float]) -> None:
    answer = client(canvas, waits).update(1003, BODY)
    assert (answer.user_id, answer.attempt, answer.score) == (3, 1, 0.5)
    assert canvas.requests == [("PUT", f"{QUIZ_PATH}/1003")]
    assert canvas.attempts[3][1].comments == {"101": "c"}
    assert BODY.model_dump_json() == (
        '{"quiz_submissions":[{"attempt":1,"questions":{"101":{"score":0.5,"comment":"c"}}}]}'
    )


def test_throttling_is_waited_for(canvas: FakeCanvas, waits: list[float]) -> None:
    canvas.before = answering(THROTTLED, (429, b"", {"Retry-After": "7"}), (502, b"", {}), THROTTLED)
    assert client(canvas, waits).update(1001, BODY).score == 0.5
    assert waits == [1.0, 7.0, 4.0, 8.0]
    canvas.before = answering((429, b"", {"Retry-After": "86400"}))
    waits.clear()
    client(canvas, waits).update(1001, BODY)
    assert waits == [60.0]


def test_a_low_quota_is_let_fill_up(canvas: FakeCanvas, waits: list[float]) -> None:
    canvas.quota = "99.5"
    client(canvas, waits).update(1001, BODY)
    assert waits == [2.0]
    canvas.quota = "100.0"
    client(canvas, waits).update(1001, BODY)
    assert waits == [2.0]


def test_who_is_throttled_for_ever_is_told(canvas: FakeCanvas, waits: list[float]) -> None:
    canvas.before = lambda *_: THROTTLED
    with pytest.raises(QuizproofError, match=r"gave no answer in 8 tries \(403\); try again later"):
        client(canvas, waits).update(1001, BODY)
    assert waits == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0]


def test_a_token_that_is_not_accepted(canvas: FakeCanvas, waits: list[float]) -> None:
    with pytest.raises(QuizproofError, match="does not accept the token \\(401\\)") as found:
        list(client(canvas, waits, "7~other").submissions())
    assert "7~other" not in str(found.value)
    assert not isinstance(found.value, CanvasRefusedError)
    assert waits == []


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (
            (403, {"errors": [{"message": "user not authorized"}]}, {}),
            "Canvas answered 403: user not authorized",
        ),
        ((400, {"message": f"no {TOKEN} \x1b[2J here"}, {}), "Canvas answered 400: no … \\x1b[2J here"),
        ((404, b"<html>", {}), "Canvas answered 404"),
        ((200, b"<html>", {}), "Canvas answered something else than quiz submissions"),
        ((200, {"quiz_submissions": []}, {}), "Canvas answered 0 submissions instead of one"),
        ((200, {"quiz_submissions": [{"id": 1, "score": "NaN"}]}, {}), "Canvas answered something else"),
    ],
)
def test_what_is_refused(canvas: FakeCanvas, waits: list[float], answer: Answer, told: str) -> None:
    canvas.before = answering(answer)
    with pytest.raises(CanvasRefusedError) as found:
        client(canvas, waits).update(1001, BODY)
    assert str(found.value).startswith(told)
    assert TOKEN not in str(found.value)
    assert (waits, len(canvas.requests)) == ([], 1)


def test_no_redirect_is_followed(canvas: FakeCanvas, waits: list[float]) -> None:
    with serving(FakeCanvas({})) as other:
        for status in (301, 302, 307, 308):
            canvas.before = answering((status, b"", {"Location": f"{other.address}/api"}))
            with pytest.raises(QuizproofError, match=f"answers with a redirect \\({status}\\)"):
                client(canvas, waits).update(1001, BODY)
        assert other.requests == []


def test_no_page_of_another_host_is_asked_for(canvas: FakeCanvas, waits: list[float]) -> None:
    with serving(FakeCanvas({})) as other:
        for elsewhere in (other.address, f"{canvas.address}.evil.example", f"{canvas.address}@evil.example"):
            link = {"Link": f'<{elsewhere}{QUIZ_PATH}?page=2>; rel="next"'}
            canvas.before = answering((200, {"quiz_submissions": []}, link))
            with pytest.raises(QuizproofError, match="its next page is on another host"):
                list(client(canvas, waits).submissions())
        assert other.requests == []


def test_a_host_that_is_not_there(waits: list[float]) -> None:
    with serving(FakeCanvas({})) as gone:
        address = gone.address
    with pytest.raises(QuizproofError, match=r"gave no answer in 8 tries \(.*refused\)"):
        list(Canvas(address, TOKEN, 5, 9, waits.append).submissions())


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("https://cool.ntu.edu.tw/", "https://cool.ntu.edu.tw"),
        ("https://Cool.NTU.edu.tw:443", "https://cool.ntu.edu.tw"),
        ("https://canvas.example:8443", "https://canvas.example:8443"),
        ("https://[2001:db8::1]", "https://[2001:db8::1]"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
    ],
)
def test_addresses(address: str, found: str) -> None:
    assert canvas_address(address) == found


@pytest.mark.parametrize(
    "address",
    [
        "http://cool.ntu.edu.tw",
        "http://127.0.0.1.evil.example",
        "http://localhost",
        "cool.ntu.edu.tw",
        "file:///etc/passwd",
        "https://user:word@cool.ntu.edu.tw",
        "https://cool.ntu.edu.tw/courses/5",
        "https://cool.ntu.edu.tw?x=1",
        "https://cool.ntu.edu.tw:port",
        "https://[::1",
        "",
    ],
)
def test_addresses_that_the_token_is_not_for(address: str) -> None:
    with pytest.raises(QuizproofError, match="--canvas: found") as found:
        canvas_address(address)
    assert "user:word" not in str(found.value)


@pytest.mark.parametrize("token", ["", "two words", "line\nX-Evil: 1", "é"])
def test_a_token_that_is_none(token: str) -> None:
    with pytest.raises(QuizproofError, match="holds characters that no token has") as found:
        Canvas("https://cool.ntu.edu.tw", token, 5, 9)
    assert not token or token not in str(found.value)
