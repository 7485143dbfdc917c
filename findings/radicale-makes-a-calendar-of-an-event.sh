#!/usr/bin/env bash
# Radicale 3.9.0: an event put one level too high becomes a new calendar with the name of the event's file.
#
# Expected (RFC 4791, 5.3.2 and RFC 4918, 9.7.1: PUT makes or replaces a resource that is no collection): a PUT of one
#   event to /USER/x.ics, where there is no calendar, is refused.
# Seen: 201, and /USER/x.ics/ is a calendar collection by now, which every program of the user lists.
# So a client that was given the address of the home instead of a calendar's is told that all went well, and fills the
# user's list with a calendar for each event.
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
home=http://127.0.0.1:$port/ada/
for _ in $(seq 100); do curl --silent --output /dev/null "http://127.0.0.1:$port/.web/" && break; sleep 0.1; done
curl --silent --user ada: --output /dev/null --request MKCALENDAR "${home}work/"
answered=$(printf '%s\r\n' BEGIN:VCALENDAR VERSION:2.0 PRODID:-//x//x//EN BEGIN:VEVENT UID:x@y DTSTAMP:20270101T000000Z \
	DTSTART:20270308T080000Z DTEND:20270308T083000Z SUMMARY:x END:VEVENT END:VCALENDAR |
	curl --silent --user ada: --output /dev/null --write-out '%{http_code}' --request PUT --header 'Content-Type: text/calendar' --data-binary @- "${home}x.ics")
calendars() {
	curl --silent --user ada: --request PROPFIND --header 'Depth: 1' --data "<?xml version='1.0'?>
<D:propfind xmlns:D='DAV:'><D:prop><D:resourcetype/></D:prop></D:propfind>" "$home" | grep -o '<[^>]*:calendar */>' | wc -l
}
echo "PUT of one event at the home: $answered; calendars afterwards: $(calendars), one of which was there before"
test "$answered" = 201
test "$(calendars)" = 2
