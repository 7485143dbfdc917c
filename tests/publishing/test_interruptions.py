"""Whatever cuts a publication short, the live site is whole, and the next push or look at what is due ends it."""

from __future__ import annotations

import contextlib
import os
import random
import resource
import shutil
import signal
import time
from pathlib import Path

import pytest

from plugins.publishing.git.git_repository import MAIN
from tests.publishing.place import POST, Place, Told, eventually
from tests.soak import soak_count

DISK = "Il disco del server è pieno"


def processes_of(place: Place, module: str) -> list[int]:
    """The processes that run a module for a server."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if module.encode() in words and any(word.startswith(bytes(place.server.root)) for word in words):
            found.append(int(entry.name))
    return found


@pytest.mark.some_cases(1)
@pytest.mark.parametrize("reached", ["releases/*.building/content", "workshop/site/blog"])
def test_push_killed_during_the_build_leaves_the_live_site_alone(place: Place, reached: str) -> None:
    before = place.standing()
    shutil.rmtree(place.server.workshop)
    place.brand(1)
    pushing = place.start()
    eventually(lambda: bool(list(place.server.root.glob(reached))))
    os.killpg(pushing.process.pid, signal.SIGKILL)
    assert pushing.end().code == -signal.SIGKILL
    assert place.standing() == before
    assert place.leftovers()
    assert place.push().code == 0
    assert place.brands() == {"Giro 001"}
    assert place.leftovers() == []


@pytest.mark.some_cases(1)
@pytest.mark.soak
@pytest.mark.parametrize("seed", range(soak_count(2, 60)))
def test_killing_everything_at_any_moment_leaves_one_whole_release_live(place: Place, seed: int) -> None:
    moment = random.Random(seed)
    for number in range(1, 4):
        place.brand(number)
        pushing = place.start()
        time.sleep(moment.uniform(0, 1.5))
        for process in (*processes_of(place, "plugins.publishing.receive"), pushing.process.pid):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(os.getpgid(process), signal.SIGKILL)
        pushing.end()
        (seen,) = place.brands()
        assert seen <= f"Giro {number:03}"
        # What `main` says and is not live yet goes out by itself.
        assert place.run("due").code == 0
        assert place.main == place.live.commit
    assert place.push().code == 0
    assert place.brands() == {"Giro 003"}
    assert place.leftovers() == []


@pytest.mark.some_cases(0)
def test_push_waits_for_the_orphaned_build_of_a_killed_hook(place: Place) -> None:
    before = place.standing()
    place.brand(1)
    pushing = place.start()
    eventually(lambda: bool(processes_of(place, "plugins.publishing.workshop")))
    (hook,) = processes_of(place, "plugins.publishing.receive")
    (orphan,) = processes_of(place, "plugins.publishing.workshop")
    os.kill(hook, signal.SIGKILL)
    assert pushing.end().code == 1
    assert place.standing() == before
    os.kill(orphan, signal.SIGSTOP)
    again = place.start()
    assert again.process.stdout
    # It waits for the orphan, which still writes into its folder.
    assert any("aspetta il suo turno" in line for line in again.process.stdout)
    os.kill(orphan, signal.SIGCONT)
    assert again.end().code == 0
    assert place.brands() == {"Giro 001"}


def cut_off_before_the_switch(place: Place) -> str:
    """Leave the server as a power cut leaves it that comes right after `main` has moved."""
    commit = place.brand(1)
    assert place.push("HEAD:refs/heads/via").code == 0
    place.server.repository.move_main(commit, place.main)
    assert place.brands() == {"Giro 000"}
    return commit


@pytest.mark.some_cases(0)
def test_publication_interrupted_before_the_switch_is_finished_by_due(place: Place) -> None:
    commit = cut_off_before_the_switch(place)
    assert place.run("due").code == 0
    assert place.live.commit == commit
    assert place.brands() == {"Giro 001"}
    assert place.run("due") == Told(0, "")


@pytest.mark.some_cases(0)
def test_interrupted_publication_is_finished_even_by_a_refused_push(place: Place) -> None:
    commit = cut_off_before_the_switch(place)
    place.edit(POST, "summary:", "sumary:")
    assert place.push().code == 1
    assert place.main == place.live.commit == commit
    assert place.brands() == {"Giro 001"}


@pytest.mark.some_cases(0)
def test_push_to_a_full_disk_is_refused_and_leaves_nothing(place: Place) -> None:
    before = place.standing()
    place.brand(1)
    # The kernel refuses every longer file: so most pages, but neither git's objects nor the record of what went wrong.
    pushed = place.push(limits=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)))
    assert pushed.code == 1
    assert DISK in pushed.told
    assert place.standing() == before
    assert place.leftovers() == []


@pytest.mark.some_cases(0)
def test_push_whose_sender_hangs_up_leaves_nothing_half_done(place: Place) -> None:
    place.brand(1)
    pushing = place.start()
    eventually(lambda: bool(list(place.server.releases.glob("*.building/content"))))
    os.kill(pushing.process.pid, signal.SIGKILL)
    pushing.end()
    eventually(lambda: not processes_of(place, "plugins.publishing.receive"))
    assert place.server.repository.commit(MAIN) == place.live.commit
    assert len(place.brands()) == 1
    assert place.push().code == 0
    assert place.brands() == {"Giro 001"}
