"""The development mailbox."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest

from tests.booking.office import asked, write_content
from tests.booking.processes import Process, eventually, free_starts, serving_forked


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    folder = tmp_path_factory.mktemp("mailbox")
    content = write_content(folder / "content")
    with serving_forked(
        BOOKING_DEV="1",
        BOOKING_CONTENT=str(content),
        BOOKING_DATABASE_URL=f"sqlite:///{folder}/booking.db",
        BOOKING_SITE_DIR=str(folder / "site"),
    ) as running:
        start = free_starts(running.address)[0]
        answer = httpx.post(f"{running.address}/api/bookings", json=asked(start=start), timeout=30)
        assert answer.status_code == 201
        eventually(lambda: len(mails(running)) == 2)
        yield running


def mails(process: Process) -> dict[str, str]:
    """The mails listed: address by subject."""
    page = httpx.get(f"{process.address}/posta/", timeout=30)
    assert page.status_code == 200
    return {subject.split(":")[0]: path for path, subject in re.findall(r'<a href="(/posta/\d+/)">([^<]+)', page.text)}


def test_a_mail_is_shown_with_what_comes_with_it(process: Process) -> None:
    path = mails(process)["Confermato"]
    page = httpx.get(process.address + path)
    assert page.status_code == 200
    assert "Aggiungilo al calendario" in page.text
    assert "sandbox" in page.text
    calendar = httpx.get(f"{process.address}{path}invite.ics")
    assert calendar.text.startswith("BEGIN:VCALENDAR")
    whole = httpx.get(f"{process.address}{path}messaggio.eml")
    assert whole.headers["content-type"] == "message/rfc822"
    assert "Message-ID" in whole.text


@pytest.mark.parametrize("path", ["/posta/999/", "/posta/1/altro.txt", "/posta/x/"])
def test_what_is_not_there_is_a_404(process: Process, path: str) -> None:
    assert httpx.get(process.address + path).status_code == 404


def test_the_links_of_a_mail_lead_to_the_running_endpoint(process: Process) -> None:
    page = httpx.get(process.address + mails(process)["Confermato"]).text
    link = re.search(rf"{process.address}/appuntamenti/[\w-]+/", page)
    assert link
    assert httpx.get(link[0]).status_code == 200
