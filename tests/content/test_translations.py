"""Translations: texts beside their originals, and words by language."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from plugins.content.base.faults import ContentError
from plugins.content.base.yaml_locations import parse_yaml
from plugins.content.office_reader import read_office
from plugins.content.site import Site, read_site
from plugins.content.translations import content_language, in_language
from plugins.domain.language import own_language, spoken
from tests.building import CONTENT

HOME = "---\ntitle: Virtual assistant\nheading: You do your job.\n---\nHello.\n"
SERVICE = "---\ntitle: Email and phone\nslug: email-and-phone\nprice: {unit: an hour}\nfaq: []\n---\nA full inbox.\n"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CONTENT, tmp_path / "content", ignore=shutil.ignore_patterns("*.en.md")))


def _write(content: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (content / f"{name}.en.md").write_text(text, encoding="utf-8")


def _english(content: Path) -> Site:
    return read_site(content).further["en"]


def test_without_a_translated_home_there_is_no_language(content: Path) -> None:
    (content / "pages" / "contatti.en.md").write_text("---\ntitle: Contact\n---\nHi.\n", encoding="utf-8")
    site = read_site(content)
    assert not site.further
    assert "pages/contatti.en.md" not in site.sources


def test_what_a_translation_leaves_out_is_its_originals(content: Path) -> None:
    _write(content, {"pages/home": HOME})
    (content / "services/micro/index.en.md").write_text("---\ntitle: Everyday\nslug: day\n---\n", encoding="utf-8")
    (content / "services/micro/posta-e-telefono.en.md").write_text(SERVICE, encoding="utf-8")
    there = _english(content).office.catalogue.services[0]
    original = read_office(content).catalogue.service("posta-e-telefono")
    assert original
    assert original.price
    assert there.price
    assert (there.slug, there.title) == (original.slug, "Email and phone")
    assert there.address == "en/services/day/email-and-phone/"
    assert (there.price.amount, there.price.unit) == (original.price.amount, "an hour")
    assert (there.meeting, there.faq) == (original.meeting, ())


def test_a_service_without_its_translated_area_is_left_out(content: Path) -> None:
    _write(content, {"pages/home": HOME})
    (content / "services/micro/posta-e-telefono.en.md").write_text(SERVICE, encoding="utf-8")
    assert not _english(content).office.catalogue.services


def test_texts_lie_below_the_languages_prefix(content: Path) -> None:
    _write(content, {"pages/home": HOME, "pages/prenota": "---\ntitle: Book\n---\nBook.\n"})
    (content / "blog/cosa-delegare-per-primo.en.md").write_text("---\ntitle: First\nslug: first\n---\nA.\n", "utf-8")
    english = _english(content)
    assert english.office.booking_address == "en/book/"
    assert english.sources["blog/cosa-delegare-per-primo.md"].value.address == "en/blog/first/"
    assert english.office.pages[0].address == "en/"


def test_a_fault_of_a_translation_names_its_own_line(content: Path) -> None:
    _write(content, {"pages/home": HOME.replace("heading:", "headign:")})
    with pytest.raises(ContentError, match=r"pages/home\.en\.md:3 — .*headign"):
        read_site(content)


@pytest.mark.parametrize("slug", ["api", "appuntamenti", "messaggi"])
def test_a_translation_takes_no_address_of_the_endpoint(content: Path, slug: str) -> None:
    page = f"---\ntitle: About\nslug: {slug}\n---\nMe.\n"
    _write(content, {"pages/home": HOME, "pages/chi-sono": page})
    with pytest.raises(ContentError, match=rf"pages/chi-sono\.en\.md:3 — .*/en/{slug}/"):
        read_site(content)


def test_a_translation_has_no_old_addresses_of_its_original(content: Path) -> None:
    path = content / "pages" / "home.md"
    path.write_text(path.read_text("utf-8").replace("---\n", "---\naliases: [/vecchia/]\n", 1), "utf-8")
    _write(content, {"pages/home": HOME})
    assert _english(content).office.pages[0].aliases == ()


def test_words_by_language_are_chosen(content: Path) -> None:
    identity = content / "identity.yaml"
    text = identity.read_text("utf-8").replace("claim: ", "claim: {it: Eccomi, en: Here I am}\nregion_was: ", 1)
    identity.write_text("\n".join(one for one in text.splitlines() if "region_was" not in one), "utf-8")
    _write(content, {"pages/home": HOME})
    office = read_office(content)
    assert [office.identity.claim, office.in_language("en").identity.claim] == ["Eccomi", "Here I am"]
    assert office.in_language("fr") is office


def test_words_that_lack_are_those_of_languages_listed_before() -> None:
    document = parse_yaml(Path("identity.yaml"), "languages: [it, en, de]\na: {it: uno, en: one}\nb: {it: due}\nc: 3")
    assert content_language(document, "de").chain == ("de", "en", "it")
    german = in_language(document, content_language(document, "de")).values
    assert (german["a"], german["b"], german["c"]) == ("one", "due", 3)


def test_reading_a_further_language_leaves_the_own_in_force(content: Path) -> None:
    _write(content, {"pages/home": HOME})
    read_site(content)
    assert spoken() is own_language()
    assert spoken().code == "it"
