#!/usr/bin/env bash
# Radicale 3.9.0: the folder above a user's calendars answers a calendar query, and takes an event as a new calendar.
#
# Expected (RFC 4791, 7.8 and 5.3.2): a REPORT `calendar-query` of what is no calendar is refused, and so is a calendar
#   object put where there is none (DAViCal, Xandikos: 403; sabre/dav refuses the PUT, and answers the REPORT so too).
# Seen: the REPORT answers 207 with no event, as an empty calendar does; PUT of `x.ics` answers 201 and makes a calendar
#   called `x.ics` in the user's list. Only PROPFIND of `resourcetype` tells the two apart.
set -euo pipefail
folder=$(mktemp -d)
trap 'kill "$server" 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check radicale==3.9.0 2>/dev/null
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
env/bin/python -m radicale --server-hosts "127.0.0.1:$port" --storage-filesystem-folder "$folder/data" --auth-type none 2>log &
server=$!
home="http://127.0.0.1:$port/bice"
ask() { curl --silent --noproxy '*' --user bice:x --output answer --write-out '%{http_code}' "$@"; }
for _ in $(seq 100); do ask "http://127.0.0.1:$port/.web/" >/dev/null && break; sleep 0.1; done
event=$'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:x\r\nDTSTAMP:20270101T000000Z\r\nDTSTART:20270112T090000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n'
ask --request MKCALENDAR "$home/agenda/" >/dev/null
ask --upload-file - --header 'Content-Type: text/calendar' "$home/agenda/x.ics" <<<"$event" >/dev/null
query='<C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:prop><C:calendar-data/></D:prop><C:filter><C:comp-filter name="VCALENDAR"/></C:filter></C:calendar-query>'
report=$(ask --request REPORT --header 'Depth: 1' --data "$query" "$home/")
events=$(grep -c 'BEGIN:VEVENT' answer || true)
put=$(ask --upload-file - --header 'Content-Type: text/calendar' "$home/y.ics" <<<"${event/UID:x/UID:y}")
ask --request PROPFIND --header 'Depth: 1' "$home/" >/dev/null
made=$(grep -c '/bice/y.ics/' answer || true)
echo "REPORT of the home: $report, events $events; PUT into it: $put, calendars made of it: $made"
test "$report" = 207
test "$events" = 0
test "$put" = 201
test "$made" -gt 0
