"""Comments on a pull request what changed, in one comment that is renewed: comment.py FILE

It reads TOKEN, PULL_REQUEST and what GitHub's runners set, and uses the standard library alone.
"""

import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

MARK = "<!-- quizproof -->"
TITLE = "What this pull request changes in the evidence"
MAX_CHARS = 60_000  # GitHub takes 65,536 in all
PER_PAGE = 100
TIMEOUT_S = 30


def body_of(text: str) -> str:
    """The comment: the text as it is, in a fence that nothing in it can close."""
    shown = text.rstrip()
    if len(shown) > MAX_CHARS:
        shown = shown[:MAX_CHARS] + "\n… (cut; the whole stands in the run's log)"
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", shown)), default=0))
    return f"{MARK}\n### {TITLE}\n\n{fence}text\n{shown}\n{fence}\n"


def ask(method: str, address: str, document: Any = None) -> Any:
    """What GitHub's interface answers. Raises HTTPError for a refusal."""
    request = Request(  # noqa: S310  the address is GitHub's own
        address,
        method=method,
        data=None if document is None else json.dumps(document).encode(),
        headers={
            "Authorization": f"Bearer {os.environ['TOKEN']}",
            "Accept": "application/vnd.github+json",
            "Content-Type": "application/json",
        },
    )
    with urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310
        return json.load(answer)


def comments(address: str) -> Iterator[dict[str, Any]]:
    """All comments of the pull request, oldest first."""
    page, found = 1, []
    while page == 1 or len(found) == PER_PAGE:
        found = ask("GET", f"{address}?per_page={PER_PAGE}&page={page}")
        yield from found
        page += 1


def main() -> None:
    """Renew the comment that stands there, or write the first."""
    body = body_of(Path(sys.argv[1]).read_text(encoding="utf-8"))
    issues = f"{os.environ['GITHUB_API_URL']}/repos/{os.environ['GITHUB_REPOSITORY']}/issues"
    address = f"{issues}/{int(os.environ['PULL_REQUEST'])}/comments"
    # A person could write the mark too; only a bot's comment is ours to change.
    ours = [one for one in comments(address) if one["user"]["type"] == "Bot" and one["body"].startswith(MARK)]
    if ours:
        ask("PATCH", f"{issues}/comments/{ours[0]['id']}", {"body": body})
    else:
        ask("POST", address, {"body": body})


if __name__ == "__main__":
    main()
