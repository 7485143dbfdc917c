"""Releases: the live one, those before it, and the atomic switch between them."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from plugins.publishing.release.build_report import Report, read_report
from plugins.publishing.release.server_folders import Server, flush, flush_all, point, prepare

KEPT = 10
_NAME = re.compile(r"(\d{6})-[0-9a-f]{10}")
# What is being built, and what is being removed.
_UNFINISHED = re.compile(rf"{_NAME.pattern}\.(?:building|gone)")
_RECORD, REPORT, _CODE = "release.json", "report.json", "code"


@dataclass(frozen=True)
class Release:
    """A built site: of which commit and content, by which version of the code, and what was live before it."""

    name: str
    commit: str
    content: str
    version: str
    before: str | None


def live(server: Server) -> Release | None:
    """The release that visitors see; None before the first."""
    try:
        return read(server, server.current.readlink().parent.name)
    except OSError:
        return None


def read(server: Server, name: str) -> Release:
    """The release of that name; FileNotFoundError where it is gone."""
    told: dict[str, Any] = json.loads((server.releases / name / _RECORD).read_text(encoding="utf-8"))
    return Release(**{field: told[field] for field in Release.__dataclass_fields__})


def report_of(server: Server, release: Release | None) -> Report:
    """What was found when a release was built; an empty report of none."""
    return Report() if release is None else read_report(server.releases / release.name / REPORT)


def next_name(server: Server, commit: str) -> str:
    """A name that sorts after all others."""
    numbers = [int(found[1]) for found in map(_NAME.match, _names(server)) if found]
    return f"{max(numbers, default=0) + 1:06}-{commit[:10]}"


def unfinished(server: Server, name: str) -> Path:
    """The folder where a release is built."""
    return server.releases / f"{name}.building"


def seal(server: Server, release: Release) -> None:
    """Write down what an unfinished release is, and wait until all of it is on the disk.

    Takes what room the switch will need as well: after this, only names change.
    """
    folder = unfinished(server, release.name)
    (folder / _RECORD).write_text(json.dumps(asdict(release)), encoding="utf-8")
    flush_all(folder)
    (folder / _CODE).symlink_to(f"../../versions/{release.version}")
    flush(folder)
    prepare(server.current, _target(release))


def switch(server: Server, release: Release) -> None:
    """Make a sealed release the live one, in one step, and forget those that are too old."""
    unfinished(server, release.name).rename(server.releases / release.name)
    flush(server.releases)
    server.current.with_name(f"{server.current.name}.next").rename(server.current)
    flush(server.root)
    _forget(server, release)


def go_back(server: Server, release: Release) -> None:
    """Make an older release the live one, in one step."""
    lead_to_code(server, release)
    point(server.current, _target(release))


def lead_to_code(server: Server, release: Release) -> None:
    """Let a release lead to the code that built it, or to the present one where that is gone."""
    link = server.releases / release.name / _CODE
    if not (link / "plugins").is_dir():
        built_by = server.versions / release.version
        point(link, f"../../versions/{release.version if built_by.is_dir() else server.version}")


def versions_in_use(server: Server) -> set[str]:
    """The versions of the code that some release was built by."""
    return {read(server, name).version for name in _whole(server)}


def sweep(server: Server) -> None:
    """Remove what builds that never ended have left."""
    for name in _names(server):
        if _UNFINISHED.fullmatch(name):
            shutil.rmtree(server.releases / name, ignore_errors=True)


def _forget(server: Server, live: Release) -> None:
    for name in _whole(server)[:-KEPT]:
        if name == live.name:
            continue
        # Renamed first: a removal that is cut short leaves nothing that looks like a release.
        gone = (server.releases / name).rename(server.releases / f"{name}.gone")
        shutil.rmtree(gone, ignore_errors=True)


def _whole(server: Server) -> list[str]:
    named = (name for name in _names(server) if _NAME.fullmatch(name))
    return sorted(name for name in named if (server.releases / name / _RECORD).is_file())


def _names(server: Server) -> list[str]:
    return [path.name for path in server.releases.iterdir()]


def _target(release: Release) -> str:
    return f"releases/{release.name}/site"
