"""Alarm mail: goes to the owner past the outbox, by the relay for alarms, when her mail itself is what is broken."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from plugins.booking.mail.mail_health import MailState, mail_state, standstill_of
from plugins.booking.mail.mime import address_of, compose
from plugins.booking.mail.senders import sender_of
from plugins.booking.mail.texts.account_mails import mail_stopped_mail
from plugins.booking.mail.texts.contact_mails import Mail
from plugins.booking.oauth.connected_accounts import ConnectedAccounts
from plugins.booking.settings import Settings
from plugins.booking.storage.engine import reachable, writing
from plugins.booking.storage.ids import new_id
from plugins.booking.storage.outbox import Envelope, Outbox
from plugins.booking.storage.schema import keys
from plugins.content.office import Office

AGAIN_AFTER, RETRY_AFTER = timedelta(days=1), timedelta(minutes=10)
_NAME = "mail alarm"
_log = logging.getLogger(__name__)


class AlarmMail:
    """Alarm mail by the second relay; without one nothing is sent."""

    def __init__(self, settings: Settings, accounts: ConnectedAccounts, office: Callable[[], Office]) -> None:
        self._settings = settings
        self._accounts = accounts
        self._office = office

    @property
    def is_possible(self) -> bool:
        """Whether there is a relay for it."""
        return self._settings.alarm_relay is not None

    def send(self, mail: Mail, now: datetime) -> bool:
        """Send a mail at once; False where it did not go out, which is logged."""
        relay, settings = self._settings.alarm_relay, self._settings
        if relay is None:
            return False
        own_name = urlsplit(settings.site_url).hostname or "localhost"
        sender = settings.sender or self._office().identity.email
        envelope_id = new_id(now)
        message_id = f"<{envelope_id}@{own_name}>"
        try:
            mime = compose(mail, sender, self._office().identity.brand, message_id, now)
            envelope = Envelope(envelope_id, mail.kind, address_of(sender), address_of(mail.to), message_id, mime)
            sender_of(relay, own_name, settings.dkim, self._accounts, settings.oauth)(envelope, lambda: None)
        except Exception as error:
            # Of any kind: the next try comes later, and /health and the agenda say it meanwhile.
            _log.error("an alarm (%s) did not go out: %s", mail.kind, type(error).__name__)
            return False
        return True


class MailStandstill:
    """Watch on mail itself: where it goes out no more, an alarm says so, once a day until it is mended.

    Of several processes one tells, for it notes so first. An account that died is the account watch's to tell.
    """

    def __init__(
        self,
        settings: Settings,
        outbox: Outbox,
        accounts: ConnectedAccounts,
        alarm: AlarmMail,
        agenda: str,
        office: Callable[[], Office],
        clock: Callable[[], datetime],
    ) -> None:
        self._settings = settings
        self._outbox = outbox
        self._writer = writing(outbox.engine)
        self._state = mail_state(settings.relay, outbox, accounts)
        self._alarm = alarm
        self._agenda = agenda
        self._office = office
        self._clock = clock

    def look(self) -> int:
        """Tell if it is time to, and return how many mails that made. Raises Unavailable."""
        if not self._alarm.is_possible or self._settings.relay is None:
            return 0
        now, noted = self._clock(), self._noted()
        state = self._state()
        figures, failure = self._outbox.figures(now), self._outbox.last_failure()
        wrong = standstill_of(self._settings.relay, figures, failure, state)
        if wrong is None or _is_of_the_account(state):
            if noted:
                self._note(noted, None)
            return 0
        again = now + AGAIN_AFTER
        # One put off for longer was so by a clock that was ahead.
        if (noted and now < datetime.fromisoformat(noted) < again + RETRY_AFTER) or not self._note(noted, again):
            return 0
        office = self._office()
        owner = self._settings.owner_email or office.identity.email
        if self._alarm.send(mail_stopped_mail(wrong, self._agenda, office.identity, owner), now):
            return 1
        self._note(again.isoformat(), now + RETRY_AFTER)
        return 0

    def _noted(self) -> str | None:
        with reachable(), self._outbox.engine.begin() as connection:
            found: str | None = connection.execute(
                select(keys.c.value).where(keys.c.name == _NAME)
            ).scalar_one_or_none()
        return found

    def _note(self, noted: str | None, until: datetime | None) -> bool:
        """Note until when nothing more is told, in place of what was read; False where another was quicker."""
        mine = (keys.c.name == _NAME, keys.c.value == noted)
        try:
            with reachable(), self._writer.begin() as connection:
                if noted is None:
                    assert until
                    connection.execute(insert(keys).values(name=_NAME, value=until.isoformat()))
                    return True
                if until is None:
                    return connection.execute(delete(keys).where(*mine)).rowcount == 1
                changed = connection.execute(update(keys).where(*mine).values(value=until.isoformat()))
                return changed.rowcount == 1
        except IntegrityError:
            return False


def _is_of_the_account(state: MailState) -> bool:
    """Say whether an account that died is why, and not one that never was connected."""
    if state.account:
        return state.account.connected_at is not None
    return state.login is not None and state.login.disconnected
