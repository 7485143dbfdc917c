#!/usr/bin/env bash
# Babel 2.18.0: Bulgaria's currency is still the lev for days of 2026, though it has had the euro since 1 January 2026.
#
# Expected (Regulation (EC) 974/98 as amended in 2025): `get_territory_currencies("BG")` for a day of 2026 gives EUR, as it gives
#   EUR for Croatia since 2023.
# Seen: BGN, so that prices of a site in Bulgaria come out in a currency that is no more.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check babel==2.18.0 2>/dev/null
cat >try.py <<'PYTHON'
from datetime import date

from babel.numbers import get_territory_currencies

print(*get_territory_currencies("HR", date(2024, 6, 1)), *get_territory_currencies("BG", date(2026, 6, 1)))
PYTHON
seen=$(env/bin/python try.py)
echo "Croatia in 2024 and Bulgaria in 2026: $seen"
test "$seen" = "EUR BGN"
