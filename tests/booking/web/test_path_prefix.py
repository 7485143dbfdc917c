"""Below a path, and with the pages elsewhere, each address the endpoint gives leads where it should."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from plugins.booking.settings import Settings
from plugins.booking.web.middleware.path_prefix import OWN, Places
from tests.booking.agenda.owner import mails
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.office import asked
from tests.booking.routes import addresses

HOST = "http://127.0.0.1:1"
NAMED = re.compile(r"""(?:href|src|action|formaction|data-[\w-]+|url)(?:=["']|\(")(/[^"']*)""")
LINK = re.compile(r"https?://[^\s<>]+")
KEY = "k" * 32


@pytest.fixture(params=["/studio", ""], ids=["kept", "taken by the proxy"])
def prefix(request: pytest.FixtureRequest) -> str:
    """What is left of the site's path in front of what is asked for."""
    return str(request.param)


@pytest.fixture
def desk(content: Path, tmp_path: Path) -> Iterator[Endpoint]:
    with endpoint(
        content, f"sqlite:///{tmp_path}/booking.db", BOOKING_SITE_URL=f"{HOST}/studio", BOOKING_SECRET_KEY=KEY
    ) as running:
        yield running


def signed_in(desk: Endpoint, prefix: str) -> str:
    """Enter the agenda, and return the path of its cookie."""
    assert desk.http.post(f"{prefix}/agenda/entra").status_code == 303
    (door,) = [link for mail in mails(desk, "sign-in") for link in LINK.findall(mail) if "/entra/" in link]
    assert door.startswith(f"{HOST}/studio/agenda/entra/")
    answer = desk.http.post(prefix + door.removeprefix(f"{HOST}/studio"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/studio/agenda/")
    session = re.findall(r"agenda=([^;]+)", answer.headers["set-cookie"])[0]
    desk.http.headers["cookie"] = f"agenda={session}"
    return str(re.findall(r"Path=([^;]+)", answer.headers["set-cookie"])[0])


def test_every_link_of_every_page_is_below_the_path(desk: Endpoint, prefix: str) -> None:
    booked = desk.http.post(f"{prefix}/api/bookings", json=asked()).json()
    waiting = asked(meeting="telefonata", phone="333 1234567", start="2027-01-13T10:00:00+01:00")
    assert desk.http.post(f"{prefix}/api/bookings", json=waiting).status_code == 201
    assert booked["manage_url"].startswith(f"{HOST}/studio/appuntamenti/")
    assert signed_in(desk, prefix) == "/studio/agenda/"
    token = booked["manage_url"].rstrip("/").rpartition("/")[2]
    named = {
        "token": token,
        "booking": booked["id"],
        "block": booked["id"],
        "waiting": booked["id"],
        "group": booked["id"],
        "number": "1",
        "name": "messaggio.eml",
    }
    pages = 0
    for method, path in addresses(desk, **named):
        if method != "GET" or path.startswith(("/posta", "/api")):
            continue
        answer = desk.http.get(prefix + path, params={"meeting": "conoscitiva", "start": "2027-01-14T10:00:00+01:00"})
        lead = answer.headers.get("location", "/studio/")
        assert lead.startswith("/studio/"), (path, lead)
        astray = [found for found in NAMED.findall(answer.text) if not found.startswith("/studio/")]
        assert not astray, (path, astray)
        pages += answer.headers.get("content-type", "").startswith("text/html")
    assert pages > 15


def test_a_form_sent_below_the_path_books_and_leads_on(desk: Endpoint, prefix: str) -> None:
    booking = {"meeting": "conoscitiva", "start": "2027-01-12T10:00:00+01:00", "name": "Ada", "email": "a@example.com"}
    answer = desk.http.post(f"{prefix}/appuntamenti/", data=booking)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/studio/appuntamenti/")
    message = {"name": "Ada", "email": "a@example.com", "message": "Ciao"}
    assert desk.http.post(f"{prefix}/messaggi/", data=message).headers["location"] == "/studio/grazie/"
    assert desk.http.get(f"{prefix}/niente").status_code == 404


def test_pages_elsewhere_are_led_back_to(content: Path, tmp_path: Path) -> None:
    pages = "https://bice.github.io/sito"
    database = f"sqlite:///{tmp_path}/booking.db"
    with endpoint(content, database, BOOKING_SITE_URL=HOST, BOOKING_PAGES_URL=pages, BOOKING_SECRET_KEY=KEY) as desk:
        answer = desk.http.get("/appuntamenti/orari", params={"meeting": "conoscitiva"})
        home = {f"{pages}/", f"{pages}/privacy/", f"{pages}/prenota/"}
        assert home <= set(re.findall(r'href="([^"]+)"', answer.text))
        assert {found.split("/")[1].split("?")[0] for found in NAMED.findall(answer.text)} <= OWN
        policy = answer.headers["content-security-policy"]
        assert "font-src 'self' https://bice.github.io;" in policy
        assert "form-action 'self';" in policy
        assert desk.http.get("/appuntamenti/").headers["location"] == f"{pages}/prenota/"
        assert desk.settings.allowed_origins == {HOST, "https://bice.github.io"}
        desk.http.post("/api/bookings", json=asked())
        assert f"{pages}/" in LINK.findall("".join(mails(desk)))


@pytest.mark.parametrize(
    ("site", "pages", "places"),
    [
        ("https://a.it", "", Places("", "")),
        ("https://a.it/studio/", "", Places("/studio", "/studio")),
        ("https://a.it", "https://a.it/sito", Places("", "/sito")),
        ("https://b.a.it/x", "https://a.it/sito/", Places("/x", "https://a.it/sito")),
    ],
)
def test_places_are_told_by_the_two_addresses(site: str, pages: str, places: Places) -> None:
    settings = Settings.from_environment(
        {"BOOKING_SITE_URL": site, "BOOKING_PAGES_URL": pages} | {"BOOKING_SECRET_KEY": KEY}
    )
    assert Places.of(settings.site_url, settings.pages_url) == places


@pytest.mark.parametrize(
    ("address", "lead"),
    [
        ("/prenota/", "/sito/prenota/"),
        ("/agenda", "/x/agenda"),
        ("/appuntamenti/a/?b=/c", "/x/appuntamenti/a/?b=/c"),
        ("/agendadi/", "/sito/agendadi/"),
        ("https://c.it/", "https://c.it/"),
        ("//c.it/", "//c.it/"),
    ],
)
def test_an_answer_leads_to_the_endpoint_or_the_pages(address: str, lead: str) -> None:
    assert Places("/x", "/sito").lead(address) == lead
