"""A fork that names a language speaks it: its site, its bookings, its agenda and its mails."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from email import message_from_bytes, policy
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from plugins.booking.storage.schema import outbox
from plugins.publishing.checks.check import check
from tests.booking.agenda.owner import sign_in
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.office import Clock, write_content
from tests.building import ROOT, build, edit
from tests.language.marking import take_words_away

FORK = ROOT / "tests" / "fork" / "content"
BOOKING = {"meeting": "conoscitiva", "start": "2027-01-12T10:00:00+01:00", "name": "Ada", "email": "ada@example.com"}


def text(page: str) -> str:
    body = re.sub(r"<(script|style).*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", body)).split())


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("english")
    content = Path(shutil.copytree(FORK, place / "content"))
    edit(content / "identity.yaml", "name:", "language: en\nname:")
    done = build(content, place / "output", "publishconf.py", "-e", 'TODAY="2026-11-25"')
    assert done.returncode == 0, done.stderr
    return place / "output"


def test_english_pages_show_language_dates_and_prices_in_english(site: Path) -> None:
    pages = {
        file.parent.relative_to(site).as_posix(): file.read_text(encoding="utf-8") for file in site.rglob("index.html")
    }
    assert all('<html lang="en-GB"' in page for page in pages.values())
    assert all('og:locale" content="en_GB"' in page for page in pages.values() if "og:locale" in page)
    assert "Skip to the content" in text(pages["."])
    services = text(pages["servizi/restauro"])
    assert re.search(r"from €\d", services)
    assert "da €" not in services
    article = text(pages["blog/tarli"])
    assert re.search(r"\b\d{1,2} [A-Z][a-z]+ 2026\b", article)
    assert re.search(r"\d minutes?’s? read", article)
    assert re.search(r"1 article\b|\d articles\b", text(pages["blog/categoria"]))


def test_an_unknown_language_is_told_with_those_there_are(tmp_path: Path) -> None:
    content = Path(shutil.copytree(FORK, tmp_path / "content"))
    edit(content / "identity.yaml", "name:", "language: kl\nname:")
    (fault,) = check(content).errors
    assert str(fault) == "identity.yaml:1 — La lingua «kl» non c’è fra quelle del sito. Scegli fra de, en, it."


# What each language says on the way of one booking: on the times, of a mistake, to a program, in mails, in the agenda.
WAY = {
    "en": {
        "tag": "en-GB",
        "times": ("Times are in Italian time", "Tuesday 12 January, 8 free times"),
        "wrong": "There are 2 things to put right",
        "problem": ("Details to correct", "Enter a complete email address, for example name@example.com"),
        "page": ("Done, the appointment is confirmed", "until 22:00 on Monday 11 January"),
        "subject": "Confirmed: Tue 12 Jan, 10:00, xxxxxxxxxxxxx xxxxxxxxxxx",
        "mail": "Your appointment is confirmed.",
        "agenda": "Tuesday, 12 January 2027",
        "why": "there already is the appointment of Ada, 10:00–10:30",
    },
    "de": {
        "tag": "de",
        "times": ("Es gilt die italienische Zeit", "Dienstag, 12. Januar, 8 freie Zeiten"),
        "wrong": "2 Angaben stimmen noch nicht",
        "problem": (
            "Angaben zu berichtigen",
            "Geben Sie eine vollständige E-Mail-Adresse an, zum Beispiel name@example.com",
        ),
        "page": ("Erledigt, der Termin ist bestätigt", "bis Montag, 11. Januar, 22:00 Uhr"),
        "subject": "Bestätigt: Di., 12. Jan., 10:00, xxxxxxxxxxxxx xxxxxxxxxxx",
        "mail": "Ihr Termin ist bestätigt.",
        "agenda": "Dienstag, 12. Januar 2027",
        "why": "dort liegt schon: der Termin von Ada, 10:00–10:30",
    },
}


@pytest.fixture
def desk(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Endpoint]:
    content = write_content(tmp_path / "content", change_notice="12h")
    take_words_away(content)
    code = getattr(request, "param", "en")
    edit(content / "identity.yaml", '"language": "marked"', f'"language": "{code}"')
    with endpoint(content, f"sqlite:///{tmp_path}/booking.db", Clock()) as running:
        yield running


@pytest.mark.parametrize(("desk", "code"), [(code, code) for code in WAY], indirect=["desk"], ids=list(WAY))
def test_booking_errors_mails_and_agenda_speak_the_language(desk: Endpoint, code: str) -> None:
    said: dict[str, Any] = WAY[code]
    times = desk.http.get("/appuntamenti/orari?meeting=conoscitiva").text
    assert f'<html lang="{said["tag"]}"' in times
    assert all(words in text(times) for words in said["times"])
    wrong = desk.http.post("/appuntamenti/controlla", data=BOOKING | {"name": "", "email": "x"})
    assert said["wrong"] in text(wrong.text)
    problem = desk.http.post("/api/bookings", json=BOOKING | {"email": "x"}).json()
    assert (problem["title"], problem["errors"][0]["message"]) == said["problem"]
    made = desk.http.post("/api/bookings", json=BOOKING)
    page = text(desk.http.get(httpx.URL(made.json()["manage_url"]).path).text)
    assert all(words in page for words in said["page"])
    with desk.engine.begin() as connection:
        mimes = connection.execute(select(outbox.c.mime).where(outbox.c.kind == "booked-visitor")).scalars().all()
    mail: Any = message_from_bytes(mimes[0], policy=policy.default)
    assert mail["Subject"] == said["subject"]
    assert said["mail"] in mail.get_body(("plain",)).get_content()
    assert said["agenda"] in sign_in(desk).words
    why = text(desk.http.get("/agenda/spiega?meeting=conoscitiva&day=2027-01-12&time=10:00").text)
    assert said["why"] in why


def test_the_language_follows_the_content_while_the_endpoint_runs(desk: Endpoint) -> None:
    def page(awaited: str) -> str:
        for _ in range(60):
            said = desk.http.get("/appuntamenti/orari?meeting=conoscitiva").text
            if awaited in said:
                break
            time.sleep(0.05)
        return said

    assert "Tap a time" in page("Tap a time")
    edit(desk.content / "identity.yaml", '"language": "en"', '"language": "it"')
    italian = page("Tocca un orario")
    assert '<html lang="it"' in italian
    assert "martedì 12 gennaio" in italian
    # Broken, it does not change the language either.
    edit(desk.content / "identity.yaml", '"language": "it"', '"language": "en", "nome": "x"')
    time.sleep(0.6)
    assert page("Tocca un orario") == italian


def test_whoever_writes_is_told_in_english_what_to_mend(tmp_path: Path) -> None:
    content = Path(shutil.copytree(FORK, tmp_path / "content"))
    edit(content / "identity.yaml", "name:", "language: en\nname:")
    edit(content / "blog" / "tarli.md", "summary:", "sumary:")
    edit(content / "availability.yaml", "notice: ", "notice: soon # ")
    command = [sys.executable, "-m", "plugins.publishing", "check", "--content", str(content)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "“sumary” is not a known field. Check how it is written, or remove it. Perhaps “summary”?" in done.stdout
    assert "“notice”: this length of time cannot be read. Write minutes, hours or days." in done.stdout
    assert "Example: summary: How to turn down work without losing the client." in done.stdout
    assert "2 errors to correct." in done.stdout
