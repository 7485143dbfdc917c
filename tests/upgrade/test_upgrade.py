"""An installation made by an earlier version is upgraded by the steps of docs/upgrade.md, and loses nothing."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path

import httpx
import pytest

from plugins.publishing.install import HOOK
from tests.booking.processes import eventually, free_starts
from tests.booking.sink import Sink, sinking
from tests.building import edit
from tests.upgrade.old_installation import Installation, install_old_version, tree

ADA, BEA = "ada@example.com", "bea@example.com"
POST = Path("content") / "blog" / "solo-mio.md"
# What an upgrade only adds to; of the cache, what was made from the code is made again.
KEPT = ("releases", "versions", "site.git/objects", "site.git/hooks", "cache")
MADE_AGAIN = ("cache/templates/", "cache/converted-")


@pytest.fixture
def old(tmp_path: Path) -> Installation:
    return install_old_version(tmp_path)


@pytest.fixture
def sink(old: Installation) -> Iterator[Sink]:
    """The relay of the old installation, named in its settings."""
    with sinking() as sink:
        (old.root / "secrets.env").write_text(
            "BOOKING_SITE_URL=https://vecchia.example\n"
            "BOOKING_SECRET_KEY=abcdefghijklmnopqrstuvwxyz0123456789ABCD\n"
            f"BOOKING_SMTP_URL={sink.url}\n"
            "BOOKING_RATE_LIMIT=off\n",
            encoding="utf-8",
        )
        yield sink


def book(address: str, email: str) -> str:
    """Book the first free time, and return it."""
    start = free_starts(address)[0]
    asked = {"meeting": "conoscitiva", "start": start, "name": "Ada Neri", "email": email}
    assert httpx.post(f"{address}/api/bookings", json=asked, timeout=30).status_code == 201
    return start


def link_to(sink: Sink, email: str) -> str:
    """The path of the link in the mail that somebody got about an appointment."""
    eventually(lambda: any(mail.recipient == email for mail in sink.taken))
    mail = next(mail for mail in sink.taken if mail.recipient == email)
    body = message_from_bytes(mail.raw, policy=policy.default).get_body(("plain",))
    found = re.search(r"https://vecchia\.example(/appuntamenti/[^/\s]+/)", body.get_content() if body else "")
    assert found
    return found[1]


def link_of(address: str, sink: Sink) -> str:
    """The path of the link to a new appointment."""
    book(address, "cleo@example.com")
    return link_to(sink, "cleo@example.com")


def assert_works(address: str, link: str) -> None:
    """The endpoint is well, and the link of a mail shows, moves and cancels its appointment."""
    assert httpx.get(f"{address}/health", timeout=30).json()["status"] == "ok"
    assert httpx.get(f"{address}{link}", timeout=30).status_code == 200
    assert "BEGIN:VCALENDAR" in httpx.get(f"{address}{link}invito.ics", timeout=30).text
    booking = f"{address}/api/bookings/{link.split('/')[2]}"
    asked = {"start": free_starts(address)[0]}
    assert httpx.post(f"{booking}/reschedule", json=asked, timeout=30).status_code == 200
    assert httpx.get(booking, timeout=30).json()["start"] == asked["start"]
    assert httpx.post(f"{booking}/cancel", json={}, timeout=30).json()["status"] == "cancelled"


@pytest.mark.some_cases(0)
def test_an_old_server_is_upgraded_by_the_documented_steps(old: Installation, sink: Sink) -> None:
    # The old version at work: two releases, a mail that went out, and a booking whose mails wait.
    old.shell("git push -q sito main")
    edit(old.checkout / POST, "nessuna versione", "nessuna nuova versione")
    old.shell("git commit -qam 'Due parole' && git push -q sito main")
    root = old.root
    release, served = (root / "current").readlink(), tree(root / "current")
    with old.unit("maglia.service").running() as address:
        book(address, ADA)
        link = link_to(sink, ADA)
    # Where an endpoint runs from a checkout, the new version is merged in another one.
    served_from = Path(shutil.copytree(old.checkout, old.checkout.with_name("running"), symlinks=True))
    with old.checkout_unit("maglia.service", served_from).running() as address:
        taken = book(address, BEA)
        before = old.files(*KEPT)
        content = old.shell("git rev-parse HEAD:content").splitlines()[-1]

        old.follow_guide("Before")
        old.follow_guide("The new version in your fork")
        told = old.follow_guide("A server made by `install`")
        # The endpoint of before goes on until it is restarted.
        assert httpx.get(f"{address}{link}", timeout=30).status_code == 200
    assert "The code and theme of main" in told
    assert (root / "before.db").stat().st_size > 0
    assert old.shell("git rev-parse HEAD:content").splitlines()[-1] == content
    assert not any(mail.recipient == BEA for mail in sink.taken)

    # Each unit as it was copied then starts the code of now.
    with old.checkout_unit("maglia-worker.service").running():
        waited = link_to(sink, BEA)
    with old.unit("maglia.service").running() as address:
        assert taken not in free_starts(address)
        assert_works(address, link)
    with old.checkout_unit("maglia.service").running() as address:
        assert_works(address, waited)
    assert old.unit("maglia-due.service").run() == ""
    # Those of this version, after the steps that take the place of the ones before; and then those again.
    old.follow_guide("Units of an earlier version")
    with (
        old.installed_unit("maglia.service").running() as address,
        old.installed_unit("maglia-worker.service").running(),
    ):
        assert_works(address, link_of(address, sink))
    assert old.installed_unit("maglia-due.service").run() == ""
    for file in (old.machine / "var/lib/maglia").iterdir():
        shutil.move(file, root / file.name)

    now = old.files(*KEPT)
    changed = {name for name, old_bytes in before.items() if now.get(name) != old_bytes}
    # `install` writes the hook anew, and that alone.
    assert {name for name in changed if not name.startswith(MADE_AGAIN)} == {"site.git/hooks/proc-receive"}
    assert now["site.git/hooks/proc-receive"].decode() == HOOK
    assert changed <= now.keys()
    assert (root / "current").readlink() != release
    assert "nessuna nuova versione" in (root / "current" / "blog" / "solo-mio" / "index.html").read_text("utf-8")
    edit(old.checkout / POST, "nessuna nuova versione", "nessuna")
    assert "PUBBLICATO" in old.shell("git commit -qam 'Tre parole' && git push sito main")
    # Past that push, and past the two releases of the upgrade.
    for _ in range(3):
        old.command("rollback")
    assert (root / "current").readlink() == release
    assert tree(root / "current") == served

    # And back, to the commit that ran before and with the copy of before: a schema of now may be too new for it.
    old.command("upgrade", old.shell("git log --format=%h --grep='Due parole'").splitlines()[-1])
    for file in root.glob("booking.db*"):
        file.rename(file.with_name(f"set-aside-{file.name}"))
    shutil.copyfile(root / "before.db", root / "booking.db")
    with old.unit("maglia.service").running() as address:
        assert_works(address, link)


@pytest.mark.some_cases(0)
def test_a_build_over_an_old_cache_equals_a_clean_one(old: Installation) -> None:
    old.shell("make publish")
    built = tree(old.checkout / "output")
    cached = {path.name for path in (old.checkout / ".cache").iterdir()}
    old.follow_guide("The new version in your fork")
    over_it = tree(old.checkout / "output")
    clean = old.checkout.with_name("clean")
    shutil.copytree(old.checkout, clean, ignore=shutil.ignore_patterns("output", ".cache"))
    old.shell(f"make -C {clean} publish")
    expected = tree(clean / "output")
    assert cached <= {path.name for path in (old.checkout / ".cache").iterdir()}
    assert {name: over_it.get(name) for name in expected} == expected
    # What only the version before had stays, as is said, until `make clean`.
    assert over_it.keys() - expected.keys() <= built.keys()
    old.shell("make clean publish")
    assert tree(old.checkout / "output") == expected
