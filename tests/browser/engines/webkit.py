"""WebKitGTK by WebDriver: its small browser on a screen of its own that nobody sees."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.booking.processes import eventually
from tests.browser.engines.engine import KEYS, NoAnswerError, Settings, Told, into_view, middle, selected, to_json
from tests.browser.engines.screen import give_focus, screen
from tests.deploy.servers import free_port

_PATIENCE_SECONDS = 60
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
# Without the width of its tool bar, which is wider than a phone.
_STYLES = "* {min-width: 0; min-height: 0; padding: 0; margin: 0; border: 0; -gtk-icon-transform: scale(0)}"
_PLACES = ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME")


class WebKit:
    """A window of WebKitGTK."""

    def __init__(self, client: httpx.Client, settings: Settings) -> None:
        self._client = client
        arguments = ["--automation", "--full-screen", f"--enable-javascript={str(settings.scripts).lower()}"]
        options = {"binary": str(_browser()), "args": arguments + ["--dark-mode"] * settings.dark}
        told = self._send("/session", {"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": options}}})
        self._session = f"/session/{told['sessionId']}"
        self._ask("/window/rect", width=settings.width, height=settings.height)

    def open(self, address: str) -> None:
        self._ask("/url", url=address)

    def back(self) -> None:
        self._ask("/back")

    def reload(self) -> None:
        self._ask("/refresh")

    def evaluate(self, expression: str) -> Told:
        return json.loads(self._run(f"return {to_json(expression)}"))

    def click(self, element: str) -> None:
        # By where it is: named itself, an element that has just been scrolled to is said to be out of reach.
        x, y = self.evaluate(middle(element))
        move = {"type": "pointerMove", "duration": 0, "x": x, "y": y, "origin": "viewport"}
        press = [{"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}]
        self._ask("/actions", actions=[{"type": "pointer", "id": "mouse", "actions": [move, *press]}])

    def type(self, element: str, words: str) -> None:
        found = self._element(into_view(element))
        self.evaluate(selected(element))
        self._ask(f"/element/{found}/value", text=words)

    def press(self, key: str) -> None:
        strokes = [{"type": kind, "value": KEYS[key]} for kind in ("keyDown", "keyUp")]
        self._ask("/actions", actions=[{"type": "key", "id": "keyboard", "actions": strokes}])

    def screenshot(self) -> bytes:
        answer = self._client.get(f"{self._session}/screenshot")
        return base64.b64decode(answer.json()["value"])

    def end(self) -> None:
        """End the browser."""
        self._client.delete(self._session)

    def _element(self, expression: str) -> str:
        found = self._run(f"return {expression}")
        if not found:
            raise AssertionError(f"there is no {expression}")
        return str(found[_ELEMENT])

    def _run(self, script: str) -> Told:
        return self._ask("/execute/sync", script=script, args=[])

    def _ask(self, path: str, **parameters: object) -> Told:
        return self._send(self._session + path, parameters)

    def _send(self, path: str, parameters: Mapping[str, object]) -> Told:
        answer = self._client.post(path, json=parameters)
        value = answer.json()["value"]
        if answer.is_error:
            raise NoAnswerError(f"{path}: {value}")
        return value


@contextmanager
def webkit(settings: Settings) -> Iterator[WebKit]:
    """Debian's WebKitGTK with a new profile, for as long as it is needed."""
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home,
        screen() as name,
        _driver(_environment(Path(home), name, settings)) as client,
    ):
        opened = WebKit(client, settings)
        give_focus(name)
        try:
            yield opened
        finally:
            opened.end()


def _environment(home: Path, screen: str, settings: Settings) -> dict[str, str]:
    place = home / "gtk-3.0"
    place.mkdir()
    (place / "gtk.css").write_text(_STYLES, encoding="utf-8")
    moves = f"[Settings]\ngtk-enable-animations={int(not settings.reduced_motion)}\n"
    (place / "settings.ini").write_text(moves, encoding="utf-8")
    own = {"DISPLAY": screen, "TZ": settings.zone, "LIBGL_ALWAYS_SOFTWARE": "1", "NO_AT_BRIDGE": "1"}
    theme = {"GTK_THEME": "HighContrast"} if settings.contrast else {}
    without = {} if settings.compositor else {"WEBKIT_DISABLE_DMABUF_RENDERER": "1"}
    return os.environ | dict.fromkeys(_PLACES, str(home)) | own | theme | without


@contextmanager
def _driver(environment: Mapping[str, str]) -> Iterator[httpx.Client]:
    port = free_port()
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=_PATIENCE_SECONDS) as client:
        process = subprocess.Popen(
            ["WebKitWebDriver", f"--port={port}"],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

        def ready() -> bool:
            try:
                return client.get("/status").is_success
            except httpx.TransportError:
                return False

        try:
            eventually(ready)
            yield client
        finally:
            # With the browser, should that be left.
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(_PATIENCE_SECONDS)


def _browser() -> Path:
    return next(Path("/usr/lib").glob("*/webkit2gtk-4.1/MiniBrowser"))
