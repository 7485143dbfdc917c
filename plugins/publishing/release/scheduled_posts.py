"""Scheduled posts: publishes those whose day has come, and finishes a cut-off publication."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from plugins.publishing.git.git_repository import MAIN
from plugins.publishing.release.build_report import Report
from plugins.publishing.release.release_build import CONTENT, Order, RefusedError, Tell, build
from plugins.publishing.release.releases import live, report_of, switch
from plugins.publishing.release.server_folders import Server, flush, turn


@dataclass(frozen=True)
class Withdrawal:
    """Withdrawal: a commit that was rolled back, and on which day; it holds while `main` is that commit."""

    commit: str
    today: str


def withdraw(server: Server, withdrawal: Withdrawal) -> None:
    """Keep a commit from coming back by itself."""
    beside = server.withdrawal.with_suffix(".next")
    beside.write_text(json.dumps(asdict(withdrawal)), encoding="utf-8")
    flush(beside)
    beside.rename(server.withdrawal)


def withdrawal(server: Server) -> Withdrawal | None:
    """What was rolled back since the last push, if anything."""
    try:
        held = Withdrawal(**json.loads(server.withdrawal.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    return held if held.commit == server.repository.commit(MAIN) else None


def present_commit(server: Server) -> str | None:
    """The commit whose content should be live; None before the first push."""
    now = live(server)
    return now.commit if now and withdrawal(server) else server.repository.commit(MAIN)


def day_of(report: Report) -> str:
    """The day it is for the owner of a site, in ISO format."""
    return datetime.now(UTC).astimezone(ZoneInfo(report.timezone)).date().isoformat()


def outstanding(server: Server, today: str | None = None) -> Order | None:
    """What should be live and is not; `today` stands for the owner's own day."""
    commit, now, held = present_commit(server), live(server), withdrawal(server)
    if commit is None:
        return None
    order, report = Order(commit, server.code, today), report_of(server, now)
    if now is None:
        return order
    is_old = now.content != server.repository.tree(commit, CONTENT) or now.version != server.version
    if is_old and not held:
        return order
    since = max(report.today, held.today if held else "")
    day = today or day_of(report)
    return order if any(since < post.day <= day for post in report.waiting) else None


def catch_up(server: Server, lock: int, today: str | None = None) -> Report | None:
    """Build and switch to what should be live; None where it is already. Raises RefusedError."""
    order = outstanding(server, today)
    if order is None:
        return None
    release, report = build(server, order, lock, lambda line: None)
    switch(server, release)
    return report


def run(server: Server, today: str | None, tell: Tell) -> int:
    """Publish what is due, and return the exit code; says nothing when nothing is."""
    with turn(server) as lock:
        before = report_of(server, live(server))
        try:
            now = catch_up(server, lock, today)
        except RefusedError as refused:
            tell("What is due could not be published; the live site has not changed.")
            for line in refused.lines:
                tell(line)
            return 1
    if now is not None:
        known = {document.address for document in before.documents}
        tell(f"Published the site of {now.today}.")
        for document in now.documents:
            if document.address not in known:
                tell(f"Now out: {document.title} {document.address}")
    return 0
