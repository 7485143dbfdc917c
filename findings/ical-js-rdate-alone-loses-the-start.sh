#!/usr/bin/env bash
# ical.js 2.2.1: of an event with RDATE and no RRULE, the first time (DTSTART) is no occurrence.
#
# Expected (RFC 5545, 3.8.5.2 and 3.8.2.4: DTSTART "defines the first instance in the recurrence set", RDATE adds
#   others): 14, 21 and 28 October.
# Seen: 21 and 28 October. Beside an RRULE all are there, and so they are where RDATE names the start once more.
# So of several dates that were booked at once and told as RDATE, the first is missing in a calendar built on it; and an
#   RDATE on a day that the RRULE names too is there twice (RFC 5545: "duplicate instances are ignored").
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-fund --no-audit ical.js@2.2.1
cat >try.mjs <<'NODE'
import ICAL from "ical.js";

const lines = ["BEGIN:VCALENDAR", "BEGIN:VEVENT", "UID:a", "DTSTART:20261014T070000Z", "DTEND:20261014T080000Z",
  ...process.argv.slice(2), "END:VEVENT", "END:VCALENDAR"];
const calendar = new ICAL.Component(ICAL.parse(lines.join("\r\n")));
const occurrences = new ICAL.Event(calendar.getFirstSubcomponent("vevent")).iterator();
const days = [];
for (let next = occurrences.next(); next && days.length < 9; next = occurrences.next()) days.push(next.day);
console.log(days.join(" "));
NODE
alone=$(node try.mjs RDATE:20261021T070000Z,20261028T070000Z)
named=$(node try.mjs RDATE:20261014T070000Z,20261021T070000Z,20261028T070000Z)
twice=$(node try.mjs "RRULE:FREQ=WEEKLY;COUNT=3" RDATE:20261021T070000Z)
echo "RDATE alone: $alone; naming the start too: $named; beside an RRULE that names the 21st: $twice"
test "$alone" = "21 28"
test "$named" = "14 21 28"
test "$twice" = "14 21 21 28"
