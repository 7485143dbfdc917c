"""Mail health: failures that somebody has to mend, for /health, the heartbeat and the agenda alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import cast

from plugins.booking.mail.login_backoff import LoginBackoff, LoginState, login_name
from plugins.booking.oauth.access_token import Provider
from plugins.booking.oauth.account_state import AccountState
from plugins.booking.oauth.connected_accounts import ConnectedAccounts
from plugins.booking.oauth.operator_words import how_to_mend, not_connected
from plugins.booking.server_urls import Relay
from plugins.booking.smtp_replies import first_word
from plugins.booking.storage.outbox import Figures, Outbox, Refusals

_LATE_SECONDS = 900


@dataclass(frozen=True)
class MailState:
    """Health of mail: a refused login (None if not), what the relay refuses, and what could not be written.

    `account` is the one whose token is the relay's login, where it lets nobody in: known before any mail fails.
    """

    login: LoginState | None
    refusals: Refusals
    unwritten: int
    account: AccountState | None = None


def mail_state(
    relay: Relay | None, outbox: Outbox, accounts: ConnectedAccounts | None = None
) -> Callable[[], MailState]:
    """Return what tells how mail stands; it raises Unavailable."""
    name = login_name(relay)
    turns = LoginBackoff(outbox.engine, name) if name else None

    def look() -> MailState:
        login = turns.state() if turns else None
        states = accounts.states() if accounts and relay and relay.token else ()
        of_relay = [one for one in states if relay and one.provider == relay.token and "mail" in one.uses]
        dead = next((one for one in of_relay if one.condition == "dead"), None)
        login = login if login and login.refused and not _was_mended(login, of_relay) else None
        return MailState(login, outbox.refusals(), outbox.count_unwritten(), dead)

    return look


def _was_mended(login: LoginState, accounts: Iterable[AccountState]) -> bool:
    """Say whether the account was connected after the try that found it dead: mail leaves by itself at the next."""
    return login.disconnected and any(
        one.condition != "dead" and one.connected_at and one.connected_at > login.tried_at for one in accounts
    )


def is_stuck(relay: Relay | None, state: MailState) -> bool:
    """Say whether it is known, before anything is sent, that a mail will not leave."""
    return relay is not None and bool(state.login or state.refusals.number or state.account)


def standstill_of(relay: Relay | None, figures: Figures, failure: str | None, state: MailState) -> str | None:
    """Why mail does not go out, in words; None where it does. Never those of the relay, which often name a recipient.

    Mails that were given up are no standstill: a visitor's mistyped address is enough for one.
    """
    if relay is None:
        return "not configured: set BOOKING_SMTP_URL; mail waits in the outbox"
    if trouble := trouble_of(state):
        return trouble
    if figures.oldest_seconds > _LATE_SECONDS:
        why = f", the last failure was {first_word(failure)}" if failure else "; does a worker run?"
        return f"late: {figures.pending} mails wait, the oldest for {figures.oldest_seconds} seconds{why}"
    return None


def login_trouble(state: LoginState) -> str:
    """Why nobody is let in at the relay, with how to mend it."""
    if state.disconnected:
        provider = cast(Provider, state.provider)
        words = f"{not_connected(provider, ['mail'], state.why)}: {how_to_mend(provider, state.why)}"
    elif state.provider:
        words = (
            f"login refused ({state.why}): the relay does not take the token of the {state.provider} account; see that"
            f" BOOKING_SMTP_URL names this account, and that it may send (docs/{state.provider}.md)"
        )
    else:
        what = "token" if state.why.startswith("HTTP") else "user name or password"
        them = "it" if what == "token" else "them"
        words = (
            f"login refused ({state.why}): the relay does not take the {what} of BOOKING_SMTP_URL;"
            f" put {them} right and restart"
        )
    return f"{words}; the next try is at {state.next_try.isoformat(timespec='seconds')}"


def trouble_of(state: MailState) -> str | None:
    """The trouble in words for whoever keeps the server, with how to mend it; None where there is none."""
    if state.account:
        dead, why = state.account, state.account.why or "none"
        return f"{not_connected(dead.provider, ['mail'], why)}: {how_to_mend(dead.provider, why)}"
    if state.login:
        return login_trouble(state.login)
    if state.refusals.number:
        return (
            f"refused ({state.refusals.why}): the relay refuses {state.refusals.number} mails, which are kept; see what"
            " it allows, BOOKING_SMTP_URL, BOOKING_SENDER and BOOKING_OWNER_EMAIL"
        )
    if state.unwritten:
        return (
            f"unwritten: {state.unwritten} mails could not be written; see BOOKING_SENDER, BOOKING_OWNER_EMAIL and"
            " identity.yaml; they are written again at each start and change of the content"
        )
    return None
