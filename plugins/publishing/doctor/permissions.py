"""Checks of permissions and owners: secrets, keys, and all that belongs to the installation."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from plugins.content.findings import Finding
from plugins.content.system_users import user_name
from plugins.publishing.doctor.installation import Installation
from plugins.publishing.release.server_folders import Server

_MOST_FILES = 50_000
_KEYS = ("BOOKING_DKIM_KEY",)


def secrets_check(found: Installation) -> Iterator[Finding]:
    """Yield who may read the files that hold secrets."""
    files = {"settings": found.settings_file}
    files |= {name: Path(value) for name in _KEYS if (value := found.settings.get(name, "").strip())}
    if found.settings_file is None:
        mend = "name it by --env FILE"
        yield Finding("secrets", "skipped", "no file of settings was found: the environment's own are looked at", mend)
    for file in filter(None, files.values()):
        try:
            mode = file.stat().st_mode
        except OSError as error:
            yield Finding("secrets", "fault", f"{file}: {error.strerror}", f"put it there, for {_owner(found)}")
            continue
        if mode & 0o007:
            yield Finding("secrets", "fault", f"everybody on this machine may read {file}", f"chmod o= {file}")
        elif mode & 0o020:
            yield Finding("secrets", "fault", f"more than its owner may write {file}", f"chmod g-w {file}")
        else:
            yield Finding("secrets", "ok", f"{file} is kept from others")


def ownership_check(found: Installation) -> Iterator[Finding]:
    """Yield what of an installation belongs to somebody else, or may be written by anybody."""
    assert found.server
    root, owner = found.server.root, found.owner
    looked = list(islice(_files(found.server), _MOST_FILES))
    strange = [path for path, about in looked if about.st_uid != owner]
    opened = [path for path, about in looked if not stat.S_ISLNK(about.st_mode) and about.st_mode & 0o002]
    if strange:
        whose, more = user_name(strange[0].lstat().st_uid), len(strange) - 1
        what = f"{strange[0]} belongs to {whose}" + (f", and {more} more" if more else "")
        mend = f"as root: chown -R {_owner(found)}: {root}; run its commands as {_owner(found)}"
        yield Finding("owner", "fault", f"{what}; {root} belongs to {_owner(found)}", mend)
    if opened:
        yield Finding("owner", "fault", f"everybody on this machine may write {opened[0]}", f"chmod -R o-w {root}")
    if os.geteuid() not in (0, owner):
        mend = f"run this as root or as {_owner(found)}"
        yield Finding("owner", "warning", f"this runs as {user_name(os.geteuid())}: not all can be seen", mend)
    if not strange and not opened:
        yield Finding("owner", "ok", f"{root} belongs to {_owner(found)}")


def web_root_check(found: Installation) -> Iterator[Finding]:
    """Yield whether a web server that runs as another user comes to the site's files."""
    assert found.server
    site = found.server.current
    if not site.exists():
        return
    way = [path for path in (*reversed(site.resolve().parents), site.resolve()) if not path.stat().st_mode & 0o001]
    if way:
        what = f"others than its owner do not get through {way[0]}: a web server of another user answers 403"
        yield Finding("web root", "warning", what, f"chmod o+x {way[0]}, or put the web server's user into its group")
    else:
        yield Finding("web root", "ok", f"{site} can be read by the web server")


def _files(server: Server) -> Iterator[tuple[Path, os.stat_result]]:
    """What an installation writes into again, so that it has to be its owner's: releases and code are sealed."""
    yield server.root, server.root.lstat()
    for path in server.root.iterdir():
        yield path, path.lstat()
    for whole in (server.repository.path, server.cache, server.workshop):
        for folder, names, files in os.walk(whole):
            for name in (*names, *files):
                yield Path(folder, name), Path(folder, name).lstat()
    for sealed in (server.releases, server.versions):
        for path in sealed.iterdir() if sealed.is_dir() else ():
            yield path, path.lstat()


def _owner(found: Installation) -> str:
    return user_name(found.owner)
