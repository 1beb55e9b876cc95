"""Canvas's REST API, as far as scores need it: one request after another, throttled as it asks, no redirects.

Documented at developerdocs.instructure.com: Quiz Submissions, Pagination, Throttling. The token goes into the
header of a request and nowhere else.
"""

import json
import re
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from email.message import Message
from http import HTTPStatus
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit

from pydantic import ConfigDict, ValidationError

from grader.exports.canvas_api.updates import Body
from questions.common.errors import QuizproofError
from questions.common.frozen import Frozen
from questions.common.messages import printable, show

TIMEOUT_S = 60.0
MAX_ANSWER_BYTES = 16 * 2**20  # 100 submissions of a page have 100 KB
MAX_SAID_CHARS = 200
MAX_TRIES = 8
MAX_WAIT_S = 60.0
# Canvas's quota is 700 by default and fills up by 10 a second; a request of ours costs about one.
LOW_QUOTA, LOW_QUOTA_WAIT_S = 100.0, 2.0
PER_PAGE = 100
LOOPBACK = "127.0.0.1"

_NEXT = re.compile(r'<([^<>]*)>\s*;[^,<]*\brel="?next"?')
_TOKEN = re.compile(r"[!-~]+")


class CanvasRefusedError(QuizproofError):
    """Canvas refused one request: others may go well."""


class CanvasSubmission(Frozen):
    """A QuizSubmission of Canvas, as far as it is needed."""

    model_config = ConfigDict(extra="ignore")

    id: int
    user_id: int | None = None
    attempt: int | None = None
    score: float | None = None
    fudge_points: float | None = None


class _Page(Frozen):
    model_config = ConfigDict(extra="ignore")

    quiz_submissions: tuple[CanvasSubmission, ...]


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect is told as an error: followed, it would take the token elsewhere."""

    def redirect_request(self, *_: Any) -> None:
        return None


def canvas_address(text: str) -> str:
    """The address without a slash at its end. Raises QuizproofError unless it is https or this machine's."""
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    allowed = "allowed: https and a host, such as https://cool.ntu.edu.tw"
    if not host or parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc:
        raise QuizproofError(f"--canvas: found {show(text.rpartition('@')[2])}; {allowed}")
    if parts.scheme != "https" and not (parts.scheme == "http" and host == LOOPBACK):
        raise QuizproofError(f"--canvas: found {show(text)}, by which anyone could read the token; {allowed}")
    named = f"[{host}]" if ":" in host else host
    usual = 443 if parts.scheme == "https" else 80
    return f"{parts.scheme}://{named}{'' if port in {None, usual} else f':{port}'}"


class Canvas:
    """One quiz of a course. QuizproofError: nothing goes on; CanvasRefusedError: one request was refused."""

    def __init__(
        self, address: str, token: str, course: int, quiz: int, wait: Callable[[float], None] = time.sleep
    ) -> None:
        if not _TOKEN.fullmatch(token):
            raise QuizproofError("The token of Canvas holds characters that no token has; copy it again.")
        self._address, self._token, self._wait = canvas_address(address), token, wait
        self.submissions_url = f"{self._address}/api/v1/courses/{course}/quizzes/{quiz}/submissions"
        ours = urlsplit(self._address).hostname == LOOPBACK
        proxies = urllib.request.ProxyHandler({} if ours else None)
        self._opener = urllib.request.build_opener(proxies, _NoRedirects())

    def submissions(self) -> Iterator[CanvasSubmission]:
        """Those of all students, page by page."""
        url: str | None = f"{self.submissions_url}?per_page={PER_PAGE}"
        while url is not None:
            answer, headers = self._ask("GET", url)
            yield from _read(answer)
            url = self._next(headers)

    def update(self, submission: int, body: Body) -> CanvasSubmission:
        """Send the scores of an attempt; the answer is of the latest attempt, whichever was updated."""
        answer, _ = self._ask("PUT", f"{self.submissions_url}/{submission}", body)
        return _only(_read(answer))

    def attempt(self, submission: int, attempt: int) -> CanvasSubmission:
        """One attempt as Canvas has it."""
        answer, _ = self._ask("GET", f"{self.submissions_url}/{submission}?attempt={attempt}")
        return _only(_read(answer))

    def _next(self, headers: Message) -> str | None:
        """The next page's address. QuizproofError: one on another host, which would get the token."""
        match = _NEXT.search(", ".join(headers.get_all("Link", [])))
        if match is None:
            return None
        if not match.group(1).startswith(f"{self._address}/"):
            raise QuizproofError(f"{self._address}: its next page is on another host; give that by --canvas.")
        return match.group(1)

    def _ask(self, method: str, url: str, body: Body | None = None) -> tuple[bytes, Message]:
        said = ""
        for tries in range(MAX_TRIES):
            headers = {"Authorization": f"Bearer {self._token}", "User-Agent": "quizproof"}
            data = None if body is None else body.model_dump_json().encode()
            if data is not None:
                headers["Content-Type"] = "application/json"
            request = urllib.request.Request(url, data, headers, method=method)  # noqa: S310  https, or ourselves
            delay_s = float(2**tries)
            try:
                with self._opener.open(request, timeout=TIMEOUT_S) as response:
                    answer = response.read(MAX_ANSWER_BYTES)
                    self._mind_quota(response.headers)
                    return answer, response.headers
            except HTTPError as error:
                said = ""
                with error, suppress(OSError, HTTPException):
                    said = error.read(MAX_ANSWER_BYTES).decode(errors="replace")
                if not _is_for_later(error.code, said):
                    raise self._refusal(error.code, said) from None
                said, delay_s = str(error.code), _asked_s(error.headers, delay_s)
            except (OSError, HTTPException) as error:
                said = printable(str(getattr(error, "reason", error))[:MAX_SAID_CHARS])
            if tries < MAX_TRIES - 1:
                self._wait(min(delay_s, MAX_WAIT_S))
        raise QuizproofError(
            f"{self._address}: gave no answer in {MAX_TRIES} tries ({said}); try again later."
        )

    def _mind_quota(self, headers: Message) -> None:
        """Let the quota fill up before it is used up: at nothing, every request of this token is refused."""
        try:
            left = float(headers.get("X-Rate-Limit-Remaining", "inf"))
        except ValueError:
            return
        if left < LOW_QUOTA:
            self._wait(LOW_QUOTA_WAIT_S)

    def _refusal(self, code: int, said: str) -> QuizproofError:
        if code == HTTPStatus.UNAUTHORIZED:
            return QuizproofError(
                f"{self._address}: does not accept the token (401); make a new one in Canvas's settings."
            )
        if code in range(300, 400):
            return QuizproofError(
                f"{self._address}: answers with a redirect ({code}); give the address it leads to."
            )
        words = printable(_message(said).replace(self._token, "…"))[:MAX_SAID_CHARS]
        return CanvasRefusedError(f"Canvas answered {code}{f': {words}' if words else ''}")


def _is_for_later(code: int, said: str) -> bool:
    """Whether the same request can go well later: throttled, or the server is in trouble."""
    throttled = code == HTTPStatus.FORBIDDEN and "rate limit exceeded" in said.lower()
    return throttled or code == HTTPStatus.TOO_MANY_REQUESTS or code >= HTTPStatus.INTERNAL_SERVER_ERROR


def _asked_s(headers: Message, otherwise_s: float) -> float:
    """How long Canvas asks to wait."""
    asked = headers.get("Retry-After", "")
    return float(asked) if asked.isascii() and asked.isdecimal() else otherwise_s


def _message(said: str) -> str:
    """What an answer says in words, of the forms that Canvas has for errors."""
    try:
        found = json.loads(said)
    except ValueError:
        return ""
    if isinstance(found, dict) and isinstance(errors := found.get("errors"), list) and errors:
        found = errors[0]
    message = found.get("message") if isinstance(found, dict) else None
    return message if isinstance(message, str) else ""


def _read(answer: bytes) -> tuple[CanvasSubmission, ...]:
    try:
        return _Page.model_validate_json(answer).quiz_submissions
    except ValidationError:
        raise CanvasRefusedError("Canvas answered something else than quiz submissions") from None


def _only(submissions: tuple[CanvasSubmission, ...]) -> CanvasSubmission:
    if len(submissions) != 1:
        raise CanvasRefusedError(f"Canvas answered {len(submissions)} submissions instead of one")
    return submissions[0]
