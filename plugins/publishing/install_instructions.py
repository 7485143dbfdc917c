"""Install instructions: what is left to do: push address, systemd units, web root."""

from __future__ import annotations

import getpass
from collections.abc import Iterator

from plugins.publishing.release.server_folders import Server

_ENDPOINT = """\
  # /etc/systemd/system/maglia.service — the endpoint, which takes new services and hours by itself
  [Service]
  User={user}
  WorkingDirectory={root}/code
  Environment=BOOKING_CONTENT={root}/current/../content
  Environment=BOOKING_SITE_DIR={root}/current
  Environment=BOOKING_DATABASE_URL=sqlite:///{root}/booking.db
  # BOOKING_SITE_URL, BOOKING_SMTP_URL and BOOKING_SECRET_KEY; readable by root alone
  EnvironmentFile={root}/secrets.env
  ExecStart={python} -m plugins.booking serve --port 8000
  Restart=always
  [Install]
  WantedBy=multi-user.target"""

_DUE = """\
  # /etc/systemd/system/maglia-due.service — the posts whose day has come
  [Service]
  Type=oneshot
  User={user}
  WorkingDirectory={root}/code
  ExecStart={python} -m plugins.publishing due {root}

  # /etc/systemd/system/maglia-due.timer — every ten minutes, and soon after the machine was off
  [Timer]
  OnBootSec=1min
  OnCalendar=*:0/10
  [Install]
  WantedBy=timers.target

  # without systemd, a line of crontab
  */10 * * * * cd {root}/code && {python} -m plugins.publishing due {root}"""


def instructions(server: Server) -> Iterator[str]:
    """The lines to print after an installation."""
    names = {"user": getpass.getuser(), "root": server.root, "python": server.python}
    yield f"A server to push to is in {server.root}."
    yield ""
    yield "1. Whoever writes pushes to it, over ssh or from this machine:"
    yield f"  git remote add sito {names['user']}@HOST:{server.repository.path}"
    yield "  git push sito main"
    yield ""
    yield f"2. The web server serves the files of {server.current} and sends /api/ /appuntamenti/ /messaggi/ /agenda/"
    yield "   /health to the endpoint. Its 404 page is 404.html."
    yield ""
    yield "3. The endpoint and the scheduled posts run by themselves:"
    yield _ENDPOINT.format(**names)
    yield ""
    yield _DUE.format(**names)
    yield ""
    yield f"Pushed code never runs here. Code and theme come in with: upgrade {server.root} main"
    yield f"Instead of being pushed to, it can follow a repository elsewhere: follow {server.root} REPOSITORY"
    yield f"The release before comes back with: rollback {server.root}"
