"""From saving a post until it is read in the browser, at a thousand posts: our server to write with, and Hugo's.

All servers run at the same time, and each edit is made in one of them, in turn. Hugo's, as it comes, renders the page
of the edited post and leaves its lists as they were; with `--disableFastRender` it renders all. Ours is asked for every
page that shows the title. Hugo goes without related posts.
"""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench import hugo
from tests.bench.corpus import Written, posts, write_content
from tests.bench.result import Measure, Result
from tests.building import ROOT, edit
from tests.deploy.servers import free_port

SIZE, ROUNDS = 1_000, 7
_EDITED = 50
_EVERY = 0.004  # seconds between two looks at a page
_PATIENCE, _PATIENCE_AT_START, _PAUSE = 30, 180, 1.5


def _words(file: Path, words: str) -> None:
    file.write_text(f"{file.read_text(encoding='utf-8')}\n{words}\n", encoding="utf-8")


def _title(file: Path, words: str) -> None:
    edit(file, 'title: "', f'title: "{words} ')


_CASES: Mapping[str, tuple[str, Callable[[Path, str], None]]] = {
    "body": ("A word of the post, on its page", _words),
    "title": ("The title of the post", _title),
}


@dataclass
class Server:
    """A server that watches: where it runs and builds to, and which of its pages show the title of the post."""

    label: str
    command: list[str]
    folder: Path
    post: Written
    environment: Mapping[str, str]
    is_whole: bool = True
    pages: list[str] = field(default_factory=list)
    seconds: dict[str, list[float]] = field(default_factory=dict)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Run it on a free port, and end it with all that it has started."""
        port = free_port()
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)
        process = subprocess.Popen(
            [*self.command, "--port", str(port)],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            self._wait_for(self.post.title, [self._own], _PATIENCE_AT_START)
            yield
        finally:
            self._connection.close()
            _end(process)

    def measure(self, case: str, number: int) -> None:
        """Edit the post, and wait until it is read with its new words."""
        words, pages = f"prova{number}{case}", self.pages if case == "title" and self.is_whole else [self._own]
        self._page(self._own)  # the connection is open
        began = time.perf_counter()
        _CASES[case][1](self.folder / "content" / "blog" / f"{self.post.slug}.md", words)
        self._wait_for(words, pages)
        self.seconds.setdefault(case, []).append(time.perf_counter() - began)

    def find_pages(self, output: Path) -> None:
        """Look through what was built for the pages that show the title: the post's own, lists, neighbours."""
        shown = [one for one in sorted(output.rglob("index.html")) if self.post.title in one.read_text("utf-8")]
        # Hugo's first page of a list is there twice; the second leads to the first.
        found = [f"/{one.parent.relative_to(output)}/" for one in shown if not str(one.parent).endswith("/page/1")]
        self.pages = [self._own, *(path for path in found if path != self._own)]

    def shown(self, case: str) -> str:
        """What was waited for, for readers."""
        if case != "title":
            return self.label
        return f"{self.label}, {len(self.pages)} pages" if self.is_whole else f"{self.label}, the post’s page only"

    @property
    def _own(self) -> str:
        return f"/blog/{self.post.slug}/"

    def _wait_for(self, words: str, paths: list[str], seconds: float = _PATIENCE) -> None:
        end = time.perf_counter() + seconds
        for path in paths:
            while words.encode() not in self._page(path):
                assert time.perf_counter() < end, f"{self.label}: {path} does not show “{words}”"
                time.sleep(_EVERY)

    def _page(self, path: str) -> bytes:
        """What a page is now; nothing while the server does not answer."""
        try:
            self._connection.request("GET", path)
            return self._connection.getresponse().read()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            return b""


def run() -> Result:
    """Measure ours, and Hugo's where it is installed."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as running:
        servers = _servers(Path(name))
        for server in servers.values():
            print(f"  Watching {SIZE:,} posts: {server.label} starts …", flush=True)
            running.enter_context(server.running())
        servers["maglia"].find_pages(servers["maglia"].folder / "output")
        for number in range(ROUNDS):
            print(f"  Watching {SIZE:,} posts: round {number + 1} of {ROUNDS} …", flush=True)
            for case in _CASES:
                for server in servers.values():
                    # What goes on after the last page is there belongs to nobody else's edit.
                    time.sleep(_PAUSE)
                    server.measure(case, number)
    return Result(
        "watch",
        f"From saving a post to reading it, {SIZE:,} posts watched",
        tuple(
            Measure(f"{tool}_{case}", server.shown(case), server.seconds[case], words)
            for case, (words, _) in _CASES.items()
            for tool, server in servers.items()
        ),
        tuple((f"maglia_{case}", f"{tool}_{case}") for case in _CASES for tool in servers if tool != "maglia"),
        ("pelican", "watchfiles"),
    )


def _servers(folder: Path) -> dict[str, Server]:
    """Ours in a copy of the repository's folders, and Hugo's in both of its ways."""
    post, own, program = list(posts(_EDITED + 1))[-1], folder / "maglia", hugo.program()
    for name in ("theme", "plugins"):
        shutil.copytree(ROOT / name, own / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pelicanconf.py", own)
    write_content(own / "content", SIZE)
    plain = {name: value for name, value in os.environ.items() if not name.startswith("BOOKING_")}
    found = {"maglia": Server("Maglia", [sys.executable, "-m", "plugins.publishing", "devserver"], own, post, plain)}
    if program is None:
        return found
    for name, options in (("hugo", []), ("hugo_whole", ["--disableFastRender"])):
        place, environment = hugo.write_site(folder / name, SIZE), hugo.environment(is_related=False)
        subprocess.run([program, "--quiet"], cwd=place, env=environment, check=True, timeout=_PATIENCE_AT_START)
        command = [program, "server", "--quiet", "--bind", "127.0.0.1", *options]
        server = Server(" ".join(["Hugo", *options]), command, place, post, environment, is_whole=bool(options))
        server.find_pages(place / "public")
        shutil.rmtree(place / "public")
        found[name] = server
    return found


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process with those it has started, which are a group of their own."""
    for sign, patience in ((signal.SIGTERM, 10), (signal.SIGKILL, 10)):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, sign)
        with suppress(subprocess.TimeoutExpired):
            process.wait(patience)
