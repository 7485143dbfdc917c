#!/usr/bin/env bash
# ical.js 2.2.1: a weekday's number of two digits in BYDAY counts as its last digit.
#
# Expected (RFC 5545, 3.8.5.3, whose own example is "Every 20th Monday of the year, forever"): 19 May 1997, 18 May 1998 and
#   17 May 1999; of 52FR from 2026 on 25 December 2026, 24 December 2027 and 29 December 2028.
# Seen: 20MO is every Monday (19 May, 26 May, 2 June 1997), as 10FR is every Friday; 52FR is the second Friday of January.
#   Numbers of one digit are right, with a sign too.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-fund --no-audit ical.js@2.2.1
cat >try.mjs <<'NODE'
import ICAL from "ical.js";

const [start, day] = process.argv.slice(2);
const days = ICAL.Recur.fromString(`FREQ=YEARLY;BYDAY=${day};COUNT=3`).iterator(ICAL.Time.fromString(start));
console.log([1, 2, 3].map(() => days.next().toString()).join(" "));
NODE
twentieth=$(node try.mjs 1997-05-19 20MO)
late=$(node try.mjs 2026-01-02 52FR)
short=$(node try.mjs 2026-01-02 -2FR)
echo "20MO: $twentieth; 52FR: $late; -2FR: $short"
test "$twentieth" = "1997-05-19 1997-05-26 1997-06-02"
test "$late" = "2026-01-09 2027-01-08 2028-01-14"
test "$short" = "2026-12-18 2027-12-24 2028-12-22"
