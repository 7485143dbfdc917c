"""Migration rehearsal: has a new version's endpoint migrate a copy of the database before it comes in."""

from __future__ import annotations

import subprocess
from pathlib import Path

from plugins.publishing.git.git_repository import private_environment
from plugins.publishing.release.release_build import Tell
from plugins.publishing.release.server_folders import Server
from plugins.publishing.systemd_units import KEPT, SETTINGS

# What the endpoint's own command ends with where it could not try.
NOT_TRIED = 3
_KNOWS_HOW = Path("plugins") / "booking" / "backups" / "migration_rehearsal.py"
_LONGEST_SECONDS = 1800
_LAST_LINES = 8


class MigrationError(Exception):
    """The new version fails on a copy of the database; `lines` say how."""

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


def rehearse(server: Server, version: str, tell: Tell) -> None:
    """Try a version's migrations on a copy of the database that the settings name; raises MigrationError."""
    code = server.versions / version
    settings = Path(server.repository.setting(KEPT) or SETTINGS)
    if not (code / _KNOWS_HOW).is_file():
        return  # an earlier version, which uses the schema of this one as it is
    try:
        settings.open("rb").close()
    except OSError as error:
        tell(f"The database is not tried beforehand: {settings}: {error.strerror}.")
        return
    command = [server.python_of(code), "-m", "plugins.booking", "--env", str(settings), "migrate", "--rehearse"]
    done = subprocess.run(
        command,
        cwd=code,
        env=private_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_LONGEST_SECONDS,
        check=False,
    )
    lines = [*done.stdout.splitlines(), *done.stderr.splitlines()][-_LAST_LINES:]
    if done.returncode not in (0, NOT_TRIED):
        raise MigrationError(*lines)
    for line in lines:
        tell(line)
