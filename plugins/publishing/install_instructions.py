"""Install instructions: what is left to do: settings, push address, systemd units, web root."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from plugins.publishing.release.server_folders import Server

_WITHOUT_UNITS = """\
  The units of systemd are written by: install {root} --units /etc/systemd/system
  Without systemd, two things that run and a line of crontab, all as {user} and with what is in {settings}:
  cd {root}/current-code && BOOKING_WORKER=off {current_python} -m plugins.booking serve --port 8000
  cd {root}/current-code && {current_python} -m plugins.booking deliver
  */10 * * * * cd {root}/code && {python} -m plugins.publishing due {root}"""


def instructions(server: Server, user: str, group: str, settings: Path, with_units: bool) -> Iterator[str]:
    """The lines to print after an installation."""
    root, python = server.root, server.python
    own = python.startswith(f"{server.root}/")
    current_python = f"{server.current_code}/.venv/bin/python" if own else python
    yield f"A server to push to is in {root}. It belongs to {user}."
    if user == "root":
        yield "What runs there runs as root: better as a user of its own, in a new folder, by --user NAME."
    yield ""
    yield f"1. The endpoint's settings go into {settings}, made from deploy/.env.example:"
    yield f"  chown root:{group} {settings} && chmod 640 {settings}"
    yield ""
    yield "2. Whoever writes pushes to it, over ssh or from this machine:"
    yield f"  git remote add sito {user}@HOST:{server.repository.path}"
    yield "  git push sito main"
    yield f"  Instead it can follow a repository elsewhere: follow {root} REPOSITORY"
    yield ""
    yield "3. The endpoint, the worker and the scheduled posts run by themselves:"
    if with_units:
        yield "  systemctl daemon-reload && systemctl enable --now maglia maglia-worker maglia-due.timer"
        yield "  maglia-follow.timer instead of maglia-due.timer, where it follows a repository."
    else:
        names = {"root": root, "user": user, "settings": settings, "python": python}
        yield _WITHOUT_UNITS.format(**names, current_python=current_python)
    yield ""
    yield f"4. The web server serves the files of {server.current} and sends /api/ /appuntamenti/ /messaggi/ /agenda/"
    yield "   /health to the endpoint, of a further language /en/api/ /en/appuntamenti/ /en/messaggi/ too. Its 404 page"
    yield "   is 404.html."
    yield ""
    yield f"Pushed code never runs here. Code and theme come in with: upgrade {root} main"
    yield f"and go back with: upgrade {root} --back. The release before comes back with: rollback {root}"
