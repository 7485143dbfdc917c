"""With only the content replaced, the site is another professional's and nothing of the first is left."""

from __future__ import annotations

from pathlib import Path

import pytest

from plugins.content.front_matter import Post
from plugins.content.office import Office
from plugins.content.office_reader import read_office
from plugins.content.site import read_site
from plugins.domain.catalogue import Area, Service
from plugins.publishing.checks.check import Report, check
from tests.building import CONTENT, build

FORK = Path(__file__).parent / "content"


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fork")
    done = build(FORK, folder, "publishconf.py")
    assert done.returncode == 0, done.stderr
    return folder


def words_of(office: Office) -> set[str]:
    """What only one professional says: who she is, what she sells, what her pages are called."""
    identity = office.identity
    said = {identity.name, identity.brand, identity.claim, identity.email, identity.vat_number, identity.address}
    said |= {identity.legal, *(area.path for area in office.catalogue.areas)}
    said |= {service.title for service in office.catalogue.services} | {page.summary or "" for page in office.pages}
    return {word for word in said if word}


def test_another_professional_has_no_error_and_no_advice() -> None:
    assert check(FORK) == Report((), ())


def test_nothing_of_the_first_owner_is_left(output: Path) -> None:
    first = words_of(read_office(CONTENT)) | {
        source.value.title for source in read_site(CONTENT).sources.values() if isinstance(source.value, Post)
    }
    left = set()
    for file in output.rglob("*"):
        if file.suffix in {".html", ".xml", ".txt", ".js", ".svg"}:
            text = file.read_text(encoding="utf-8")
            left |= {(file.relative_to(output).as_posix(), word) for word in first if word in text}
    assert left == set()


def test_every_area_and_service_has_its_page(output: Path) -> None:
    catalogue = read_office(FORK).catalogue
    pages: list[Area | Service] = [*catalogue.areas, *catalogue.services]
    for one in pages:
        page = (output / one.address / "index.html").read_text(encoding="utf-8")
        assert page.count("<h1") == 1
        assert one.title in page
