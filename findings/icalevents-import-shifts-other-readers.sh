#!/usr/bin/env bash
# icalevents 0.3.1: importing it makes recurring-ical-events 3.8.2 tell another end of the same event.
#
# Expected (RFC 5545, 3.8.5.3: a DURATION is nominal, and how long it really is depends on the day): of a weekly event from
#   Saturday noon with DURATION:P1D, the one of 24 October 2026 ends on Sunday noon in Rome, whatever else is imported.
# Seen: it ends at noon; once `icalevents.icalevents` has been imported, at 11, for that module calls
#   `icalendar.use_pytz()` for the whole process (icalendar 7.3.2), and a day is 24 hours by pytz's clocks.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check icalevents==0.3.1 recurring-ical-events==3.8.2 icalendar==7.3.2
cat >try.py <<'PYTHON'
import sys

import icalendar
import recurring_ical_events

if sys.argv[1:]:
    import icalevents.icalevents  # noqa: F401 - what importing it does is the question

lines = [
    *("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//a//b//EN", "BEGIN:VEVENT", "UID:a", "DTSTAMP:20260901T000000Z"),
    *("DTSTART;TZID=Europe/Rome:20261017T120000", "DURATION:P1D", "RRULE:FREQ=WEEKLY;COUNT=3", "END:VEVENT"),
    *("END:VCALENDAR", ""),
]
found = recurring_ical_events.of(icalendar.Calendar.from_ical("\r\n".join(lines))).all()
print(*sorted(f"{event.end:%m-%dT%H}" for event in found))
PYTHON
alone=$(env/bin/python try.py)
beside=$(env/bin/python try.py icalevents)
echo "alone: $alone; with icalevents imported: $beside"
test "$alone" = "10-18T12 10-25T12 11-01T12"
test "$beside" = "10-18T12 10-25T11 11-01T12"
