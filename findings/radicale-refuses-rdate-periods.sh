#!/usr/bin/env bash
# Radicale 3.9.0: an event with RDATE;VALUE=PERIOD, which iCalendar allows, cannot be stored.
#
# Expected (RFC 5545, 3.8.5.2: "The value type can be set to DATE or PERIOD"): it is stored, as one with RDATE as
#   DATE-TIME is.
# Seen: 400 for the first, 201 for the second. The periods as such are no trouble: a VFREEBUSY is full of them.
# So an event that another server holds is lost on the way to this one.
set -euo pipefail
folder=$(mktemp -d)
server=
trap 'test -z "$server" || kill "$server" 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check radicale==3.9.0 2>/dev/null
port=$((20000 + RANDOM % 20000))
env/bin/python -m radicale --server-hosts="127.0.0.1:$port" --storage-filesystem-folder="$folder/data" --auth-type=none >log 2>&1 &
server=$!
calendar=http://127.0.0.1:$port/ada/agenda/
for _ in $(seq 100); do curl --silent --output /dev/null "http://127.0.0.1:$port/.web/" && break; sleep 0.1; done
curl --silent --user ada: --output /dev/null --request MKCALENDAR "$calendar"
put() { # NAME RDATE
	printf '%s\r\n' BEGIN:VCALENDAR VERSION:2.0 PRODID:-//x//x//EN BEGIN:VEVENT "UID:$1" DTSTAMP:20270101T000000Z \
		DTSTART:20270308T080000Z DTEND:20270308T083000Z "$2" SUMMARY:x END:VEVENT END:VCALENDAR |
		curl --silent --user ada: --output /dev/null --write-out '%{http_code}' --request PUT --header 'Content-Type: text/calendar' --data-binary @- "$calendar$1.ics"
}
as_time=$(put time RDATE:20270315T080000Z)
as_period=$(put period 'RDATE;VALUE=PERIOD:20270315T080000Z/PT1H')
echo "RDATE as a time: $as_time, as a period: $as_period"
tail -n 3 log | cut -c1-200
test "$as_time" = 201
test "$as_period" = 400
