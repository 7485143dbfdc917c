"""Receive: handles a push of `main`, from git's hook to the live site.

What it says is for the assistant.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from plugins.content.locale import speak_again
from plugins.content.templates.formats import decimal
from plugins.content.timezone_data import use_newest
from plugins.domain.language import N_, _
from plugins.publishing.code_versions import differs
from plugins.publishing.git.git_export import plain
from plugins.publishing.git.git_repository import MAIN
from plugins.publishing.git.push_protocol import NOTHING, Push, asked, tell_outcome
from plugins.publishing.ownership import denied
from plugins.publishing.push_summary import summary
from plugins.publishing.release.release_build import CONTENT, Order, RefusedError, Tell, build
from plugins.publishing.release.releases import live, report_of, switch, unfinished
from plugins.publishing.release.scheduled_posts import catch_up
from plugins.publishing.release.server_folders import Server, turn

_REFUSED = N_("non pubblicato, il perche' e' scritto sopra")


def receive(server: Server, push: Push, tell: Tell) -> bool:
    """Publish what is pushed, once it is its turn; False where it was refused, with the reasons told."""
    with turn(server, lambda: tell(_("Un’altra pubblicazione è in corso: la tua aspetta il suo turno …"))) as lock:
        try:
            publish(server, push, lock, tell)
        except RefusedError as refused:
            tell("")
            tell(_("NON PUBBLICATO. Il sito in linea è quello di prima."))
            for line in refused.lines:
                tell(line)
            # A publication that was cut off earlier is not left waiting for a push that succeeds.
            with contextlib.suppress(RefusedError):
                catch_up(server, lock)
            return False
    return True


def publish(server: Server, push: Push, lock: int, tell: Tell) -> None:
    """Check, build and switch, for whoever has the turn; raises RefusedError and changes nothing then."""
    began = time.monotonic()
    repository, main = server.repository, server.repository.commit(MAIN)
    _check_history(server, push, main)
    before = live(server)
    content = repository.tree(push.new, CONTENT)
    if before and before.content == content and before.version == server.version:
        repository.move_main(push.new, main)
        tell(_("I contenuti non sono cambiati: il sito resta com’è."))
        _tell_of_code(server, push, tell)
        return
    told_before = report_of(server, before)
    release, report = build(server, Order(push.new, server.code), lock, tell)
    try:
        repository.move_main(push.new, main)
    except BaseException:
        shutil.rmtree(unfinished(server, release.name), ignore_errors=True)
        raise
    switch(server, release)
    # From here on it is done: whoever hung up meanwhile changes nothing.
    with contextlib.suppress(OSError):
        tell("")
        seconds = decimal(time.monotonic() - began, 1)
        tell(_("PUBBLICATO in %(seconds)s secondi: %(site)s/", seconds=seconds, site=report.site))
        for line in summary(told_before, report):
            tell(line)
        _tell_of_code(server, push, tell)


def _check_history(server: Server, push: Push, main: str | None) -> None:
    repository = server.repository
    if push.new == NOTHING:
        raise RefusedError(_("Il ramo main è il sito: non si cancella."))
    if main in (None, push.new) or main == push.old:
        return
    # Another push came first. On top of it this one is welcome; instead of it, it would undo work nobody has seen.
    if main and not repository.follows(push.new, main):
        other = plain(repository.subject(main))
        raise RefusedError(
            _(
                "Intanto è stato pubblicato altro («%(title)s»). Scrivi «git pull --rebase» e ripeti la push.",
                title=other,
            )
        )


def _tell_of_code(server: Server, push: Push, tell: Tell) -> None:
    if differs(server, push.new):
        tell(
            _("Il codice o il tema di questo commit non sono quelli del server: con la push entrano solo i contenuti.")
        )
        tell(_("Per farli entrare, sul server: %(command)s", command=_upgrade(server)))


def _upgrade(server: Server) -> str:
    return f"python -m plugins.publishing upgrade {server.root} main"


def _reason(error: OSError | subprocess.SubprocessError) -> str:
    if isinstance(error, PermissionError):
        return denied(error)
    return f"{type(error).__name__}: {error} {getattr(error, 'stderr', None) or ''}"


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def main(arguments: list[str]) -> int:
    """Talk with git on the standard input and output; returns the exit code."""
    # The web server reads what is written here, as whatever user it runs.
    os.umask(0o022)
    use_newest()
    server = Server(Path(arguments[0]))
    outcomes: dict[Push, str | None] = {}
    # Until the pushed content has been read, in the language of the live one.
    with contextlib.suppress(PermissionError):
        speak_again(report_of(server, live(server)).language)
    for push in asked(sys.stdin.buffer, sys.stdout.buffer):
        try:
            outcomes[push] = None if receive(server, push, _tell) else _(_REFUSED)
        except (OSError, subprocess.SubprocessError) as error:
            with contextlib.suppress(OSError):
                _tell(_("Il server non è riuscito a pubblicare. Manda questa riga a chi lo cura:"))
                _tell(plain(f"  {_reason(error)}"))
            outcomes[push] = _(_REFUSED)
    tell_outcome(sys.stdout.buffer, outcomes)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
