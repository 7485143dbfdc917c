#!/usr/bin/env bash
# Pelican 4.12.0: once it is imported, a warning that another program's logger repeats is shown once a process.
#
# Expected (logging of the standard library): each call of `warning` on a logger that is none of Pelican's is shown.
# Seen: `import pelican` makes its own class that of all loggers made afterwards, and of equal warnings it lets the
#   first pass; errors are shown each time. Tests that look for a second warning find none, and so does an operator.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check pelican==4.12.0 2>/dev/null
cat >try.py <<'PYTHON'
import logging
import sys

if sys.argv[1] == "with":
    import pelican
logging.basicConfig(format="%(levelname)s %(message)s")
other = logging.getLogger("somebody.else")
for _ in range(3):
    other.warning("the disk is nearly full")
    other.error("the disk is full")
PYTHON
warnings() { env/bin/python try.py "$1" 2>&1 | grep -c "^WARNING the disk" || true; }
errors() { env/bin/python try.py "$1" 2>&1 | grep -c "^ERROR the disk" || true; }
echo "three warnings, shown without Pelican: $(warnings without), with it: $(warnings with); errors: $(errors with)"
test "$(warnings without)" = 3
test "$(warnings with)" = 1
test "$(errors with)" = 3
