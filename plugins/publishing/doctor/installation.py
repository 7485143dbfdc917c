"""Installation under examination: its folders, its user, and the settings that its endpoint is started with."""

from __future__ import annotations

import os
import pwd
import re
import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from plugins.publishing.release.server_folders import Server

# Where the settings of an installation are, unless its repository remembers another place under this name.
_REMEMBERED = "maglia.settings"
_PLACE = Path("/etc/maglia/env")
# As deploy/systemd/maglia-backup.service says it.
_COPIES = Path("/var/lib/maglia/backups")
_LINE = re.compile(r"\s*(?:export\s+)?([A-Za-z_]\w*)=(.*)")


@dataclass(frozen=True)
class Installation:
    """An installation: `server` is None where only an endpoint is looked at, started in `code` by `python`."""

    server: Server | None
    code: Path
    python: str
    settings_file: Path | None
    settings: Mapping[str, str] = field(repr=False)
    endpoint: str = "http://127.0.0.1:8000"

    @property
    def owner(self) -> int:
        """The user whose it is, and as whom the endpoint runs."""
        return (self.server.root if self.server else self.code).stat().st_uid

    @property
    def site_url(self) -> str:
        """The public address of the endpoint, without a login and without a stroke at its end."""
        scheme, separator, rest = self.settings.get("BOOKING_SITE_URL", "").strip().rstrip("/").partition("://")
        return f"{scheme}{separator}{rest.rpartition('@')[2]}"

    @property
    def database_file(self) -> Path | None:
        """The file of the database; None where it is on a server, or not said."""
        _, sqlite, path = self.settings.get("BOOKING_DATABASE_URL", "").strip().partition("sqlite:///")
        return Path(path) if sqlite and path else None

    @property
    def backups(self) -> Path | None:
        """The folder of copies of the database: the one named, else the unit's, None where that is not there."""
        if named := self.settings.get("BOOKING_BACKUP_DIR", "").strip():
            return Path(named)
        return _COPIES if _COPIES.is_dir() else None

    def as_owner(self) -> dict[str, Any]:
        """How a program is started as its owner, for `subprocess`, where that can be done."""
        if os.geteuid() != 0 or self.owner == 0:
            return {}
        try:
            group = pwd.getpwuid(self.owner).pw_gid
        except KeyError:
            group = self.owner
        return {"user": self.owner, "group": group, "extra_groups": []}


def installation(root: Path | None, files: list[Path], endpoint: str, environment: Mapping[str, str]) -> Installation:
    """Find out what is installed; raises OSError where a named file of settings cannot be read, ValueError of a line.

    What the caller's own environment says of the endpoint stands where no file says otherwise.
    """
    server = Server(root.absolute()) if root else None
    own = {name: value for name, value in environment.items() if name.startswith("BOOKING_") or not server}
    found = files or ([file] if (file := _settings_file(server)) else [])
    settings = own | {name: value for one in found for name, value in read_settings(one).items()}
    if server is None:
        return Installation(None, Path.cwd(), sys.executable, found[0] if found else None, settings, endpoint)
    settings = {
        "BOOKING_CONTENT": f"{server.current}/../content",
        "BOOKING_SITE_DIR": str(server.current),
        **settings,
    }
    code = server.current_code if server.current_code.is_dir() else server.code
    return Installation(server, code, server.python_of(code), found[0] if found else None, settings, endpoint)


def _settings_file(server: Server | None) -> Path | None:
    places = [_PLACE]
    if server:
        remembered = server.repository.setting(_REMEMBERED)
        places = [*([Path(remembered)] if remembered else []), server.root / "secrets.env", _PLACE]
    return next((place for place in places if place.exists()), None)


def read_settings(file: Path) -> dict[str, str]:
    """Read a file of variables as systemd does (EnvironmentFile=); raises OSError, and ValueError naming the line."""
    found: dict[str, str] = {}
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.lstrip().startswith(("#", ";")):
            continue
        read = _LINE.fullmatch(line)
        try:
            words = shlex.split(read[2], posix=True) if read and read[2][:1] in {"'", '"'} else None
        except ValueError:
            read = None
        if read is None:
            raise ValueError(f"{file}:{number}: no variable; write it like BOOKING_SITE_URL=https://example.it")
        found[read[1]] = "".join(words) if words else read[2].strip()
    return found


def host_of(address: str) -> str:
    """The host of an address, empty where there is none."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
