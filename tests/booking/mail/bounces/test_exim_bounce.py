"""A real Exim cannot deliver a mail of ours: what it sends back is understood, by the pipe as by the mailbox."""

from __future__ import annotations

import grp
import os
import pwd
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from plugins.booking.mail.bounces.bounded_parser import parsed
from plugins.booking.mail.bounces.dsn_reader import read_report
from plugins.booking.storage.bounces import Bounces
from tests.booking.agenda.owner import book
from tests.booking.endpoint import Endpoint
from tests.booking.mail.bounces.reports import ADA, OWN_ID, returned
from tests.booking.service.incoming import incoming
from tests.booking.service.test_incoming_mail import sent

_PROGRAM = "/usr/sbin/exim4"
_CONFIGURATION = """
primary_hostname = relay.example.org
spool_directory = {folder}/spool
log_file_path = {folder}/%slog
keep_environment =
exim_user = {own}
exim_group = {group}
trusted_users = {own}
accept_8bitmime = true
begin routers
owner:
  driver = accept
  domains = example.org
  transport = box
full:
  driver = redirect
  local_parts = piena
  allow_fail
  data = :fail: 552 5.2.2 <$local_part@$domain>: mailbox full
gone:
  driver = redirect
  allow_fail
  data = :fail: 550 5.1.1 <$local_part@$domain>: user unknown
begin transports
box:
  driver = appendfile
  file = {folder}/box/mail
  {user}
  return_path_add
begin retry
* * F,2h,15m
"""


class Exim:
    """Exim that knows nobody but the owner, to whom it brings what could not be delivered."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def bring_back(self, raw: bytes, recipient: str) -> bytes:
        """Give it a mail, and return what comes back."""
        box = self._folder / "box" / "mail"
        box.unlink(missing_ok=True)
        command = [_PROGRAM, "-C", str(self._folder / "exim.conf"), "-odf", "-f", "bice@example.org", recipient]
        subprocess.run(command, input=raw, check=True, capture_output=True, timeout=60)
        return box.read_bytes().partition(b"\n")[2]


@pytest.fixture
def exim() -> Iterator[Exim]:
    with tempfile.TemporaryDirectory(prefix="maglia-exim-") as name:
        folder = Path(name)
        (folder / "spool").mkdir()
        (folder / "box").mkdir()
        root = os.getuid() == 0
        if root:
            # Root delivers to nobody's file, and its own is forbidden to it.
            nobody = pwd.getpwnam("nobody")
            os.chown(folder / "box", nobody.pw_uid, nobody.pw_gid)
            folder.chmod(0o755)
        text = _CONFIGURATION.format(
            folder=folder,
            own=pwd.getpwuid(os.getuid()).pw_name,
            group=grp.getgrgid(os.getgid()).gr_name,
            user="user = nobody" if root else "",
        )
        (folder / "exim.conf").write_text(text, encoding="utf-8")
        yield Exim(folder)


def test_mail_that_exim_sends_back_marks_its_booking(exim: Exim, desk: Endpoint) -> None:
    booking = book(desk)
    mail = sent(desk)
    raw = exim.bring_back(returned(mail.message_id).encode() + b"\nCiao\n", ADA)
    assert b"Final-Recipient" in raw
    assert incoming(desk).take(raw) == "bounce"
    (listed,) = Bounces(desk.engine).to_look_at(desk.clock.now)
    assert (listed.about, listed.bounce[:5]) == (booking, "5.1.1")
    assert "@" not in listed.bounce


def test_status_that_exim_says_in_words_alone_is_found(exim: Exim) -> None:
    raw = exim.bring_back(returned(to="piena@example.com").encode() + b"\nCiao\n", "piena@example.com")
    assert b"Status: 5.0.0" in raw
    found = read_report(parsed(raw))
    assert found
    assert found.message_ids == (OWN_ID,)
    told = found.of("piena@example.com")
    assert told
    assert told.status == "5.2.2"


def test_returned_html_mail_of_ours_is_found(exim: Exim, desk: Endpoint) -> None:
    book(desk)
    leased = desk.outbox.lease(desk.clock.now)
    while leased and leased.envelope.kind != "booked-visitor":
        desk.outbox.sent(leased, desk.clock.now)
        leased = desk.outbox.lease(desk.clock.now)
    assert leased
    desk.outbox.sent(leased, desk.clock.now)
    assert incoming(desk).take(exim.bring_back(leased.envelope.mime, leased.envelope.recipient)) == "bounce"
