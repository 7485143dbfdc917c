"""Account state: whether a connected account still lets in, or ends soon, for /health, agenda and alarms alike."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from plugins.booking.oauth.access_token import Provider, Use
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
    connected_at: datetime
    ends_at: datetime | None


def state_of(grant: Grant, now: datetime, has_client: bool = True) -> AccountState:
    """Say how a consent stands; without its client id nobody is let in by it."""
    why, ends = grant.why if grant.died_at else None, grant.ends_at
    if grant.secret is None:
        why = "secret_key_changed"
    if not has_client:
        why = "no_client_id"
    is_ending = ends is not None and ends - now <= TOLD_BEFORE
    condition: Condition = "dead" if why else "ending" if is_ending else "ok"
    return AccountState(grant.provider, grant.uses, grant.account, condition, why, grant.connected_at, ends)


def trouble_of_accounts(states: Iterable[AccountState]) -> str | None:
    """The trouble in words for whoever keeps the server, without any account's name; None where there is none."""
    told = [
        f"{one.provider} ({', '.join(sorted(one.uses))}) lets nobody in any more ({one.why}): connect it again"
        for one in states
        if one.condition == "dead"
    ]
    return "; ".join(told) or None
