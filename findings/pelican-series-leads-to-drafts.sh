#!/usr/bin/env bash
# pelican-series 3.1.1 with Pelican 4.12.0: a published post leads on to drafts and hidden posts of its series.
#
# Expected (Pelican, "Publishing drafts": a draft is not listed; `Status: hidden`: "not listed"): a series of two published
#   posts, a hidden one and a draft has two parts, as an archive, a label and a feed have.
# Seen: `article.series.all` has four, and `article.series.next` of the last published post is the hidden one: the plugin's
#   own example of a template prints the draft's title and address on each published page. A draft dated in between puts
#   itself between two published parts.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check "pelican[markdown]==4.12.0" pelican-series==3.1.1
mkdir -p content theme/templates
number=1
for status in published published hidden draft; do
  printf 'Title: Part %s, %s\nDate: 2026-01-0%s\nSeries: Journey\nStatus: %s\n\nText.\n' \
    "$number" "$status" "$number" "$status" >"content/$number.md"
  number=$((number + 1))
done
for name in index archives tags tag category categories author authors page period_archives; do
  echo "" >"theme/templates/$name.html"
done
echo '{{ article.series.next.title }}|{% for one in article.series.all %}{{ one.url }} {% endfor %}' >theme/templates/article.html
printf 'PLUGINS = ["series"]\nTHEME = "theme"\n' >settings.py
env/bin/pelican content --settings settings.py --output output >log
said=$(cat output/part-2-published.html)
echo "the second of two published parts leads on to: $said"
test "$said" = "Part 3, hidden|part-1-published.html part-2-published.html part-3-hidden.html drafts/part-4-draft.html "
