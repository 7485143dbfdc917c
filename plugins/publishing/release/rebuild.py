"""Rebuild: builds what is live from nothing, and tells what of it was otherwise."""

from __future__ import annotations

import filecmp
import shutil
from pathlib import Path

from plugins.publishing.release.release_build import Order, RefusedError, Tell, build
from plugins.publishing.release.releases import Release, live, report_of, switch
from plugins.publishing.release.scheduled_posts import present_commit
from plugins.publishing.release.server_folders import Server, turn

_MOST_NAMES = 10


def run(server: Server, tell: Tell) -> int:
    """Throw the workshop away, build and switch, and return the exit code."""
    with turn(server, lambda: tell("Waiting for a publication to end …")) as lock:
        commit, before = present_commit(server), live(server)
        if commit is None:
            tell("Nothing was pushed yet.")
            return 1
        shutil.rmtree(server.workshop, ignore_errors=True)
        try:
            release, report = build(server, Order(commit, server.code), lock, lambda line: None)
        except RefusedError as refused:
            tell("The present content cannot be built; the live site has not changed.")
            for line in refused.lines:
                tell(line)
            return 1
        switch(server, release)
    tell(f"Live now: release {release.name}, built from nothing.")
    if before and _made_of(before) == _made_of(release) and report_of(server, before).today == report.today:
        _tell_of_difference(server.releases / before.name / "site", server.releases / release.name / "site", tell)
    return 0


def _made_of(release: Release) -> tuple[str, str]:
    return release.content, release.version


def _tell_of_difference(before: Path, now: Path, tell: Tell) -> None:
    names = {file.relative_to(site).as_posix() for site in (before, now) for file in site.rglob("*") if file.is_file()}
    _, other, absent = filecmp.cmpfiles(before, now, sorted(names), shallow=False)
    if not other and not absent:
        tell(f"The site that was live had the same {len(names)} files, byte for byte.")
        return
    tell(f"Of {len(names)} files {len(other) + len(absent)} were otherwise, which no build should bring about:")
    for name in sorted((*other, *absent))[:_MOST_NAMES]:
        tell(f"  {name}")
