"""Checks of mail: one conversation with the relay, in which nothing is sent, and what the sender's domain tells."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from datetime import datetime
from email.utils import parseaddr
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from plugins.booking.mail.dkim import Dkim
from plugins.booking.mail.login_backoff import LoginBackoff, login_name
from plugins.booking.mail.mime import address_of
from plugins.booking.mail.relay_check import check_relay, what_holds
from plugins.booking.oauth.operator_words import how_to_mend, not_connected
from plugins.booking.service.services import accounts_of
from plugins.booking.settings import Settings, is_loopback
from plugins.booking.setup_checks.database_checks import NO_GOOD_TOKEN, RENEWS_TOKENS, looking_engine
from plugins.booking.storage.engine import Unavailable
from plugins.content.findings import Check, Finding
from plugins.content.office import Office

if TYPE_CHECKING:
    from dns.resolver import Resolver

_RELAY_SECONDS, _DNS_SECONDS = 60.0, 15.0
_LOOKUP_SECONDS = 4.0
_RESERVED = (".example", ".test", ".invalid", ".localhost", ".local")


def mail_checks(settings: Settings, office: Callable[[], Office] | None, clock: Callable[[], datetime]) -> list[Check]:
    """Return the checks of relay and sender; the content's address stands in for those that are not set."""
    own = office().identity.email if office else ""
    sender, owner = settings.sender or own, settings.owner_email or own
    domain = parseaddr(sender)[1].rpartition("@")[2]
    return [
        Check("relay", lambda: _relay(settings, sender, owner, clock), _RELAY_SECONDS),
        Check("sender", lambda: _sender(domain, settings.dkim), _DNS_SECONDS),
    ]


def _relay(settings: Settings, sender: str, owner: str, clock: Callable[[], datetime]) -> Iterator[Finding]:
    relay = settings.relay
    if relay is None:
        mend = "set BOOKING_SMTP_URL, like smtp+starttls://user:password@mail.example.it:587"
        yield Finding("relay", "fault", "BOOKING_SMTP_URL is not set: mail stays in the outbox", mend)
        return
    if relay.password and relay.kind == "smtp" and relay.security == "none" and not is_loopback(f"smtp://{relay.host}"):
        mend = "write smtp+starttls:// (port 587) or smtps:// (port 465) in BOOKING_SMTP_URL"
        yield Finding("relay", "warning", "the password goes there without encryption", mend)
    if not sender or not owner:
        mend = "mend the content, or set BOOKING_SENDER and BOOKING_OWNER_EMAIL"
        yield Finding("relay", "skipped", "no address to try it with", mend)
        return
    if refused := _refused(settings, clock()):
        mend = "put user and password in BOOKING_SMTP_URL right and restart; then they are tried at once"
        yield Finding("relay", "fault", refused, mend)
        return
    engine = looking_engine(settings.database_url) if relay.token else None
    if relay.token and engine is None:
        why = "none" if relay.token in settings.oauth else "no_client_id"
        what = f"{not_connected(relay.token, ['mail'], why)}; there is no database yet"
        yield Finding("relay", "fault", what, how_to_mend(relay.token, why))
        return
    said: list[str] = []
    own_name = urlsplit(settings.site_url).hostname or "localhost"
    accounts = accounts_of(settings, engine, clock) if engine else None
    try:
        taken = check_relay(
            relay, own_name, address_of(sender), address_of(owner), said.append, accounts, settings.oauth
        )
    except Unavailable:
        yield Finding("relay", "skipped", f"{relay.token}: {NO_GOOD_TOKEN}", RENEWS_TOKENS)
        return
    finally:
        if engine:
            engine.dispose()
    if taken:
        yield Finding("relay", "ok", f"{relay.beside_setting(relay.host)} {what_holds(relay)}; nothing was sent")
    else:
        yield Finding("relay", "fault", said[-2].removeprefix("NO").strip(), said[-1].strip())


def _refused(settings: Settings, now: datetime) -> str | None:
    """Why the login is not tried now: it was refused, and each wrong try counts for whoever locks accounts."""
    name, engine = login_name(settings.relay), looking_engine(settings.database_url)
    if name is None or engine is None:
        return None
    try:
        turns = LoginBackoff(engine, name)
        state = turns.state()
        if not (state.refused and turns.waits(now)) or state.provider:
            return None  # no account is locked for a token
        until = state.next_try.isoformat(timespec="seconds")
        return f"login: refused before ({state.why}), and not tried again before {until}"
    except Unavailable:
        return None  # the check of the database tells
    finally:
        engine.dispose()


def _sender(domain: str, dkim: Dkim | None) -> Iterator[Finding]:
    if "." not in domain or f".{domain}".endswith(_RESERVED):
        what = f"{domain} is no domain of the public DNS" if domain else "no sender's address to look at"
        yield Finding("sender", "skipped", what, "" if domain else "set BOOKING_SENDER, or mend identity.yaml")
        return
    from dns.exception import DNSException
    from dns.resolver import Resolver

    try:
        yield from sender_findings(domain, dkim, Resolver())
    except DNSException as error:
        mend = "see whether this machine resolves names: /etc/resolv.conf"
        yield Finding("sender", "skipped", f"no resolver answers about {domain} ({type(error).__name__})", mend)


def sender_findings(domain: str, dkim: Dkim | None, resolver: Resolver) -> Iterator[Finding]:
    """Yield whether the DNS lets others believe mail of a domain; raises DNSException where it does not answer."""
    found: list[Finding] = []
    if not any(one.lower().startswith("v=spf1") for one in _texts(domain, resolver)):
        mend = f"add the TXT record that the relay's provider names to {domain}, like v=spf1 include:… ~all"
        found.append(Finding("sender", "warning", f"{domain} has no SPF record: mail may land among spam", mend))
    if not any(one.lower().startswith("v=dmarc1") for one in _texts(f"_dmarc.{domain}", resolver)):
        mend = f'add a TXT record to _dmarc.{domain}: "v=DMARC1; p=none" to begin with'
        found.append(Finding("sender", "warning", f"{domain} has no DMARC record: large providers want one", mend))
    if dkim:
        found += _dkim(domain, dkim, resolver)
    yield from found
    if not found:
        yield Finding("sender", "ok", f"{domain} has SPF and DMARC" + (", and our key" if dkim else ""))


def _dkim(domain: str, dkim: Dkim, resolver: Resolver) -> list[Finding]:
    from dkim.crypto import parse_pem_private_key, parse_public_key

    name = f"{dkim.selector}._domainkey.{domain}"
    mend = f"put the public half of BOOKING_DKIM_KEY into the TXT record of {name}, as docs/hosting.md says"
    fields = [one.strip().partition("=") for text in _texts(name, resolver) for one in text.split(";")]
    keys = [value.strip() for field, _, value in fields if field.strip() == "p"]
    if not keys:
        return [Finding("sender", "fault", f"the DNS has no key at {name}: signatures are not believed", mend)]
    try:
        there = parse_public_key(base64.b64decode(keys[0]))["modulus"]
    except Exception:
        there = None
    if there != parse_pem_private_key(dkim.key)["modulus"]:
        return [Finding("sender", "fault", f"the key at {name} is another one: signatures are not believed", mend)]
    return []


def _texts(name: str, resolver: Resolver) -> list[str]:
    from dns.resolver import NXDOMAIN, NoAnswer

    try:
        answer = resolver.resolve(name, "TXT", lifetime=_LOOKUP_SECONDS)
    except (NXDOMAIN, NoAnswer):
        return []
    return [b"".join(one.strings).decode(errors="replace") for one in answer]
