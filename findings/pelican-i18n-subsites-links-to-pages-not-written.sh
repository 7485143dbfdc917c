#!/usr/bin/env bash
# pelican-i18n-subsites 1.0.0 with Pelican 4.12.0: a translation's link to a post without one leads to no page.
#
# Expected (Pelican, "Linking to internal content": `{filename}` leads to the page of that source file): in the subsite of a
#   second language, a link to a post that exists in the first language only leads to that post, or to where it was put.
# Seen: with the plugin's default for what is not translated, the post becomes a draft of the subsite, and the link names
#   `/en/blog/second/`, where nothing is written: neither the original's address nor the draft's. The same on the subsite's
#   lists that show the text. Pelican ends with 0 and warns of nothing.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check "pelican[markdown]==4.12.0" pelican-i18n-subsites==1.0.0
mkdir content
printf 'Title: Prima\nDate: 2026-01-01\nSlug: first\nLang: it\n\nTesto.\n' >content/first.md
printf 'Title: First\nDate: 2026-01-01\nSlug: first\nLang: en\n\nText, and [more]({filename}second.md).\n' >content/first-en.md
printf 'Title: Seconda\nDate: 2026-01-02\nSlug: second\nLang: it\n\nTesto.\n' >content/second.md
cat >settings.py <<'SETTINGS'
SITEURL = "https://site.example"
DEFAULT_LANG = "it"
PLUGINS = ["i18n_subsites"]
I18N_SUBSITES = {"en": {"SITENAME": "Site"}}
ARTICLE_URL = ARTICLE_LANG_URL = "blog/{slug}/"
ARTICLE_SAVE_AS = ARTICLE_LANG_SAVE_AS = "blog/{slug}/index.html"
SETTINGS
env/bin/pelican content --settings settings.py --output output >log 2>&1
link=$(grep -o 'href="[^"]*">more' output/en/blog/first/index.html)
echo "the link in the translation: $link"
test "$link" = 'href="https://site.example/en/blog/second/">more'
test ! -e output/en/blog/second
test -e output/blog/second/index.html
test "$(grep -ciE 'warning|error' log)" = 0
