#!/usr/bin/env bash
# ical.js 2.2.1: FREQ=YEARLY from 29 February goes on with 1 March of each year.
#
# Expected (RFC 5545, 3.3.10: "Recurrence rules may generate recurrence instances with an invalid date […]; such
#   instances MUST be ignored"): 29 February 2028, 2032 and 2036.
# Seen: 29 February 2028, 1 March 2029, 1 March 2030. With BYMONTH=2;BYMONTHDAY=29, which says the same, it is right,
#   and so is FREQ=MONTHLY from the 31st.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-fund --no-audit ical.js@2.2.1
cat >try.mjs <<'NODE'
import ICAL from "ical.js";

const days = ICAL.Recur.fromString(process.argv[2]).iterator(ICAL.Time.fromString("2028-02-29"));
console.log([1, 2, 3].map(() => days.next().toString()).join(" "));
NODE
short=$(node try.mjs "FREQ=YEARLY;COUNT=3")
long=$(node try.mjs "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;COUNT=3")
echo "by the year alone: $short; with month and day named: $long"
test "$short" = "2028-02-29 2029-03-01 2030-03-01"
test "$long" = "2028-02-29 2032-02-29 2036-02-29"
