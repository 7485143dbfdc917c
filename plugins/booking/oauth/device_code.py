"""Device code (RFC 8628): the owner types a code on another device, and the server asks until she has."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Any

from plugins.booking.oauth.access_token import Use
from plugins.booking.oauth.consent import ConsentFailed, Consents
from plugins.booking.oauth.provider_http import ProviderBusy, seconds_of
from plugins.booking.oauth.providers import scopes_to_ask
from plugins.booking.oauth.token_requests import ProviderRefusal
from plugins.booking.oauth.token_store import Grant

_USUAL_INTERVAL, _SLOWER = 5, 5
_LONGEST = 1800  # though the provider says more


def connect_by_code(
    consents: Consents,
    uses: Collection[Use],
    show: Callable[[str, str], None],
    clock: Callable[[], Any],
    sleep: Callable[[float], None] = time.sleep,
) -> Grant:
    """Show an address and a code, and wait for her; raises ConsentFailed, TokenUnavailable, SecretKeyMissing."""
    consents.check_key()
    try:
        told = consents.requests.begin_device(scopes_to_ask(consents.provider, uses, consents.client))
    except ProviderRefusal as refusal:
        raise ConsentFailed(refusal.code) from None
    code, typed = told.get("device_code"), told.get("user_code")
    # RFC 8628 calls it verification_uri; drafts, and Google still, verification_url.
    where = told.get("verification_uri") or told.get("verification_url")
    if not (isinstance(code, str) and isinstance(typed, str) and isinstance(where, str)):
        raise ConsentFailed("not_understood")
    show(where, typed)
    interval = max(seconds_of(told.get("interval")) or _USUAL_INTERVAL, 1)
    ends = clock() + timedelta(seconds=min(seconds_of(told.get("expires_in")) or _LONGEST, _LONGEST))
    while clock() < ends:
        sleep(interval)
        asked_at = clock()
        try:
            answer = consents.requests.poll_device(code)
        except ProviderRefusal as refusal:
            if refusal.code == "slow_down":
                interval += _SLOWER
            elif refusal.code != "authorization_pending":
                raise ConsentFailed(refusal.code) from None
        except ProviderBusy:
            # Silence is answered by asking less often (RFC 8628, 3.5).
            interval *= 2
        else:
            return consents.connect(uses, answer, asked_at)
    raise ConsentFailed("expired_token")
