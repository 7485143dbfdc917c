"""The JSON-LD says nothing that the page does not show, in terms that schema.org has."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from plugins.content.language_names import language_names
from plugins.content.office_reader import read_office
from plugins.content.pictures.brand import Brand, BrandPicture
from plugins.content.templates.formats import money, price
from plugins.discovery.json_ld import Graph, script
from tests.building import CONTENT, ROOT
from tests.discovery.reading import SITE, Reading, pages

BROWSER = ROOT / "tests" / "browser"
# Said by where a node stands or by its kind, and not in words.
UNSEEN = {"@type", "@id", "position", "priceCurrency", "inLanguage"}
ADDRESSES = {"url", "item", "mainEntityOfPage", "sameAs", "image"}
DATES = {"datePublished", "dateModified"}


@pytest.fixture(scope="module")
def read(published: Path) -> dict[str, Reading]:
    return pages(published)


def said(node: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - JSON
    """Every key with its value, of a node and of all inside it."""
    for key, value in node.items():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict):
                yield from said(one)
            else:
                yield key, one


def test_every_value_can_be_read_on_its_page(read: dict[str, Reading]) -> None:
    unseen = []
    for address, page in read.items():
        # A site's own name leads home from every page.
        leads = {SITE + address, *page.targets}
        for node in page.graph:
            for key, value in said(node):
                if key in UNSEEN or (key == "image" and value == page.metas.get("og:image")):
                    continue
                if key in ADDRESSES:
                    shown = value in leads
                elif key in DATES:
                    shown = value in page.times
                elif key == "knowsLanguage":
                    shown = language_names([value])[0] in page.text
                elif key == "minPrice":
                    shown = " ".join(money(value).split()) in page.text
                else:
                    shown = " ".join(str(value).split()) in page.text
                if not shown:
                    unseen.append((address, key, value))
    assert unseen == []


def test_each_kind_of_page_says_what_it_is(read: dict[str, Reading]) -> None:
    kinds = {address: [node["@type"] for node in page.graph] for address, page in read.items()}
    assert kinds["/"] == ["WebSite", "Person", "ProfessionalService", "OfferCatalog"]
    assert kinds["/chi-sono/"] == kinds["/contatti/"] == ["Person", "ProfessionalService"]
    assert kinds["/servizi/"] == ["OfferCatalog"]
    assert kinds["/servizi/macro/"] == ["OfferCatalog", "ProfessionalService", "BreadcrumbList"]
    assert kinds["/servizi/macro/verifica-costi/"] == ["Service", "ProfessionalService", "BreadcrumbList"]
    posts = [address for address, page in read.items() if page.metas.get("og:type") == "article"]
    assert len(posts) == len(list(CONTENT.glob("blog/*.md")))
    for address in posts:
        assert kinds[address] == ["BlogPosting", "Person", "ProfessionalService", "BreadcrumbList"]


def test_only_pages_that_show_her_say_her_languages(read: dict[str, Reading]) -> None:
    told = {
        address: node.get("knowsLanguage")
        for address, page in read.items()
        for node in page.graph
        if node["@type"] == "Person"
    }
    assert {address for address, languages in told.items() if languages} == {"/", "/chi-sono/"}
    assert told["/"] == ["it", "en"]


def test_her_photo_is_her_image_and_a_drawing_is_not() -> None:
    office = read_office(CONTENT)
    assert "image" not in Graph(SITE, office).person()
    photo = BrandPicture("images/r/io-1-400.webp", 400, 500, "images/r/io-1-400.avif")
    office = replace(office, pictures=Brand(portrait=photo))
    assert Graph(SITE, office).person()["image"] == f"{SITE}/images/r/io-1-400.webp"
    assert "image" not in Graph(SITE, office).person(is_shown=False)


def test_no_page_reviews_its_own_business(read: dict[str, Reading]) -> None:
    keys = {key for page in read.values() for node in page.graph for key, _value in said(node)}
    types = {value for page in read.values() for node in page.graph for key, value in said(node) if key == "@type"}
    assert not keys & {"review", "reviews", "aggregateRating", "reviewRating"}
    assert not types & {"Review", "AggregateRating", "Rating"}


def test_no_page_says_how_a_client_consented(published: Path) -> None:
    office = read_office(CONTENT)
    consents = [one.consent for one in (*office.testimonials, *office.cases)]
    assert all(consents)
    for file in published.rglob("*"):
        if file.is_file() and file.suffix in (".html", ".xml", ".txt", ".json"):
            text = file.read_text(encoding="utf-8")
            assert not [consent for consent in consents if str(consent) in text], file


def test_json_ld_references_are_defined_on_the_page_or_home(read: dict[str, Reading]) -> None:
    def ids(page: Reading) -> set[str]:
        return {value for node in page.graph for key, value in said(node) if key == "@id"}

    def told(page: Reading) -> set[str]:
        return {node["@id"] for node in page.graph}

    for page in read.values():
        offered = {value for value in ids(page) if value.endswith(("#servizio", "#catalogo"))}
        assert ids(page) - offered <= told(page) | told(read["/"])


def test_the_catalogue_has_every_service_at_its_price(read: dict[str, Reading]) -> None:
    catalogue = next(node for node in read["/"].graph if node["@type"] == "OfferCatalog")
    offers = [offer for area in catalogue["itemListElement"] for offer in area["itemListElement"]]
    services = read_office(CONTENT).catalogue.services
    assert [offer["itemOffered"]["name"] for offer in offers] == [service.title for service in services]
    for offer, service in zip(offers, services, strict=True):
        assert service.price
        said = offer["priceSpecification"]
        assert price(service.price).startswith(f"da {money(said['minPrice'])}")
        assert price(service.price).endswith(said["unitText"])


def test_the_trail_of_a_page_ends_at_the_page(read: dict[str, Reading]) -> None:
    for address, page in read.items():
        for node in page.graph:
            if node["@type"] == "BreadcrumbList":
                steps = node["itemListElement"]
                assert [step["position"] for step in steps] == list(range(1, len(steps) + 1))
                assert steps[-1]["item"] == SITE + address


def test_no_text_can_close_the_script_it_stands_in() -> None:
    text = script([{"name": "</script><script>alert(1)</script>\u2028"}])
    assert "<" not in text
    assert json.loads(text)["@graph"][0]["name"].startswith("</script>")


def test_schema_org_knows_every_type_and_property(read: dict[str, Reading], tmp_path: Path) -> None:
    assert types_of({address: page.graph for address, page in read.items()}, tmp_path) == ""


def test_json_ld_type_check_notices_an_unknown_property(tmp_path: Path) -> None:
    office = read_office(CONTENT)
    node = Graph(SITE, office).person() | {"partitaIva": office.identity.vat_number}
    assert "partitaIva" in types_of({"/": [node]}, tmp_path)


def types_of(graphs: dict[str, list[dict[str, Any]]], folder: Path) -> str:
    """What the TypeScript compiler says about graphs, held against schema.org's own vocabulary."""
    lines = ['import type { Graph } from "schema-dts";']
    for number, (address, nodes) in enumerate(graphs.items()):
        graph = {"@context": "https://schema.org", "@graph": nodes}
        lines.append(f"// {address}\nexport const g{number}: Graph = {json.dumps(graph, ensure_ascii=False)};")
    (folder / "graphs.ts").write_text("\n".join(lines), encoding="utf-8")
    (folder / "node_modules").symlink_to(BROWSER / "node_modules")
    command = [str(BROWSER / "node_modules" / ".bin" / "tsc"), "--noEmit", "--strict", "--skipLibCheck"]
    done = subprocess.run(
        [*command, "--module", "nodenext", "--target", "es2022", str(folder / "graphs.ts")],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr
