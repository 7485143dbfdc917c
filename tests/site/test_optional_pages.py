"""A site without some of the pages builds, and leads to none of them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from plugins.content.base.faults import ContentError
from plugins.content.site import read_site
from tests.booking.office import write_content, write_front_matter, write_json
from tests.building import build

SITE = "https://sito.example"
OPTIONAL = ("blog", "cerca", "contatti", "grazie", "prenota", "privacy", "servizi")
# The endpoint answers these.
ANSWERED = ("api", "appuntamenti", "messaggi", "health")
POST = {"title": "Un articolo", "date": "2026-02-03", "category": "Back office", "tags": ["tempo"]}
_LINK = re.compile(r"""\s(?:href|src|action|content|data-search)=["']([^"']*)["']""")


def content_without(folder: Path, *pages: str) -> Path:
    content = write_content(folder / "content")
    if "blog" not in pages:
        write_front_matter(content / "blog" / "un-articolo.md", POST | {"service": "ricerca"})
        write_front_matter(content / "blog" / "un-altro.md", POST)
    for slug in pages:
        (content / "pages" / f"{slug}.md").unlink()
    return content


def built(folder: Path, content: Path) -> Path:
    output = folder / "output"
    more = (f'SITEURL="{SITE}"', f'FEED_DOMAIN="{SITE}"', f'CACHE_PATH="{folder}/cache"')
    done = build(content, output, "pelicanconf.py", "-e", *more)
    assert done.returncode == 0, done.stdout + done.stderr
    return output


def links(output: Path) -> Iterator[tuple[str, str]]:
    """Every address that a page, a feed, the sitemap or the manifest leads to, with the file that does."""
    for file in sorted(output.rglob("*")):
        if file.suffix in (".html", ".xml", ".txt", ".webmanifest") and "pagefind" not in file.parts:
            text, name = file.read_text(encoding="utf-8"), file.relative_to(output).as_posix()
            found = _LINK.findall(text) if file.suffix == ".html" else []
            found += re.findall(rf"{re.escape(SITE)}[^\s\"'<>)\\]*", text)
            yield from ((name, unescape(link)) for link in found)


def dead(output: Path) -> set[tuple[str, str]]:
    return {(name, link) for name, link in links(output) if not leads(output, link)}


def leads(output: Path, link: str) -> bool:
    parts = urlsplit(link.removeprefix(SITE))
    path = unquote(parts.path).lstrip("/")
    if parts.scheme or parts.netloc or not link.startswith((SITE, "/")) or path.split("/")[0] in ANSWERED:
        return True
    return (output / path / "index.html").is_file() if path.endswith("/") or not path else (output / path).is_file()


@pytest.mark.some_cases(2)
@pytest.mark.parametrize("page", OPTIONAL)
def test_a_site_without_a_page_leads_nowhere_dead(tmp_path: Path, page: str) -> None:
    output = built(tmp_path, content_without(tmp_path, page))
    assert dead(output) == set()
    assert not (output / page).exists() or page == "servizi"


def test_a_site_of_two_pages_leads_nowhere_dead(tmp_path: Path) -> None:
    content = content_without(tmp_path, *OPTIONAL)
    identity = json.loads((content / "identity.yaml").read_text(encoding="utf-8"))
    write_json(content / "identity.yaml", {k: v for k, v in identity.items() if k not in ("vat_number", "legal")})
    output = built(tmp_path, content)
    assert dead(output) == set()
    assert not {name for name in ("feed.xml", "blog", "pagefind") if (output / name).exists()}
    home = (output / "index.html").read_text(encoding="utf-8")
    assert not re.search(r"IVA|vatID|None", home)
    assert '"/appuntamenti/orari"' in home


def test_a_blog_without_posts_has_its_feed(tmp_path: Path) -> None:
    content = content_without(tmp_path)
    for post in (content / "blog").iterdir():
        post.unlink()
    output = built(tmp_path, content)
    assert dead(output) == set()
    assert "1970-01-01" in (output / "feed.xml").read_text(encoding="utf-8")


def test_links_and_prices_of_the_content_reach_the_pages(tmp_path: Path) -> None:
    content = content_without(tmp_path, "privacy")
    identity = json.loads((content / "identity.yaml").read_text(encoding="utf-8"))
    more = [{"title": "I miei dati", "page": "cerca"}, {"title": "Albo", "url": "https://albo.example/"}]
    abroad = {"country": "CH", "vat_number": "CHE-107.787.577 IVA", "links": more}
    write_json(content / "identity.yaml", identity | abroad)
    prices = {"ricerca": {"exact": 70, "unit": "a seduta"}, "telefono": {"on_request": True}}
    for slug, price in prices.items():
        said = {"title": slug, "summary": "In breve.", "meeting": "conoscitiva", "price": price}
        write_front_matter(content / "services" / "macro" / f"{slug}.md", said)
    output = built(tmp_path, content)
    assert dead(output) == set()
    home = (output / "index.html").read_text(encoding="utf-8")
    assert f'<a href="{SITE}/cerca/">I miei dati</a>' in home
    assert '<a href="https://albo.example/">Albo</a>' in home
    assert "Partita IVA CHE-107.787.577 IVA" in home
    assert '"vatID":"CHE-107.787.577 IVA"' in home
    assert home.count(f"{SITE}/cerca/") == 1
    for told in ("70\xa0CHF a seduta", "prezzo su richiesta"):
        assert told in home
        assert told in (output / "llms.txt").read_text(encoding="utf-8")
    exact = (output / "servizi/macro/ricerca/index.html").read_text(encoding="utf-8")
    specification = '{"@type":"UnitPriceSpecification","price":70,"priceCurrency":"CHF","unitText":"a seduta"}'
    assert f'"priceSpecification":{specification}' in exact
    assert "priceSpecification" not in (output / "servizi/macro/telefono/index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("page", "more", "told"),
    [
        ("home", {}, "pages/home.md:1 — È da questa pagina che il sito comincia. Manca la pagina «home»."),
        ("404", {}, "pages/404.md:1 — È questa la pagina che trova chi segue un indirizzo che non c’è. Manca"),
        (
            "prenota",
            {"pages/home.md": {"action": {"label": "Prenota"}}},
            "pages/home.md:4 — Questo pulsante porta alla",
        ),
        (
            "contatti",
            {"pages/servizi.md": {"action": {"label": "Scrivi"}}},
            "pages/servizi.md:4 — Questo pulsante porta",
        ),
        ("blog", {"blog/uno.md": POST}, "blog/uno.md:3 — Gli articoli stanno nella pagina «blog», che non è in linea."),
    ],
)
def test_who_leads_to_a_missing_page_is_told(
    tmp_path: Path, page: str, more: dict[str, dict[str, object]], told: str
) -> None:
    content = content_without(tmp_path, page)
    for file, keys in more.items():
        write_front_matter(content / file, {"title": "Titolo"} | keys)
    with pytest.raises(ContentError) as caught:
        read_site(content)
    assert len(caught.value.faults) == 1
    assert str(caught.value.faults[0]).startswith(told)


def test_a_draft_is_no_page_to_lead_to(tmp_path: Path) -> None:
    content = content_without(tmp_path, "prenota", "privacy")
    write_front_matter(content / "pages" / "privacy.md", {"title": "Privacy", "status": "draft"})
    identity = json.loads((content / "identity.yaml").read_text(encoding="utf-8"))
    write_json(content / "identity.yaml", identity | {"links": [{"title": "Privacy", "page": "privacy"}]})
    with pytest.raises(
        ContentError, match=r"identity\.yaml:\d+ — La pagina «privacy» non è in linea. Scegli fra 404, b"
    ):
        read_site(content)
