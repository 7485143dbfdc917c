"""The manifest by which the agenda is installed, wherever endpoint and site are."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urljoin

import pytest

from tests.booking.agenda.owner import read, sign_in
from tests.booking.endpoint import Endpoint, endpoint


def test_manifest_is_read_without_a_session_and_holds_no_secret(desk: Endpoint) -> None:
    answer = desk.http.get("/agenda/manifest.webmanifest")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/manifest+json"
    assert answer.headers["cache-control"] == "public, max-age=3600"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    said = answer.json()
    assert (said["name"], said["short_name"], said["display"]) == ("Stessa Maglia: agenda", "Agenda", "standalone")
    assert {icon["sizes"] for icon in said["icons"]} == {"192x192", "512x512"}
    here = str(answer.url)
    assert urljoin(here, said["start_url"]) == urljoin(here, said["scope"]) == urljoin(here, "/agenda/")
    sign_in(desk)
    for shortcut in said["shortcuts"]:
        read(desk, urljoin("/agenda/", shortcut["url"]))


def test_pages_of_the_agenda_alone_name_the_manifest(hers: Endpoint) -> None:
    named = '<link rel="manifest" href="/agenda/manifest.webmanifest">'
    assert named in hers.http.get("/agenda/").text
    assert "manifest-src 'self'" in hers.http.get("/agenda/").headers["content-security-policy"]
    assert 'rel="manifest"' not in hers.http.get("/appuntamenti/orari?meeting=conoscitiva").text


@pytest.mark.parametrize(
    ("endpoint_at", "pages_at", "icons"),
    [
        ("https://studio.example", None, "/icons/"),
        ("https://studio.example/sito", None, "/sito/icons/"),
        ("https://prenota.example", "https://studio.example/sito", "https://studio.example/sito/icons/"),
    ],
)
def test_manifest_finds_its_icons_where_the_site_is(
    content: Path, tmp_path: Path, endpoint_at: str, pages_at: str | None, icons: str
) -> None:
    public = {"BOOKING_SITE_URL": endpoint_at, "BOOKING_SECRET_KEY": "x" * 32}
    public |= {"BOOKING_PAGES_URL": pages_at} if pages_at else {}
    with endpoint(content, f"sqlite:///{tmp_path}/b.db", None, **public) as desk:
        said = desk.http.get("/agenda/manifest.webmanifest").json()
        page = desk.http.get("/agenda/").text
    assert {icon["src"].removesuffix("192.png").removesuffix("512.png") for icon in said["icons"]} == {icons}
    prefix = "/sito" if endpoint_at.endswith("/sito") else ""
    assert f'href="{prefix}/agenda/manifest.webmanifest"' in page
