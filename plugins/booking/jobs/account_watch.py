"""Account watch: renews tokens before they are needed, and tells the owner of a connected account that is dead or ends.

By her ordinary mail; where that very account is what her mail goes out by, by the relay for alarms, once a day. So is
any other standstill of mail.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from plugins.booking.jobs.alarm_mail import AGAIN_AFTER, RETRY_AFTER, AlarmMail, MailStandstill
from plugins.booking.mail.texts.account_mails import account_dead_mail, account_ending_mail
from plugins.booking.mail.texts.contact_mails import Mail
from plugins.booking.oauth.account_state import AccountState, states_of
from plugins.booking.oauth.account_words import PROVIDER_NAMES, why_dead
from plugins.booking.oauth.connected_accounts import ConnectedAccounts
from plugins.booking.oauth.token_store import Grant
from plugins.booking.service.mail_composer import MailComposer
from plugins.booking.settings import Settings
from plugins.booking.storage.outbox import Outbox, enqueue
from plugins.content.office import Office
from plugins.content.templates.formats import moment

ABOUT = "account"


class AccountWatch:
    """Account watch; of several processes one tells, for what was told is noted first."""

    def __init__(
        self,
        settings: Settings,
        accounts: ConnectedAccounts,
        composer: MailComposer,
        office: Callable[[], Office],
        clock: Callable[[], datetime],
    ) -> None:
        self._settings = settings
        self._accounts = accounts
        self._composer = composer
        self._office = office
        self._clock = clock
        self._alarm = AlarmMail(settings, accounts, office)
        outbox = Outbox(accounts.store.engine)
        self._standstill = MailStandstill(settings, outbox, accounts, self._alarm, composer.agenda(), office, clock)
        self._is_rewritten = False

    def look(self, _stop: Callable[[], bool] = lambda: False) -> int:
        """Renew what is due, and tell what is new; return how many mails that made. Raises Unavailable."""
        if not self._is_rewritten:
            self._accounts.store.rewrite()
            self._is_rewritten = True
        self._accounts.renew_early()
        return sum(self._tell(grant) for grant in self._accounts.store.all()) + self._standstill.look()

    def _tell(self, grant: Grant) -> int:
        now = self._clock()
        state, *_ = states_of(grant, now, self._settings.oauth.get(grant.provider))
        if state.condition == "ok":
            if grant.told:
                self._accounts.store.tell(grant, None, now)
            return 0
        is_broken = state.condition == "dead" and "mail" in state.uses and self._is_relay_of(state)
        is_told = grant.told == state.condition and grant.told_at is not None
        if is_told and not (is_broken and not -RETRY_AFTER < now - (grant.told_at or now) < AGAIN_AFTER):
            return 0
        if is_broken:
            return self._tell_by_alarm(grant, state, now)
        self._composer.prepare()
        mails = self._composer.envelopes([self._mail(state)], now)
        return int(self._accounts.store.tell(grant, state.condition, now, lambda it: enqueue(it, ABOUT, mails, now)))

    def _is_relay_of(self, state: AccountState) -> bool:
        relay = self._settings.relay
        return relay is not None and relay.token == state.provider

    def _tell_by_alarm(self, grant: Grant, state: AccountState, now: datetime) -> int:
        if not self._alarm.is_possible or not self._accounts.store.tell(grant, state.condition, now):
            return 0
        if self._alarm.send(self._mail(state), now):
            return 1
        told = replace(grant, told=state.condition, told_at=now)
        self._accounts.store.tell(told, state.condition, now - AGAIN_AFTER + RETRY_AFTER)
        return 0

    def _mail(self, state: AccountState) -> Mail:
        name, uses, office = PROVIDER_NAMES[state.provider], sorted(state.uses), self._office()
        agenda, owner = f"{self._composer.agenda()}calendari/", self._composer.owner_email
        if state.condition == "dead":
            why = why_dead(state.why or "none", state.provider)
            return account_dead_mail(name, state.account, uses, why, agenda, office.identity, owner)
        assert state.ends_at
        when = moment(state.ends_at, office.availability.timezone)
        return account_ending_mail(name, state.account, when, agenda, office.identity, owner)
