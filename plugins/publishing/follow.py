"""Follow: fetches the content of another repository as if it were pushed here.

So an endpoint apart from hosted pages has their content, after the same check.
"""

from __future__ import annotations

import re
import subprocess

from plugins.publishing.git.git_export import plain
from plugins.publishing.git.git_repository import MAIN
from plugins.publishing.git.push_protocol import NOTHING, Push
from plugins.publishing.receive import publish
from plugins.publishing.release import scheduled_posts
from plugins.publishing.release.release_build import RefusedError, Tell
from plugins.publishing.release.server_folders import Server, turn

_FETCHED, _REFUSED = "refs/followed/main", "refs/followed/refused"
_SOURCE, _BRANCH, _CODE = "maglia.followed", "maglia.followedBranch", "maglia.refusedBy"


def run(server: Server, source: str | None, branch: str | None, tell: Tell) -> int:
    """Publish what a branch of another repository has become, and return the exit code.

    Says nothing when nothing is new. Source and branch (`main`) are remembered. A commit that was refused is not tried
    again by the same code, and is told each time: the exit code stays 1 until it is mended.
    """
    repository = server.repository
    for name, value in ((_SOURCE, source), (_BRANCH, branch)):
        if value:
            repository.set(name, value)
    source, branch = repository.setting(_SOURCE), repository.setting(_BRANCH) or "main"
    if source is None:
        tell("There is no repository to follow yet: name its address after ROOT.")
        return 1
    try:
        repository.fetch(source, branch, _FETCHED)
    except subprocess.TimeoutExpired:
        tell(f"{shown(source)} does not answer. The live content has not changed.")
        return 1
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip().replace(source, shown(source))
        said = shown(said)
        tell(f"{branch} of {shown(source)} cannot be fetched: {plain(said)}")
        return 1
    commit = repository.commit(_FETCHED)
    if commit is None or commit == repository.commit(MAIN):
        return scheduled_posts.run(server, None, tell)
    return _take(server, commit, tell)


def shown(source: str) -> str:
    """An address without the password that may stand in it: a journal is read by many."""
    # A password that is not percent-encoded may hold any sign, @ too.
    return re.sub(r"(?<=://)\S*@", "", source)


def _take(server: Server, commit: str, tell: Tell) -> int:
    repository = server.repository
    name = f"{commit[:10]}, “{plain(repository.subject(commit))}”"
    if repository.commit(_REFUSED) == commit and repository.setting(_CODE) == server.version:
        tell(f"Still refused: {name}. The live content is the one before.")
        scheduled_posts.run(server, None, tell)
        return 1
    with turn(server) as lock:
        try:
            publish(server, Push(repository.commit(MAIN) or NOTHING, commit, MAIN), lock, lambda line: None)
        except RefusedError as refused:
            repository.point(_REFUSED, commit)
            repository.set(_CODE, server.version)
            tell(f"Refused: {name}. The live content is the one before.")
            for line in refused.lines:
                tell(line)
            return 1
    tell(f"Published: {name}.")
    return 0
