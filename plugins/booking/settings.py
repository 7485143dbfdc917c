"""Settings: the environment variables, read once into a frozen value."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TypeVar
from urllib.parse import SplitResult, urlsplit

from sqlalchemy.engine import URL

from plugins.booking.imap_url import ImapMailbox, imap_mailbox
from plugins.booking.mail.dkim import Dkim, private_key, selector_name
from plugins.booking.mail.mailboxes import mailbox
from plugins.booking.oauth.access_token import Provider
from plugins.booking.oauth.client_settings import ClientSettings, oauth_of
from plugins.booking.redaction import hold_back
from plugins.booking.server_urls import Relay, database_of, relay_of

Value = TypeVar("Value")

_UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}


class SettingsError(ValueError):
    """One or more variables cannot be understood; each line says which and how to set it."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True)
class RateLimit:
    """How many posts one client address may make in a span of time."""

    posts: int
    span: timedelta


@dataclass(frozen=True)
class Settings:
    """The endpoint's whole configuration; secrets never show in its repr."""

    database_url: URL = field(repr=False)
    relay: Relay | None
    dkim: Dkim | None
    owner_email: str | None
    sender: str | None
    site_url: str
    pages_url: str
    allowed_origins: frozenset[str]
    trusted_proxies: tuple[str, ...]
    secret_key: str | None = field(repr=False)
    secret_key_old: str | None = field(repr=False)
    content: Path
    site_dir: Path
    backup_dir: Path | None
    rate_limit: RateLimit | None
    dev: bool
    worker: bool
    metrics_token: str | None = field(repr=False)
    heartbeat_url: str | None = field(repr=False)
    # A second relay, for nothing but telling the owner that her mail is what is broken.
    alarm_relay: Relay | None
    oauth: Mapping[Provider, ClientSettings]
    imap: ImapMailbox | None  # that delivery reports come to
    # What a variable that the content names holds: `user:password` of a calendar, or its address.
    credentials: Callable[[str], str | None] = field(repr=False, compare=False)

    @property
    def mail_accounts(self) -> tuple[Provider, ...]:
        """Whose accounts mail goes out or comes in by."""
        return tuple(sorted({one.token for one in (self.relay, self.alarm_relay, self.imap) if one and one.token}))

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Read every BOOKING_ variable; raises SettingsError naming all the wrong ones at once."""
        faults: list[str] = []

        def read(
            name: str, default: str, parse: Callable[[str], Value], example: str, otherwise: str | None = None
        ) -> Value:
            text = environment.get(f"BOOKING_{name}", "").strip() or default
            try:
                return parse(text)
            except ValueError as error:
                faults.append(f"BOOKING_{name} {error}; set it like BOOKING_{name}={example}")
                return parse(example if otherwise is None else otherwise)

        dev = read("DEV", "0", _flag, "1")
        site_url = read("SITE_URL", "http://127.0.0.1:8000", _site, "https://example.it")
        pages_url = read("PAGES_URL", site_url, _site, "https://nome.github.io/sito")
        secret_key = read("SECRET_KEY", "", _secret, "x" * 32) or None
        if secret_key is None and not dev and not is_loopback(site_url):
            faults.append(
                "BOOKING_SECRET_KEY is required where BOOKING_SITE_URL is a public address; set it to 32 "
                "random characters or more, made by: "
                'python -c "import secrets; print(secrets.token_urlsafe(32))"'
            )
        dkim_key = read("DKIM_KEY", "", private_key, "/etc/maglia/dkim.pem", otherwise="")
        selector = read("DKIM_SELECTOR", "", selector_name, "maglia")
        if (dkim_key is None) != (selector is None):
            faults.append(
                "BOOKING_DKIM_KEY and BOOKING_DKIM_SELECTOR go together; set them like "
                "BOOKING_DKIM_KEY=/etc/maglia/dkim.pem BOOKING_DKIM_SELECTOR=maglia"
            )
        oauth, wrong = oauth_of(environment)
        faults += wrong
        own_origins = ",".join("{0.scheme}://{0.netloc}".format(urlsplit(url)) for url in (site_url, pages_url))
        settings = cls(
            database_url=read("DATABASE_URL", "sqlite:///var/booking.db", database_of, "sqlite:///var/booking.db"),
            relay=read("SMTP_URL", "", relay_of, "smtp+starttls://user:password@mail.example.it:587"),
            dkim=Dkim(selector, dkim_key) if dkim_key and selector else None,
            owner_email=read("OWNER_EMAIL", "", mailbox, "nome@example.it"),
            sender=read("SENDER", "", mailbox, "nome@example.it"),
            site_url=site_url,
            pages_url=pages_url,
            allowed_origins=read("ALLOWED_ORIGINS", own_origins, _origins, "https://example.it"),
            trusted_proxies=read("TRUSTED_PROXIES", "", _proxies, "127.0.0.1,10.0.0.0/8"),
            secret_key=secret_key,
            secret_key_old=read("SECRET_KEY_OLD", "", _secret, "x" * 32) or None,
            content=Path(environment.get("BOOKING_CONTENT", "").strip() or "content"),
            site_dir=Path(environment.get("BOOKING_SITE_DIR", "").strip() or "output"),
            backup_dir=Path(copies) if (copies := environment.get("BOOKING_BACKUP_DIR", "").strip()) else None,
            rate_limit=read("RATE_LIMIT", "20/10minutes", _rate, "20/10minutes"),
            dev=dev,
            worker=read("WORKER", "on", _flag, "off"),
            metrics_token=read("METRICS_TOKEN", "", _secret, "x" * 32) or None,
            heartbeat_url=read("HEARTBEAT_URL", "", _heartbeat, "https://monitor.example/ping/…", "") or None,
            alarm_relay=read("ALARM_SMTP_URL", "", relay_of, "smtp+starttls://user:password@other.example.it:587"),
            oauth=oauth,
            imap=read("IMAP_URL", "", imap_mailbox, "imaps://user:password@mail.example.it:993/INBOX"),
            credentials=variables_of(environment),
        )
        client = oauth.get(settings.imap.token) if settings.imap and settings.imap.token else None
        if client and client.mail_by_api:
            faults.append(
                "BOOKING_IMAP_URL is opened by no consent that lets mail out over HTTPS alone; set BOOKING_SMTP_URL to "
                "google or microsoft, or BOOKING_IMAP_URL with a password, like imaps://user:password@host:993/INBOX"
            )
        if faults:
            raise SettingsError(faults)
        return settings


def variables_of(environment: Mapping[str, str]) -> Callable[[str], str | None]:
    """Return what reads a variable that the content names; never one of the endpoint's own."""
    return lambda name: None if name.startswith("BOOKING_") else hold_back(environment.get(name))


def in_development(environment: Mapping[str, str]) -> bool:
    """Say whether BOOKING_DEV is on, before the rest is read."""
    try:
        return _flag(environment.get("BOOKING_DEV", "").strip() or "0")
    except ValueError:
        return False


def _flag(text: str) -> bool:
    if text.lower() in {"1", "on", "true", "yes"}:
        return True
    if text.lower() in {"0", "off", "false", "no"}:
        return False
    raise ValueError("must be on or off")


def _secret(text: str) -> str:
    if text and len(text) < 16:
        raise ValueError("is shorter than 16 characters")
    if "change-me" in text:
        raise ValueError("is still the example's, which everybody knows")
    return text


def _site(text: str) -> str:
    url = _split(text)
    if url.scheme not in {"http", "https"} or not url.hostname or url.query or url.fragment:
        raise ValueError("must be the public http or https address of the site")
    return _as_browsers_write_it(url) + url.path.rstrip("/")


def _heartbeat(text: str) -> str:
    url = _split(text)
    if text and (url.scheme not in {"http", "https"} or not url.hostname or not text.isascii()):
        raise ValueError("must be the http or https address that the monitor gives")
    return text


def _as_browsers_write_it(url: SplitResult) -> str:
    """The origin of an address, its host in ASCII (RFC 5890) and without the usual port: so it stands in requests."""
    host = _in_ascii(url.hostname or "")
    host = f"[{host}]" if ":" in host else host
    usual = {"http": 80, "https": 443}[url.scheme]
    return f"{url.scheme}://{host}" + (f":{url.port}" if url.port not in {None, usual} else "")


def _in_ascii(host: str) -> str:
    if not host.isascii():
        import idna  # whose tables few need

        # Of the older standard, which makes another name of some letters, only signs that the newer has none for.
        with suppress(idna.IDNAError):
            return idna.encode(host, uts46=True).decode("ascii")
    return host.encode("idna").decode("ascii")


def is_loopback(site_url: str) -> bool:
    host = urlsplit(site_url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _origins(text: str) -> frozenset[str]:
    origins = frozenset(part.strip().rstrip("/").lower() for part in text.split(",") if part.strip())
    for origin in origins:
        if not re.fullmatch(r"https?://[^/\s]+", origin):
            raise ValueError(f"has {origin!r}, which is no origin")
    return frozenset(_as_browsers_write_it(_split(origin)) for origin in origins)


def _split(address: str) -> SplitResult:
    try:
        url = urlsplit(address)
        _ = url.port
    except ValueError:
        # The library's own words quote pieces of it, and there may be a password in it.
        raise ValueError("has an address that cannot be read") from None
    return url


def _proxies(text: str) -> tuple[str, ...]:
    # "*" would believe any client about its own address: only addresses and networks pass.
    return tuple(str(ipaddress.ip_network(part.strip())) for part in text.split(",") if part.strip())


def _rate(text: str) -> RateLimit | None:
    if text.lower() == "off":
        return None
    found = re.fullmatch(r"([1-9]\d*)/(\d*)\s*(second|minute|hour|day)s?", text.lower())
    if not found or found[2] == "0":
        raise ValueError("must be a number of posts and a span, or off")
    return RateLimit(int(found[1]), timedelta(seconds=int(found[2] or 1) * _UNITS[found[3]]))
