"""A post or page in reStructuredText is held to the same rules as one in Markdown."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from plugins.content.front_matter import Post
from plugins.content.markup.rst_parts import rst_parts
from plugins.content.site import read_site
from plugins.publishing.checks.check import check
from tests.building import CONTENT, build
from tests.cpu_time import quiet_seconds

POST = """Prima prova
###########

:date: 2026-03-04
:category: Back office
:tags: tempo, agenda
:summary: Una prova.
:aliases: /Vecchio.html, /altro/

Parole con ``codice``, `i servizi <{filename}/pages/servizi.md>`_ e
`la posta <{filename}/blog/la-posta-non-e-una-lista.md>`_.

Prima sezione
=============

.. image:: {static}/images/scrivania.svg
   :alt: Una scrivania
   :width: 50%

.. code-block:: python

   print("{filename}")

Seconda
=======

Vedi `sopra <#prima-sezione>`_.
"""


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CONTENT, tmp_path / "content"))


def put(content: Path, text: str, name: str = "blog/prova.rst") -> list[str]:
    (content / name).write_text(text, encoding="utf-8")
    return [str(fault) for fault in check(content).errors]


def test_a_post_in_rest_passes_and_has_its_keys(content: Path) -> None:
    assert put(content, POST) == []
    source = read_site(content).sources["blog/prova.rst"]
    post = source.value
    assert isinstance(post, Post)
    assert (post.title, str(post.date), post.slug) == ("Prima prova", "2026-03-04", "prova")
    assert (post.category, post.tags, post.aliases) == (
        "Back office",
        ("tempo", "agenda"),
        ("/Vecchio.html", "/altro/"),
    )
    assert source.document.line(("tags",)) == 6


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        (":date: 2026-03-04", ":date: 2026-13-04", 4, "non esiste"),
        (":date: 2026-03-04", ":date: 2026-03-04 10:00", 4, "«date»"),
        (":summary:", ":sumary:", 7, "«sumary» non è un campo previsto"),
        (":category: Back office\n", "", 1, "«category» manca"),
        ("/Vecchio.html", "https://old.example/a", 8, "non è un indirizzo di questo sito"),
        ("/pages/servizi.md", "/pages/servizio.md", 10, "non porta a nessuna pagina"),
        ("la-posta-non-e", "la-posta-e", 11, "non porta a nessuna pagina"),
        ("images/scrivania.svg", "images/scrivani.svg", 16, "porta a un file che non c’è"),
        ("   :alt: Una scrivania\n", "", 16, "non ha un testo per chi non la vede"),
        ("<#prima-sezione>", "<#terza>", 27, "la sezione «#terza» non c’è"),
        ("``codice``", "|codice|", 10, "Undefined substitution"),
        (".. code-block::", ".. include:: /etc/passwd\n\n.. code-block::", 20, "«include» qui non vale"),
        (".. code-block::", ".. raw:: html\n\n   <script>x</script>\n\n.. code-block::", 20, "«raw» qui non vale"),
        (".. code-block::", ".. csv-table::\n   :file: /etc/passwd\n\n.. code-block::", 20, "errore"),
        ("   :width: 50%", "   :loading: embed", 16, "«image» qui non vale"),
        ("Seconda\n=======", "Seconda\n====", 25, "underline too short"),
    ],
)
def test_faults_of_rest_are_told_on_their_lines(content: Path, old: str, new: str, line: int, told: str) -> None:
    assert old in POST
    found = put(content, POST.replace(old, new, 1))
    assert len(found) == 1, found
    assert found[0].startswith(f"blog/prova.rst:{line} — ")
    assert told in found[0]


@pytest.mark.parametrize("name", ["prova.html", "prova.adoc", "prova.RST", "prova.rest"])
def test_texts_that_become_no_page_are_told(content: Path, name: str) -> None:
    found = put(content, "Parole.\n", f"blog/{name}")
    assert [fault.startswith(f"blog/{name}:1 — Non diventa una pagina") for fault in found] == [True]


def test_one_address_in_two_formats_is_told(content: Path) -> None:
    found = put(content, POST, "blog/la-posta-non-e-una-lista.rst")
    assert any("è già di" in fault for fault in found)


def test_the_site_shows_a_text_in_rest(content: Path, tmp_path: Path) -> None:
    put(content, POST)
    page = "Chi siamo\n=========\n\nVedi `la prova <{filename}/blog/prova.rst#seconda>`_.\n"
    assert put(content, page, "pages/chi-siamo.rst") == []
    done = build(content, tmp_path / "output")
    assert done.returncode == 0, done.stdout + done.stderr
    html = (tmp_path / "output" / "blog" / "prova" / "index.html").read_text(encoding="utf-8")
    assert '<h2 id="prima-sezione">Prima sezione</h2>' in html
    assert 'href="/servizi/"' in html
    assert '<code class="language-python">print(' in html
    assert "&quot;{filename}&quot;" in html or '"{filename}"' in html
    assert "style=" not in html.split("<article")[1].split("</article>")[0]
    assert (tmp_path / "output" / "Vecchio.html").exists()
    about = (tmp_path / "output" / "chi-siamo" / "index.html").read_text(encoding="utf-8")
    assert 'href="/blog/prova/#seconda"' in about


BOMB = (
    "".join(f".. |a{number}| replace:: {f'|a{number + 1}| ' * 8}\n" for number in range(12)) + ".. |a12| replace:: x\n"
)


@pytest.mark.parametrize(
    "text", [f"{BOMB}\n|a0|\n", f":abbr:`{'(' * 15_000}`\n", f":abbr:`{'a (' * 6_000}`\n", f"{'|a ' * 30_000}\n"]
)
def test_no_text_takes_long_to_read(text: str) -> None:
    assert quiet_seconds(lambda: rst_parts(text)) < 2


def test_substitutions_without_bound_are_told() -> None:
    assert "substitutions" in rst_parts(f"{BOMB}\n|a0|\n").faults[0][1]
    few = rst_parts(".. |a| replace:: |b| |b|\n.. |b| replace:: x\n\n|a|\n")
    assert (few.faults, "x x" in few.html) == ([], True)


def test_a_role_of_one_text_is_unknown_to_others() -> None:
    assert 'class="mine"' in rst_parts(".. role:: mine\n\n:mine:`x`\n").html
    assert rst_parts(":mine:`x`\n").faults
