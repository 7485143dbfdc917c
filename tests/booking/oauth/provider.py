"""A certified OAuth 2 provider on loopback (oidc-provider of npm), and a user of it who consents, or does not."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx

from plugins.booking.oauth.access_token import Provider
from plugins.booking.oauth.client_settings import ClientSettings

ACCOUNT = "nome@example.it"
HERE = Path(__file__).parent
CLIENTS = {"google": "google-client", "microsoft": "microsoft-client"}
GOOGLE_SECRET = "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"
_GOOGLE, _GRAPH, _OUTLOOK = (
    "https://www.googleapis.com/auth",
    "https://graph.microsoft.com",
    "https://outlook.office.com",
)
SCOPES = [
    *("openid", "email", "profile", "offline_access"),
    *(f"{_GOOGLE}/calendar", f"{_GOOGLE}/gmail.send", "https://mail.google.com/"),
    *(f"{_GRAPH}/Calendars.ReadWrite", f"{_GRAPH}/Mail.Send"),
    *(f"{_OUTLOOK}/SMTP.Send", f"{_OUTLOOK}/IMAP.AccessAsUser.All"),
]
_AGENDA = [f"http://127.0.0.1/agenda/collegamenti/{provider}/ritorno" for provider in CLIENTS]
_GRANTS = ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"]


def client_of(client_id: str, secret: str | None, *redirects: str) -> dict[str, Any]:
    """A registration at the provider; loopback addresses stand for every port."""
    return {
        "client_id": client_id,
        **({"client_secret": secret} if secret else {}),
        "application_type": "native",
        "grant_types": _GRANTS,
        "redirect_uris": ["http://127.0.0.1/", "http://localhost", *_AGENDA, *redirects],
        "response_types": ["code"],
        "token_endpoint_auth_method": "client_secret_post" if secret else "none",
    }


def _clients(*redirects: str) -> list[dict[str, Any]]:
    return [
        client_of(CLIENTS["google"], GOOGLE_SECRET, *redirects),
        client_of(CLIENTS["microsoft"], None, *redirects),
    ]


@dataclass
class RunningProvider:
    """The provider, and what its user does when she is asked."""

    address: str
    clients: dict[Provider, ClientSettings] = field(default_factory=dict)

    def tell(self, action: str, **given: object) -> dict[str, Any]:
        """Have something happen at the provider, and return its counts."""
        reply = httpx.post(f"{self.address}/control", json={"action": action, **given}, trust_env=False)
        reply.raise_for_status()
        told: dict[str, Any] = reply.json()
        return told

    def restore(self) -> None:
        """Put the clients back that a test has deleted or changed."""
        for one in _clients():
            self.tell("put_client", client=one)

    def consent(self, address: str, until: str) -> str:
        """Go through sign-in and consent in a browser without a screen; return the address it is sent to at last."""
        with httpx.Client(trust_env=False, timeout=20) as browser:
            for _ in range(12):
                reply = browser.get(address)
                assert reply.has_redirect_location, reply.text
                address = urljoin(address, reply.headers["location"])
                if address.startswith(until):
                    return address
        raise AssertionError(f"it led to {address}")

    def accepts(self, access: str) -> bool:
        """Ask the provider itself whether an access token is good (RFC 7662)."""
        asking = {"token": access, "client_id": CLIENTS["google"], "client_secret": GOOGLE_SECRET}
        reply = httpx.post(f"{self.address}/oauth/introspect", data=asking, trust_env=False)
        return bool(reply.json()["active"])


def code_in(address: str) -> dict[str, str]:
    """The query of an address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


@contextmanager
def running_provider(
    rotates: bool = True, access_seconds: int = 3600, refresh_seconds: int = 864000, redirects: tuple[str, ...] = ()
) -> Iterator[RunningProvider]:
    """Run a provider while the block lasts; without `rotates` refresh tokens stay the same, as Google's do."""
    told = {
        "account": ACCOUNT,
        "rotates": rotates,
        "access_seconds": access_seconds,
        "refresh_seconds": refresh_seconds,
        "scopes": SCOPES,
        "clients": _clients(*redirects),
    }
    with subprocess.Popen(
        ["node", "provider.mjs", json.dumps(told)],
        cwd=HERE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            assert process.stdout
            address = process.stdout.readline().strip()
            assert address, "the provider did not start: `make setup-test` installs it"
            yield RunningProvider(
                address,
                {
                    "google": ClientSettings(CLIENTS["google"], GOOGLE_SECRET, base_url=address),
                    "microsoft": ClientSettings(CLIENTS["microsoft"], base_url=address),
                },
            )
        finally:
            process.terminate()
            process.wait(timeout=20)
