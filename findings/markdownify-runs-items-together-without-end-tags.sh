#!/usr/bin/env bash
# markdownify 1.2.3 with beautifulsoup4 4.15.0: list items and table rows whose end tags are left out lose their lines.
#
# Expected (WHATWG HTML, 13.1.2.4: the end tags of li, tr and td may be left out): two items of a list on two lines, a table
#   of two rows of two cells, as html5lib and every browser read them.
# Seen: `<ul><li>a<li>b</ul>` becomes one line "* a* b", and the second row of a table ends up inside a cell of the first.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check markdownify==1.2.3 beautifulsoup4==4.15.0 2>/dev/null
cat >try.py <<'PYTHON'
from markdownify import markdownify

print(markdownify("<ul><li>a<li>b</ul>").strip())
print(len([line for line in markdownify("<table><tr><th>x<th>y<tr><td>a<td>b</table>").splitlines() if line.startswith("| a")]))
PYTHON
seen=$(env/bin/python try.py)
echo "$seen"
test "$seen" = "* a* b
0"
