#!/usr/bin/env bash
# pelican-sitemap 1.2.2 with Pelican 4.12.0: the other languages of a page are told in an attribute nobody reads.
#
# Expected (localised versions in sitemaps: `xhtml:link` with `rel`, `hreflang` and `href`, one for each language, the page's
#   own among them): `<xhtml:link rel="alternate" hreflang="en" href="https://…"/>`.
# Seen: `ref` in the place of `href`, and no link to the page itself. An alternate without an address is none, so search
#   engines that go by the sitemap never learn of a site's translations.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check "pelican[markdown]==4.12.0" pelican-sitemap==1.2.2
mkdir content
printf 'Title: Prima\nDate: 2026-01-01\nSlug: prima\nLang: it\n\nTesto.\n' >content/prima.md
printf 'Title: First\nDate: 2026-01-01\nSlug: prima\nLang: en\n\nText.\n' >content/first.md
printf 'SITEURL = "https://site.example"\nDEFAULT_LANG = "it"\nPLUGINS = ["sitemap"]\nSITEMAP = {"format": "xml"}\n' >settings.py
env/bin/pelican content --settings settings.py --output output >log
links=$(grep -o '<xhtml:link[^>]*>' output/sitemap.xml)
echo "$links"
test "$(grep -c ' ref="https://site.example/' <<<"$links")" = 2
test "$(grep -c ' href=' <<<"$links")" = 0
