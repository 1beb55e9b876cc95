"""A hub on 127.0.0.1 that speaks what huggingface_hub asks, with repositories of a few hundred kB.

It answers as huggingface.co does: large files by a redirect to another host, 401 and 403 with the hub's
error codes, ranges, revisions. What can go wrong on the way is switched on by its attributes.
"""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

LARGE = (".safetensors", ".bin")  # kept apart from git, by SHA-256
TOKEN = "hf_" + "s3cret" * 5  # the one token that the hub accepts


def git_id(content: bytes) -> str:
    return hashlib.sha1(f"blob {len(content)}\0".encode() + content).hexdigest()


@dataclass
class Repo:
    """Revisions by commit, the newest last."""

    revisions: dict[str, dict[str, bytes]] = field(default_factory=dict)
    gated: bool = False

    def commit(self, files: dict[str, bytes]) -> str:
        listing = "".join(f"{name} {git_id(content)}\n" for name, content in sorted(files.items()))
        commit = hashlib.sha1(f"{len(self.revisions)}\n{listing}".encode()).hexdigest()
        self.revisions[commit] = files
        return commit

    @property
    def head(self) -> str:
        return list(self.revisions)[-1]


@dataclass
class SmallHub:
    """What the hub has, what goes wrong, and what was asked of it."""

    url: str = ""
    repos: dict[str, Repo] = field(default_factory=dict)
    licence_accepted: bool = False
    # What goes wrong: connections closed after so many bytes, files with a flipped byte, sizes that are said.
    cuts: int = 0
    cut_after: int = 1 << 16
    torn: set[str] = field(default_factory=set)
    said_size: int | None = None
    status: int | None = None
    # What was asked: (method, path, range), tokens that came along, and bytes of large files that went out.
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    tokens_abroad: set[str] = field(default_factory=set)
    bytes_served: int = 0

    def add(self, repo: str, folder: Path, *, gated: bool = False) -> str:
        """A folder as the newest revision of a repository; its commit."""
        files = {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}
        return self.repos.setdefault(repo, Repo(gated=gated)).commit(files)

    def large(self, repo: str) -> int:
        """Bytes of the large files of a repository's newest revision."""
        found = self.repos[repo].revisions[self.repos[repo].head]
        return sum(len(content) for name, content in found.items() if name.endswith(LARGE))


class Handler(BaseHTTPRequestHandler):
    """One request; `hub` is set by `serving`."""

    hub: SmallHub
    protocol_version = "HTTP/1.1"

    def log_message(self, *args: object) -> None:
        pass

    def do_HEAD(self) -> None:
        self.answer()

    def do_GET(self) -> None:
        self.answer()

    def answer(self) -> None:
        path = unquote(urlsplit(self.path).path)
        self.hub.asked.append((self.command, path, self.headers.get("Range", "")))
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        parts = path.strip("/").split("/")
        (self.hub.tokens_abroad if parts[0] == "cdn" else self.hub.tokens).add(token)
        if self.hub.status is not None and path != "/":
            self.send(self.hub.status)
        elif path == "/":
            self.send(200)
        elif token and token != TOKEN:
            self.send(401, headers={"X-Error-Message": "Invalid credentials in Authorization header"})
        elif parts[0] == "cdn":
            self.send_large(parts[1])
        elif parts[:2] == ["api", "agent-harnesses"]:  # the client asks that of any hub
            self.send(404)
        elif parts[0] == "api":
            self.send_listing("/".join(parts[2:4]), parts[4], parts[5], token)
        else:
            self.send_file("/".join(parts[:2]), parts[3], "/".join(parts[4:]), token)

    def files(self, repo: str, revision: str, token: str) -> tuple[str, dict[str, bytes]] | None:
        """Commit and files, or None after an error was sent."""
        found = self.hub.repos.get(repo)
        if found is None:  # whether it is there is told to nobody who is not logged in
            self.send(404 if token else 401, headers={"X-Error-Code": "RepoNotFound"})
            return None
        commit = found.head if revision == "main" else revision
        if commit not in found.revisions:
            self.send(404, headers={"X-Error-Code": "RevisionNotFound"})
            return None
        return commit, found.revisions[commit]

    def send_listing(self, repo: str, kind: str, revision: str, token: str) -> None:
        """A repository's info or its tree; public for gated ones too."""
        found = self.files(repo, revision, token)
        if found is None:
            return
        commit, files = found
        tree: list[dict[str, Any]] = []
        for name, content in files.items():
            entry: dict[str, Any] = {"type": "file", "path": name, "size": len(content)}
            entry["oid"] = git_id(content)
            if name.endswith(LARGE):
                sha256 = hashlib.sha256(content).hexdigest()
                entry["lfs"] = {"oid": sha256, "size": len(content), "pointerSize": 134}
            tree.append(entry)
        siblings = [{"rfilename": name} for name in files]
        info = {"id": repo, "modelId": repo, "sha": commit, "siblings": siblings, "tags": []}
        self.send(200, json.dumps(tree if kind == "tree" else info).encode())

    def send_file(self, repo: str, revision: str, name: str, token: str) -> None:
        found = self.files(repo, revision, token)
        if found is None:
            return
        commit, files = found
        if self.hub.repos[repo].gated and not (token and self.hub.licence_accepted):
            self.send(403 if token else 401, headers={"X-Error-Code": "GatedRepo"})
        elif name not in files:
            self.send(404, headers={"X-Error-Code": "EntryNotFound", "X-Repo-Commit": commit})
        elif name.endswith(LARGE):
            sha256 = hashlib.sha256(files[name]).hexdigest()
            headers = {
                "X-Repo-Commit": commit,
                "X-Linked-Etag": f'"{sha256}"',
                "X-Linked-Size": str(self.hub.said_size or len(files[name])),
                "Location": f"{self.hub.url.replace('127.0.0.1', 'localhost')}/cdn/{sha256}",
            }
            self.send(302, headers=headers)
        else:
            self.send(200, files[name], {"X-Repo-Commit": commit, "ETag": f'"{git_id(files[name])}"'})

    def send_large(self, sha256: str) -> None:
        name, content = next(
            (name, content)
            for repo in self.hub.repos.values()
            for files in repo.revisions.values()
            for name, content in files.items()
            if hashlib.sha256(content).hexdigest() == sha256
        )
        if name in self.hub.torn:
            content = content[:-1] + bytes([content[-1] ^ 1])
        start = int(self.headers.get("Range", "bytes=0-").removeprefix("bytes=").rstrip("-"))
        headers = {"ETag": f'"{sha256}"', "Accept-Ranges": "bytes"}
        if start:
            headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
        self.send(206 if start else 200, content[start:], headers, is_large=True)

    def send(
        self,
        status: int,
        content: bytes = b"",
        headers: dict[str, str] | None = None,
        *,
        is_large: bool = False,
    ) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command == "HEAD":
            return
        if is_large and self.hub.cuts and len(content) > self.hub.cut_after:
            self.hub.cuts -= 1
            content = content[: self.hub.cut_after]
            self.close_connection = True
        if is_large:
            self.hub.bytes_served += len(content)
        self.wfile.write(content)


@contextmanager
def serving() -> Iterator[SmallHub]:
    """A hub that answers as long as the context lasts."""
    hub = SmallHub()
    handler = type("HubHandler", (Handler,), {"hub": hub})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        hub.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield hub
        server.shutdown()
        thread.join()
