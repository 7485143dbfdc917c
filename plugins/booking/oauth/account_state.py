"""Account state: whether a connected account still lets in, or ends soon, for /health, agenda and alarms alike."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from plugins.booking.oauth.access_token import Provider, Use
from plugins.booking.oauth.client_settings import ClientSettings
from plugins.booking.oauth.operator_words import how_to_mend, not_connected
from plugins.booking.oauth.providers import lacks_mail_scope
from plugins.booking.oauth.token_store import Grant

# Google lets a consent to a project that is left in "Testing" live for seven days: it is told from the fourth on.
TOLD_BEFORE = timedelta(days=3)

Condition = Literal["ok", "ending", "dead"]


@dataclass(frozen=True)
class AccountState:
    """How one consent stands."""

    provider: Provider
    uses: frozenset[Use]
    account: str
    condition: Condition
    why: str | None
    # None where it never was.
    connected_at: datetime | None
    ends_at: datetime | None


def states_of(grant: Grant, now: datetime, client: ClientSettings | None) -> tuple[AccountState, ...]:
    """Say how a consent stands, of its uses the troubled ones first; without a client id nobody is let in by it."""
    why, ends = grant.why if grant.died_at else None, grant.ends_at
    if grant.secret is None:
        why = "secret_key_changed"
    if client is None:
        why = "no_client_id"
    is_ending = ends is not None and ends - now <= TOLD_BEFORE
    condition: Condition = "dead" if why else "ending" if is_ending else "ok"
    whole = AccountState(grant.provider, grant.uses, grant.account, condition, why, grant.connected_at, ends)
    if why or "mail" not in grant.uses or not (client and lacks_mail_scope(grant.provider, grant.scopes, client)):
        return (whole,)
    mail: frozenset[Use] = frozenset({"mail"})
    lacking = replace(whole, uses=mail, condition="dead", why="scopes_missing")
    return (lacking, replace(whole, uses=grant.uses - mail)) if grant.uses - mail else (lacking,)


def missing_account(provider: Provider, has_client: bool) -> AccountState:
    """Say how an account stands that mail is to go by, and that was never connected."""
    return AccountState(provider, frozenset({"mail"}), "", "dead", "none" if has_client else "no_client_id", None, None)


def trouble_of_accounts(states: Iterable[AccountState]) -> str | None:
    """The trouble in words for whoever keeps the server, without any account's name; None where there is none."""
    told = [
        f"{not_connected(one.provider, one.uses, one.why or 'none')}: {how_to_mend(one.provider, one.why or 'none')}"
        for one in states
        if one.condition == "dead"
    ]
    return "; ".join(told) or None
