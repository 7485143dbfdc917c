#!/usr/bin/env bash
# ical.js 2.2.1: BYSETPOS beside BYHOUR yields occurrences on days that BYDAY does not name.
#
# Expected (RFC 5545, 3.3.10: BYSETPOS is evaluated last, on the set of the other parts): the first of all Fridays at 9 and
#   at 23 in each month, thus 5 March, 2 April and 7 May 2027 at 9.
# Seen: both hours of 5 March, then the night of 1 April at 23, which is a Thursday, and only then 2 April at 9.
#   A calendar program built on it shows a meeting on a day when nobody meets.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-fund --no-audit ical.js@2.2.1
cat >try.mjs <<'NODE'
import ICAL from "ical.js";

const rule = ICAL.Recur.fromString(`FREQ=MONTHLY;${process.argv[2]};BYDAY=FR;BYSETPOS=1`);
const occurrences = rule.iterator(ICAL.Time.fromString("2027-03-05T09:00:00"));
const found = [];
while (found.length < 3) found.push(occurrences.next().clone());
// Sunday is 1 here, Friday 6.
console.log(found.map((time) => `${time.toString().slice(0, 13)}/${time.dayOfWeek()}`).join(" "));
NODE
one=$(node try.mjs BYHOUR=9)
two=$(node try.mjs BYHOUR=9,23)
echo "with one hour: $one; with two: $two"
test "$one" = "2027-03-05T09/6 2027-04-02T09/6 2027-05-07T09/6"
test "$two" = "2027-03-05T09/6 2027-03-05T23/6 2027-04-01T23/5"
