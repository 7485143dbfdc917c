"""OAuth providers: the addresses of Google and Microsoft, and the least scopes of each use."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from plugins.booking.oauth.access_token import Provider, Use
from plugins.booking.oauth.client_settings import ClientSettings

_IDENTITY: dict[Provider, tuple[str, ...]] = {
    "google": ("openid", "email"),
    # Without it Microsoft does not say by which name the account signs in.
    "microsoft": ("openid", "email", "profile"),
}
_GOOGLE_CALENDAR = "https://www.googleapis.com/auth/calendar"
_GMAIL_SEND, _GMAIL_ALL = "https://www.googleapis.com/auth/gmail.send", "https://mail.google.com/"
_GRAPH, _OUTLOOK = "https://graph.microsoft.com", "https://outlook.office.com"


@dataclass(frozen=True)
class ProviderAddresses:
    """Where a provider answers; None for what it does not have. Folders end in a stroke."""

    authorize: str
    token: str
    device: str
    revoke: str | None
    userinfo: str
    caldav: str | None
    gmail: str | None
    graph: str | None


def addresses_of(provider: Provider, client: ClientSettings) -> ProviderAddresses:
    """Return the addresses of a provider, or those below another base address where the settings name one."""
    base = client.base_url
    if base is not None:
        # `/oauth/authorize`, `/oauth/token`, `/oauth/device`, `/oauth/revoke`, `/oauth/userinfo`.
        here = f"{base}/oauth"
        google = provider == "google"
        return ProviderAddresses(
            f"{here}/authorize",
            f"{here}/token",
            f"{here}/device",
            f"{here}/revoke" if google else None,
            f"{here}/userinfo",
            f"{base}/caldav/v2/" if google else None,
            f"{base}/gmail/v1/" if google else None,
            None if google else f"{base}/graph/v1.0/",
        )
    if provider == "google":
        return ProviderAddresses(
            "https://accounts.google.com/o/oauth2/v2/auth",
            "https://oauth2.googleapis.com/token",
            "https://oauth2.googleapis.com/device/code",
            "https://oauth2.googleapis.com/revoke",
            "https://openidconnect.googleapis.com/v1/userinfo",
            "https://apidata.googleusercontent.com/caldav/v2/",
            "https://gmail.googleapis.com/gmail/v1/",
            None,
        )
    login = f"https://login.microsoftonline.com/{client.tenant}/oauth2/v2.0"
    return ProviderAddresses(
        f"{login}/authorize",
        f"{login}/token",
        f"{login}/devicecode",
        None,  # Microsoft has no address for RFC 7009: she takes the consent back on her account's page
        f"{_GRAPH}/oidc/userinfo",
        None,
        None,
        f"{_GRAPH}/v1.0/",
    )


def scopes_of_use(provider: Provider, use: Use, client: ClientSettings) -> tuple[str, ...]:
    """Return the least scopes that a use needs, all of one resource: so an access token can hold them."""
    if provider == "google":
        if use == "calendar":
            return (_GOOGLE_CALENDAR,)
        return (_GMAIL_SEND,) if client.mail_by_api else (_GMAIL_ALL,)
    if use == "calendar":
        return (f"{_GRAPH}/Calendars.ReadWrite",)
    if client.mail_by_api:
        return (f"{_GRAPH}/Mail.Send",)
    return (f"{_OUTLOOK}/SMTP.Send", f"{_OUTLOOK}/IMAP.AccessAsUser.All")


def use_of_scope(provider: Provider, scope: str, client: ClientSettings) -> Use | None:
    """Return what a scope is for, None where it is for neither."""
    uses: tuple[Use, ...] = ("calendar", "mail")
    return next((use for use in uses if scope in scopes_of_use(provider, use, client)), None)


def plain_scope(scope: str) -> str:
    """Return a scope as it is compared: Microsoft writes them with the resource or without, in whatever letters."""
    return scope.lower().removeprefix(f"{_GRAPH}/").removeprefix(f"{_OUTLOOK}/")


def lacks_mail_scope(provider: Provider, given: Collection[str], client: ClientSettings) -> bool:
    """Say whether a consent is known to be for another way of mail than the settings have by now.

    Of Microsoft's some kept without the scopes of mail: of those nothing is known.
    """
    ways = (replace(client, mail_by_api=by_api) for by_api in (False, True))
    all_of_mail = {plain_scope(one) for way in ways for one in scopes_of_use(provider, "mail", way)}
    known = {plain_scope(one) for one in given} & all_of_mail
    if not client.has_mail or not known or _GMAIL_ALL in known:
        return False
    return not {plain_scope(one) for one in scopes_of_use(provider, "mail", client)} <= known


def scopes_to_ask(provider: Provider, uses: Collection[Use], client: ClientSettings) -> tuple[str, ...]:
    """Return the scopes of a consent: those of the uses, the account's address, and a refresh token."""
    lasting = ("offline_access",) if provider == "microsoft" else ()
    wanted = (scope for use in sorted(uses) for scope in scopes_of_use(provider, use, client))
    return (*_IDENTITY[provider], *lasting, *wanted)
