"""Debian's chromium, driven over the DevTools protocol (https://chromedevtools.github.io/devtools-protocol)."""

import base64
import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import websocket

BINARY = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
START_S, ANSWER_S = 60.0, 120.0  # much more than a browser needs, for machines that are busy
A4_INCHES = {"paperWidth": 8.27, "paperHeight": 11.69}


class Tab:
    """One page. Messages of the console, errors and requests are collected as they come."""

    def __init__(self, address: str) -> None:
        self._socket = websocket.create_connection(address, timeout=ANSWER_S, suppress_origin=True)
        self._last = 0
        self.events: list[dict[str, Any]] = []
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(f"{domain}.enable")

    def close(self) -> None:
        """Ends the connection."""
        self._socket.close()

    def send(self, method: str, **params: Any) -> dict[str, Any]:
        """A command and its result. Raises RuntimeError where the browser refuses it."""
        self._last += 1
        self._socket.send(json.dumps({"id": self._last, "method": method, "params": params}))
        while True:
            message = json.loads(self._socket.recv())
            if message.get("id") == self._last:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']}")
                result: dict[str, Any] = message["result"]
                return result
            self.events.append(message)

    def open(self, page: Path | str, before: str = "") -> None:
        """Loads a page and waits until it is there; `before` runs in it ahead of its own scripts."""
        added = self.send("Page.addScriptToEvaluateOnNewDocument", source=before)["identifier"]
        self.events.clear()
        self.send("Page.navigate", url=page if isinstance(page, str) else page.resolve().as_uri())
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self.events.append(json.loads(self._socket.recv()))
        self.send("Page.removeScriptToEvaluateOnNewDocument", identifier=added)

    def run(self, script: str) -> Any:
        """The value of an expression, awaited. Raises RuntimeError for one that throws."""
        result = self.send(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True, userGesture=True
        )
        if "exceptionDetails" in result:
            raise RuntimeError(json.dumps(result["exceptionDetails"])[:2000])
        return result["result"].get("value")

    def wait_for(self, condition: str, within_s: float = 10.0) -> None:
        """Returns once an expression is true. Raises TimeoutError."""
        until = time.monotonic() + within_s
        while not self.run(f"Boolean({condition})"):
            if time.monotonic() > until:
                raise TimeoutError(condition)
            time.sleep(0.05)

    def press(self, key: str) -> None:
        """A key, down and up."""
        text = {"Enter": "\r"}.get(key)
        codes = {"Enter": 13, "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40, "Tab": 9}
        shared = {"key": key, "code": key, "windowsVirtualKeyCode": codes[key]}
        self.send("Input.dispatchKeyEvent", type="keyDown", **shared, **({"text": text} if text else {}))
        self.send("Input.dispatchKeyEvent", type="keyUp", **shared)

    def point_at(self, selector: str, *, click: bool = False) -> None:
        """Moves the mouse onto the middle of an element, and clicks there."""
        x, y = self.run(
            f"(() => {{ const e = document.querySelector({json.dumps(selector)});"
            " e.scrollIntoView({block: 'center'}); const r = e.getBoundingClientRect();"
            " return [r.x + r.width / 2, r.y + r.height / 2]; })()"
        )
        self.send("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
        if click:
            for kind in ("mousePressed", "mouseReleased"):
                self.send("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def resize(self, width: int, height: int = 900, *, mobile: bool = False) -> None:
        """The size of the view, in CSS pixels."""
        self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=mobile,
        )  # fmt: skip

    def prefer(self, scheme: str) -> None:
        """The system's theme: light or dark."""
        self.send("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def screenshot(self, path: Path, selector: str | None = None, height: int | None = None) -> None:
        """A picture (PNG) of the whole page, its first `height` pixels, or one element."""
        script = "document.documentElement" if selector is None else f"document.querySelector({selector!r})"
        x, y, wide, high = self.run(
            f"(() => {{ const r = {script}.getBoundingClientRect();"
            " return [r.x + scrollX, r.y + scrollY, r.width, r.height]; })()"
        )
        clip = {"x": x, "y": y, "width": wide, "height": min(high, height or high), "scale": 1}
        shot = self.send("Page.captureScreenshot", clip=clip, captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(shot["data"]))

    def pdf(self) -> bytes:
        """The page printed on A4."""
        printed = self.send("Page.printToPDF", printBackground=True, **A4_INCHES)
        return base64.b64decode(printed["data"])

    def complaints(self) -> list[str]:
        """Errors and warnings of the console, and whatever the policy refused."""
        self.run("0")  # so that what came before is read
        found = []
        for event in self.events:
            params = event.get("params", {})
            if event.get("method") == "Runtime.exceptionThrown":
                found.append(json.dumps(params["exceptionDetails"]))
            if event.get("method") == "Log.entryAdded" and params["entry"]["level"] in {"error", "warning"}:
                found.append(params["entry"]["text"])
            if event.get("method") == "Runtime.consoleAPICalled" and params["type"] in {"error", "warning"}:
                found.append(json.dumps(params["args"]))
        return found

    def requests(self) -> list[str]:
        """Addresses that were asked for."""
        self.run("0")
        return [
            event["params"]["request"]["url"]
            for event in self.events
            if event.get("method") == "Network.requestWillBeSent"
        ]


@contextmanager
def chromium(folder: Path, *, language: str = "en-US") -> Iterator[Tab]:
    """A browser of its own with a profile in `folder`, ended at the end."""
    assert BINARY is not None
    command = [
        BINARY, "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--mute-audio",
        "--no-first-run", "--disable-background-networking", "--disable-component-update",
        "--disable-dev-shm-usage", "--autoplay-policy=no-user-gesture-required", "--remote-debugging-port=0",
        f"--lang={language}", f"--accept-lang={language}", f"--user-data-dir={folder}", "about:blank",
    ]  # fmt: skip
    with (folder / "browser.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            port = _port(folder, process)
            tab = Tab(_first_page(port))
            yield tab
            tab.close()
        finally:
            process.terminate()
            process.wait(timeout=START_S)


def _port(folder: Path, process: "subprocess.Popen[bytes]") -> int:
    """The port that the browser chose and wrote into its profile."""
    file, until = folder / "DevToolsActivePort", time.monotonic() + START_S
    while not (file.is_file() and file.read_text().strip()):
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError((folder / "browser.log").read_text(errors="replace")[-2000:])
        time.sleep(0.05)
    return int(file.read_text().splitlines()[0])


def _first_page(port: int) -> str:
    """Where the protocol of the first tab is spoken."""
    with urlopen(f"http://127.0.0.1:{port}/json/list", timeout=ANSWER_S) as answer:
        targets = json.load(answer)
    address: str = next(one["webSocketDebuggerUrl"] for one in targets if one["type"] == "page")
    return address
