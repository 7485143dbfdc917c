#!/usr/bin/env bash
# recurring-ical-events 3.8.2: an EXDATE also removes the occurrence of that day which is the zone's offset away.
#
# Expected (RFC 5545, 3.8.5.1: an exception is "excluded from the recurrence set" by its own date and time): of a series
#   at 9 and 10 each day in Rome, less 10 o'clock of 8 March (09:00 UTC), 9 o'clock of 8 March stays.
# Seen: it is gone as well: its local 09:00 is taken for the exception's 09:00 in UTC. With an EXDATE at 20 o'clock,
#   where nothing happens, all stay. In New York the other hour is 4 or 5 away.
# So whoever asks when somebody is busy is told that she is free.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check icalendar==7.3.2 recurring-ical-events==3.8.2 2>/dev/null
cat >try.py <<'PYTHON'
import sys

import icalendar
import recurring_ical_events

text = f"""BEGIN:VCALENDAR
VERSION:2.0
PRODID:x
BEGIN:VEVENT
UID:a
DTSTAMP:20270101T000000Z
DTSTART;TZID=Europe/Rome:20270308T090000
DTEND;TZID=Europe/Rome:20270308T093000
RRULE:FREQ=DAILY;COUNT=4;BYHOUR=9,10
EXDATE;TZID=Europe/Rome:20270308T{sys.argv[1]}0000
END:VEVENT
END:VCALENDAR
"""
found = recurring_ical_events.of(icalendar.Calendar.from_ical(text)).between((2027, 3, 1), (2027, 4, 1))
print(*sorted(f"{one.start:%d/%H}" for one in found))
PYTHON
echo "less 8 March at 10: $(env/bin/python try.py 10)"
echo "less 8 March at 20: $(env/bin/python try.py 20)"
test "$(env/bin/python try.py 20)" = "08/09 08/10 09/09 09/10"
test "$(env/bin/python try.py 10)" = "09/09 09/10"
