"""Development server: rebuilds on any change and reloads the browser, the endpoint included."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from watchfiles import PythonFilter, watch

from plugins.content.output_folder import UnsafeOutputError, check_output
from plugins.domain.language import _
from plugins.publishing.writing.build_worker import Builder
from plugins.publishing.writing.error_page import ErrorPage
from plugins.publishing.writing.process_end import end
from plugins.publishing.writing.qr_code import local_address, show_code

_SOURCES = {"content": "content", "theme": "theme", "folder of the plugins": "plugins", "cache": ".cache"}
WATCHED = ("content", "theme", "plugins", "pelicanconf.py")
MARK = "live-reload.txt"
_STOP_SECONDS = 30
_MOMENT_MS = 15


def build(builder: Builder, output: Path) -> str:
    """Build the site as it is while writing; returns what is wrong, an empty text where nothing is."""
    wrong = builder.build()
    output.mkdir(exist_ok=True)
    # Pages open in a browser ask for this file: they load themselves again when it changes, or show what it says.
    mark = output / (MARK + ".new")
    mark.write_text(f"{time.time_ns()}\n{wrong}", encoding="utf-8")
    mark.replace(output / MARK)
    return wrong


def touches_code(paths: Iterable[str]) -> bool:
    """Whether one of the changed files is code, or a catalogue, which a running process does not see."""
    return any(
        Path(path).name == "pelicanconf.py"
        or path.endswith(".po")
        or ("plugins" in Path(path).parts and path.endswith(PythonFilter().extensions))
        for path in paths
    )


class Endpoint:
    """The endpoint with its mailbox, as a process that can be started again."""

    def __init__(self, root: Path, output: Path, host: str, port: int) -> None:
        self._root = root
        self._output = output
        self._arguments = ["serve", "--host", host, "--port", str(port)]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def running(self) -> bool:
        """Whether the process is alive."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start it and wait until it has read its content, or given up."""
        environment = {**os.environ, "BOOKING_DEV": "1", "BOOKING_SITE_DIR": str(self._output)}
        command = [sys.executable, "-m", "plugins.booking", *self._arguments]
        self._process = subprocess.Popen(command, cwd=self._root, env=environment, stdout=subprocess.PIPE)
        assert self._process.stdout
        if not self._process.stdout.readline():  # its greeting, or nothing where it ends
            self._process.wait(_STOP_SECONDS)

    def stop(self) -> None:
        """Ask it to end, and make it end when it does not."""
        if self._process is not None:
            end(self._process, _STOP_SECONDS)
            self._process = None


def run(root: Path, host: str, port: int) -> int:
    """Serve the site of the repository at `root` until Ctrl-C; returns the exit code."""
    output = root / "output"
    try:
        # A build refuses it too, and this would go on to write what pages ask for there, and show them what it holds.
        check_output(output, {name: root / place for name, place in _SOURCES.items()}, [".git"], links_allowed=True)
    except UnsafeOutputError as error:
        print(error, file=sys.stderr)
        return 1
    endpoint, page = Endpoint(root, output, host, port), ErrorPage(host, port, output / MARK)
    builder = Builder(root, output)
    wrong = build(builder, output)
    # Watched from before the first page is shown: a change made while the endpoint starts is not missed. A file is
    # saved in a moment: most of the time to the new page would go by waiting for more.
    changes = watch(
        *(root / name for name in WATCHED),
        raise_interrupt=False,
        yield_on_timeout=True,
        rust_timeout=1_000,
        step=_MOMENT_MS,
    )
    # Asked to end, or left without its terminal, it ends as by Ctrl-C: pages would go on to ask for the mark.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    try:
        _serve(endpoint, page)
        _greet(host, port)
        for batch in changes:
            changed = {path for _change, path in batch}
            if not changed:
                continue
            names = sorted({str(Path(path).relative_to(root)) for path in changed})
            print(_("Cambiato: %(names)s", names=", ".join(names)), flush=True)
            if touches_code(changed):
                builder.stop()
            wrong = build(builder, output)
            if touches_code(changed) or not (wrong or endpoint.running):
                endpoint.stop()
                _serve(endpoint, page)
            print(_("Correggi e salva: il sito si ricostruisce da solo.") if wrong else _("Fatto."), flush=True)
    except KeyboardInterrupt:
        return 0  # Ctrl-C in the middle of a build
    except OSError as error:
        words = _(
            "Non riesco a cominciare sulla porta %(port)s: %(why)s. Prova con PORT=8001.", port=port, why=error.strerror
        )
        print(words, file=sys.stderr)
        return 1
    finally:
        page.stop()
        endpoint.stop()
        builder.stop()
        (output / MARK).unlink(missing_ok=True)
    return 0


def _serve(endpoint: Endpoint, page: ErrorPage) -> None:
    """Start the endpoint; where it cannot, because the content is broken, a page at its address says why."""
    page.stop()
    endpoint.start()
    if not endpoint.running:
        page.start()


def _greet(host: str, port: int) -> None:
    print(
        _(
            "Il sito è su %(site)s, la posta su %(mailbox)s, Ctrl-C per finire",
            site=f"http://127.0.0.1:{port}/",
            mailbox=f"http://127.0.0.1:{port}/posta/",
        ),
        flush=True,
    )
    address = local_address() if host == "0.0.0.0" else None
    if address:
        print(_("Dal telefono, sulla stessa rete: %(address)s", address=f"http://{address}:{port}/"), flush=True)
        show_code(f"http://{address}:{port}/")
