"""Checks of the settings: whether each can be read, and is fit for a site that strangers visit."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from plugins.booking.settings import Settings, SettingsError, is_loopback
from plugins.content.findings import Finding, Level

_SECRET = "BOOKING_SECRET_KEY"
_MAKE_SECRET = f'{_SECRET}: python3 -c "import secrets; print(secrets.token_urlsafe(32))"'
_FULL_SECRET = 32
_WIDEST = {4: 8, 6: 16}  # networks wider than these hold strangers


def read_settings(environment: Mapping[str, str]) -> tuple[Settings, list[Finding]]:
    """Read what can be read, each variable that cannot be as if it were not set, and what is wrong with those."""
    read, faults = dict(environment), list[Finding]()
    while True:
        try:
            return Settings.from_environment(read), faults
        except SettingsError as error:
            for line in error.faults:
                what, _, mend = line.partition("; ")
                faults.append(Finding("settings", "fault", what, mend))
                named = re.findall(r"BOOKING_[A-Z_]+", what)
                if named[0] == _SECRET and _SECRET not in read:
                    read[_SECRET] = "x" * _FULL_SECRET
                    continue
                for name in named:
                    read.pop(name, None)


def judge(settings: Settings) -> Iterator[Finding]:
    """Yield whether the settings that can be read are fit."""
    yield _development(settings)
    yield _secret_key(settings)
    yield _site(settings)
    yield _origins(settings)
    yield _proxies(settings)
    if settings.rate_limit is None:
        mend = "remove BOOKING_RATE_LIMIT: the default is 20/10minutes"
        yield Finding("rate limit", "warning", "off: one client may post without end", mend)


def _development(settings: Settings) -> Finding:
    if settings.dev:
        what = "BOOKING_DEV is on: whoever comes reads all mail at /posta/"
        return Finding("development", "fault", what, "remove BOOKING_DEV and restart")
    return Finding("development", "ok", "BOOKING_DEV is off")


def _secret_key(settings: Settings) -> Finding:
    if settings.secret_key is None and (settings.oauth or settings.mail_accounts):
        what = f"{_SECRET} is not set: no account can be connected, for its tokens are kept encrypted by it"
        return Finding("secret key", "fault", what, f"set {_MAKE_SECRET}")
    if settings.secret_key is None:
        what = f"{_SECRET} is not set: the one that was generated is in the database, and in each of its copies"
        return Finding("secret key", "warning", what, f"set {_MAKE_SECRET}")
    if len(settings.secret_key) < _FULL_SECRET:
        what = f"{_SECRET} has {len(settings.secret_key)} characters"
        return Finding("secret key", "warning", what, f"set a longer {_MAKE_SECRET}; keep this as {_SECRET}_OLD")
    return Finding("secret key", "ok", "set")


def _site(settings: Settings) -> Finding:
    if urlsplit(settings.site_url).scheme == "https":
        return Finding("site address", "ok", settings.site_url)
    what, mend = f"{settings.site_url} is not https", "put a certificate in front, and https:// into BOOKING_SITE_URL"
    if is_loopback(settings.site_url):
        what = f"{settings.site_url}: links in mails lead to whoever reads them"
        mend = "set BOOKING_SITE_URL to the public address, https://…"
    return Finding("site address", "fault", what, mend)


def _origins(settings: Settings) -> Finding:
    own = "{0.scheme}://{0.netloc}".format(urlsplit(settings.site_url))
    if own not in settings.allowed_origins:
        what = f"BOOKING_ALLOWED_ORIGINS has not {own}: what is sent on the endpoint's own pages is refused"
        return Finding("origins", "fault", what, f"add {own} to BOOKING_ALLOWED_ORIGINS, or remove the variable")
    return Finding("origins", "ok", ", ".join(sorted(settings.allowed_origins)))


def _proxies(settings: Settings) -> Finding:
    networks = [ipaddress.ip_network(one) for one in settings.trusted_proxies]
    level: Level = "ok"
    what, mend = ", ".join(settings.trusted_proxies), ""
    if wide := [str(one) for one in networks if one.prefixlen < _WIDEST[one.version]]:
        level, what = "fault", f"BOOKING_TRUSTED_PROXIES has {wide[0]}: whoever lies about her address is believed"
        mend = "name the web server alone: 127.0.0.1, or the address of its container"
    elif not networks and urlsplit(settings.site_url).scheme == "https":
        level, what = "fault", "BOOKING_TRUSTED_PROXIES is not set: behind the web server all visitors are one client"
        mend = "set BOOKING_TRUSTED_PROXIES to the web server's address, mostly 127.0.0.1"
    return Finding("proxies", level, what or "none", mend)
