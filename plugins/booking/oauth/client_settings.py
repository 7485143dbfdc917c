"""OAuth client settings: the client id at each provider, read from the environment."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from plugins.booking.oauth.access_token import Provider

_NAMES: dict[Provider, dict[str, str]] = {
    "google": {"id": "GOOGLE_CLIENT_ID", "secret": "GOOGLE_CLIENT_SECRET", "url": "GOOGLE_URL"},
    "microsoft": {"id": "MICROSOFT_CLIENT_ID", "secret": "MICROSOFT_CLIENT_SECRET", "url": "MICROSOFT_URL"},
}
_TENANT = "MICROSOFT_TENANT"
_COPY = "copy it again, and put a comment on a line of its own: behind the value it is part of it"
# Where mail goes out and comes in: by SMTP or IMAP a provider's account needs another scope than by its API.
_MAIL = ("SMTP_URL", "ALARM_SMTP_URL", "IMAP_URL")


@dataclass(frozen=True)
class ClientSettings:
    """The owner's own registration of this program at a provider."""

    client_id: str
    client_secret: str | None = field(default=None, repr=False)
    tenant: str = "common"
    base_url: str | None = None
    # Whether mail goes by the provider's API alone, and so wants less than SMTP and IMAP do.
    mail_by_api: bool = False
    # Whether mail goes out or comes in by this account: else no consent asks for mail by itself.
    has_mail: bool = False


def oauth_of(environment: Mapping[str, str]) -> tuple[Mapping[Provider, ClientSettings], list[str]]:
    """Read the registrations, and what is wrong with them: a sentence each, without any secret."""

    def value(name: str) -> str:
        return environment.get(f"BOOKING_{name}", "").strip()

    found: dict[Provider, ClientSettings] = {}
    faults = []
    tenant = value(_TENANT) or "common"
    if not re.fullmatch(r"[A-Za-z0-9.-]+", tenant):
        faults.append(
            f"BOOKING_{_TENANT} must be common, organizations, consumers, or the id or domain of a directory; "
            f"set it like BOOKING_{_TENANT}=common"
        )
        tenant = "common"
    mail = [value(name) for name in _MAIL]
    for provider, names in _NAMES.items():
        client_id, secret, url = value(names["id"]), value(names["secret"]), value(names["url"])
        if url and not _is_safe(url):
            faults.append(
                f"BOOKING_{names['url']} must be an https address, or one of this machine; leave it out to use "
                f"{provider}'s own hosts"
            )
            url = ""
        if (secret or url) and not client_id:
            given = names["secret"] if secret else names["url"]
            faults.append(
                f"BOOKING_{given} is of no use alone; set BOOKING_{names['id']} to the client id that the provider gave"
            )
        elif client_id and not re.fullmatch(r"[\x21-\x7e]+", client_id):
            faults.append(f"BOOKING_{names['id']} has a character that no client id has; {_COPY}")
        elif client_id:
            if not re.fullmatch(r"[\x21-\x7e]*", secret):
                faults.append(
                    f"BOOKING_{names['secret']} has a space or another character that no client secret has; {_COPY}"
                )
            found[provider] = ClientSettings(
                client_id,
                secret or None,
                tenant,
                url.rstrip("/") or None,
                _goes_by_api(provider, mail),
                any(_is_by_token(provider, text) or _is_api(provider, text) for text in mail),
            )
    return found, faults


def _goes_by_api(provider: Provider, mail: list[str]) -> bool:
    # Google's wider scope is good for its API too; a token of Microsoft's is for Graph, or for SMTP and IMAP.
    by_token = provider == "google" and any(_is_by_token(provider, text) for text in mail)
    return not by_token and any(_is_api(provider, text) for text in mail)


def _is_by_token(provider: Provider, text: str) -> bool:
    return text == provider or text.endswith(f"token={provider}")


def _is_api(provider: Provider, text: str) -> bool:
    return text.startswith(f"{provider}+https")


def _is_safe(address: str) -> bool:
    try:
        url = urlsplit(address)
        _ = url.port
    except ValueError:
        return False
    if not url.hostname or url.query or url.fragment or url.username or url.password:
        return False
    return url.scheme == "https" or (url.scheme == "http" and _is_loopback(url.hostname))


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
