"""However an upgrade is cut short, one version answers everywhere, and the next run ends it."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from tests.building import beside_sample
from tests.publishing.place import Place, Told
from tests.publishing.test_server_commands import BASE, revisions, running
from tests.soak import soak_count

# Ends the process at that change of a name: Python tells a hook of each before it happens.
KILLED = """
import os, signal, sys
from plugins.publishing.__main__ import main
last, seen = int(sys.argv[1]), []
def look(event, arguments):
    if event in {"os.rename", "os.symlink", "os.mkdir", "os.remove", "shutil.rmtree"}:
        seen.append(event)
        if len(seen) == last:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(look)
code = main(sys.argv[2:])
print(*seen)
sys.exit(code)
"""
NEVER = 10**9


def upgrade(place: Place, last: int) -> list[str]:
    """Upgrade, killed at a change of a name; gives the kinds of all changes where it came to its end."""
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(last), "upgrade", str(place.server.root), "main"],
        **beside_sample(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == (0 if last == NEVER else -signal.SIGKILL), done.stderr
    return done.stdout.splitlines()[-1].split() if last == NEVER else []


@pytest.fixture(scope="module")
def pushed(first: tuple[Place, Told], tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A server that has new code in its repository and not yet in use."""
    place = first[0].copy(tmp_path_factory.mktemp("pushed") / "place")
    place.edit(BASE, "<body", '<body data-new="yes"')
    assert place.push().code == 0
    return place


@pytest.fixture(scope="module")
def changes(pushed: Place) -> list[int]:
    """The changes of names that an upgrade makes, by their numbers: the first rename and the last, or nearly all."""
    tried = pushed.copy(pushed.folder.with_name("tried"))
    kinds = upgrade(tried, NEVER)
    assert revisions(tried) == {True}
    renames = [number for number, kind in enumerate(kinds, 1) if kind == "os.rename"]
    exported = kinds.index("os.symlink")
    # Of the many folders of the code that is exported first, some.
    every = [*range(1, exported, 20), *range(exported, len(kinds) + 1)]
    return every if soak_count(0, 1) else [renames[0], *renames[-3:]]


@pytest.mark.some_cases(0)
@pytest.mark.soak
def test_killed_upgrade_leaves_one_version_and_is_ended_later(pushed: Place, changes: list[int]) -> None:
    assert len(changes) >= 4
    for number in changes:
        place = pushed.copy(pushed.folder.with_name(f"cut-{number}"))
        upgrade(place, number)
        (seen,) = {'data-new="yes"' in page.read_text("utf-8") for page in place.server.current.rglob("*/index.html")}
        assert running(place) is seen, number
        # A timer looks first, and whoever upgraded does it again.
        assert place.run("due").code == 0
        assert len(revisions(place)) == 1, number
        done = place.run("upgrade", "main")
        assert done.code == 0, done.told
        assert revisions(place) == {True}, number
        assert place.leftovers() == []
