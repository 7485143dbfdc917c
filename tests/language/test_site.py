"""Nothing that a reader of the site sees is said past the catalogue."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from plugins.discovery.redirects import page as redirect
from tests.building import CONTENT, copy_checkout, edit
from tests.language.marking import CODE, Seen, take_words_away, unmarked, unmarked_on, write_language


def copied(place: Path) -> Path:
    """Code, theme and settings with a language of their own, beside a content without a word."""
    copy_checkout(place, "plugins", "theme", "pelicanconf.py", "publishconf.py")
    write_language(place / "theme" / "locales")
    take_words_away(Path(shutil.copytree(CONTENT, place / "content")))
    return place


def built(place: Path, output: Path, settings: str, *options: str) -> Path:
    command = [sys.executable, "-m", "pelican", "content", "-s", settings, "-o", str(output), "--fatal", "errors"]
    command += ["-e", "SEARCH_INDEX=false", "PACK=false"]
    done = subprocess.run([*command, *options], cwd=place, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr + done.stdout
    return output


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied(tmp_path_factory.mktemp("language"))


def found(output: Path) -> dict[str, list[tuple[str, str]]]:
    pages = {file.relative_to(output).as_posix(): file.read_text(encoding="utf-8") for file in output.rglob("*.html")}
    return {name: left for name, page in pages.items() if (left := unmarked_on(page))}


def test_public_site_feeds_and_guide_are_all_translated(place: Path, tmp_path: Path) -> None:
    output = built(place, tmp_path / "public", "publishconf.py", "-e", 'TODAY="2026-11-25"')
    _feeds_and_guide(output)
    assert found(output) == {}
    home = (output / "index.html").read_text(encoding="utf-8")
    assert '<html lang="el-GR"' in home
    assert '<meta property="og:locale" content="el_GR">' in home
    assert '"inLanguage":"el-GR"' in home
    said = " ".join(text for file in output.rglob("*.html") for _, text in Seen(file.read_text("utf-8")).texts)
    # What was looked for was there: marks, Greek months and Greek amounts.
    assert "⟦Scegli giorno e ora⟧" in said
    assert "Νοεμβρίου" in said
    assert re.search(r"⟦da ⟧28\xa0€ x", said)


def test_a_site_being_written_speaks_out_of_the_catalogue(place: Path, tmp_path: Path) -> None:
    draft = place / "content" / "blog" / "bozza.md"
    front = "---\ntitle: xx\ndate: 2026-11-01\ncategory: x\nsummary: xxx\nstatus: draft\n---\n"
    table = "x[^1]\n\n| x | x |\n|---|---|\n| x | x |\n\n[^1]: x\n"
    try:
        draft.write_text(front + table, encoding="utf-8")
        options = ("-e", 'TODAY="2026-11-25"', "LIVE_RELOAD=true")
        output = built(place, tmp_path / "output", "pelicanconf.py", *options)
    finally:
        draft.unlink()
    assert found(output) == {}
    listed = (output / "blog" / "index.html").read_text(encoding="utf-8")
    assert "⟦In preparazione⟧" in listed
    assert "⟦Bozza⟧" in listed
    assert 'data-wrong="⟦Da correggere:⟧"' in listed
    page = (output / "drafts" / "blog" / "bozza" / "index.html").read_text(encoding="utf-8")
    assert 'aria-label="⟦Tabella⟧"' in page
    assert 'title="⟦Torna alla nota ⟧1⟦ nel testo⟧"' in page


def test_untranslated_word_is_found_on_each_page_that_shows_it(tmp_path: Path) -> None:
    place = copied(tmp_path / "place")
    edit(place / "theme/templates/partials/blog_aside.html", '{{ _("Tutte le etichette") }}', "Tutte le etichette")
    edit(place / "theme/templates/partials/header.html", '{{ _("Principale") }}', "Principale")
    output = built(place, tmp_path / "output", "pelicanconf.py")
    left = found(output)
    assert left.keys() == {file.relative_to(output).as_posix() for file in output.rglob("*.html")}
    assert left["index.html"] == [("nav aria-label", "Principale")]
    assert left["blog/index.html"] == [("nav aria-label", "Principale"), ("a", "Tutte le etichette")]


def _feeds_and_guide(output: Path) -> None:
    feeds = [ElementTree.fromstring(file.read_bytes()) for file in output.rglob("feed.xml")]
    assert feeds
    for feed in feeds:
        assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == "el-GR"
        for element in feed.iter():
            text = re.sub(r"<[^>]*>", " ", element.text or "")
            assert element.tag.endswith(("}id", "}uri")) or unmarked(re.sub(r"[\d-]+T[\d:+-]+", " ", text)) == []
    guide = (output / "llms.txt").read_text(encoding="utf-8")
    assert "## ⟦Articoli⟧" in guide
    assert unmarked(re.sub(r"\]\([^)]*\)", "] ", guide)) == []
    assert '"lang": "el-GR"' in (output / "manifest.webmanifest").read_text(encoding="utf-8")


def test_a_page_left_behind_says_so_out_of_the_catalogue(with_marks: None) -> None:
    from plugins.content.locale import language
    from plugins.domain.language import speak

    speak(language(CODE))
    assert unmarked_on(redirect("https://x.xx/", "xx")) == []
    assert "⟦Adesso è qui⟧" in redirect("https://x.xx/", "xx")
