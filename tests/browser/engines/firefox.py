"""Firefox by WebDriver BiDi: a process with a profile of its own, and a socket to it."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websocket import WebSocket, create_connection

from tests.booking.processes import eventually
from tests.browser.engines.engine import KEYS, NoAnswerError, Settings, Told, into_view, selected, to_json

_PATIENCE_SECONDS = 60
_QUIET: dict[str, bool | int | str] = {
    "app.normandy.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.update.enabled": False,
    "intl.accept_languages": "it-IT",
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,",
    "toolkit.telemetry.server": "",
}


_PAINTED = "new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)))"
# No frame is told of where scripts are switched off: a few of them take so long.
_FRAMES_MS = 200
_MOST_CLICKS = 5


class Firefox:
    """A window of Firefox."""

    def __init__(self, socket: WebSocket, settings: Settings) -> None:
        self._socket, self._number = socket, 0
        self._scripts = settings.scripts
        self._ask("session.new", capabilities={"alwaysMatch": {"unhandledPromptBehavior": {"default": "accept"}}})
        # In the first tab, which is there before the driver, no focus is drawn.
        self._window = self._ask("browsingContext.create", type="tab")["context"]
        self._ask(
            "browsingContext.setViewport",
            context=self._window,
            viewport={"width": settings.width, "height": settings.height},
        )

    def open(self, address: str) -> None:
        self._ask("browsingContext.navigate", context=self._window, url=address, wait="complete")

    def back(self) -> None:
        # Its window hears of a page a moment after the page itself: until then Back leads past one.
        time.sleep(_FRAMES_MS / 1000)
        self._ask("browsingContext.traverseHistory", context=self._window, delta=-1)

    def reload(self) -> None:
        self._ask("browsingContext.reload", context=self._window, wait="complete")

    def evaluate(self, expression: str) -> Told:
        return json.loads(self._evaluate(to_json(expression))["value"])

    def click(self, element: str) -> None:
        for _ in range(_MOST_CLICKS - 1):
            try:
                return self._click(element)
            except NoAnswerError as error:
                # A page that comes back is scrolled to where it was, whatever has been brought into view meanwhile.
                if "out of bounds" not in str(error):
                    raise
        self._click(element)

    def _click(self, element: str) -> None:
        found = self._evaluate(into_view(element))
        if found["type"] != "node":
            raise AssertionError(f"there is no {element}")
        # What a click meets is what was painted last, and not yet where it has just been scrolled to.
        if self._scripts:
            self._evaluate(_PAINTED, wait=True)
        place = {"type": "element", "element": {"sharedId": found["sharedId"]}}
        move = {"type": "pointerMove", "x": 0, "y": 0, "origin": place}
        press = [{"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}]
        paint = {"type": "pause", "duration": 0 if self._scripts else _FRAMES_MS}
        self._act({"type": "pointer", "id": "mouse", "actions": [paint, move, *press]})

    def type(self, element: str, words: str) -> None:
        self.evaluate(selected(element))
        self._keys(words)

    def press(self, key: str) -> None:
        self._keys(KEYS[key])

    def screenshot(self) -> bytes:
        return base64.b64decode(self._ask("browsingContext.captureScreenshot", context=self._window)["data"])

    def printed(self) -> bytes:
        """The page as it is printed, a PDF."""
        return base64.b64decode(self._ask("browsingContext.print", context=self._window, background=True)["data"])

    def _keys(self, keys: str) -> None:
        strokes = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self._act({"type": "key", "id": "keyboard", "actions": strokes})

    def _act(self, source: dict[str, Any]) -> None:
        self._ask("input.performActions", context=self._window, actions=[source])

    def _evaluate(self, expression: str, wait: bool = False) -> dict[str, Any]:
        # In a sandbox beside the page's scripts, which works as well where these are switched off.
        told = self._ask(
            "script.evaluate",
            expression=expression,
            target={"context": self._window, "sandbox": "visitor"},
            awaitPromise=wait,
        )
        if told["type"] != "success":
            raise NoAnswerError(told["exceptionDetails"]["text"])
        found: dict[str, Any] = told["result"]
        return found

    def _ask(self, method: str, **parameters: object) -> dict[str, Any]:
        self._number += 1
        self._socket.send(json.dumps({"id": self._number, "method": method, "params": parameters}))
        while True:
            told = json.loads(self._socket.recv())
            if told.get("id") != self._number:
                continue
            if told["type"] == "error":
                raise NoAnswerError(f"{method}: {told['error']}: {told['message']}")
            found: dict[str, Any] = told["result"]
            return found


@contextmanager
def firefox(settings: Settings) -> Iterator[Firefox]:
    """Debian's Firefox with a new profile, without a screen, for as long as it is needed."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        lines = [f"user_pref({json.dumps(key)}, {json.dumps(value)});\n" for key, value in _preferences(settings)]
        (Path(profile) / "user.js").write_text("".join(lines), encoding="utf-8")
        options = ("--headless", "--no-remote", "--profile", profile, "--remote-debugging-port=0", "about:blank")
        process = subprocess.Popen(
            ["firefox-esr", *options],
            env=os.environ | {"TZ": settings.zone, "HOME": profile},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            socket = create_connection(
                f"{_address(Path(profile))}/session", suppress_origin=True, timeout=_PATIENCE_SECONDS
            )
            yield Firefox(socket, settings)
            socket.close()
        finally:
            process.terminate()
            process.wait(_PATIENCE_SECONDS)


def _preferences(settings: Settings) -> Iterator[tuple[str, bool | int | str]]:
    yield from _QUIET.items()
    yield "javascript.enabled", settings.scripts
    yield "layout.css.prefers-color-scheme.content-override", 0 if settings.dark else 1
    if settings.contrast:
        yield "ui.useAccessibilityTheme", 1
    if settings.forced_colours:
        yield "browser.display.document_color_use", 2
    if settings.reduced_motion:
        yield "ui.prefersReducedMotion", 1
    if settings.large_text:
        yield "font.size.variable.x-western", 32


def _address(profile: Path) -> str:
    told = profile / "WebDriverBiDiServer.json"
    eventually(lambda: told.exists() and told.stat().st_size > 0)
    where = json.loads(told.read_text(encoding="utf-8"))
    return f"ws://{where['ws_host']}:{where['ws_port']}"
