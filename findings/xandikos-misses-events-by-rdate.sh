#!/usr/bin/env bash
# Xandikos 0.4.10: an event whose only time in a range comes from its RDATE is not returned for that range.
#
# Expected (RFC 4791, 9.9: an overlap counts for "each recurrence instance" of the recurrence set, of which RDATE is
#   part, RFC 5545, 3.8.5.2): a calendar-query for 15 March returns an event of 8 March with RDATE on the 15th.
# Seen: it is returned for 8 March alone; one that recurs on the same days by RRULE is returned for both.
# So whoever works out free time from a range of days offers the hours of such an event.
set -euo pipefail
folder=$(mktemp -d)
server=
trap 'test -z "$server" || kill "$server" 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check xandikos==0.4.10 2>/dev/null
port=$((20000 + RANDOM % 20000))
env/bin/xandikos serve -d data -l 127.0.0.1 -p "$port" --defaults --current-user-principal /a/ >log 2>&1 &
server=$!
calendar=http://127.0.0.1:$port/a/calendars/calendar/
for _ in $(seq 100); do curl --silent --output /dev/null "$calendar" && break; sleep 0.1; done
put() { # NAME RECURRENCE
	printf '%s\r\n' BEGIN:VCALENDAR VERSION:2.0 PRODID:-//x//x//EN BEGIN:VEVENT "UID:$1" DTSTAMP:20270101T000000Z \
		DTSTART:20270308T080000Z DTEND:20270308T083000Z "$2" SUMMARY:x END:VEVENT END:VCALENDAR |
		curl --silent --fail --output /dev/null --request PUT --header 'Content-Type: text/calendar' --data-binary @- "$calendar$1.ics"
}
put by-rdate RDATE:20270315T080000Z
put by-rrule 'RRULE:FREQ=WEEKLY;COUNT=2'
found() { # NAME DAY
	curl --silent --request REPORT --header 'Depth: 1' --header 'Content-Type: application/xml' --data "<?xml version='1.0'?>
<C:calendar-query xmlns:D='DAV:' xmlns:C='urn:ietf:params:xml:ns:caldav'><D:prop><D:getetag/></D:prop><C:filter>
<C:comp-filter name='VCALENDAR'><C:comp-filter name='VEVENT'><C:time-range start='$2T000000Z' end='$2T235959Z'/>
</C:comp-filter></C:comp-filter></C:filter></C:calendar-query>" "$calendar" | grep -c "$1.ics" || true
}
echo "8 March: by RDATE $(found by-rdate 20270308), by RRULE $(found by-rrule 20270308);" \
	"15 March: by RDATE $(found by-rdate 20270315), by RRULE $(found by-rrule 20270315)"
test "$(found by-rdate 20270308)$(found by-rrule 20270308)" = 11
test "$(found by-rrule 20270315)" = 1
test "$(found by-rdate 20270315)" = 0
