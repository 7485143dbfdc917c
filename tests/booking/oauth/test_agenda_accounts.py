"""The owner connects her accounts from the agenda, is told on every page of one that is dead, and mends it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from plugins.booking.oauth.access_token import Provider
from plugins.booking.service.services import accounts_of
from tests.booking.agenda.owner import book, press, read, sign_in
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.oauth.accounts import KEY, MAIL, fail_unconnected, next_write, store_of
from tests.booking.oauth.accounts import connect as connect_google
from tests.booking.oauth.provider import ACCOUNT, CLIENTS, GOOGLE_SECRET, RunningProvider
from tests.booking.office import Clock
from tests.booking.page import Page

CALENDARS = "/agenda/calendari/"
PROVIDERS: tuple[Provider, ...] = ("google", "microsoft")
ENVIRONMENT = {
    "BOOKING_SECRET_KEY": KEY,
    "BOOKING_GOOGLE_CLIENT_ID": CLIENTS["google"],
    "BOOKING_GOOGLE_CLIENT_SECRET": GOOGLE_SECRET,
    "BOOKING_MICROSOFT_CLIENT_ID": CLIENTS["microsoft"],
}


@pytest.fixture
def desk(provider: RunningProvider, content: Path, tmp_path: Path) -> Iterator[Endpoint]:
    """An endpoint with client ids, whose owner is signed in."""
    urls = {"BOOKING_GOOGLE_URL": provider.address, "BOOKING_MICROSOFT_URL": provider.address}
    with endpoint(content, f"sqlite:///{tmp_path}/booking.db", Clock(), **ENVIRONMENT, **urls) as running:
        sign_in(running)
        yield running


def leave(desk: Endpoint, page: Page, name: str) -> str:
    """Press connect, and return the provider's address that the page leads to."""
    form = page.form(f"/agenda/collegamenti/{name}/collega")
    form.fields.setdefault("uses", "calendar mail")
    answer = form.send(desk.http)
    assert answer.status_code == 200, answer.text
    found = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', answer.text)
    assert found
    assert html.unescape(found[1]) in Page(answer).links
    return html.unescape(found[1])


def come_back(desk: Endpoint, provider: RunningProvider, address: str) -> httpx.Response:
    """Consent at the provider, and come back."""
    return desk.http.get(provider.consent(address, f"{desk.settings.site_url}/"))


def connect(desk: Endpoint, provider: RunningProvider, name: str) -> Page:
    answer = come_back(desk, provider, leave(desk, read(desk, CALENDARS), name))
    assert answer.status_code == 303, answer.text
    return read(desk, answer.headers["location"])


def kept(desk: Endpoint) -> list[tuple[str, list[str], str]]:
    return [(one.provider, sorted(one.uses), one.account) for one in store_of(desk.engine).all()]


@pytest.mark.parametrize("name", PROVIDERS)
def test_an_account_is_connected_and_disconnected_there(desk: Endpoint, provider: RunningProvider, name: str) -> None:
    page = connect(desk, provider, name)
    assert "Collegato." in page.words
    assert ACCOUNT in page.words
    assert kept(desk) == [(name, ["calendar", "mail"], ACCOUNT)]
    (asking,) = [link for link in page.links if link.startswith(f"/agenda/collegamenti/{name}/scollega")]
    page = read(desk, asking)
    assert "I suoi calendari non si leggono" in page.words
    assert len(kept(desk)) == 1
    page = press(desk, page, f"/agenda/collegamenti/{name}/scollega")
    assert "Scollegato" in page.words
    assert kept(desk) == []


def test_what_waited_for_an_account_is_written_once_connected(desk: Endpoint, provider: RunningProvider) -> None:
    fail_unconnected(desk.engine, book(desk), desk.clock() + timedelta(hours=2))
    connect(desk, provider, "google")
    assert next_write(desk.engine) == desk.clock()


@pytest.mark.parametrize("name", PROVIDERS)
def test_a_dead_account_is_on_every_page_and_mended_there(
    desk: Endpoint, provider: RunningProvider, name: Provider
) -> None:
    connect(desk, provider, name)
    assert "non è più collegato" not in read(desk, "/agenda/").words
    provider.tell("revoke")
    accounts = accounts_of(desk.settings, desk.engine, desk.clock)
    accounts.refused(name, "mail", accounts.token(name, "mail"))
    accounts.renew_early()
    state = desk.http.get("/health").json()["accounts"]
    assert state == [{"provider": name, "uses": ["calendar", "mail"], "state": "dead", "why": "invalid_grant"}]
    assert "maglia_accounts_dead 1\n" in desk.http.get("/metrics").text
    for path in ("/agenda/", "/agenda/giorno/", "/agenda/messaggi/", "/agenda/nuovo/", CALENDARS):
        assert "non è più collegato (calendario e posta)" in read(desk, path).words
    answer = come_back(desk, provider, leave(desk, read(desk, "/agenda/messaggi/"), name))
    assert answer.headers["location"].startswith(CALENDARS)
    assert "non è più collegato" not in read(desk, "/agenda/").words
    assert provider.accepts(accounts.token(name, "mail"))
    assert [one["state"] for one in desk.http.get("/health").json()["accounts"]] == ["ok"]


def test_a_consent_that_ends_in_seven_days_is_told(desk: Endpoint, provider: RunningProvider) -> None:
    provider.tell("user", ends_in=604799)
    connect(desk, provider, "google")
    desk.clock.now += timedelta(days=3)
    assert "sta per scadere" not in read(desk, "/agenda/").words
    desk.clock.now += timedelta(days=1)
    assert "«in prova» (Testing)" in read(desk, "/agenda/").words


def test_what_comes_back_is_good_once_and_in_its_session(desk: Endpoint, provider: RunningProvider) -> None:
    back = provider.consent(leave(desk, read(desk, CALENDARS), "google"), f"{desk.settings.site_url}/")
    cookies = dict(desk.http.cookies)
    with httpx.Client(base_url=desk.http.base_url) as stranger:
        assert stranger.get(back).status_code in {303, 401, 403}
    for wrong in (back.replace("state=", "state=x"), back.replace("/google/", "/microsoft/")):
        desk.http.cookies.update(cookies)
        answer = desk.http.get(wrong)
        assert answer.status_code == 409
        assert "ricomincia da capo" in Page(answer).words
        assert kept(desk) == []
    # It was used up by the wrong one.
    desk.http.cookies.update(cookies)
    assert desk.http.get(back).status_code == 409
    assert kept(desk) == []


def test_a_session_of_another_cannot_end_what_one_began(desk: Endpoint, provider: RunningProvider) -> None:
    back = provider.consent(leave(desk, read(desk, CALENDARS), "google"), f"{desk.settings.site_url}/")
    cookie = desk.http.cookies["agenda-consent"]
    desk.http.cookies.clear()
    sign_in(desk)
    desk.http.cookies.set("agenda-consent", cookie)
    assert desk.http.get(back).status_code == 409
    assert kept(desk) == []


def test_a_denied_consent_is_told_and_can_be_repeated(desk: Endpoint, provider: RunningProvider) -> None:
    provider.tell("user", does="deny")
    answer = come_back(desk, provider, leave(desk, read(desk, CALENDARS), "google"))
    assert answer.status_code == 409
    assert "non hai dato il consenso" in Page(answer).words
    provider.tell("user", does="consent")
    connect(desk, provider, "google")
    assert len(kept(desk)) == 1


def test_an_unticked_permission_is_named(desk: Endpoint, provider: RunningProvider) -> None:
    provider.tell("user", leaves_out=["https://www.googleapis.com/auth/calendar"])
    answer = come_back(desk, provider, leave(desk, read(desk, CALENDARS), "google"))
    assert answer.status_code == 409
    assert "manca il permesso per: calendario. Ricomincia" in Page(answer).words


def test_who_is_not_signed_in_connects_nothing(desk: Endpoint) -> None:
    page = read(desk, CALENDARS)
    form = page.form("/agenda/collegamenti/google/collega")
    assert desk.http.post(form.target, data=form.fields | {"key": "x"}).status_code == 403
    assert desk.http.post(form.target, data=form.fields, headers={"Origin": "https://evil.example"}).status_code == 403
    desk.http.cookies.clear()
    assert "agenda-consent" not in form.send(desk.http).headers.get("set-cookie", "")
    assert desk.http.get("/agenda/collegamenti/google/ritorno?code=a&state=b").status_code != 409


def test_without_client_ids_nothing_is_offered(content: Path, tmp_path: Path) -> None:
    with endpoint(content, f"sqlite:///{tmp_path}/other.db") as desk:
        sign_in(desk)
        assert "I tuoi account" not in read(desk, CALENDARS).words


def test_without_a_secret_key_the_agenda_says_so(provider: RunningProvider, content: Path, tmp_path: Path) -> None:
    environment = {**ENVIRONMENT, "BOOKING_SECRET_KEY": "", "BOOKING_GOOGLE_URL": provider.address}
    with endpoint(content, f"sqlite:///{tmp_path}/other.db", Clock(), **environment) as desk:
        sign_in(desk)
        answer = read(desk, CALENDARS).form("/agenda/collegamenti/google/collega").send(desk.http, uses="calendar")
        assert answer.status_code == 409
        assert "BOOKING_SECRET_KEY" in Page(answer).words


def test_who_asks_in_is_told_that_no_mail_leaves(provider: RunningProvider, content: Path, tmp_path: Path) -> None:
    environment = ENVIRONMENT | {"BOOKING_GOOGLE_URL": provider.address, "BOOKING_SMTP_URL": "google"}
    with endpoint(content, f"sqlite:///{tmp_path}/booking.db", Clock(), **environment) as running:
        ask = read(running, "/agenda/").form("/agenda/entra")
        words = read(running, ask.send(running.http).headers["location"]).words
        assert "La posta del sito è ferma" in words
        assert "agenda link" in words
        assert "in viaggio" not in words
        connect_google(provider, running.engine, running.clock, "google", MAIL)
        assert "in viaggio" in read(running, "/agenda/").words


def test_a_refusal_is_a_sentence_with_its_code(desk: Endpoint, provider: RunningProvider) -> None:
    page = read(desk, CALENDARS)
    state = httpx.URL(leave(desk, page, "microsoft")).params["state"]
    answer = desk.http.get(f"/agenda/collegamenti/microsoft/ritorno?error=consent_required&state={state}")
    assert "Microsoft: vuole un altro consenso (consent_required)" in Page(answer).words
    assert "poi riprova." in Page(answer).words


def test_a_consent_that_ends_is_told_at_once(desk: Endpoint, provider: RunningProvider) -> None:
    assert "La password la scrivi da lui" in read(desk, CALENDARS).words
    provider.tell("user", ends_in=604799)
    assert "il progetto è rimasto «in prova»" in connect(desk, provider, "google").words
    connect(desk, provider, "microsoft")
    assert "La password" not in read(desk, CALENDARS).words
