"""Who she is, on the pages of site and endpoint: with all that the content can say, with some, with nothing."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from plugins.booking.web.rendering import THEME, Renderer
from plugins.content.office import Office
from plugins.content.office_reader import read_office
from plugins.content.pictures.brand import NO_PICTURES
from plugins.content.pictures.brand_pictures import COLOURS
from plugins.content.templates.template_filters import stylesheet
from plugins.content.templates.used_css import read_values
from tests.building import CONTENT, build

KEYS = ("portrait", "voice", "since", "languages", "clients")
OFFICE = read_office(CONTENT)
SERVICE = next(one for one in OFFICE.catalogue.services if OFFICE.testimonials_about(one.slug))
ADDRESSES = ("", "chi-sono/", "servizi/", SERVICE.address)


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the sample."""
    return _built(CONTENT, tmp_path_factory.mktemp("known"))


@pytest.fixture(scope="module")
def unknown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of one of whom nothing of the kind is known."""
    place = tmp_path_factory.mktemp("unknown")
    content = Path(shutil.copytree(CONTENT, place / "content", ignore=shutil.ignore_patterns("testimonials", "cases")))
    identity = content / "identity.yaml"
    lines = identity.read_text(encoding="utf-8").splitlines(keepends=True)
    identity.write_text("".join(one for one in lines if not one.startswith(KEYS)), encoding="utf-8")
    return _built(content, place)


def _built(content: Path, place: Path) -> Path:
    output = place / "output"
    done = build(content, output, "pelicanconf.py", "-e", f'CACHE_PATH="{place}/cache"', "SEARCH_INDEX=false")
    assert done.returncode == 0, done.stderr
    return output


def page(site: Path, address: str) -> str:
    return (site / address / "index.html").read_text(encoding="utf-8").partition("<main")[2]


@pytest.mark.parametrize("address", ADDRESSES)
def test_face_name_and_sentence_stand_together_once(known: Path, address: str) -> None:
    html = page(known, address)
    (person,) = re.findall(r'<div class="person(?: person-compact)?">(.*?)</q>', html, re.DOTALL)
    assert f'aria-label="{OFFICE.portrait_alt}"' in person
    assert OFFICE.identity.name in person
    assert html.count(str(OFFICE.identity.voice)) == 1


@pytest.mark.parametrize("address", ADDRESSES)
def test_nothing_is_left_of_her_where_nothing_is_known(unknown: Path, address: str) -> None:
    html = page(unknown, address)
    assert not re.findall(
        r'class="(?:person|head-person|testimonial|case)[^"]*"|head-with-person|id="(?:clienti|casi)"', html
    )


def test_home_shows_price_next_hour_and_one_button(known: Path) -> None:
    hero = page(known, "").partition("<section")[0]
    assert "28\N{NO-BREAK SPACE}€" in hero
    assert "gratis" in hero
    assert "/api/slots?meeting=conoscitiva" in hero
    assert hero.count('class="button"') == 1


def test_a_face_without_a_sentence_stands_with_what_she_is() -> None:
    rendered = _person(replace(OFFICE, identity=OFFICE.identity.model_copy(update={"voice": None})), compact=True)
    assert OFFICE.identity.claim in rendered
    assert "<q>" not in rendered


def test_a_sentence_without_a_face_stands_alone() -> None:
    rendered = _person(replace(OFFICE, pictures=NO_PICTURES), compact=True)
    assert "person-face" not in rendered
    assert f"<q>{OFFICE.identity.voice}</q>" in rendered


def test_a_photo_is_shown_in_its_formats() -> None:
    assert OFFICE.pictures.portrait
    photo = replace(OFFICE.pictures.portrait, address="images/r/io-portrait.webp", avif="images/r/io-portrait.avif")
    pictures = replace(OFFICE.pictures, portrait=replace(photo, drawing=None, width=480, height=600))
    rendered = _person(replace(OFFICE, pictures=pictures))
    assert '<source type="image/avif" srcset="/images/r/io-portrait.avif">' in rendered
    assert f'<img src="/images/r/io-portrait.webp" alt="{OFFICE.portrait_alt}" width="480" height="600">' in rendered


def test_each_testimonial_says_who_when_and_how_it_is_known(known: Path) -> None:
    home = page(known, "")
    for one in OFFICE.testimonials[:2]:
        note = home[home.index(one.paragraphs[0]) :].partition("</figure>")[0]
        assert one.who in note
        assert f'datetime="{one.when}"' in note
    assert home.count(OFFICE.testimonials_note) == 1


def test_a_service_shows_its_own_testimonials_and_cases(known: Path) -> None:
    html = page(known, SERVICE.address)
    for one in OFFICE.testimonials:
        assert (one.paragraphs[0] in html) == (one in OFFICE.testimonials_about(SERVICE.slug))
    for case in OFFICE.cases_about(SERVICE.slug):
        assert case.title in html
        assert all(words in html for words in case.paragraphs)


def _person(office: Office, **context: object) -> str:
    """What the endpoint's pages show of her."""
    return Renderer(lambda: office, dev=False)("partials/person.html", **context)


def test_a_drawn_face_has_the_colours_of_its_page(known: Path) -> None:
    assert OFFICE.pictures.portrait
    assert OFFICE.pictures.portrait.drawing
    used = read_values(OFFICE.pictures.portrait.drawing.html("", ""))
    assert {"--portrait-skin", "--portrait-hair", "--macro"} < used
    for address in ADDRESSES:
        style = (known / address / "index.html").read_text(encoding="utf-8").partition("</style>")[0]
        assert all(f"{name}:" in style for name in used)


def test_a_portrait_may_use_what_the_theme_has() -> None:
    css = stylesheet(THEME)
    assert [name for name in sorted(COLOURS) if f"--{name}:" not in css] == []
