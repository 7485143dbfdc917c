"""Command `check-setup`: looks at all that the endpoint needs, changes nothing, and says what to do."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from datetime import datetime

from plugins.booking.calendars.address_settings import CalendarAddresses
from plugins.booking.redaction import secrets_of
from plugins.booking.service.content_reload import ContentReloader
from plugins.booking.settings import Settings
from plugins.booking.setup_checks.calendar_setup import calendar_checks
from plugins.booking.setup_checks.database_checks import database_checks
from plugins.booking.setup_checks.mail_setup import mail_checks
from plugins.booking.setup_checks.mailbox_setup import mailbox_checks
from plugins.booking.setup_checks.settings_checks import judge, read_settings
from plugins.content.base.faults import ContentError
from plugins.content.findings import Check, Finding, run_checks
from plugins.content.office import Office
from plugins.content.timezone_data import in_use

_NAME = "content"


def check_setup(
    environment: Mapping[str, str], as_json: bool, clock: Callable[[], datetime], say: Callable[[str], None]
) -> int:
    """Check, say a line for each finding, as JSON if asked for, and return the exit code: 1 where there is a fault."""
    secrets = secrets_of(environment)
    faults = 0
    for finding in _findings(environment, clock):
        faults += finding.level == "fault"
        words = asdict(finding)
        for secret in secrets:
            words = {key: value.replace(secret, "***") for key, value in words.items()}
        line = "{level:8} {check}: {what}".format(**words) + (f"\n{'':8} {finding.remedy}" if finding.remedy else "")
        say(json.dumps(words, ensure_ascii=False) if as_json else line)
    return 1 if faults else 0


def _findings(environment: Mapping[str, str], clock: Callable[[], datetime]) -> Iterator[Finding]:
    settings, wrong = read_settings(environment)
    yield from wrong
    yield from judge(settings)
    office, unread = _office(settings)
    yield unread
    checks = [
        *database_checks(settings, clock),
        *mail_checks(settings, office, clock),
        *mailbox_checks(settings),
        *(calendar_checks(settings, office, clock) if office else []),
        Check("time zones", lambda: [_zones(clock)]),
    ]
    yield from run_checks(checks, lambda names: None)


def _office(settings: Settings) -> tuple[Callable[[], Office] | None, Finding]:
    try:
        office = CalendarAddresses(ContentReloader(settings.content), settings.credentials)
        office()
    except ContentError as error:
        first = str(error).splitlines()[0]
        mend = "mend it and push again; an endpoint that starts now has nothing to offer"
        return None, Finding(_NAME, "fault", f"{settings.content} cannot be read: {first}", mend)
    except OSError as error:
        mend = "set BOOKING_CONTENT to the folder of the content, of a server ROOT/current/../content"
        return None, Finding(_NAME, "fault", f"{settings.content} cannot be read: {error.strerror}", mend)
    return office, Finding(_NAME, "ok", f"{settings.content} is read")


def _zones(clock: Callable[[], datetime]) -> Finding:
    data = in_use()
    if data.is_old(clock().date()):
        mend = "install the system's newer tzdata (apt-get install tzdata), or upgrade this code"
        return Finding("time zones", "fault", f"{data}, over a year old: hours abroad may be wrong", mend)
    return Finding("time zones", "ok", str(data))
