#!/usr/bin/env bash
# python-dateutil 2.9.0.post0: BYDAY with weekdays of which some have a place and some have none never happens.
#
# Expected (RFC 5545, 3.3.10: each value of BYDAY adds its days): FREQ=MONTHLY;BYDAY=MO,1FR is every Monday and the
#   first Friday of each month.
# Seen: only days that are both, so none at all; and since the rule never happens, the search goes on until the year
#   9999, which takes seconds. Each half alone, and both as two rules, are right.
# So a meeting on such days is missing in every calendar read by it, and whoever sends the rule keeps a reader busy.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check python-dateutil==2.9.0.post0 2>/dev/null
cat >try.py <<'PYTHON'
import sys
from datetime import datetime
from itertools import islice

from dateutil.rrule import rrulestr

rule = rrulestr(f"FREQ=MONTHLY;BYDAY={sys.argv[1]}", dtstart=datetime(2027, 3, 1, 9))
print(*(f"{one:%d.%m.}" for one in islice(rule, 6)))
PYTHON
for days in MO 1FR MO,1FR; do echo "BYDAY=$days: $(env/bin/python try.py "$days")"; done
test "$(env/bin/python try.py MO)" = "01.03. 08.03. 15.03. 22.03. 29.03. 05.04."
test "$(env/bin/python try.py 1FR)" = "05.03. 02.04. 07.05. 04.06. 02.07. 06.08."
test -z "$(env/bin/python try.py MO,1FR)"
