"""Token requests: what is asked of a provider's OAuth addresses, by Authlib, within a deadline."""

from __future__ import annotations

import base64
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from plugins.booking.oauth.access_token import Provider
from plugins.booking.oauth.client_settings import ClientSettings
from plugins.booking.oauth.provider_http import DEADLINE_SECONDS, ProviderBusy, ProviderHttp, seconds_of
from plugins.booking.oauth.providers import addresses_of

_SHORTEST_LIFE, _USUAL_LIFE = 1, 300
# What a provider says when trying again later may help; every other code is its last word (RFC 6749, 5.2).
_PASSING = {"temporarily_unavailable", "server_error", "slow_down", "rate_limit_exceeded", "quota_exceeded"}
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"


class ProviderRefusal(Exception):
    """The provider's last word about a request; `code` is its own for why (RFC 6749, 5.2)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class TokenAnswer:
    """What a provider gives: an access token, and perhaps a refresh token and who the account is of."""

    access: str = field(repr=False)
    lasts: int
    refresh: str | None = field(default=None, repr=False)
    refresh_lasts: int | None = None
    scopes: tuple[str, ...] | None = None
    claims: Mapping[str, Any] = field(default_factory=dict, repr=False)


class TokenRequests:
    """The requests to one provider; each raises ProviderBusy, ProviderRefusal."""

    def __init__(self, provider: Provider, client: ClientSettings, deadline: float = DEADLINE_SECONDS) -> None:
        self._client = client
        self._addresses = addresses_of(provider, client)
        self._session = ProviderHttp(deadline)

    def authorization_address(
        self, redirect: str, scopes: tuple[str, ...], state: str, verifier: str, **more: str
    ) -> str:
        """Return the address at which the owner consents, PKCE (RFC 7636) by S256."""
        asking = self._oauth(redirect_uri=redirect, scope=" ".join(scopes), code_challenge_method="S256")
        address, _ = asking.create_authorization_url(self._addresses.authorize, state, verifier, **more)
        return str(address)

    def exchange(self, code: str, redirect: str, verifier: str, scopes: tuple[str, ...] = ()) -> TokenAnswer:
        """Exchange the code that came back for tokens."""
        fields = {"code": code, "redirect_uri": redirect, "code_verifier": verifier}
        return self._token("authorization_code", fields | _scope(scopes))

    def refresh(self, refresh: str, scopes: tuple[str, ...] = ()) -> TokenAnswer:
        """Ask for a new access token."""
        return self._token("refresh_token", {"refresh_token": refresh} | _scope(scopes))

    def begin_device(self, scopes: tuple[str, ...]) -> Mapping[str, Any]:
        """Ask for the code that the owner types on another device (RFC 8628, 3.1)."""
        auth = self._oauth().client_auth(self._auth_method)
        reply = self._session.post(self._addresses.device, {"scope": " ".join(scopes)}, {}, auth)
        answer = reply.read()
        if "error" in answer:
            raise ProviderRefusal(_code(answer["error"]))
        return answer

    def poll_device(self, device_code: str) -> TokenAnswer:
        """Ask whether the owner has consented; what is refused says that she has not yet (RFC 8628, 3.5)."""
        return self._token(DEVICE_GRANT, {"device_code": device_code}, passing=set())

    def revoke(self, token: str) -> bool:
        """Take a token back (RFC 7009); False where the provider has no such address."""
        if self._addresses.revoke is None:
            return False
        reply = self._oauth().revoke_token(self._addresses.revoke, token)
        if reply.status_code >= 400:
            raise ProviderRefusal(_code(reply.read().get("error", "")))
        return True

    def userinfo(self, access: str) -> Mapping[str, Any]:
        """Ask who the account is of (OpenID Connect Core, 5.3)."""
        reply = self._session.ask("GET", self._addresses.userinfo, {"Authorization": f"Bearer {access}"}, "")
        if reply.status_code >= 400:
            raise ProviderRefusal("userinfo_refused")
        return reply.read()

    @property
    def _auth_method(self) -> str:
        return "client_secret_post" if self._client.client_secret else "none"

    def _oauth(self, **more: Any) -> Any:  # noqa: ANN401 - whatever Authlib takes
        from authlib.oauth2.client import OAuth2Client  # which few offices need

        own = self._client
        method = self._auth_method
        return OAuth2Client(
            self._session, own.client_id, own.client_secret, token_endpoint_auth_method=method,
            revocation_endpoint_auth_method=method, **more,
        )  # fmt: skip

    def _token(self, grant_type: str, fields: Mapping[str, str], passing: Collection[str] = _PASSING) -> TokenAnswer:
        from authlib.oauth2.base import OAuth2Error

        try:
            answer = self._oauth().fetch_token(self._addresses.token, grant_type=grant_type, **fields)
        except OAuth2Error as error:
            if not isinstance(error.error, str):
                # Some other part of the provider speaks, and not of this token (RFC 6749, 5.2).
                raise ProviderBusy("the provider's answer cannot be understood") from None
            code = _code(error.error)
            if code in passing:
                raise ProviderBusy(f"the provider says {code}") from None
            raise ProviderRefusal(code) from None
        except ValueError:
            raise ProviderBusy("the provider's answer cannot be understood") from None
        return _answer_of(answer, self._client.client_id)


def _answer_of(answer: Mapping[str, Any], client_id: str) -> TokenAnswer:
    access, kind = answer.get("access_token"), answer.get("token_type", "Bearer")
    # What stands in a header may be no more than visible ASCII (RFC 6750, 2.1).
    if not _is_token(access) or str(kind).lower() != "bearer":
        raise ProviderBusy("the provider's answer has no token that can be used")
    refresh, scope = answer.get("refresh_token"), answer.get("scope")
    lasts = seconds_of(answer.get("expires_in"))
    return TokenAnswer(
        str(access),
        _USUAL_LIFE if lasts is None else max(lasts, _SHORTEST_LIFE),
        str(refresh) if _is_token(refresh) else None,
        seconds_of(answer.get("refresh_token_expires_in")),
        tuple(scope.split()) if isinstance(scope, str) else None,
        _claims(answer.get("id_token"), client_id),
    )


def _scope(scopes: tuple[str, ...]) -> dict[str, str]:
    return {"scope": " ".join(scopes)} if scopes else {}


def _claims(id_token: object, client_id: str) -> Mapping[str, Any]:
    """Read an ID token; it came from the provider itself over TLS, which vouches for it (OIDC Core, 3.1.3.7)."""
    try:
        payload = str(id_token).split(".")[1]
        found = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (IndexError, ValueError, RecursionError):  # nothing that it says is worth the tokens beside it
        return {}
    if not isinstance(found, dict):
        return {}
    audience = found.get("aud")
    return found if client_id in (audience if isinstance(audience, list) else [audience]) else {}


def _is_token(text: object) -> bool:
    return isinstance(text, str) and text != "" and all("!" <= sign <= "~" for sign in text)


def _code(error: object) -> str:
    # Never more than a code: what stands beside it may quote what was sent.
    text = str(error)
    return text if len(text) <= 40 and text.replace("_", "").isalnum() and text.isascii() else "unknown_error"
