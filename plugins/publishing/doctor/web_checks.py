"""Checks over the network: certificate, clock, and whether site and endpoint answer at their addresses as one."""

from __future__ import annotations

import hashlib
import json
import shutil
import socket
import ssl
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from plugins.content.findings import Finding, Level
from plugins.publishing.doctor.installation import Installation, host_of
from plugins.publishing.release.releases import live, report_of

_SECONDS = 8
_FEW_DAYS, _LAST_DAYS = 21, 7
_APART, _FAR_APART = 5, 30  # seconds
_NTP = "timedatectl set-ntp true (on Debian: apt-get install systemd-timesyncd)"
_MOST_BYTES = 1 << 20
_FILES = "files.json"  # of a version of the code: each of its files, with git's own name of its content


@dataclass(frozen=True)
class _Answer:
    status: int
    body: bytes
    headers: Mapping[str, str]
    at: datetime


def certificate_check(found: Installation) -> Iterator[Finding]:
    """Yield whether each public address has a certificate that browsers believe, and for how long."""
    for address in dict.fromkeys(one for one in (found.site_url, _pages_url(found)) if one.startswith("https://")):
        host, port = host_of(address), urlsplit(address).port or 443
        try:
            with (
                socket.create_connection((host, port), timeout=_SECONDS) as line,
                ssl.create_default_context().wrap_socket(line, server_hostname=host) as tls,
            ):
                until = str((tls.getpeercert() or {})["notAfter"])
        except ssl.SSLCertVerificationError as error:
            mend = "renew it (certbot renew; Caddy does by itself), for this very name, and reload the web server"
            yield Finding("certificate", "fault", f"{host}: {error.verify_message}", mend)
            continue
        except OSError as error:
            mend = f"see that the web server runs, that {host} is this machine, and that port {port} is open"
            yield Finding("certificate", "fault", f"{host}: no connection ({error.strerror or error})", mend)
            continue
        left = (datetime.fromtimestamp(ssl.cert_time_to_seconds(until), UTC) - datetime.now(UTC)).days
        mend = "see why it is not renewed: systemctl list-timers certbot.timer, certbot renew --dry-run"
        what = f"{host}: good for {left} days"
        yield (
            Finding("certificate", "ok", what)
            if left > _FEW_DAYS
            else Finding("certificate", "fault" if left < _LAST_DAYS else "warning", what, mend)
        )


def clock_check(found: Installation) -> Iterator[Finding]:
    """Yield whether this machine's clock is kept right, and agrees with the site's."""
    program = shutil.which("timedatectl")
    if program and Path("/run/systemd/system").is_dir():
        asked = [program, "show", "--property=NTPSynchronized", "--value"]
        said = subprocess.run(asked, capture_output=True, text=True, timeout=_SECONDS, check=False).stdout.strip()
        if said == "no":
            yield Finding("clock", "fault", "it is not kept by NTP: times of bookings and logins drift", _NTP)
    newest = max((file.stat().st_mtime for file in (found.code / "plugins", *_written(found))), default=0.0)
    if newest > datetime.now(UTC).timestamp() + _FAR_APART:
        yield Finding("clock", "fault", "it is behind: files of the installation are from the future", _NTP)
    answer = _get(f"{found.site_url}/") if found.site_url else None
    told = answer.headers.get("date") if isinstance(answer, _Answer) else None
    if told is None or not isinstance(answer, _Answer):
        yield Finding("clock", "skipped", "the site tells no time to compare with")
        return
    apart = abs((answer.at - parsedate_to_datetime(told)).total_seconds())
    if apart > _APART:
        level: Level = "fault" if apart > _FAR_APART else "warning"
        yield Finding("clock", level, f"{apart:.0f} seconds apart from {host_of(found.site_url)}", _NTP)
    else:
        yield Finding("clock", "ok", "agrees with the site's")


def endpoint_check(found: Installation) -> Iterator[Finding]:
    """Yield whether the endpoint answers, here and through the web server, and runs the code that built the site."""
    token = found.settings.get("BOOKING_METRICS_TOKEN", "").strip()
    near = _get(f"{found.endpoint}/health", token)
    if not isinstance(near, _Answer):
        mend = "systemctl status maglia; journalctl -u maglia; where it listens elsewhere: --endpoint URL"
        yield Finding("endpoint", "fault", f"{found.endpoint} does not answer ({near})", mend)
        return
    state = _json(near)
    if near.status != 200 or state.get("status") != "ok":
        mend = "see the check of the database, and journalctl -u maglia"
        yield Finding("endpoint", "fault", f"/health answers {near.status}: {state.get('database', '?')}", mend)
    else:
        yield Finding("endpoint", "ok", f"{found.endpoint} answers")
    if found.server and (code := state.get("code")):
        yield from _revision(found, Path(str(code)))
    if found.site_url:
        yield from _public(found)


def _revision(found: Installation, running: Path) -> Iterator[Finding]:
    assert found.server
    server = found.server
    now = live(server)
    wanted = now.version if now else server.version
    mend = "systemctl restart maglia maglia-worker"
    if running.parent == server.versions.resolve():
        if running.name != wanted:
            what = f"the endpoint runs code {running.name}, and the site was built by {wanted}"
            yield Finding("revision", "fault", what, mend)
        else:
            yield Finding("revision", "ok", f"site and endpoint are of code {wanted}")
        return
    files: dict[str, str] = json.loads((server.versions / wanted / _FILES).read_text(encoding="utf-8"))
    other = [name for name, blob in files.items() if name.startswith("plugins/") and _blob(running / name) != blob]
    if other:
        what = f"the endpoint runs {running}, whose {other[0]} is not that which built the site"
        yield Finding("revision", "fault", what, f"git pull and make setup there, then {mend}")
    else:
        yield Finding("revision", "ok", f"{running} is the code that built the site")


def _public(found: Installation) -> Iterator[Finding]:
    host = host_of(found.site_url)
    through = _get(f"{found.site_url}/health")
    if not isinstance(through, _Answer):
        yield Finding("web server", "fault", f"{host} does not answer ({through})", "see the check of the certificate")
        return
    if "outbox" not in _json(through):
        mend = "let it send /api/ /appuntamenti/ /messaggi/ /agenda/ /health there, as deploy/nginx.conf does"
        what = f"{found.site_url}/health answers {through.status} and is not the endpoint's"
        yield Finding("web server", "fault", what, mend)
    else:
        yield Finding("web server", "ok", f"{host} leads to the endpoint")
    measured = _get(f"{found.site_url}/metrics")
    if isinstance(measured, _Answer) and measured.status == 200 and b"maglia_" in measured.body:
        mend = "let the web server send X-Forwarded-For, or keep /metrics from it, as deploy/nginx.conf does"
        yield Finding("web server", "fault", "everybody may read /metrics", mend)


def addresses_check(found: Installation) -> Iterator[Finding]:
    """Yield whether the endpoint takes the forms of the pages as they were built."""
    pages, host = _pages_url(found), host_of(found.site_url)
    told = [found.settings.get(f"BOOKING_{name}", "") for name in ("ALLOWED_ORIGINS", "PAGES_URL")]
    origins = ["{0.scheme}://{0.netloc}".format(urlsplit(one.strip().lower())) for one in ",".join(told).split(",")]
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(pages)).lower()
    if pages and host_of(pages) != host and origin not in origins:
        what = f"the pages are made for {origin} (SITEURL), and the endpoint takes no forms from there"
        mend = "set SITEURL in publishconf.py and BOOKING_SITE_URL alike, or name the pages in BOOKING_PAGES_URL"
        yield Finding("addresses", "fault", what, mend)
    elif pages:
        yield Finding("addresses", "ok", f"pages of {origin}, endpoint at {host}")


def _pages_url(found: Installation) -> str:
    """The address that the live release was built for."""
    return report_of(found.server, live(found.server)).site.rstrip("/") if found.server else ""


def _written(found: Installation) -> Iterator[Path]:
    if found.server and (now := live(found.server)):
        yield found.server.releases / now.name


def _get(address: str, token: str = "") -> _Answer | str:
    """Ask an address; in words where it does not answer. No proxy of the environment's is asked."""
    headers = {"User-Agent": "Maglia"} | ({"Authorization": f"Bearer {token}"} if token else {})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(urllib.request.Request(address, headers=headers), timeout=_SECONDS) as answer:
            return _Answer(answer.status, answer.read(_MOST_BYTES), _lower(answer.headers), datetime.now(UTC))
    except urllib.error.HTTPError as error:
        with error:
            return _Answer(error.code, error.read(_MOST_BYTES), _lower(error.headers), datetime.now(UTC))
    except urllib.error.URLError as error:
        reason = error.reason
        return (reason.strerror or type(reason).__name__) if isinstance(reason, OSError) else type(error).__name__
    except (OSError, ValueError) as error:
        return type(error).__name__


def _lower(headers: Any) -> dict[str, str]:  # noqa: ANN401 - the library's own message
    return {name.lower(): value for name, value in headers.items()}


def _json(answer: _Answer) -> dict[str, Any]:
    try:
        told = json.loads(answer.body)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _blob(file: Path) -> str:
    try:
        content = file.read_bytes()
    except OSError:
        return ""
    # Git's own name of a content.
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
