"""Upgrade: brings in code and theme of a revision, or those before, if they build the present content."""

from __future__ import annotations

from plugins.publishing import code_versions, environments
from plugins.publishing.migration_rehearsal import MigrationError, rehearse
from plugins.publishing.release.release_build import Order, RefusedError, Tell, build
from plugins.publishing.release.releases import switch
from plugins.publishing.release.scheduled_posts import catch_up, present_commit
from plugins.publishing.release.server_folders import Server, turn


def run(server: Server, revision: str, tell: Tell) -> int:
    """Bring in the code and theme of a revision of the repository, and return the exit code."""
    commit = server.repository.commit(revision)
    if commit is None:
        tell(f"{revision} is no revision of {server.repository.path}: push it first.")
        return 1
    with turn(server, lambda: tell("Waiting for a publication to end …")) as lock:
        if not code_versions.differs(server, commit):
            return _finish(server, revision, lock, tell)
        try:
            new = code_versions.from_commit(server, commit)
        except code_versions.UnfitError as error:
            tell(f"{revision} cannot come in: {error}. Nothing has changed.")
            return 1
        return _bring_in(server, new, f"{revision} ({commit[:10]})", lock, tell)


def back(server: Server, tell: Tell) -> int:
    """Let the code and theme that ran before run again, and return the exit code."""
    with turn(server, lambda: tell("Waiting for a publication to end …")) as lock:
        before = server.code_before.resolve().name
        if not (server.code_before / "plugins").is_dir() or before == server.version:
            tell("There is no version before the present one here: name the revision that ran before instead.")
            return 1
        return _bring_in(server, before, "the version before", lock, tell)


def _finish(server: Server, revision: str, lock: int, tell: Tell) -> int:
    """End what an upgrade that was cut off has left."""
    try:
        done = catch_up(server, lock)
    except RefusedError as refused:
        for line in refused.lines:
            tell(line)
        return 1
    if done:
        tell(f"The code and theme of {revision} were in already, and the live site is theirs now.")
    else:
        tell(f"{revision} has no code, or the one that is installed: nothing to do.")
    return 0


def _bring_in(server: Server, new: str, name: str, lock: int, tell: Tell) -> int:
    old = server.version
    try:
        environments.provide(server, new, tell)
        rehearse(server, new, tell)
        _switch(server, new, lock, tell)
    except RefusedError as refused:
        reason, lines = f"{name} does not build the present content", refused.lines
    except environments.RequirementsError as error:
        reason, lines = f"{name} has not what it needs", error.lines
    except MigrationError as error:
        reason, lines = f"{name} cannot migrate the database: tried on a copy", error.lines
    else:
        # The endpoint may be running from the version before.
        code_versions.forget(server, old, new)
        tell(f"The code and theme of {name} are in. The endpoint and the worker of our units end by themselves now,")
        tell("and systemd starts them with this code; run otherwise, restart them.")
        return 0
    code_versions.forget(server, old, server.code_before.resolve().name)
    tell(f"{reason}: the old code and the live site stay.")
    for line in lines:
        tell(line)
    return 1


def _switch(server: Server, new: str, lock: int, tell: Tell) -> None:
    present = present_commit(server)
    if present is None:
        code_versions.use(server, new)
        return
    tell("Building the present content beside the live site …")
    release, _report = build(server, Order(present, server.versions / new), lock, lambda line: None)
    # What builds comes first: cut off here, all that answers is still of one version, and the next look at what is
    # due builds the release again and ends it.
    code_versions.use(server, new)
    switch(server, release)
