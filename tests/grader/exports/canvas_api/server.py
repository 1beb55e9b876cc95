"""A Canvas on 127.0.0.1, as it is documented: submissions in pages, scores of an attempt, throttling."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "7~secret"
QUIZ_PATH = "/api/v1/courses/5/quizzes/9/submissions"
PAGE = 2  # submissions a page, whatever is asked: Canvas has a limit of its own

Answer = tuple[int, Any, dict[str, str]]


@dataclass
class Attempt:
    """An attempt as Canvas holds it; the total is what it counts."""

    points: dict[str, float] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)
    fudge_points: float | None = None

    @property
    def score(self) -> float:
        """The sum of its questions and its fudge points."""
        return sum(self.points.values()) + (self.fudge_points or 0)


@dataclass
class FakeCanvas:
    """One quiz; `attempts` by user and number, the submission of user n is 1000 + n.

    `before` may answer a request in Canvas's place: None lets it be answered as it should.
    """

    attempts: dict[int, dict[int, Attempt]]
    before: Callable[[str, str], Answer | None] = lambda method, path: None
    requests: list[tuple[str, str]] = field(default_factory=list)
    quota: str = "700.0"
    address: str = ""

    def answer(self, method: str, path: str, token: str, body: Any) -> Answer:
        """Status, document and headers."""
        self.requests.append((method, path))
        if (instead := self.before(method, path)) is not None:
            return instead
        if token != f"Bearer {TOKEN}":
            return 401, {"errors": [{"message": "Invalid access token."}]}, {}
        parts, query = urlsplit(path), parse_qs(urlsplit(path).query)
        if not parts.path.startswith(QUIZ_PATH):
            return 404, {"errors": [{"message": "The specified resource does not exist."}]}, {}
        if parts.path == QUIZ_PATH:
            return self._listed(int(query.get("page", ["1"])[0]))
        user = int(parts.path.rsplit("/", 1)[1]) - 1000
        attempts = self.attempts[user]
        number = int(query.get("attempt", [str(max(attempts))])[0])
        if method == "PUT":
            (sent,) = body["quiz_submissions"]
            if sent["attempt"] not in attempts:
                return 400, {"errors": [{"message": "invalid attempt"}]}, {}
            self._updated(attempts[sent["attempt"]], sent)
        return 200, {"quiz_submissions": [self._shown(user, number)]}, {}

    def _listed(self, page: int) -> Answer:
        users = sorted(self.attempts)
        shown = users[(page - 1) * PAGE : page * PAGE]
        links = [f'<{self.address}{QUIZ_PATH}?page=1&per_page={PAGE}>; rel="first"']
        if page * PAGE < len(users):
            links.insert(0, f'<{self.address}{QUIZ_PATH}?page={page + 1}&per_page={PAGE}>; rel="next"')
        found = [self._shown(user, max(self.attempts[user])) for user in shown]
        return 200, {"quiz_submissions": found}, {"Link": ",".join(links)}

    def _shown(self, user: int, number: int) -> dict[str, Any]:
        attempt = self.attempts[user][number]
        ids = {"id": 1000 + user, "quiz_id": 9, "user_id": user, "attempt": number}
        return ids | {
            "score": attempt.score,
            "fudge_points": attempt.fudge_points,
            "workflow_state": "complete",
        }

    @staticmethod
    def _updated(attempt: Attempt, sent: dict[str, Any]) -> None:
        if sent.get("fudge_points") is not None:
            attempt.fudge_points = sent["fudge_points"]
        for id_, question in sent["questions"].items():
            if id_ in attempt.points:
                attempt.points[id_] = question["score"]
                attempt.comments[id_] = question.get("comment", attempt.comments.get(id_, ""))


@contextmanager
def serving(canvas: FakeCanvas) -> Iterator[FakeCanvas]:
    """The same, at its address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer()

        def do_PUT(self) -> None:
            self._answer()

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            token = self.headers.get("Authorization", "")
            status, document, headers = canvas.answer(
                self.command, self.path, token, json.loads(body) if body else None
            )
            content = document if isinstance(document, bytes) else json.dumps(document).encode()
            self.send_response(status)
            more = {"X-Request-Cost": "0.5", "X-Rate-Limit-Remaining": canvas.quota} | headers
            for name, value in (more | {"Content-Length": str(len(content))}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Nothing on stderr."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        canvas.address = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield canvas
        finally:
            server.shutdown()
            thread.join()
