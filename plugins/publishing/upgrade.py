"""Upgrade: brings in code and theme of a revision, if they build the present content."""

from __future__ import annotations

import shlex

from plugins.publishing import code_versions
from plugins.publishing.release.release_build import Order, RefusedError, Tell, build
from plugins.publishing.release.releases import switch
from plugins.publishing.release.scheduled_posts import present_commit
from plugins.publishing.release.server_folders import Server, turn


def run(server: Server, revision: str, tell: Tell) -> int:
    """Bring in the code and theme of a revision of the repository, and return the exit code."""
    commit = server.repository.commit(revision)
    if commit is None:
        tell(f"{revision} is no revision of {server.repository.path}: push it first.")
        return 1
    with turn(server, lambda: tell("Waiting for a publication to end …")) as lock:
        old = server.version
        if not code_versions.differs(server, commit):
            tell(f"{revision} has no code, or the one that is installed: nothing to do.")
            return 0
        try:
            new = code_versions.from_commit(server, commit)
        except code_versions.UnfitError as error:
            tell(f"{revision} cannot come in: {error}. Nothing has changed.")
            return 1
        needs = _requirements(server, old, new, commit)
        for line in needs:
            tell(line)
        try:
            _bring_in(server, new, lock, tell)
        except RefusedError as refused:
            code_versions.forget(server, old)
            tell(f"{revision} does not build the present content: the old code and the live site stay.")
            for line in refused.lines:
                tell(line)
            if needs:
                tell("It may be for want of the requirements above: install them and upgrade again.")
            return 1
        # The endpoint may be running from the version before.
        code_versions.forget(server, old, new)
    tell(f"The code and theme of {revision} ({commit[:10]}) are in, and build from now on. Restart the endpoint.")
    return 0


def _bring_in(server: Server, new: str, lock: int, tell: Tell) -> None:
    present = present_commit(server)
    if present is None:
        code_versions.use(server, new)
        return
    tell("Building the present content beside the live site …")
    release, _report = build(server, Order(present, server.versions / new), lock, lambda line: None)
    code_versions.use(server, new)
    switch(server, release)


def _requirements(server: Server, old: str, new: str, commit: str) -> list[str]:
    before, now = (code_versions.files_of(server, name).get(code_versions.REQUIREMENTS) for name in (old, new))
    if before == now:
        return []
    show = ["git", f"--git-dir={server.repository.path}", "show", f"{commit[:10]}:{code_versions.REQUIREMENTS}"]
    install = [server.python, "-m", "pip", "install", "--require-hashes", "-r", "/dev/stdin"]
    return [f"{code_versions.REQUIREMENTS} differs. Run:", f"  {shlex.join(show)} | {shlex.join(install)}"]
