#!/usr/bin/env bash
# icalevents 0.3.1: an occurrence that was moved out of the range that is asked for still stands at its old time.
#
# Expected (RFC 5545, 3.8.4.4: the event with the RECURRENCE-ID takes the place of that occurrence): of four Wednesdays, the
#   third moved to January, October to December has three.
# Seen: four, the third at its old time. Asked until February the old one is gone and the new one there. RDATE is not read at
#   all. So what somebody moved to another month keeps her busy in both.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check icalevents==0.3.1
cat >try.py <<'PYTHON'
from datetime import UTC, datetime

from icalevents.icalevents import events

common = ["BEGIN:VEVENT", "UID:a", "DTSTAMP:20260901T000000Z", "SUMMARY:a", "DURATION:PT1H"]
text = "\r\n".join([
    *("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//a//b//EN"),
    *(*common, "DTSTART:20261014T090000Z", "RRULE:FREQ=WEEKLY;COUNT=4", "END:VEVENT"),
    *(*common, "RECURRENCE-ID:20261028T090000Z", "DTSTART:20270120T090000Z", "END:VEVENT"),
    *("END:VCALENDAR", ""),
]).encode()
for end in (datetime(2026, 12, 31, tzinfo=UTC), datetime(2027, 2, 28, tzinfo=UTC)):
    found = events(string_content=text, start=datetime(2026, 10, 1, tzinfo=UTC), end=end)
    print(*(f"{event.start:%m-%d}" for event in sorted(found, key=lambda event: event.start)))
PYTHON
said=$(env/bin/python try.py)
echo "$said"
test "$said" = "10-14 10-21 10-28 11-04
10-14 10-21 11-04 01-20"
