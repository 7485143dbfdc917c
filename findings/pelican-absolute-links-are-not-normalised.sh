#!/usr/bin/env bash
# Pelican 4.12.0: `{filename}` with two dots in it works beside the page, and not from the content's root.
#
# Expected: `{filename}../pages/b.md` and `{filename}/blog/../pages/b.md` name one file, and both become its address.
# Seen: the first does; of the second Pelican warns that it is not found, exits with 0, and publishes a link to
#   `{filename}/blog/../pages/b.md` as it was typed. `--fatal errors` lets it pass, for it is a warning.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check 'pelican[markdown]==4.12.0' 2>/dev/null
mkdir -p content/blog content/pages
printf 'Title: B\n\nB.\n' >content/pages/b.md
cat >content/blog/a.md <<'MARKDOWN'
Title: A
Date: 2026-01-01

[beside]({filename}../pages/b.md) [root]({filename}/blog/../pages/b.md)
MARKDOWN
env/bin/pelican content -o output --fatal errors >said 2>&1
page=output/a.html
echo "exit 0, and on the page:" "$(grep -o 'href="[^"]*">\(beside\|root\)<' "$page" | tr '\n' ' ')"
grep -q 'href="[^"{]*pages/b.html">beside<' "$page"
grep -q 'href="{filename}/blog/../pages/b.md">root<' "$page"
grep -q "Unable to find" said
