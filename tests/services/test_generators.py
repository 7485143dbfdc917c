"""The catalogue becomes pages, tied to the posts both ways."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from plugins.content.office_reader import read_office
from tests.building import CONTENT, build, edit

SERVICE = "servizi/sfumature/cosa-delegare/"


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    assert build(CONTENT, folder).returncode == 0
    return folder


def page(output: Path, address: str) -> str:
    return (output / address / "index.html").read_text(encoding="utf-8")


def test_every_service_is_listed_by_its_area_and_services_page(output: Path) -> None:
    for area in read_office(CONTENT).catalogue.areas:
        for service in area.services:
            assert f'href="/{service.address}"' in page(output, area.address)
            assert f'href="/{service.address}"' in page(output, "servizi/")


def test_post_and_its_service_link_to_each_other(output: Path) -> None:
    assert f'href="/{SERVICE}"' in page(output, "blog/chi-e-un-assistente-virtuale/")
    assert 'href="/blog/chi-e-un-assistente-virtuale/"' in page(output, SERVICE)


def test_a_service_leads_to_its_booking_with_the_service_chosen(output: Path) -> None:
    assert "/appuntamenti/orari?meeting=conoscitiva&amp;service=cosa-delegare" in page(output, SERVICE)


def test_every_listed_meeting_is_on_the_booking_page(tmp_path: Path) -> None:
    content = Path(shutil.copytree(CONTENT, tmp_path / "content"))
    own = "\n  - {slug: gruppo, title: Gruppo, minutes: 60}"
    own += "\n  - {slug: riservato, title: Riservato, minutes: 60, listed: false}"
    edit(content / "availability.yaml", "first_meeting: conoscitiva", "#")
    edit(content / "availability.yaml", "\nmeetings:", f"\nmeetings:{own}")
    service = content / "services" / "sfumature" / "cosa-delegare.md"
    edit(service, "meeting: conoscitiva", "meetings: [gruppo, riservato]")
    edit(content / "blog" / "un-nome-per-ogni-file.md", "service: archivio-digitale\n", "")
    output = tmp_path / "output"
    assert build(content, output).returncode == 0
    booking = page(output, "prenota/")
    assert re.findall(r'name="meeting" value="(\w+)"', booking) == ["conoscitiva", "gruppo", "telefonata"]
    for slug in ("gruppo", "riservato"):
        assert f"/appuntamenti/orari?meeting={slug}&amp;service=cosa-delegare" in page(output, SERVICE)
    # Nobody has said which meeting is for those who have not chosen.
    assert '<a class="button" href="/prenota/">' in page(output, "blog/un-nome-per-ogni-file/")


def test_the_prose_of_a_service_may_link_to_a_post(tmp_path: Path) -> None:
    content = Path(shutil.copytree(CONTENT, tmp_path / "content"))
    service = content / "services" / "sfumature" / "cosa-delegare.md"
    with service.open("a", encoding="utf-8") as file:
        file.write("\n[Un articolo]({filename}/blog/passare-le-consegne.md)\n")
    assert build(content, tmp_path / "output").returncode == 0
    assert '<a href="/blog/passare-le-consegne/">Un articolo</a>' in page(tmp_path / "output", SERVICE)


def test_a_draft_service_has_a_page_that_nothing_links_to(tmp_path: Path) -> None:
    content = Path(shutil.copytree(CONTENT, tmp_path / "content"))
    edit(content / "services" / "macro" / "verifica-costi.md", "title:", "status: draft\ntitle:")
    output = tmp_path / "output"
    assert build(content, output).returncode == 0
    assert (output / "drafts" / "servizi" / "macro" / "verifica-costi" / "index.html").exists()
    assert not (output / "servizi" / "macro" / "verifica-costi").exists()
    public = [file for file in output.rglob("*.html") if "drafts" not in file.relative_to(output).parts]
    prose = {"servizi/macro/verifica-costi/"}
    assert [
        file for file in public if any(f'href="/{link}"' in file.read_text(encoding="utf-8") for link in prose)
    ] == []


def test_an_area_may_be_added_by_a_folder(tmp_path: Path) -> None:
    content = Path(shutil.copytree(CONTENT, tmp_path / "content"))
    area = content / "services" / "extra"
    area.mkdir()
    words = "title: Extra\npath: chi sa\norder: 90\nsummary: Quello che avanza.\n"
    (area / "index.md").write_text(f"---\n{words}---\nProva.\n", encoding="utf-8")
    assert build(content, tmp_path / "output").returncode == 0
    assert "Extra" in page(tmp_path / "output", "servizi/extra/")
    assert 'href="/servizi/extra/"' in page(tmp_path / "output", "servizi/")
