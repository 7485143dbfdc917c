#!/usr/bin/env bash
# ical.js 2.2.1: EXDATEs that name no occurrence let later EXDATEs of the same series stand.
#
# Expected (RFC 5545, 3.8.5.1): each EXDATE takes the occurrence that it names from the series, whatever the others name.
# Seen: of five daily occurrences with EXDATEs for the second and the third, three are left. With two more EXDATEs before
#   these, at hours that no occurrence has, all five are left: a step of the iteration looks at one EXDATE alone, and
#   goes on by one. Programs leave such EXDATEs behind where a series is moved to another hour.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-fund --no-audit ical.js@2.2.1
cat >try.mjs <<'NODE'
import ICAL from "ical.js";

const lines = ["BEGIN:VCALENDAR", "BEGIN:VEVENT", "UID:a", "DTSTART:20270308T090000Z", "DTEND:20270308T093000Z",
  "RRULE:FREQ=DAILY;COUNT=5", `EXDATE:${process.argv[2]}`, "END:VEVENT", "END:VCALENDAR"];
const calendar = new ICAL.Component(ICAL.parse(lines.join("\r\n")));
const occurrences = new ICAL.Event(calendar.getFirstSubcomponent("vevent")).iterator();
const days = [];
for (let next = occurrences.next(); next && days.length < 9; next = occurrences.next()) days.push(next.day);
console.log(days.join(" "));
NODE
alone=$(node try.mjs 20270309T090000Z,20270310T090000Z)
beside=$(node try.mjs 20270308T100000Z,20270309T080000Z,20270309T090000Z,20270310T090000Z)
echo "days left with EXDATEs of the 9th and the 10th: $alone; with two that name nothing before them: $beside"
test "$alone" = "8 11 12"
test "$beside" = "8 9 10 11 12"
