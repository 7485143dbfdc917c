"""`check-setup` opens the mailbox that reports come to, and says why it cannot."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from plugins.booking.imap_url import ImapMailbox
from plugins.booking.settings import Settings
from plugins.booking.setup_checks.mailbox_setup import mailbox_checks
from plugins.booking.storage.bounce_mailbox import BounceMailbox
from plugins.booking.storage.engine import open_engine
from plugins.content.findings import Finding
from tests.booking.dovecot_imap import imap_server
from tests.booking.migrated import lay_out
from tests.booking.office import NOW


def found(settings: Settings, mailbox: ImapMailbox | None) -> list[Finding]:
    return [one for check in mailbox_checks(replace(settings, imap=mailbox)) for one in check.look()]


def test_mailbox_is_opened_or_told_why_not(tmp_path: Path) -> None:
    settings = Settings.from_environment({"BOOKING_DATABASE_URL": f"sqlite:///{tmp_path}/booking.db"})
    assert found(settings, None) == []
    with imap_server() as server:
        assert [one.level for one in found(settings, server.mailbox)] == ["ok"]
        (refused,) = found(settings, replace(server.mailbox, password="altra"))
    assert (refused.level, refused.what) == ("fault", "it is not read: login refused")
    assert "BOOKING_IMAP_URL" in refused.remedy
    (away,) = found(settings, server.mailbox)
    assert away.what == "it is not read: no conversation (ConnectionRefusedError)"


def test_mailbox_that_a_worker_cannot_read_is_not_tried(tmp_path: Path) -> None:
    settings = Settings.from_environment({"BOOKING_DATABASE_URL": f"sqlite:///{tmp_path}/booking.db"})
    lay_out(settings.database_url)
    engine = open_engine(settings.database_url)
    mailbox = ImapMailbox("127.0.0.1", 1, False, None, None, token="google")
    (unread,) = found(settings, mailbox)
    assert (unread.level, unread.what) == ("ok", "it was not read yet: does a worker run?")
    kept = BounceMailbox(engine, mailbox.digest)
    kept.take_turn(NOW)
    kept.failed("token refused", NOW, is_refused=False)
    engine.dispose()
    (told,) = found(settings, mailbox)
    assert (told.level, told.what) == ("fault", "it is not read: token refused")
