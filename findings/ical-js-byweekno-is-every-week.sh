#!/usr/bin/env bash
# ical.js 2.2.1: FREQ=YEARLY;BYWEEKNO with BYDAY happens in every week that follows.
#
# Expected (RFC 5545, 3.3.10, whose own example is "Monday of week number 20"): the Monday of week 20 of each year, thus
#   17 May 2027, 15 May 2028 and 14 May 2029, as python-dateutil 2.9.0.post0 has it.
# Seen: 24 May, 31 May and 7 June 2027: the week that was asked for is passed over, and then each week counts. Of week 53
#   (28 December 2026, then 2032) it makes 4, 11 and 18 January 2027.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-fund --no-audit ical.js@2.2.1
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check python-dateutil==2.9.0.post0
cat >try.mjs <<'NODE'
import ICAL from "ical.js";

const [start, week] = process.argv.slice(2);
const days = ICAL.Recur.fromString(`FREQ=YEARLY;BYWEEKNO=${week};BYDAY=MO;COUNT=3`).iterator(ICAL.Time.fromString(start));
console.log([1, 2, 3].map(() => days.next().toString()).join(" "));
NODE
right=$(python/bin/python -c '
from dateutil.rrule import rrulestr
print(*(day.date() for day in rrulestr("DTSTART:20270517T000000\nRRULE:FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO;COUNT=3")))')
twentieth=$(node try.mjs 2027-05-17 20)
last=$(node try.mjs 2026-12-28 53)
echo "Mondays of week 20: $twentieth (dateutil: $right); of week 53: $last"
test "$right" = "2027-05-17 2028-05-15 2029-05-14"
test "$twentieth" = "2027-05-24 2027-05-31 2027-06-07"
test "$last" = "2027-01-04 2027-01-11 2027-01-18"
