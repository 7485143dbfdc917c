"""Rollback: makes the release before the live one again."""

from __future__ import annotations

from plugins.publishing.git.git_repository import MAIN
from plugins.publishing.release.release_build import Tell
from plugins.publishing.release.releases import go_back, live, read, report_of
from plugins.publishing.release.scheduled_posts import Withdrawal, day_of, withdraw
from plugins.publishing.release.server_folders import Server, turn


def run(server: Server, tell: Tell) -> int:
    """Make the release before the live one, and return the exit code."""
    with turn(server, lambda: tell("Waiting for a publication to end …")):
        now = live(server)
        if now is None:
            tell("Nothing is live yet.")
            return 1
        try:
            before = read(server, now.before or "")
        except OSError:
            tell(f"There is no release before {now.name}: it stays live.")
            return 1
        main = server.repository.commit(MAIN)
        if main is not None:
            # First: a rollback that is cut short must not be undone by the next look at what is due.
            withdraw(server, Withdrawal(main, day_of(report_of(server, now))))
        go_back(server, before)
    tell(f"Live now: release {before.name}, built for {report_of(server, before).today}.")
    tell(f"Its content is that of {before.commit[:10]}, “{server.repository.subject(before.commit)}”.")
    tell(f"Withdrawn: release {now.name}. It does not come back by itself; the next push goes live as always.")
    return 0
