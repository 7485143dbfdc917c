"""An article's page: its table of contents, how long it takes, its dates, and where it leads."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from plugins.content.office_reader import read_office
from tests.building import CONTENT, build

HEAD = "title: Prova\ndate: 2026-05-04\nmodified: 2026-06-01\ncategory: Mestiere\nsummary: Una prova.\n"
SECTIONS = "\n\n".join(f"## {name}\n\n{'parola ' * 200}" for name in ("Uno & *due*", "Tre", "Quattro"))
SERVICE = read_office(CONTENT).catalogue.services[0]


@pytest.fixture(scope="module")
def articles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the built articles: `lungo` of three sections and a service, `corto` of two and none."""
    place = tmp_path_factory.mktemp("articles")
    content = Path(shutil.copytree(CONTENT, place / "content"))
    for name, more, text in [
        ("lungo", f"service: {SERVICE.slug}\n", SECTIONS),
        ("corto", "", SECTIONS.rpartition("## ")[0]),
    ]:
        (content / "blog" / f"{name}.md").write_text(f"---\n{HEAD}slug: {name}\n{more}---\n{text}\n", encoding="utf-8")
    done = build(content, place / "output")
    assert done.returncode == 0, done.stderr
    return place / "output" / "blog"


def page(articles: Path, name: str) -> str:
    return (articles / name / "index.html").read_text(encoding="utf-8")


def test_article_of_three_sections_opens_with_a_table_of_contents(articles: Path) -> None:
    html = page(articles, "lungo")
    contents = re.findall(r'<li><a href="#([^"]+)">([^<]+)</a></li>', html)
    assert [words for _, words in contents] == ["Uno &amp; due", "Tre", "Quattro"]
    assert all(f'<h2 id="{name}">' in html for name, _ in contents)


def test_a_shorter_one_has_none(articles: Path) -> None:
    assert 'class="label toc' not in page(articles, "corto")


def test_article_shows_reading_time_publication_and_revision_dates(articles: Path) -> None:
    html = page(articles, "lungo")
    assert "3 minuti di lettura" in html
    assert '<time datetime="2026-05-04">4 maggio 2026</time>' in html
    assert 'aggiornato il <time datetime="2026-06-01">1 giugno 2026</time>' in html


def test_an_article_leads_to_a_booking_with_its_service_chosen(articles: Path) -> None:
    html = page(articles, "lungo")
    assert f'href="/{SERVICE.address}"' in html
    assert f'href="/appuntamenti/orari?meeting={SERVICE.meeting}&amp;service={SERVICE.slug}"' in html


def test_one_without_a_service_leads_to_the_first_meeting(articles: Path) -> None:
    meeting = read_office(CONTENT).availability.meetings[0]
    assert f'href="/appuntamenti/orari?meeting={meeting.slug}"' in page(articles, "corto")


@pytest.mark.parametrize(
    ("place", "current"),
    [
        ("lungo", [("/blog/", "true")]),
        (".", [("/blog/", "page")]),
        ("..", [("/", "page")]),
        ("../servizi", [("/servizi/", "page")]),
        (f"../{SERVICE.address}", [("/servizi/", "true")]),
        ("../prenota", [("/prenota/", "page")]),
    ],
)
def test_menu_tells_a_page_from_those_below_it(articles: Path, place: str, current: list[tuple[str, str]]) -> None:
    header = page(articles, place).partition("</header>")[0]
    assert re.findall(r'href="([^"]*)" aria-current="(\w+)"', header) == current
