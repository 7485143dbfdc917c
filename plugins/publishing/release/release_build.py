"""Release build: builds one release beside the live site, in a process of its own."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from plugins.content.locale import speak_again
from plugins.domain.language import N_, _
from plugins.publishing.git.git_export import contents_of, export, plain
from plugins.publishing.git.git_repository import private_environment
from plugins.publishing.release import disk_full
from plugins.publishing.release.build_report import Report, read_report
from plugins.publishing.release.releases import REPORT, Release, live, next_name, seal, sweep, unfinished
from plugins.publishing.release.server_folders import Server

Tell = Callable[[str], None]
CONTENT = "content"
LONGEST_BUILD_SECONDS = 600
_LOG = "build.log"
_LAST_LINES = 15

DISK_IS_FULL = N_(
    "Il disco del server è pieno: il sito non si può scrivere. Avvisa chi cura il server, poi ripeti la push."
)


class RefusedError(Exception):
    """The content cannot be published; `lines` tell her why."""

    def __init__(self, *lines: str) -> None:
        self.lines: Sequence[str] = lines
        super().__init__("\n".join(lines))


@dataclass(frozen=True)
class Order:
    """Build order: the content of a commit, with the code in a folder, for a day (the owner's own if None)."""

    commit: str
    code: Path
    today: str | None = None


def build(server: Server, order: Order, lock: int, tell: Tell) -> tuple[Release, Report]:
    """Check and build; the release waits, sealed, to be switched to. Raises RefusedError and leaves nothing then."""
    sweep(server)
    release = _release(server, order)
    folder = unfinished(server, release.name)
    folder.mkdir()
    try:
        report = _build(server, order, folder, lock, tell)
        seal(server, release)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        if disk_full.is_full(error):
            raise RefusedError(_(DISK_IS_FULL)) from error
        raise
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return release, report


def _release(server: Server, order: Order) -> Release:
    content = server.repository.tree(order.commit, CONTENT)
    if content is None:
        raise RefusedError(_("In questo commit non c’è la cartella content/: il sito si fa con quella."))
    now = live(server)
    name = next_name(server, order.commit)
    return Release(name, order.commit, content, order.code.resolve().name, now.name if now else None)


def _build(server: Server, order: Order, folder: Path, lock: int, tell: Tell) -> Report:
    # Exported with its own name in front, and moved up: faults are told with the path that she knows.
    left_out = export(server.repository, order.commit, folder / "pushed", f"{CONTENT}/")
    if not (folder / "pushed" / CONTENT).is_dir():
        raise RefusedError(_("Da correggere:"), *contents_of(left_out))
    (folder / "pushed" / CONTENT).rename(folder / CONTENT)
    (folder / "pushed").rmdir()
    tell(_("Controllo i contenuti …"))
    # What had to be left out refuses the push already: the rest is checked, and nothing is built of it.
    code = _work(server, order, folder, lock, tell, check_only=bool(left_out))
    if code == disk_full.EXIT_CODE:
        raise RefusedError(_(DISK_IS_FULL))
    report = read_report(folder / REPORT)
    speak_again(report.language)
    faults = [*contents_of(left_out), *map(plain, report.faults)]
    if faults:
        raise RefusedError(_("Da correggere:"), *faults)
    if code != 0 or not (folder / "site" / "index.html").is_file():
        raise RefusedError(*_broken(folder / _LOG))
    return report


def _work(server: Server, order: Order, folder: Path, lock: int, tell: Tell, check_only: bool) -> int:
    """Run the sandboxed build and return its exit code."""
    paths = [str(folder / CONTENT), "" if check_only else str(folder / "site"), str(folder / REPORT)]
    command = [
        server.python_of(order.code.resolve()),
        "-m",
        "plugins.publishing.workshop",
        *paths,
        order.today or "",
        _content(server),
        str(server.cache),
        str(server.workshop),
    ]
    with (folder / _LOG).open("wb") as log:
        working = subprocess.Popen(
            command,
            cwd=order.code.resolve(),
            env=private_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            pass_fds=[lock],
        )
    late = threading.Timer(LONGEST_BUILD_SECONDS, working.kill)
    late.start()
    try:
        assert working.stdout
        with working.stdout as progress:
            for _line in progress:
                tell(_("Costruisco il sito …"))
        return working.wait()
    finally:
        late.cancel()
        working.kill()
        working.wait()


def _content(server: Server) -> str:
    """The folder of the content that is live; an empty text before the first release."""
    now = live(server)
    return str(server.releases / now.name / CONTENT) if now else ""


def _broken(log: Path) -> list[str]:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-_LAST_LINES:]
    first = _(
        "La costruzione del sito si è fermata, e non per come hai scritto. Manda queste righe a chi cura il server:"
    )
    return [first, *(f"  {plain(line)}" for line in lines)]
