#!/usr/bin/env bash
# node-ical 0.26.1: `expandRecurringEvent` knows no RDATE, and of THISANDFUTURE moves one occurrence alone.
#
# Expected (RFC 5545, 3.8.5.2 and 3.8.4.4; the library's own words are "proper handling of EXDATE, RECURRENCE-ID, and DST
#   transitions"): an event of 14 October with RDATEs on the 21st and 28th has three instances; a weekly one whose
#   RECURRENCE-ID;RANGE=THISANDFUTURE moves the 28th to 15 o'clock has 15 o'clock from then on.
# Seen: one instance, the start; and of the moved series 4 November is at 9 again.
# So assistants and screens that read calendars through it take somebody to be free who is not.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-fund --no-audit node-ical@0.26.1
cat >try.mjs <<'NODE'
import ical from "node-ical";

const event = (...lines) => ["BEGIN:VEVENT", "UID:a", "DTSTAMP:20260901T000000Z", "DURATION:PT1H", ...lines, "END:VEVENT"];
function times(...events) {
  const read = ical.sync.parseICS(["BEGIN:VCALENDAR", ...events.flat(), "END:VCALENDAR", ""].join("\r\n"));
  const one = Object.values(read).find((found) => found.type === "VEVENT");
  const range = { from: new Date("2026-10-01T00:00:00Z"), to: new Date("2026-12-01T00:00:00Z") };
  return ical.expandRecurringEvent(one, range).map(({ start }) => start.toISOString().slice(5, 13)).join(" ");
}
console.log(times(event("DTSTART:20261014T090000Z", "RDATE:20261021T090000Z,20261028T090000Z")));
console.log(times(event("DTSTART:20261014T090000Z", "RRULE:FREQ=WEEKLY;COUNT=4"),
  event("RECURRENCE-ID;RANGE=THISANDFUTURE:20261028T090000Z", "DTSTART:20261028T150000Z")));
NODE
said=$(node try.mjs)
echo "$said"
test "$said" = "10-14T09
10-14T09 10-21T09 10-28T15 11-04T09"
