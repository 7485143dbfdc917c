"""Check of the mailbox that reports come to: opened once with its password, or asked how it was last read."""

from __future__ import annotations

from collections.abc import Iterator

from plugins.booking.imap_url import ImapMailbox
from plugins.booking.mail.bounces.imap_client import MailboxError, opened
from plugins.booking.oauth.operator_words import how_to_connect
from plugins.booking.settings import Settings
from plugins.booking.setup_checks.database_checks import looking_engine
from plugins.booking.storage.bounce_mailbox import BounceMailbox, MailboxState
from plugins.booking.storage.engine import Unavailable
from plugins.content.findings import Check, Finding

_NAME, _SECONDS = "mailbox of reports", 60.0
_MEND = "see BOOKING_IMAP_URL, like imaps://user:password@mail.example.it:993/INBOX"


def mailbox_checks(settings: Settings) -> list[Check]:
    """Return the check, where a mailbox is configured."""
    mailbox = settings.imap
    return [Check(_NAME, lambda: _look(settings, mailbox), _SECONDS)] if mailbox else []


def _look(settings: Settings, mailbox: ImapMailbox) -> Iterator[Finding]:
    last = _last_read(settings, mailbox)
    # What was refused is not tried once more by whoever looks; a token is for the worker to ask for.
    if last.error or mailbox.token:
        well = "it is read" if last.read_at else "it was not read yet: does a worker run?"
        yield _told(last.error, well, how_to_connect(mailbox.token) if mailbox.token else _MEND)
        return
    try:
        with opened(mailbox):
            yield _told(None, f"{mailbox.host} opens it")
    except MailboxError as error:
        yield _told(error.why, "")


def _told(error: str | None, well: str, mend: str = _MEND) -> Finding:
    return Finding(_NAME, "fault", f"it is not read: {error}", mend) if error else Finding(_NAME, "ok", well)


def _last_read(settings: Settings, mailbox: ImapMailbox) -> MailboxState:
    unknown, engine = MailboxState(None, None), looking_engine(settings.database_url)
    if engine is None:
        return unknown
    try:
        return BounceMailbox(engine, mailbox.digest).state()
    except Unavailable:
        return unknown  # the checks of the database say so
    finally:
        engine.dispose()
