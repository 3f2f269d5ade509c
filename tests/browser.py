"""Chromium without a window, driven over its DevTools protocol by a pair of pipes.

https://chromedevtools.github.io/devtools-protocol/
"""

import base64
import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import BinaryIO

PROGRAM = "chromium"
OPTIONS = (
    "--headless",
    "--no-sandbox",  # the suite may run as root
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--hide-scrollbars",
    "--window-size=800,700",
    "--remote-debugging-pipe",
)
# Chromium reads commands from file descriptor 3 and writes answers and events to 4.
LAUNCH = 'exec 3<&"$1" 4>&"$2"; shift 2; exec "$@"'
PATIENCE = 60
"""Seconds until a browser is killed."""

Answer = Mapping[str, object]


class Browser:
    """One tab."""

    def __init__(self, commands: BinaryIO, events: BinaryIO) -> None:
        self._commands = commands
        self._events = events
        self._unread = b""
        self._asked = 0
        self._loaded = 0
        self._session: object = None
        targets = self._ask("Target.getTargets")["targetInfos"]
        assert isinstance(targets, list)
        [tab] = [target["targetId"] for target in targets if target["type"] == "page"]
        self._session = self._ask("Target.attachToTarget", targetId=tab, flatten=True)["sessionId"]
        self._ask("Page.enable")

    def open(self, address: str) -> None:
        """Load a page."""
        before = self._loaded
        self._ask("Page.navigate", url=address)
        self._wait_for_page(before)

    def click(self, selector: str) -> None:
        """Click with the mouse on an element that leads to another page."""
        before = self._loaded
        box = f"document.querySelector({json.dumps(selector)}).getBoundingClientRect()"
        x = self.value(f"{box}.x + {box}.width / 2")
        y = self.value(f"{box}.y + {box}.height / 2")
        for kind in ("mousePressed", "mouseReleased"):
            self._ask("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)
        self._wait_for_page(before)

    def value(self, expression: str) -> object:
        """Evaluate JavaScript in the page."""
        answer = self._ask("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return _mapping(answer["result"]).get("value")

    def texts(self, selector: str) -> object:
        """List the texts of elements."""
        found = f"document.querySelectorAll({json.dumps(selector)})"
        return self.value(f"Array.from({found}, each => each.textContent.trim())")

    def picture(self) -> bytes:
        """Take a screenshot, as PNG."""
        return base64.b64decode(str(self._ask("Page.captureScreenshot")["data"]))

    def prefer_dark(self) -> None:
        """Ask pages for their dark colours from now on."""
        dark = {"name": "prefers-color-scheme", "value": "dark"}
        self._ask("Emulation.setEmulatedMedia", features=[dark])

    def _ask(self, method: str, **parameters: object) -> Answer:
        self._asked += 1
        command: dict[str, object] = {"id": self._asked, "method": method, "params": parameters}
        if self._session:
            command["sessionId"] = self._session
        self._commands.write(json.dumps(command).encode() + b"\0")
        self._commands.flush()
        while (message := self._read()).get("id") != self._asked:
            pass
        assert "error" not in message, message
        return _mapping(message["result"])

    def _wait_for_page(self, loaded: int) -> None:
        while self._loaded == loaded:
            self._read()

    def _read(self) -> Answer:
        while b"\0" not in self._unread:
            more = os.read(self._events.fileno(), 1 << 16)
            assert more, "Chromium has ended"
            self._unread += more
        text, self._unread = self._unread.split(b"\0", 1)
        message = _mapping(json.loads(text))
        self._loaded += message.get("method") == "Page.loadEventFired"
        return message


@contextmanager
def browser(folder: Path) -> Iterator[Browser]:
    """Start Chromium with a profile of its own in a folder, and end it."""
    theirs_in, commands = os.pipe()
    events, theirs_out = os.pipe()
    program = (PROGRAM, *OPTIONS, f"--user-data-dir={folder}", "about:blank")
    process = subprocess.Popen(
        ["bash", "-c", LAUNCH, "bash", str(theirs_in), str(theirs_out), *program],
        pass_fds=(theirs_in, theirs_out),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(theirs_in)
    os.close(theirs_out)
    killer = Timer(PATIENCE, process.kill)
    killer.start()
    with process, open(commands, "wb") as to, open(events, "rb") as back:  # noqa: PTH123
        try:
            yield Browser(to, back)
        finally:
            killer.cancel()
            process.terminate()


def _mapping(value: object) -> Answer:
    assert isinstance(value, dict)
    return value
